"""What a moved HEAD asks for: segments that a `git revert` deleted are put back (STORE rule 12)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.model.event import Event
from crmcli.store import disk, git, pending
from crmcli.store.inside import Inside, is_inner
from crmcli.store.journal import SUFFIX, read_events
from crmcli.store.layout import JOURNAL

if TYPE_CHECKING:
    from crmcli.store.book import Book

FILE = "head"


def put_back_segments(book: Book) -> list[str]:
    """After HEAD moved, bring back journal segments that its history deleted; say which."""
    repository = git.find_repository(book.root)
    if repository is None or not git.is_installed():
        return []
    head = git.head_commit(repository)
    seen_file = book.state / FILE
    seen = git.commit_in(seen_file)
    if head == seen or git.operation_under_way(repository):
        return []
    restored = _restore(book, repository, f"{seen}..{head}" if seen else head) if head else []
    if restored:
        book.index.refresh_journal()
    disk.make_folder(book.state)
    disk.write_atomic(seen_file, head.encode(), sync=False)
    return [f"journal segment {path} was deleted by a commit and is back" for path in restored]


def _restore(book: Book, repository: git.Repository, commits: str) -> list[str]:
    """Bring back what commits deleted; a clone that has not looked yet asks all of its history, once."""
    prefix = git.prefix_of(repository, book.root)
    out = git.run(
        repository.top, "log", "-z", "--diff-filter=D", "--no-renames", "--format=%x01%H", "--name-only", "-m",
        "--first-parent", commits, "--", f"{prefix}{JOURNAL}", check=False,
    )  # fmt: skip
    restored: dict[str, None] = {}
    inside = Inside(book.root)
    commit = ""
    for word in out.split("\0"):
        token = word.strip("\n")
        if token.startswith("\x01"):
            commit = token[1:]
        elif token.endswith(SUFFIX):
            path = token.removeprefix(prefix)
            if not is_inner(path) or os.path.lexists(book.root / path):
                continue
            content = git.run_bytes(repository.top, "cat-file", "blob", f"{commit}^:{token}", check=False)
            if content and _is_missed(book, content):
                inside.insist(path)
                disk.write_by_way_of(book.state / pending.FOLDER, book.root / path, content)
                restored[path] = None
    return list(restored)


def _is_missed(book: Book, content: bytes) -> bool:
    """Whether a segment holds events that no other has (a pack, a copy). What was erased of it is blanked at once."""
    events = [found for found in read_events(content) if isinstance(found, Event)]
    return any(book.index.row("SELECT 1 FROM events WHERE id = ?", (event.id,)) is None for event in events)
