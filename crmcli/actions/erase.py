"""`crm erase`: what a book knows of somebody goes out of files, journal and machine (docs/erasure.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.drafts import Drafts
from crmcli.actions.relinking import Aim, empty_field, holders
from crmcli.engines.outcome import Outcome
from crmcli.engines.plan import UNDO
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store import git, writing
from crmcli.store.erasing import ERASE
from crmcli.store.lock import locked

if TYPE_CHECKING:
    from crmcli.model.schema import Field
    from crmcli.store.book import Book

_PARTS = 'SELECT DISTINCT "type", id FROM refs WHERE to_type = ? AND to_id = ? AND within = 1'
_MERGED = 'SELECT "type", old FROM merged WHERE "type" = ? AND new = ?'
_KEYS = 'SELECT DISTINCT fold FROM keys WHERE "type" = ? AND id = ? AND length(fold) > 4'
_MENTIONS = """SELECT DISTINCT "ref", "what" FROM docs WHERE instr(lower("text"), ?1)"""


class Mention(NamedTuple):
    """Where another record's text names somebody: the record, the field (or the log line's id), the words."""

    ref: str
    what: str
    words: str


class Scope(NamedTuple):
    """What an erasure takes, and what it leaves.

    `refs` go; `parts` are records that are part of them and stay unless asked for. `holders` refer to them in a field of
    their own, `rows` in a row, which stays. `events` is how many lines of the journal lose their values.
    """

    refs: tuple[Ref, ...]
    parts: tuple[Ref, ...]
    holders: tuple[tuple[Ref, str], ...]
    rows: tuple[tuple[Ref, str], ...]
    events: int
    mentions: tuple[Mention, ...]
    in_history: bool


def scope_of(book: Book, refs: Sequence[Ref], *, parts: bool = False) -> Scope:
    """What erasing records would do; with `parts` their parts, and the parts of these, go with them."""
    going = list(dict.fromkeys(refs))
    left: list[Ref] = []
    for ref in going:  # grows
        found = [Ref(str(row[0]), str(row[1])) for row in book.index.rows(_PARTS, ref)]
        (going if parts else left).extend(part for part in found if part not in going and part not in left)
    pointing = [(holder, field) for ref in going for holder, field in holders(book, ref) if holder not in going]
    return Scope(
        tuple(going),
        tuple(left),
        tuple((holder, field.name) for holder, field in pointing if not field.embedded),
        tuple((holder, field.name) for holder, field in pointing if field.embedded),
        sum(_events_of(book, ref) for ref in going),
        tuple(_mentions(book, going)),
        _is_in_history(book, going),
    )


def erase(book: Book, scope: Scope, *, dry_run: bool = False) -> Outcome:
    """Erase what `scope_of` found, as one op that nothing undoes; then blank the journal here."""

    def changes() -> list[Change]:
        drafts = Drafts(book)
        for ref in scope.refs:
            aim = Aim(ref.plural, frozenset([ref.id]), ref.id + "\0")
            for holder, field in _own_fields(book, ref, scope.refs):
                empty_field(book, drafts, holder, field, aim, {})
        merged = [Ref(str(row[0]), str(row[1])) for ref in scope.refs for row in book.index.rows(_MERGED, ref)]
        return [*drafts.changes, *(Change(ERASE, ref) for ref in [*scope.refs, *merged])]

    request = Request("erase", rules=UNDO, dry_run=dry_run, hooks=False)
    outcome = carry_out(book, changes, request)
    if not dry_run:
        with locked(book.root):
            outcome = outcome._replace(notices=[*outcome.notices, *writing.prepare(book, [])])
    return outcome


def _own_fields(book: Book, ref: Ref, going: Sequence[Ref]) -> list[tuple[Ref, Field]]:
    return [(h, field) for h, field in holders(book, ref) if h not in going and not field.embedded]


def _events_of(book: Book, ref: Ref) -> int:
    row = book.index.row('SELECT count(*) FROM events WHERE "on" = ?', (str(ref),))
    return int(row[0]) if row else 0


def _mentions(book: Book, going: Sequence[Ref]) -> Iterator[Mention]:
    """Texts of other records, and of the log with them, that hold a name or a key of those who go."""
    book.index.fill_texts()
    names = {str(ref) for ref in going}
    for ref in going:
        words = dict.fromkeys([book.title_of(ref).lower(), *(str(r[0]) for r in book.index.rows(_KEYS, ref))])
        for word in filter(None, words):
            for on, what in book.index.rows(_MENTIONS, (word,)):
                if str(on) not in names:
                    yield Mention(str(on), str(what), word)


def _is_in_history(book: Book, going: Sequence[Ref]) -> bool:
    """Whether git's history has a file of them, or anything of a journal."""
    place = book.in_git()
    if place is None:
        return False
    paths = [f":(literal){place.prefix}{book.path_of(ref)}" for ref in going]
    return bool(git.run(place.repository.top, "rev-list", "-1", "--all", "--", *paths, check=False).strip())
