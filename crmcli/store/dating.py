"""When drift happened, by whom and how: a hand here and now, a commit made without crm, or git itself (STORE rule 10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from crmcli.model.event import Event
from crmcli.store import git
from crmcli.store.drift import Drift
from crmcli.store.git_drift import Author, History, derived_id, derived_op
from crmcli.store.writing import AHEAD

if TYPE_CHECKING:
    from crmcli.store.book import Book

NextId = Callable[[], str]
"""Draws the next event id."""


def dated(book: Book, drift: Sequence[Drift], next_id: NextId) -> list[Event]:
    """Give each drift its id, time, author and way; events in id order."""
    if not drift:
        return []
    dating = _Dating(book, next_id)
    repository = git.find_repository(book.root)
    if repository is None or not git.is_installed():
        return dating.by_hand(drift)
    return dating.in_git(repository, drift)


class _Dating:
    """One op of drift being dated."""

    def __init__(self, book: Book, next_id: NextId) -> None:
        self._book = book
        self._next = next_id
        self._stamp = book.now().isoformat(timespec="milliseconds")
        self._limit = int((book.now() + AHEAD).timestamp() * 1000)
        self._op = next_id()

    def by_hand(self, drift: Sequence[Drift]) -> list[Event]:
        """A person here did it, some time before now."""
        me = self._book.me
        return [d.event._replace(id=self._next(), at=self._stamp, by=me, via="hand", op=self._op) for d in drift]

    def in_git(self, repository: git.Repository, drift: Sequence[Drift]) -> list[Event]:
        """What HEAD says too came in a commit, or is what a stash put back; the rest was done by a person here."""
        prefix = git.prefix_of(repository, self._book.root)
        drift = [d._replace(path=_gone_path(repository, prefix, d)) if d.content is None else d for d in drift]
        committed = git.blob_ids(repository, sorted({prefix + d.path for d in drift}))
        in_head: list[Drift] = []
        here: list[Drift] = []
        for d in drift:
            if _is_in_head(d, committed.get(prefix + d.path, "")):
                in_head.append(d)
            elif not _is_left_out(repository, prefix, d):
                here.append(d)
        return sorted([*self._by_commit(repository, prefix, in_head), *self.by_hand(here)])

    def _by_commit(self, repository: git.Repository, prefix: str, drift: Sequence[Drift]) -> list[Event]:
        if not drift:
            return []
        events: list[Event] = []
        with git.Blobs(repository) as blobs:
            history = History(repository, [prefix + d.path for d in drift], blobs)
            loose = _Loose(self._book, repository, prefix)
            for d in drift:
                if d.content is not None and loose.has(d.previous):
                    events.append(self._by_nobody(d))
                    continue
                author = history.author_of(prefix + d.path, d.event, d.last_of_field)
                if author is not None:
                    events.append(self._by_author(d, author))
                elif d.content is None:  # never committed: it was removed here
                    events += self.by_hand([d])
                else:
                    events.append(self._by_nobody(d))
        return events

    def _by_author(self, drift: Drift, author: Author) -> Event:
        fresh = derived_id(drift.event, drift.previous, author)
        if author.milliseconds > self._limit:  # a clock was wrong: its time would be followed by nobody
            fresh = self._next()
        return drift.event._replace(id=fresh, at=author.at, by=author.mail, via="git", op=derived_op(author))

    def _by_nobody(self, drift: Drift) -> Event:
        return drift.event._replace(id=self._next(), at=self._stamp, by="", via="git", op=self._op)


def _is_in_head(drift: Drift, blob: str) -> bool:
    """Whether the file is as HEAD has it (both without it included)."""
    if drift.content is None:
        return not blob
    return bool(blob) and blob == git.blob_id(drift.content, blob)


def _gone_path(repository: git.Repository, prefix: str, drift: Drift) -> str:
    """Where HEAD, or its history, has the file of a record that is gone: its subfolder is in no event."""
    plural, name = drift.ref
    stem = f"{name}.md"
    held = git.files_in_head(repository, f"{prefix}{plural}")
    found = next((path for path in held if path.rpartition("/")[2] == stem), "")
    if not found:
        glob = f":(glob){prefix}{plural}/**/{stem}"
        out = git.run(
            repository.top,
            "log",
            "-1",
            "-z",
            "--diff-filter=D",
            "--no-renames",
            "--name-only",
            "--format=",
            "--",
            glob,
            check=False,
        )
        found = next((path.strip("\n") for path in out.split("\0") if path.strip("\n")), "")
    return found.removeprefix(prefix) or drift.path


def _is_left_out(repository: git.Repository, prefix: str, drift: Drift) -> bool:
    """Whether a file that is gone is one a sparse checkout leaves out."""
    if drift.content is not None:
        return False
    out = git.run(repository.top, "ls-files", "-t", "--", f":(literal){prefix}{drift.path}", check=False)
    return out.startswith("S ")


class _Loose:
    """Which events lie in segments that no commit has: what went back under them went back under a stash."""

    def __init__(self, book: Book, repository: git.Repository, prefix: str) -> None:
        self._book = book
        self._repository = repository
        self._prefix = prefix
        self._known: dict[str, bool] = {}

    def has(self, event: str) -> bool:
        """Whether an event lies in such a segment; packs, and segments put back after a revert, are none."""
        row = self._book.index.row(
            "SELECT s.path FROM events e JOIN segments s ON s.no = e.seg WHERE e.id = ?", (event,)
        )
        if row is None:
            return False
        path = str(row[0])
        if path not in self._known:
            self._known[path] = self._is_loose(self._prefix + path)
        return self._known[path]

    def _is_loose(self, path: str) -> bool:
        if path.rpartition("/")[2].startswith("pack-"):
            return False
        top = self._repository.top
        return not git.run(top, "log", "-1", "--format=%H", "--", f":(literal){path}", check=False).strip()
