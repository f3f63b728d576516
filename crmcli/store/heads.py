"""What a moved HEAD asks for: segments that a `git revert` deleted are put back (STORE rule 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store import disk, git
from crmcli.store.layout import JOURNAL as FOLDER

if TYPE_CHECKING:
    from crmcli.store.book import Book

FILE = "head"


def put_back_segments(book: Book) -> list[str]:
    """After HEAD moved, bring back journal segments that its history deleted; say which."""
    repository = git.find_repository(book.root)
    if repository is None:
        return []
    head = git.head_commit(repository)
    seen_file = book.state / FILE
    seen = seen_file.read_text(encoding="ascii", errors="replace").strip() if seen_file.is_file() else ""
    if head == seen or git.operation_under_way(repository):
        return []
    notices = []
    if head and seen:
        notices = [f"journal segment {path} was deleted by a commit and is back" for path in _restore(book, repository, seen, head)]
        if notices:
            book.index.refresh_journal()
    disk.make_folder(book.state)
    disk.write_atomic(seen_file, head.encode("ascii", "replace"))
    return notices


def _restore(book: Book, repository: git.Repository, seen: str, head: str) -> list[str]:
    inside = book.root.resolve().relative_to(repository.top.resolve()).as_posix()
    prefix = "" if inside == "." else f"{inside}/"
    out = git.run(
        repository.top, "log", "--diff-filter=D", "--no-renames", "--format=%H", "--name-only", "-m", "--first-parent",
        f"{seen}..{head}", "--", f"{prefix}{FOLDER}", check=False,
    )  # fmt: skip
    commit = ""
    restored = []
    for line in out.splitlines():
        if len(line) in (40, 64) and "/" not in line:
            commit = line
        elif line.endswith(".jsonl"):
            path = line.removeprefix(prefix)
            target = book.root / path
            if target.exists() or _is_superseded(book, path):
                continue
            content = git.run_bytes(repository.top, "cat-file", "blob", f"{commit}^:{line}", check=False)
            if content:
                disk.make_folder(target.parent)
                disk.write_atomic(target, content)
                restored.append(path)
    return restored


def _is_superseded(book: Book, path: str) -> bool:
    """Whether a deleted segment's events live on in a pack (packs are named `pack-…`) beside it."""
    month = (book.root / path).parent
    return month.is_dir() and any(month.glob("pack-*.jsonl"))
