"""Committing what lies in the book's folder, and only that; what else is staged stays staged."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from crmcli.errors import ConflictError
from crmcli.store import disk
from crmcli.store.git_setup import IGNORE, JOURNALED
from crmcli.store.layout import CONFIG, STATE
from crmcli.store.sync.files import record_of
from crmcli.store.sync.segments import is_of_journal
from crmcli.store.sync.talk import Talk
from crmcli.store.sync.trees import NotCommittedError


class IgnoredError(ConflictError):
    """Git is told to ignore a file that the journal tells of: without it, others would take it for deleted."""

    def __init__(self, path: str, rule: str) -> None:
        super().__init__(
            f"git ignores {path}, which is part of the book" + (f" ({rule})" if rule else ""),
            hint="change that rule, or `git add -f` the file; then `crm sync`",
        )


class NotStagedError(ConflictError):
    """`git add` refused."""

    def __init__(self, said: str) -> None:
        super().__init__(f"git did not take the book's files: {said}", hint="mend that, then `crm sync`")


class Staging(NamedTuple):
    """The book's folder in its repository. `prefix` is "" for a book that is its own, else ends in a slash."""

    talk: Talk
    prefix: str
    scratch: Path

    @property
    def _place(self) -> list[str]:
        """The book's folder without what belongs to this machine, as git's pathspecs."""
        return [f":(top,literal){self.prefix}" if self.prefix else ":/", f":(top,exclude,literal){self.prefix}{STATE}"]

    @property
    def _added(self) -> list[str]:
        """The same for `git add`, which takes an exclusion of what is ignored anyway for a wish to add it."""
        return self._place[:1] if self._state_is_ignored() else self._place

    def _state_is_ignored(self) -> bool:
        """Whether git ignores what belongs to this machine. Under our own rule, which nothing outranks, without asking git."""
        root = self.talk.top / self.prefix
        with suppress(OSError):
            if (root / ".gitignore").read_bytes() == IGNORE.encode() and not (root / STATE).is_symlink():
                return True
        return self.talk.says("check-ignore", "-q", "--", f"{self.prefix}{STATE}/").code == 0

    def stage(self) -> None:
        """Put the book's files into git's index as they are. Under the lock, so that records and journal fit each other.

        Raises `IgnoredError` and `NotStagedError` (exit 5).
        """
        self._refuse_ignored()
        said = self.talk.says("add", "-A", "--", *self._added)
        if said.code:
            raise NotStagedError(said.words)

    def staged(self) -> dict[str, bool]:
        """What a commit of the book would change, by path of the book, and whether the file is new."""
        words = iter(self._diff("--name-status", "--", *self._place))
        return {path.removeprefix(self.prefix): status == "A" for status, path in zip(words, words, strict=True)}

    def is_clean(self) -> bool:
        """Whether all of the book is committed as it lies there."""
        return not self.talk.must("status", "--porcelain", "-z", "--untracked-files=normal", "--", *self._place)

    def commit(self, message: str, identity: Mapping[str, str]) -> None:
        """Commit what is staged of the book; raises `NotCommittedError` (exit 5) with what git or a hook said."""
        staged = self._diff("--name-only") if self.prefix else []
        if any(not path.startswith(self.prefix) for path in staged):
            self._commit_apart(message, identity)
        else:
            self._commit(message, identity, None)

    def tree(self, head: str) -> str:
        """The tree that a commit of the book would have now, without touching git's index (for a dry run)."""
        try:
            self._read_into_scratch(head)
            said = self.talk.says("add", "-A", "--", *self._added, index=self.scratch)
            if said.code:
                raise NotStagedError(said.words)
            return self.talk.must("write-tree", index=self.scratch).strip()
        finally:
            self._clear()

    # ---- inside -----------------------------------------------------------------------------------------

    def _diff(self, *words: str) -> list[str]:
        said = self.talk.must("diff", "--cached", "--no-renames", "--no-ext-diff", "-z", *words)
        return [word for word in said.split("\0") if word]

    def _commit(self, message: str, identity: Mapping[str, str], index: Path | None) -> None:
        said = self.talk.says(
            "commit", "-q", "--cleanup=whitespace", "-F", "-",
            stdin=message.encode("utf-8", "surrogateescape"), index=index, more={JOURNALED: "1", **identity},
        )  # fmt: skip
        if said.code:
            raise NotCommittedError(said.words)

    def _commit_apart(self, message: str, identity: Mapping[str, str]) -> None:
        """Something outside the book is staged: commit from an index that holds HEAD and the book."""
        talk = self.talk
        try:
            self._read_into_scratch(talk.ask("rev-parse", "-q", "--verify", "HEAD"))
            talk.must("rm", "-r", "-q", "--cached", "--ignore-unmatch", "--", self._place[0], index=self.scratch)
            entries = talk.must("ls-files", "-s", "-z", "--", self._place[0])
            lines = entries.encode("utf-8", "surrogateescape")
            talk.must("update-index", "-z", "--index-info", stdin=lines, index=self.scratch)
            self._commit(message, identity, self.scratch)
            talk.must("reset", "-q", "--", self._place[0])  # what a hook added to the commit is in git's index too
        finally:
            self._clear()

    def _read_into_scratch(self, head: str) -> None:
        self._clear()
        self.talk.must("read-tree", *([head] if head else ["--empty"]), index=self.scratch)

    def _clear(self) -> None:
        for path in (self.scratch, self.scratch.with_name(f"{self.scratch.name}.lock")):
            disk.remove(path)

    def _refuse_ignored(self) -> None:
        said = self.talk.must("ls-files", "-o", "-i", "--exclude-standard", "-z", "--", *self._place)
        for full in said.split("\0"):
            path = full.removeprefix(self.prefix)
            if path and (path == CONFIG or is_of_journal(path) or record_of(path) is not None):
                rule = self.talk.ask("check-ignore", "-v", "--", full).partition("\t")[0]
                raise IgnoredError(path, rule)
