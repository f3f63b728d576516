"""`crm sync` with a person: their words, what is told meanwhile, questions at the terminal, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.actions.sharing.answers import Said, UndecidedError, typed
from crmcli.actions.sharing.rounds import Synced, Wishes, sync
from crmcli.actions.words import is_word
from crmcli.cli.questions import DeclinedError, ask_line, choose
from crmcli.cli.resolving import IN_TABLE, BothSidesError, flat, only, short, signed
from crmcli.errors import CrmError, UsageError
from crmcli.model.record import BODY, Ref, Value
from crmcli.store.merging import WHOLE
from crmcli.store.records import ref_of
from crmcli.store.sync.contest import GIVEN, OURS, SIDES, THEIRS, Answer, Contest
from crmcli.store.sync.files import record_of

if TYPE_CHECKING:
    from crmcli.cli.session import Session
    from crmcli.reports.table import Table
    from crmcli.store.book import Book

_NAMES = {WHOLE: "(the file)", BODY: "(the text)"}


class WordsForWhomError(UsageError):
    """A value without a record."""

    def __init__(self, word: str) -> None:
        super().__init__(f"whose is {word!r}? name a record first", hint="crm sync WHO field=value")


class NothingSaidError(UsageError):
    """A record without an answer."""

    def __init__(self, word: str) -> None:
        super().__init__(f"what about {word}?", hint="crm sync WHO field=value, or --ours or --theirs")


class Syncing:
    """One run of `crm sync`: the person that the sync tells and asks."""

    def __init__(self, session: Session, words: Sequence[str], *, ours: bool, theirs: bool) -> None:
        if ours and theirs:
            raise BothSidesError
        self._session = session
        self._side = OURS if ours else THEIRS if theirs else ""
        self._book = session.book
        self._contests: list[Contest] = []
        self._said = self._understood(words)

    def run(self, *, strict: bool, message: str) -> None:
        """Share the book; raises what the sync raises, `UndecidedError` (exit 5) after a table of what is open."""
        session = self._session
        wishes = Wishes(message, strict, session.terminal.answers and not session.options.no_input, self._said)
        book = self._book
        try:
            book = self._sync(wishes).book
        except UndecidedError as error:
            self._contests = error.contests
            raise
        finally:
            if session.progress:
                session.progress.finish()
            if self._contests:
                session.out.rows(contest_table(book, self._contests), numbered=False)
        if not self._contests and session.options.format:
            session.out.rows(contest_table(book, []), numbered=False)
        if session.options.dry_run:
            session.out.note("dry run: nothing was changed, here or there.")

    def _sync(self, wishes: Wishes) -> Synced:
        if self._session.options.dry_run:
            from crmcli.actions.sharing.trial import try_sync  # noqa: PLC0415

            return try_sync(self._book, wishes, self)
        return sync(self._book, wishes, self)

    # ---- the person ----------------------------------------------------------------------------------------

    def note(self, sentence: str) -> None:
        """Say what was done."""
        self._session.out.note(sentence)

    def doing(self, what: str) -> None:
        """Show what is being done on a line of its own that goes again; only where somebody watches."""
        if self._session.progress and not self._session.options.quiet:
            self._session.progress.say(f"{what} …")

    def contested(self, contests: Sequence[Contest]) -> None:
        """Keep what both sides had changed for the table at the end."""
        self._contests += [contest for contest in contests if contest not in self._contests]

    def decide(self, questions: Sequence[Contest]) -> list[tuple[Contest, Answer]]:
        """Ask at the terminal; nothing where nobody can answer."""
        if not self._session.may_ask or self._session.options.dry_run:
            return []
        answers: list[tuple[Contest, Answer]] = []
        named = ""
        for contest in questions:
            if contest.path != named:
                named = contest.path
                title = self._book.title_of(contest.ref) if contest.ref.id else ""
                self._session.out.say(f"{title} ({contest.ref})" if title else contest.path)
            answer = self._ask(contest)
            if answer is not None:
                answers.append((contest, answer))
        return answers

    def _ask(self, contest: Contest) -> Answer | None:
        """One question: our value, theirs, another, or not now."""
        name = _NAMES.get(contest.field, contest.field)
        why = f", {contest.why}" if contest.why else ""
        candidates = [
            f"{'ours':8}{only(contest.ours, contest.theirs)}{signed(contest.ours_by)}",
            f"{'theirs':8}{only(contest.theirs, contest.ours)}{signed(contest.theirs_by)}",
        ]
        candidates += [] if contest.field in (WHOLE, BODY) else ["another value"]
        try:
            chosen = choose(self._session, f"{name}{why}: which one? (Enter leaves it)", candidates)
        except DeclinedError:
            return None
        if chosen is None:
            return None
        return Answer(SIDES[chosen]) if chosen < len(SIDES) else self._typed(contest)

    def _typed(self, contest: Contest) -> Answer | None:
        """A value of the person's own; asked again while it cannot be typed."""
        while line := ask_line(self._session, contest.field):
            try:
                found = typed(self._book, contest.ref, [f"{contest.field}={line}"])
                return Answer(GIVEN, found[contest.ref, contest.field])
            except CrmError as error:
                self._session.out.error(str(error), error.hint)
        return None

    # ---- words ---------------------------------------------------------------------------------------------

    def _understood(self, words: Sequence[str]) -> Said:
        """What `WHO field=value… WHO field=value…` says; WHO without values is what the side is taken for."""
        values: dict[tuple[Ref, str], Value | None] = {}
        sides: dict[Ref, str] = {}
        paths: dict[str, str] = {}
        for who, own in _groups(words):
            if own:
                for ref in self._refs(who):
                    values |= typed(self._book, ref, own)
                continue
            if not self._side:
                raise NothingSaidError(who[0])
            named = [word for word in who if self._is_file(word)]
            paths |= dict.fromkeys(named, self._side)
            sides |= dict.fromkeys(self._refs([word for word in who if word not in named]), self._side)
        return Said(values, sides, paths, "" if sides or paths else self._side)

    def _refs(self, words: Sequence[str]) -> list[Ref]:
        from crmcli.cli.who import find_record  # noqa: PLC0415

        parts = [part for word in words for part in word.split(",") if part]
        return [
            ref_of(p) if record_of(p) and (self._book.root / p).is_file() else find_record(self._session, p)
            for p in parts
        ]

    def _is_file(self, word: str) -> bool:
        """Whether a word is the path of a file that is no record."""
        return record_of(word) is None and (self._book.root / word).is_file()


