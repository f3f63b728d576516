"""The book as a commit has it: its files written out of git's objects into a folder of `.crm`, and opened there.

Branches are what-if: `crm report won --on BRANCH` reads the branch's files, engine files included, without a checkout.
Each commit is written out once and has an index of its own; those not asked for lately go.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from crmcli.errors import CrmError, NotFoundError, UsageError
from crmcli.store import disk, git
from crmcli.store.book import Book, InGit
from crmcli.store.inside import is_inner
from crmcli.store.layout import CONFIG
from crmcli.store.leftovers import is_of_nobody

FOLDER = "revisions"
KEPT = 3
"""How many written-out commits stay beside the one asked for."""

_PLAIN = frozenset(["100644", "100755"])
_HIDDEN = "."
_ATTACHMENTS = "files/"


class NoRevisionError(NotFoundError):
    """A revision was asked for, and git knows none of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"git knows no revision {name!r} here",
            hint="a branch, a tag or a commit: `git branch -a`, `git log --oneline`",
        )


class NoBookThenError(NotFoundError):
    """A revision that has no book where this one lies."""

    def __init__(self, revision: Revision, place: str) -> None:
        super().__init__(
            f"{revision.name} ({revision.commit[:10]}) has no {place}{CONFIG}",
            hint="it is from before the book, or of another project",
        )


class BlobMissingError(CrmError):
    """A commit whose files are not all here."""

    def __init__(self, revision: Revision, path: str) -> None:
        super().__init__(
            f"this clone is a partial one and lacks {path} of {revision.name}",
            hint=f"`git show {revision.name}:{path}` fetches it",
        )


class OutsideGitError(UsageError):
    """A revision was asked for outside git."""

    def __init__(self, root: Path) -> None:
        super().__init__(f"{root} is in no git repository: it has no revisions", hint="--as-of asks for a past moment")


class RevisionUnwritableError(UsageError):
    """A change was to be made to another revision."""

    def __init__(self, revision: Revision) -> None:
        super().__init__(
            f"nothing can be written to {revision.name} from here",
            hint=f"`git switch {revision.name}` first, or leave --on out",
        )


class Revision(NamedTuple):
    """A commit under the name it was asked for by; who made it (name) and when (author's time)."""

    name: str
    commit: str
    by: str
    at: datetime


class RevisionBook(Book):
    """A book as a commit has it; made by `book_on`. Nothing can be written to it."""

    def __init__(self, present: Book, revision: Revision, folder: Path) -> None:
        super().__init__(folder)
        self.present = present
        self.revision = revision
        self.progress = present.progress

    @cached_property
    def me(self) -> str:
        """Who asks, in the present."""
        return self.present.me

    def in_git(self) -> InGit | None:
        """Where the present book lies, at the commit."""
        place = self.present.in_git()
        return place._replace(commit=self.revision.commit) if place else None

    def writer(self) -> str:
        """Nobody: raises `RevisionUnwritableError` (exit 2)."""
        raise RevisionUnwritableError(self.revision)


def find_revision(book: Book, name: str) -> Revision | None:
    """The commit that git understands by a name; None where it knows none, outside git too."""
    place = book.in_git()
    if place is None or not name or name.startswith("-"):
        return None
    said = git.run(
        place.repository.top, "log", "-1", "--no-show-signature", "--format=%H%x00%an%x00%aI", "--end-of-options",
        f"{name}^{{commit}}", "--", check=False,
    )  # fmt: skip
    commit, _, rest = said.strip().partition("\0")
    by, _, at = rest.partition("\0")
    return Revision(name, commit, by, datetime.fromisoformat(at).astimezone(book.zone)) if commit else None


def book_on(book: Book, name: str) -> RevisionBook:
    """The book as a branch, tag or commit has it.

    Raises `OutsideGitError` (exit 2), `NoRevisionError`, `NoBookThenError` (exit 3).
    """
    place = book.in_git()
    if place is None:
        raise OutsideGitError(book.root)
    revision = find_revision(book, name)
    if revision is None:
        raise NoRevisionError(name)
    folder = _home(book) / revision.commit
    if not folder.exists():
        _write_out(book, place, revision, folder)
    os.utime(folder)  # asked for now
    _forget_others(folder)
    return RevisionBook(book, revision, folder)


def _home(book: Book) -> Path:
    """Where commits are written out: in `.crm`, or where nothing can be written there, in the user's cache."""
    home = book.state / FOLDER
    with suppress(OSError):
        disk.make_folder(home)
    if disk.may_write(home):
        return home
    from platformdirs import user_cache_path  # noqa: PLC0415 - only where the book may not be written to

    from crmcli.store.pending import digest  # noqa: PLC0415

    home = user_cache_path("crm") / FOLDER / digest(os.fsencode(book.root))[:16]
    disk.make_folder(home)
    return home


def _write_out(book: Book, place: InGit, revision: Revision, folder: Path) -> None:
    """Write a commit's files beside their place, and rename them into it."""
    entries = list(_entries(place, revision))
    if not any(path == CONFIG for path, _ in entries):
        raise NoBookThenError(revision, place.prefix)
    half = folder.with_name(f".{folder.name}.{os.getpid()}")
    made: set[str] = set()
    with git.Blobs(place.repository) as blobs:
        for count, (path, blob) in enumerate(entries, 1):
            parent = path.rpartition("/")[0]
            if parent not in made:
                disk.make_folder(half / parent)
                made.add(parent)
            content = blobs.read(blob)
            if content is None:
                raise BlobMissingError(revision, path)
            disk.write_new(half / path, content, sync=False)
            if book.progress is not None:
                book.progress(count, len(entries))
    disk.sync_all()
    try:
        half.rename(folder)
    except OSError:
        if not folder.exists():
            raise
        shutil.rmtree(half)  # somebody else wrote it out meanwhile


def _entries(place: InGit, revision: Revision) -> Iterator[tuple[str, str]]:
    """The book's files at a commit and their blobs; attachments, hidden files and links are of no use to questions."""
    tree = f"{revision.commit}:{place.prefix.rstrip('/')}"
    said = git.run(place.repository.top, "ls-tree", "-r", "-z", "--full-tree", tree, check=False)
    for entry in said.split("\0"):
        meta, _, path = entry.partition("\t")
        if path and is_inner(path) and not path.startswith(_ATTACHMENTS) and meta.split(" ")[0] in _PLAIN:
            yield path, meta.split(" ")[2]


def _forget_others(folder: Path) -> None:
    """Remove what was not asked for lately."""
    found = [path for path in folder.parent.iterdir() if path != folder]
    halves = [path for path in found if path.name.startswith(_HIDDEN)]
    others = sorted(set(found).difference(halves), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in [*others[KEPT:], *(path for path in halves if is_of_nobody(path.name))]:
        shutil.rmtree(path, ignore_errors=True)
