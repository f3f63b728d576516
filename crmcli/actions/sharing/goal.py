"""The commit that both sides come to: theirs, ours, or one of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.actions.sharing.answers import Answers, Person, UndecidedError
from crmcli.engines.process import NoStagesError, pipeline_of, present_stage
from crmcli.errors import ConflictError
from crmcli.model.event import Event
from crmcli.model.ids import UlidSource, encode, randomness
from crmcli.store import git
from crmcli.store.book import FORMAT, BookTooNewError
from crmcli.store.clone import new_segment
from crmcli.store.journal import encode_event
from crmcli.store.layout import CONFIG
from crmcli.store.sync.contest import Contest, Judge
from crmcli.store.sync.identity import identity
from crmcli.store.sync.trees import Entry, commit_tree, merge_base, write_blob, write_tree
from crmcli.store.sync.unite import Commits, United, entries_of, segment_of, unite
from crmcli.store.writing import AHEAD, clone_of, id_source

if TYPE_CHECKING:
    from crmcli.model.record import Fields
    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book
    from crmcli.store.sync.talk import Talk

SCRATCH = "sync-index"
"""The name of an index of our own, below `.crm`."""


class UnrelatedError(ConflictError):
    """Two histories without a common commit."""

    def __init__(self, there: str) -> None:
        super().__init__(
            f"{there} and the book here have no commit in common: they are two books",
            hint="`crm clone URL` gets the other one; or share this one to an empty repository, or another branch",
        )


class NoBookThereError(ConflictError):
    """The other side holds no book."""

    def __init__(self, there: str, prefix: str) -> None:
        super().__init__(
            f"{there} has no {prefix}{CONFIG}: there is no book in it (any more)",
            hint="look at it with `git log`; nothing was shared",
        )


class Goal:
    """Finds or makes the commit; what it had to decide stays in `contests`."""

    def __init__(self, book: Book, talk: Talk, answers: Answers, person: Person, *, strict: bool = False) -> None:
        self._book, self._talk, self._answers, self._person, self._strict = book, talk, answers, person, strict
        self.contests: list[Contest] = []

    def find(self, ours: str, theirs: str, there: str) -> str:
        """The commit to arrive at: both sides' work is in it.

        Raises `UndecidedError`, `UnrelatedError`, `NoBookThereError` and what `unite` raises (all exit 5),
        `BookTooNewError` (exit 6), `NotContestedError` (exit 2).
        """
        self.contests = []
        base = merge_base(self._talk, ours, theirs) if theirs else ""
        if not theirs or base == theirs:
            self._answers.insist_used()
            return ours
        self._refuse_other_book(theirs, there)
        if base == ours:
            self._answers.insist_used()
            return theirs
        if not base:
            raise UnrelatedError(there)
        commits = Commits(base, ours, theirs, there)
        return self._commit(commits, self._united(commits))

    def _united(self, commits: Commits) -> United:
        """Unite, and ask while there is somebody who answers."""
        limit = int((self._book.now() + AHEAD).timestamp() * 1000)
        judge = Judge(self._book.setup.types, self._is_final, self._answers, self._strict)
        united = unite(self._book, self._talk, commits, judge, limit)
        if united.questions:
            self._answers.hear(self._person.decide(united.questions))
            united = unite(self._book, self._talk, commits, judge, limit)
        self.contests = united.contests
        if united.questions:
            raise UndecidedError(united.contests, commits.there)
        self._answers.insist_used()
        return united

    def _is_final(self, record_type: RecordType, fields: Fields) -> bool:
        try:
            pipeline = pipeline_of(self._book.setup, record_type, fields)
        except NoStagesError:
            return False
        return present_stage(pipeline, record_type, fields).kind in ("won", "lost")

    def _commit(self, commits: Commits, united: United) -> str:
        """A commit of both sides that no branch knows yet."""
        book, talk = self._book, self._talk
        prefix = git.prefix_of(talk.repository, book.root)
        edits = dict(entries_of(talk, united))
        for path, content in self._segments(united):
            edits[prefix + path] = Entry("100644", write_blob(talk, content))
        tree = write_tree(talk, commits.ours, edits, book.state / SCRATCH, commits.there)
        parents = [commits.ours, commits.theirs]
        return commit_tree(talk, tree, parents, self._message(commits.there), identity(book, talk))

    def _segments(self, united: United) -> list[tuple[str, bytes]]:
        """The journal's part of the merge: events by nobody, and those of whoever answered."""
        found = [segment_of(united.events)] if united.events else []
        if united.given:
            book = self._book
            by = book.writer()
            events = _given(book, by, united)
            path = new_segment(book.root, clone_of(book), book.now(), randomness()).path
            found.append((path, b"".join(encode_event(event) for event in events)))
        return found

    def _message(self, there: str) -> str:
        lines = [_in_words(contest) for contest in self.contests]
        return "\n".join([f"merge {there}", *(["", *lines] if lines else [])]) + "\n"

    def _refuse_other_book(self, theirs: str, there: str) -> None:
        """Raise where the other side has no book, or one that this program may not touch."""
        prefix = git.prefix_of(self._talk.repository, self._book.root)
        said = self._talk.says("cat-file", "blob", f"{theirs}:{prefix}{CONFIG}")
        if said.code:
            raise NoBookThereError(there, prefix)
        import tomllib  # noqa: PLC0415

        try:
            number = tomllib.loads(said.out).get("format", 1)
        except tomllib.TOMLDecodeError:
            return  # a problem like any other: `crm check` names it
        if isinstance(number, int) and number > FORMAT:
            raise BookTooNewError(self._book.root, number)


def _given(book: Book, by: str, united: United) -> list[Event]:
    """The events of whoever answered: now, by them, after everything both sides know."""
    source = id_source(book)
    known = max([united.greatest, *(event.id for event in united.events), source.next()])
    limit = encode(int((book.now() + AHEAD).timestamp() * 1000), 10)
    source = UlidSource(randomness(), int(book.now().timestamp() * 1000), known if known < limit else source.next())
    at, op = book.now().isoformat(timespec="milliseconds"), source.next()
    return [
        event._replace(id=source.next(), at=at, by=by, via="sync", op=op, more={} if number else {"cmd": "sync"})
        for number, event in enumerate(united.given)
    ]


def _in_words(contest: Contest) -> str:
    what = f"{contest.field} of {contest.ref}" if contest.field else contest.path
    why = f" ({contest.why})" if contest.why else ""
    return f"- {what}: {contest.taken}{why}"
