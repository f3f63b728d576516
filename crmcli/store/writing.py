"""What every write shares: recovery before it, the drift of what it touches, ids, the commit, the index after it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
from crmcli.model.event import Event
from crmcli.model.ids import UlidSource, encode, randomness
from crmcli.model.record import Ref
from crmcli.store import git, outbox
from crmcli.store.clone import Segment, new_segment, remember_segment, segment_for
from crmcli.store.commit import Commit, NothingWrittenError
from crmcli.store.holders import letters_here, take
from crmcli.store.index.own_journal import Appended
from crmcli.store.place import Conflict
from crmcli.store.recovery import forget, recover
from crmcli.store.shared_folder import guard, overtaken, take_over
from crmcli.store.staging import PLAIN, Layout

if TYPE_CHECKING:
    from crmcli.store.book import Book
    from crmcli.store.drift import DriftFound

AHEAD = timedelta(hours=24)
"""An id whose time lies further ahead than this is a problem and is not followed."""


class DriftJournaled(NamedTuple):
    """What was journaled, and sentences for people about what was left alone."""

    events: list[Event]
    notices: list[str]


class Written(NamedTuple):
    """An op on disk: what could not be put in place, and sentences for people."""

    conflicts: list[Conflict]
    notices: list[str]


def clone_of(book: Book) -> str:
    """This clone's letters."""
    return letters_here(book.root, book.state) or take(book.root, book.state, randomness())


def prepare(book: Book, refs: Iterable[Ref]) -> list[str]:
    """Under the lock, before anything is planned: finish what was cut off, look at the journal, journal drift of `refs`."""
    from crmcli.store.erasing import forget_erased  # noqa: PLC0415 - only writes
    from crmcli.store.heads import put_back_segments  # noqa: PLC0415

    try:
        notices = recover_pending(book)
        book.index.refresh_journal()
        notices += put_back_segments(book)
        notices += forget_erased(book)
        notices += _teach_git(book)
        return notices + journal_drift(book, refs)
    except OSError as error:
        raise NothingWrittenError(book.root, error) from error


def _teach_git(book: Book) -> list[str]:
    """A clone made with plain git lacks the merge driver: set it up before the first write (STORE rule 22)."""
    from crmcli.store.git_setup import lacks_driver, set_driver  # noqa: PLC0415 - only writes

    repository = git.find_repository(book.root)
    if repository is None or not (book.root / ".gitattributes").is_file() or not lacks_driver(repository):
        return []
    set_driver(repository)
    return ["git in this clone merges records field by field from now on (merge.crm.driver)"]


def recover_pending(book: Book) -> list[str]:
    """Finish or drop ops that were cut off (STORE rule 17), of whatever machine."""
    try:
        notices = take_over(book.root, book.state)
    except OSError as error:
        raise NothingWrittenError(book.root, error) from error
    for found in recover(book.root, book.state):
        if found.outbox:
            outbox.put(book.state / "outbox", found.outbox)
        forget(book.state, found)
        book.index.stale()
        if found.done:
            notices.append(f"op {found.op} had been cut off and is finished now")
        notices += [f"{c.path} was changed meanwhile; what the op wanted lies in {c.parked}" for c in found.conflicts]
    return notices


def journal_drift(book: Book, refs: Iterable[Ref]) -> list[str]:
    """Journal what hands or commits changed in these records, as an op of its own."""
    from crmcli.store.drift import drift_of  # noqa: PLC0415 - only writes

    repository = git.find_repository(book.root)
    mark = git.head_mark(repository) if repository else ""
    found = drift_of(book, refs)
    write_drift(book, found, mark)
    return found.notices


def journal_all_drift(book: Book) -> DriftJournaled:
    """Journal the drift of every record, under the lock; in the hook of a commit see `pre_commit`."""
    from crmcli.store.all_drift import all_drift, note_clean  # noqa: PLC0415 - only a few commands

    repository = git.find_repository(book.root)
    mark = git.head_mark(repository) if repository else ""
    found = all_drift(book)
    events = write_drift(book, found, mark)
    note_clean(book, found.clean)
    return DriftJournaled(events, found.notices)


