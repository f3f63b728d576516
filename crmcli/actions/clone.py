"""Get a colleague's book: clone it with git and teach the clone what crm needs."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from crmcli.errors import BadDataError, ConflictError, CrmError, UsageError
from crmcli.store import disk, git
from crmcli.store.book import find_book
from crmcli.store.git_clone import check_out_only_branch, clone
from crmcli.store.git_setup import set_up_clone
from crmcli.store.layout import CONFIG, STATE

DEPTH = 3
"""Folders below the top of a repository in which a book is looked for."""


class FolderInTheWayError(ConflictError):
    """The folder of the clone is there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is there already", hint="name another folder: `crm clone URL DIR`")


class NotClonedError(CrmError):
    """Git could not clone."""

    def __init__(self, url: str, said: str) -> None:
        last = next((line for line in reversed(said.splitlines()) if line.strip()), "no message")
        super().__init__(
            f"git could not clone {url}: {last.removeprefix('fatal: ')}",
            hint=f"`git clone {url}` by hand shows more; nothing was left behind",
        )


class NoNameInUrlError(UsageError):
    """A URL that names no folder."""

    def __init__(self, url: str) -> None:
        super().__init__(f"no folder can be named after {url!r}", hint="name one: `crm clone URL DIR`")


class NoBookInsideError(BadDataError):
    """What was cloned holds no book, or several."""

    def __init__(self, folder: Path, found: list[Path]) -> None:
        if found:
            several = ", ".join(str(path) for path in found)
            super().__init__(f"{folder} holds {len(found)} books: {several}", hint="work in one: `cd` into it")
        else:
            super().__init__(
                f"{folder} was cloned and holds no {CONFIG}",
                hint="perhaps the book is on another branch: `git branch -a`",
            )


class NothingThereError(BadDataError):
    """What was cloned has no branch to check out: nothing was ever shared there, or several branches and none is the first."""

    def __init__(self, folder: Path, branches: list[str]) -> None:
        if branches:
            super().__init__(
                f"{folder} was cloned, and its remote does not say which branch is meant: {', '.join(branches)}",
                hint="`git switch BRANCH` in it checks one out",
            )
        else:
            super().__init__(
                f"{folder} was cloned and is empty: nothing was shared there yet",
                hint="`crm sync` where the book is shares it; then `git pull` in the new folder, or clone it again",
            )


class Cloned(NamedTuple):
    """The book's folder, and sentences for people."""

    root: Path
    notices: list[str]


def clone_book(url: str, folder: Path | None, *, watched: bool = False) -> Cloned:
    """Clone a repository into a new folder and set the book in it up, in its top or in a folder of it.

    `watched`: git shows its progress, and may ask for a password. Raises `NotClonedError` (exit 1), `FolderInTheWayError`
    (5), `NoBookInsideError` and `NothingThereError` (6, the clone stays).
    """
    target = (folder or Path(_name_of(url))).expanduser().resolve()
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise FolderInTheWayError(target)
    disk.make_folder(target.parent)
    said = clone(url, target, watched=watched)
    if said is not None:
        raise NotClonedError(url, said)
    repository = git.find_repository(target)
    if repository is not None and not git.head_commit(repository):
        branches = check_out_only_branch(repository)
        if len(branches) != 1:
            raise NothingThereError(target, branches)
    root = _root_in(target)
    notices = set_up_clone(repository) if repository else []
    return Cloned(root, notices)


def _name_of(url: str) -> str:
    """The folder git would choose: the last part of the address, without `.git`."""
    name = url.rstrip("/").removesuffix("/.git").rpartition("/")[2].rpartition(":")[2].removesuffix(".git")
    if name in ("", ".", ".."):
        raise NoNameInUrlError(url)
    return name


def _root_in(target: Path) -> Path:
    """The one book in a clone."""
    if find_book(target) == target:
        return target
    patterns = ["/".join(["*"] * depth + [CONFIG]) for depth in range(1, DEPTH + 1)]
    found = [path.parent for pattern in patterns for path in sorted(target.glob(pattern)) if STATE not in path.parts]
    if len(found) != 1:
        raise NoBookInsideError(target, [path.relative_to(target) for path in found])
    return found[0]