def _groups(words: Sequence[str]) -> list[tuple[list[str], list[str]]]:
    """Words taken apart: whom, and what is said of them."""
    groups: list[tuple[list[str], list[str]]] = []
    for word in words:
        if is_word(word):
            if not groups:
                raise WordsForWhomError(word)
            groups[-1][1].append(word)
        elif groups and not groups[-1][1]:
            groups[-1][0].append(word)
        else:
            groups.append(([word], []))
    return groups


def contest_table(book: Book, contests: Sequence[Contest]) -> Table:
    """Everything that both sides changed as a row: both values, who gave them and when, what counts now."""
    from crmcli.reports.cells import TEXT, Form  # noqa: PLC0415
    from crmcli.reports.forms import moment  # noqa: PLC0415
    from crmcli.reports.table import Column, Table  # noqa: PLC0415

    value = Form(flat, lambda cell: cell, lambda cell: short(flat(cell), IN_TABLE))
    when = moment(book.zone)
    forms = {"ours": value, "theirs": value, "base": value, "ours_at": when, "theirs_at": when}
    names = ("path", "field", "taken", "ours", "ours_by", "ours_at", "theirs", "theirs_by", "theirs_at", "why", "base")
    rows = []
    title = "To be decided" if any(contest.is_question for contest in contests) else "Changed on both sides"
    for contest in contests:
        mine, yours = contest.ours_by, contest.theirs_by
        here = (contest.ours, mine.by or None, mine.at or None)
        there = (contest.theirs, yours.by or None, yours.at or None)
        rows.append((contest.path, contest.field, contest.taken, *here, *there, contest.why or None, contest.base))
    columns = tuple(Column(name, name.replace("_", " ").capitalize(), forms.get(name, TEXT)) for name in names)
    return Table(columns, rows, title=title, found=len(rows), key="path")
