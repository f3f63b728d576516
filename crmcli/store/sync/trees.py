"""Trees of git as values: what one changed against another, and a new one made of changes. No work tree is touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from crmcli.errors import ConflictError
from crmcli.store import disk
from crmcli.store.sync.talk import Talk

PLAIN = "100644"
_NAMELESS = "Please tell me who you are"
_FILES = frozenset([PLAIN, "100755"])


class Entry(NamedTuple):
    """A file of a tree: its mode (100644, 100755; 120000 a link, 160000 a submodule) and its blob."""

    mode: str
    blob: str

    @property
    def is_file(self) -> bool:
        """Whether it is a plain file."""
        return self.mode in _FILES


class Change(NamedTuple):
    """What a side did to a path; None is no file."""

    before: Entry | None
    after: Entry | None


Changes = Mapping[str, Change]
"""By path, relative to the top of the repository."""


class TreeNotMadeError(ConflictError):
    """Files that cannot lie in one tree: one side has a file where the other has a folder."""

    def __init__(self, path: str, there: str) -> None:
        super().__init__(
            f"{path}: one side has a file where the other has a folder",
            hint=f"rename one of them here and commit; or `git merge {there}` by hand; then `crm sync`",
        )


def changes(talk: Talk, base: str, side: str) -> dict[str, Change]:
    """What `side` changed against `base`, renames as what they are: one file gone, one new."""
    said = talk.lasting("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--no-ext-diff", base, side)
    words = iter(said.split("\0"))
    found = {}
    for word in words:
        if word.startswith(":"):
            old, new, was, now, _ = word[1:].split()
            found[next(words)] = Change(_entry(old, was), _entry(new, now))
    return found


def _entry(mode: str, blob: str) -> Entry | None:
    return Entry(mode, blob) if mode.strip("0") else None


def write_blob(talk: Talk, content: bytes) -> str:
    """Put bytes into git's store; their name there."""
    return talk.must("hash-object", "-w", "--no-filters", "--stdin", stdin=content).strip()


def write_tree(talk: Talk, start: str, edits: Mapping[str, Entry | None], scratch: Path, there: str) -> str:
    """The tree of `start` with these files (None: without); raises `TreeNotMadeError` (exit 5).

    `scratch` is a path for an index of its own, `there` what people call the other side.
    """
    try:
        index = _Scratch(talk, scratch)
        index.read(start)
        index.apply(edits)
        tree = talk.must("write-tree", index=scratch).strip()
        lost = _lost(edits, changes(talk, start, tree))
        if lost:
            raise TreeNotMadeError(lost, there)
        return tree
    finally:
        for path in (scratch, scratch.with_name(f"{scratch.name}.lock")):
            disk.remove(path)


class _Scratch:
    """An index that nobody else knows."""

    def __init__(self, talk: Talk, place: Path) -> None:
        self._talk, self._place = talk, place
        self._nobody = ""
        for path in (place, place.with_name(f"{place.name}.lock")):
            disk.remove(path)

    def read(self, commit: str) -> None:
        self._talk.must("read-tree", commit, index=self._place)
        self._nobody = "0" * len(commit)

    def apply(self, edits: Mapping[str, Entry | None]) -> None:
        """Put the edits in, what goes away first."""
        lines = [f"0 {self._nobody}\t{path}\0" for path, entry in edits.items() if entry is None]
        lines += [f"{entry.mode} {entry.blob}\t{path}\0" for path, entry in edits.items() if entry is not None]
        stdin = "".join(lines).encode("utf-8", "surrogateescape")
        self._talk.must("update-index", "-z", "--index-info", stdin=stdin, index=self._place)


def _lost(edits: Mapping[str, Entry | None], done: Changes) -> str:
    """A file that gave way to a folder of its name, or the other way round: git's index does that without a word."""
    unwanted = [path for path in done if path not in edits]
    below = [p for p, e in edits.items() if e is not None and any(edits.get(parent) for parent in _parents(p))]
    return next(iter([*unwanted, *below]), "")


def _parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts))]


def commit_tree(talk: Talk, tree: str, parents: Iterable[str], message: str, identity: Mapping[str, str]) -> str:
    """A commit of a tree that no branch knows yet; signed where the user signs commits."""
    asked = "commit.gpgsign" in talk.settings and talk.ask("config", "--type=bool", "commit.gpgSign") == "true"
    signed = ["-S"] if asked else []
    words = [*signed, *(word for parent in parents for word in ("-p", parent)), "-F", "-", tree]
    said = talk.says("commit-tree", *words, stdin=message.encode("utf-8", "surrogateescape"), more=identity)
    if said.code:
        raise NotCommittedError(said.words)
    return said.out.strip()


class NotCommittedError(ConflictError):
    """Git refused a commit: a hook said no, nobody is named, a signature could not be made."""

    def __init__(self, said: str) -> None:
        if _NAMELESS in said:
            super().__init__(
                "git does not know in whose name to commit",
                hint="`git config user.email YOU@EXAMPLE.COM`, or say which member you are: `crm config me YOU`",
            )
        else:
            super().__init__(
                f"git did not commit: {said}", hint="mend that, then `crm sync`; nothing was lost or shared"
            )


def merge_base(talk: Talk, ours: str, theirs: str) -> str:
    """The commit both sides come from, of several the first git names; "" where there is none."""
    return ours if ours == theirs else talk.ask("merge-base", ours, theirs)


def is_ancestor(talk: Talk, one: str, other: str) -> bool:
    """Whether `other` contains `one`."""
    return one == other or talk.says("merge-base", "--is-ancestor", one, other).code == 0