def write_drift(book: Book, found: DriftFound, mark: str, *, in_commit: bool = False) -> list[Event]:
    """Write drift as an op; nothing while git is in the middle of something or HEAD moved since `mark`."""
    from crmcli.store.dating import dated  # noqa: PLC0415 - only where there is drift
    from crmcli.store.drift import may_journal  # noqa: PLC0415

    if not found.drift or not may_journal(book, in_commit=in_commit):
        return []
    repository = git.find_repository(book.root)
    if repository is not None and git.head_mark(repository) != mark:
        return []
    events = dated(book, found.drift, id_source(book, {drift.ref for drift in found.drift}).next)
    if events:
        write = Write(book, events[0].op, sealed=in_commit)
        for event in events:
            write.event(event)
        write.complete([], [])
    return events


def id_source(book: Book, refs: Iterable[Ref] = ()) -> UlidSource:
    """Ids greater than every id in the tree, of events and ops; those too far ahead are followed only by the records they are of.

    So that a machine whose clock is years behind still writes events that come after what they change.
    """
    now = book.now()
    limit = encode(int((now + AHEAD).timestamp() * 1000), 10)
    questions = ("SELECT max(id) FROM events WHERE id < ?", "SELECT max(op) FROM events WHERE op < ?")
    rows = [book.index.row(question, (limit,)) for question in questions]
    greatest = max(str(row[0]) if row and row[0] else "" for row in rows)
    ahead = book.index.row("SELECT 1 FROM events WHERE id >= ? LIMIT 1", (limit,))
    if ahead:
        own = [book.index.row('SELECT max(id) FROM events WHERE "on" = ?', (str(ref),)) for ref in refs]
        greatest = max([greatest, *(str(row[0]) for row in own if row and row[0])])
    return UlidSource(randomness(), int(now.timestamp() * 1000), greatest)


class Write:
    """One op being written; a thin shell around `Commit` that knows the book.

    `sealed` gives it a segment of its own, to which nothing is added afterwards.
    """

    def __init__(self, book: Book, op: str, *, sealed: bool = False) -> None:
        self._book = book
        self._sealed = sealed
        self._layouts: dict[str, Layout] = {}  # by plural
        self._clone = take(book.root, book.state, randomness())
        repository = git.find_repository(book.root)
        self._commit = Commit(book.root, book.state, op, git.head_commit(repository) if repository else "")

    def stage(self, path: str, old: str, content: bytes | None, ref: Ref) -> None:
        """Stage a record file."""
        self._commit.stage(path, old, content, self._layout(ref) if old and content is not None else PLAIN)

    def _layout(self, ref: Ref) -> Layout:
        found = self._layouts.get(ref.plural)
        if found is None:
            fields = self._book.type_of(ref).fields.values()
            maps = tuple(f.name for f in fields if f.type == "address" or f.embedded)
            found = self._layouts[ref.plural] = Layout(tuple(f.name for f in fields), maps)
        return found

    def event(self, event: Event) -> None:
        """Add an event."""
        self._commit.write(event)

    def drop(self) -> None:
        """Give up an op that is not completed: what was staged goes."""
        self._commit.drop()

    def complete(self, paths: list[str], due: list[dict[str, object]], *, bulk: bool = False) -> Written:
        """Commit; then the index, the outbox, and the pending record goes.

        Raises `NothingWrittenError` (exit 1) before the commit point; after it, what fails is done again by the next op.
        """
        book = self._book
        try:
            repository = git.find_repository(book.root)
            head = git.head_mark(repository) if repository else None
            segment = self._segment(head)
        except OSError as error:
            self.drop()
            raise NothingWrittenError(book.root, error) from error
        try:
            done = self._commit.complete(segment, due, guard(book.root, book.state))
        except BaseException:
            book.index.stale()
            raise
        with suppress(OSError):
            if not self._sealed and not segment.length:
                remember_segment(book.state, segment.path, self._clone, head)
        if bulk:
            book.index.stale()
        else:
            book.index.touch(paths, Appended(segment.path, segment.length, done.content))
        return Written(done.conflicts, [*self._close(due), *overtaken(book.state)])

    def _segment(self, head: str | None) -> Segment:
        book, clone = self._book, self._clone
        if self._sealed:
            return new_segment(book.root, clone, book.now(), randomness())
        return segment_for(book.root, book.state, clone, head, book.now(), randomness())

    def _close(self, due: list[dict[str, object]]) -> list[str]:
        try:
            if due:
                outbox.put(self._book.state / "outbox", due)
            self._commit.close()
        except OSError as error:
            return [f"it is written, but tidying up failed ({error.strerror}): the next writing command does it"]
        return []
