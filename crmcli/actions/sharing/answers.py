"""What a person says to contested fields: values and sides given with the command, and what is answered on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from crmcli.actions.attach import Copies
from crmcli.actions.resolve import typed_changes
from crmcli.actions.words import apply_change
from crmcli.errors import ConflictError, UsageError
from crmcli.model.record import Fields, Record, Ref, Value
from crmcli.store.merging import WHOLE
from crmcli.store.sync.contest import GIVEN, Answer, Contest

if TYPE_CHECKING:
    from crmcli.store.book import Book

Key = tuple[Ref, str, str, str | None, str | None]
"""Record, path and field of a contest, and what both sides say: with other values it is another question."""


class Person(Protocol):
    """Whoever runs the sync."""

    def note(self, sentence: str) -> None:
        """Hear what was done."""

    def doing(self, what: str) -> None:
        """Hear what is being done, "" when it is over."""

    def contested(self, contests: Sequence[Contest]) -> None:
        """Hear what both sides had changed, and what became of it."""

    def decide(self, questions: Sequence[Contest]) -> Sequence[tuple[Contest, Answer]]:
        """Answer questions; those that are left out stay open."""


class Said(NamedTuple):
    """What was said with the command: values by record and field, sides by record or file, a side for whatever else is open."""

    values: Mapping[tuple[Ref, str], Value | None] = {}
    sides: Mapping[Ref, str] = {}
    paths: Mapping[str, str] = {}
    rest: str = ""


class UndecidedError(ConflictError):
    """A person must decide, and nobody did."""

    def __init__(self, contests: Sequence[Contest], there: str) -> None:
        questions = [contest for contest in contests if contest.is_question]
        what = "1 question is" if len(questions) == 1 else f"{len(questions)} questions are"
        fields = [contest for contest in questions if contest.ref.id and contest.field != WHOLE]
        files = [contest for contest in questions if not contest.ref.id]
        words = ["`crm sync WHO field=value`"] if fields else []
        hint = ", ".join([*words, "--ours or --theirs answers; on a terminal `crm sync` asks"])
        if files:
            hint += f"; a file that must be merged by hand: `git merge {there}`, then `crm resolve`"
        super().__init__(f"{what} open, so nothing was shared; all is committed here", hint=hint)
        self.contests = list(contests)


class NotContestedError(UsageError):
    """A value for a field about which both sides agree."""

    def __init__(self, ref: Ref, field: str) -> None:
        super().__init__(
            f"{ref}: not both sides changed {field or 'it'}, so there is nothing to decide",
            hint="`crm set` changes fields; all is committed here, and nothing was shared",
        )


class Answers:
    """Answers contests, and remembers what was answered on the way, so that a lost race asks nothing twice."""

    def __init__(self, said: Said) -> None:
        self._said = said
        self._heard: dict[Key, Answer] = {}
        self._used: set[tuple[Ref, str]] = set()

    def __call__(self, contest: Contest) -> Answer | None:
        """What was said to a contest; a side answers only what is open."""
        key = (contest.ref, contest.field)
        if key in self._said.values:
            self._used.add(key)
            return Answer(GIVEN, self._said.values[key])
        heard = self._heard.get(_key(contest))
        sides = self._said
        side = sides.sides.get(contest.ref, "") if contest.ref.id else sides.paths.get(contest.path, "")
        if heard is not None or not (contest.is_question and (side or self._said.rest)):
            return heard
        return Answer(side or self._said.rest)

    def hear(self, answers: Iterable[tuple[Contest, Answer]]) -> None:
        """Remember what was answered."""
        self._heard |= {_key(contest): answer for contest, answer in answers}

    def insist_used(self) -> None:
        """Raise `NotContestedError` (exit 2) for a value that was given and that nothing asked for."""
        for ref, field in self._said.values:
            if (ref, field) not in self._used:
                raise NotContestedError(ref, field)


def _key(contest: Contest) -> Key:
    return contest.ref, contest.path, contest.field, _plain(contest.ours), _plain(contest.theirs)


def _plain(value: Value | None) -> str | None:
    """A value that can be looked up: a list as its items, one a line."""
    return "\n".join(value) if isinstance(value, list) else value


def typed(book: Book, ref: Ref, words: Sequence[str]) -> dict[tuple[Ref, str], Value | None]:
    """What `field=value` words say of a record, typed as `crm set` types them; files that they name are copied into the book."""
    copies = Copies(book)
    fields: Fields = dict(book.read_record(ref).fields)
    found: dict[tuple[Ref, str], Value | None] = {}
    for word in words:
        for change in typed_changes(book, Record(ref, fields), word, copies):
            apply_change(fields, change)
            found[ref, change.field] = fields.get(change.field)
    copies.make()
    return found
