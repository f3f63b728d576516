"""`crm merge`: one record is kept, the others go into it, as one op (docs/identity.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.attach import Copies
from crmcli.actions.drafts import Drafts
from crmcli.actions.identity.unite import Difference, Pair, Stays, Takes, unite
from crmcli.actions.relinking import Aim, relink
from crmcli.actions.words import changes_of, meant_field, split_word
from crmcli.engines.outcome import Outcome
from crmcli.engines.plan import PEOPLE
from crmcli.engines.road import Request, carry_out
from crmcli.errors import UsageError
from crmcli.model.change import Change
from crmcli.model.record import Record, Ref
from crmcli.store.sameness import SAME

if TYPE_CHECKING:
    from crmcli.store.book import Book

OF = "of"
"""The key under which an event of a merge names the record that went."""

_RULES = PEOPLE._replace(defaults=False, tags=False)


class WithItselfError(UsageError):
    """A record was to be merged into itself."""

    def __init__(self, ref: Ref) -> None:
        super().__init__(f"{ref} is one already", hint="name two records: crm merge KEPT OTHER")


class TypesDifferError(UsageError):
    """Records of two types."""

    def __init__(self, kept: str, gone: str, ref: Ref) -> None:
        super().__init__(
            f"{ref} is a {gone}, and only a {kept} goes into a {kept}", hint="`crm find` shows of which type each is"
        )


class ArchivedApartError(UsageError):
    """One is archived and the other is not."""

    def __init__(self, kept: Ref, gone: Ref, *, keeps_archived: bool) -> None:
        archived, other = (kept, gone) if keeps_archived else (gone, kept)
        result = "archived: it leaves the lists" if keeps_archived else "as it is, not archived"
        super().__init__(
            f"{archived} is archived and {other} is not",
            hint=f"--archived merges them all the same; {kept} stays {result}",
        )


class NothingToTakeError(UsageError):
    """`--take` names a field in which the records do not differ."""

    def __init__(self, name: str, names: Sequence[str]) -> None:
        listed = ", ".join(dict.fromkeys(names))
        super().__init__(
            f"--take {name}: there is nothing to choose",
            hint=f"they differ in {listed}" if listed else "they differ in no field",
        )


class Wishes(NamedTuple):
    """What is wanted where the records differ, else the kept one's value stays.

    `words` (`field=value`) say values of one's own; `fields` take the value of the first that goes and has another, `whole`
    all of those of one record, `chosen` single ones of single records. `archived`: an archived record and one that is not
    may be merged.
    """

    words: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()
    whole: Ref | None = None
    chosen: frozenset[tuple[Ref, str]] = frozenset()
    archived: bool = False


AS_THEY_ARE = Wishes()


class Merged(NamedTuple):
    """What a merge does or would do: where the records differ, what stays, how many records and log lines follow."""

    outcome: Outcome
    differences: list[Difference]
    stays: list[Stays]
    relinked: int
    lines: int


class _Found(NamedTuple):
    """The changes of a merge, and what is to be told of it."""

    changes: list[Change]
    differences: list[Difference]
    stays: list[Stays]
    notices: list[str]


def differences(book: Book, kept: Ref, gone: Sequence[Ref], wishes: Wishes = AS_THEY_ARE) -> list[Difference]:
    """The fields in which the records differ, and what becomes of each. Raises as `merge` does."""
    return _changes(book, kept, gone, wishes, Copies(book)).differences


def merge(book: Book, kept: Ref, gone: Sequence[Ref], wishes: Wishes = AS_THEY_ARE, *, dry_run: bool = False) -> Merged:
    """Let records go into the one that is kept, as one op.

    Raises `WithItselfError`, `TypesDifferError`, `ArchivedApartError`, `NothingToTakeError` (exit 2), `RowsAlikeError` and what
    the company's rules say no to (exit 7).
    """
    lines = sum(_lines_of(book, ref) for ref in gone)
    copies = Copies(book)
    found: list[_Found] = []

    def changes() -> list[Change]:
        found.append(_changes(book, kept, gone, wishes, copies))
        if not dry_run:
            copies.make()
        return found[-1].changes

    request = Request("merge", rules=_RULES, dry_run=dry_run, asked=frozenset([kept]))
    outcome = carry_out(book, changes, request)
    last = found[-1]
    others = set(outcome.refs) - {kept, *gone}
    shown = [kept, *(ref for ref in outcome.refs if ref in others)]
    outcome = outcome._replace(notices=[*last.notices, *outcome.notices], refs=shown if outcome.refs else [])
    return Merged(outcome, last.differences, last.stays, len(others), lines)


def _changes(book: Book, kept: Ref, gone: Sequence[Ref], wishes: Wishes, copies: Copies) -> _Found:
    _refuse(book, kept, gone, archived=wishes.archived)
    drafts = Drafts(book)
    told = _Found([Change("delete", ref) for ref in gone], [], [], [])
    names_of = {ref: frozenset([ref.id, *book.read_record(ref).items("aliases")]) for ref in (kept, *gone)}
    us = frozenset().union(*names_of.values())
    for ref, names in names_of.items():
        if ref == kept:
            continue
        pair = Pair(kept, ref, dict(drafts.fields(kept)), dict(book.read_record(ref).fields), names, us)
        _unite(book, drafts, pair, _takes(wishes, ref, told.differences), told)
        aim = Aim(kept.plural, names, kept.id)
        relink(book, drafts, ref, aim, {OF: str(ref)}, frozenset([kept, *gone]))
    _refuse_idle(wishes, told.differences)
    if wishes.words:
        settled, notices = _give_words(book, drafts, kept, str(gone[-1]), wishes.words, copies)
        told.differences[:] = [d for d in told.differences if settled.isdisjoint(_names(d.name))]
        told.notices.extend(notices)
    return told._replace(changes=[*told.changes, *drafts.changes])


def check_word(book: Book, kept: Ref, word: str) -> None:
    """Raise what `crm set` raises of a word that cannot be written (exit 2)."""
    changes_of(book, book.read_record(kept), [word], Copies(book))


def _refuse(book: Book, kept: Ref, gone: Sequence[Ref], *, archived: bool) -> None:
    keeps_archived = bool(book.read_record(kept).text("archived"))
    for ref in gone:
        if ref == kept:
            raise WithItselfError(ref)
        if ref.plural != kept.plural:
            raise TypesDifferError(book.type_of(kept).name, book.type_of(ref).name, ref)
        if not archived and bool(book.read_record(ref).text("archived")) != keeps_archived:
            raise ArchivedApartError(kept, ref, keeps_archived=keeps_archived)
    if not gone:
        raise WithItselfError(kept)


def _takes(wishes: Wishes, gone: Ref, before: Sequence[Difference]) -> Takes:
    """Whether the value of a record that goes is taken; of several that are meant by a field's name, the first one's."""
    had = {name for difference in before for name in _names(difference.name)}

    def takes(name: str) -> bool:
        if wishes.whole == gone or (gone, name) in wishes.chosen:
            return True
        return bool(wishes.fields.intersection(_names(name))) and name not in had

    return takes


def _names(name: str) -> Iterator[str]:
    """What a difference may be called: of a column of rows also the field."""
    yield name
    if "." in name:
        yield name.partition(".")[0]


def _refuse_idle(wishes: Wishes, found: Sequence[Difference]) -> None:
    names = [difference.name for difference in found]
    known = {name for own in names for name in _names(own)}
    for name in sorted(wishes.fields - known):
        raise NothingToTakeError(name, names)


def _unite(book: Book, drafts: Drafts, pair: Pair, takes: Takes, told: _Found) -> None:
    """The kept record takes in one that goes: its fields, its names, and that they are the same."""
    kept, gone = pair.kept, pair.gone
    more = {OF: str(gone)}
    united = unite(book, book.type_of(kept), pair, takes)
    for step in united.steps:
        if step.add or step.remove:
            drafts.swap(kept, step.key, step.add, step.remove, more)
        else:
            drafts.put(kept, step.key, step.to, more)
    has = drafts.items(kept, "aliases")
    names = sorted(pair.names - {kept.id, *has})
    drafts.swap(kept, "aliases", tuple(names), (), more)
    drafts.changes.append(Change(SAME, kept, more=dict(more)))
    told.differences.extend(united.differences)
    told.stays.extend(united.stays)


def _give_words(
    book: Book, drafts: Drafts, kept: Ref, of: str, words: Sequence[str], copies: Copies
) -> tuple[set[str], list[str]]:
    """Values of one's own: the fields that they settle, and sentences about them."""
    record_type = book.type_of(kept)
    written = changes_of(book, Record(kept, drafts.fields(kept)), words, copies)
    for change in written.changes:
        drafts.take(change._replace(more={OF: of}))
    typed = [split_word(word).name for word in words]
    return {*typed, *(meant_field(record_type, name) for name in typed)}, written.notices


def _lines_of(book: Book, ref: Ref) -> int:
    row = book.index.row(
        """SELECT count(DISTINCT o.event) FROM event_on o WHERE o."on" = ?
        AND NOT EXISTS (SELECT 1 FROM events x WHERE x."of" = o.event AND x."do" = 'retract')""",
        (str(ref),),
    )
    return int(row[0]) if row else 0
