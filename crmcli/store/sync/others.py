"""Files that are no records and no segments, changed on both sides: merged by lines; what contradicts is a person's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from crmcli.store import git
from crmcli.store.merge_text import merge_text
from crmcli.store.merging import WHOLE
from crmcli.store.sync.contest import NO_RECORD, OURS, SIDES, Contest, Judge
from crmcli.store.sync.segments import Edit
from crmcli.store.sync.talk import Talk
from crmcli.store.sync.trees import Change, Entry
from crmcli.text.markers import Labels

_BY_LINES = frozenset(["unspecified", "set", "text", "crm"])
"""Values of the attribute `merge` for which lines are merged; another one is git's own matter."""


class OtherFile(NamedTuple):
    """What becomes of a file: its new mode and bytes (None: gone), or the contest over it."""

    edit: Edit
    mode: str
    contest: Contest | None = None


class OtherFiles:
    """Merges files one after another."""

    def __init__(self, talk: Talk, blobs: git.Blobs, paths: Iterable[str]) -> None:
        """`paths` (of the repository) are those that will be asked for: their attributes are looked up at once."""
        self._blobs = blobs
        self._lines = _merged_by_lines(talk, list(paths))

    def unite(self, path: str, mine: Change, yours: Change, judge: Judge, shown: str) -> OtherFile:
        """Unite one file (`path` of the repository, `shown` to people)."""
        ours, theirs = mine.after, yours.after
        if ours is not None and theirs is not None and path in self._lines:
            merged = self._merge(path, mine.before, ours, theirs)
            if merged is not None:
                return merged
        contest = Contest(NO_RECORD, shown, WHOLE, None, _name(ours), _name(theirs), why="changed on both sides")
        answer = judge.answer(contest)
        if answer is None or answer.taken not in SIDES:
            return OtherFile(None, "", contest)
        taken = ours if answer.taken == OURS else theirs
        return OtherFile(taken, taken.mode if taken else "", contest._replace(taken=answer.taken))

    def _merge(self, path: str, base: Entry | None, ours: Entry, theirs: Entry) -> OtherFile | None:
        """Both versions in one; None where they contradict each other, or are no plain files."""
        if not ours.is_file or not theirs.is_file or (base is not None and not base.is_file):
            return None
        mode = theirs.mode if base is not None and ours.mode == base.mode else ours.mode
        contents = [b"" if one is None else self._blobs.read(one.blob) for one in (base, ours, theirs)]
        old, here, there = contents
        if old is None or here is None or there is None:
            return None
        merged = merge_text(old, here, there, Labels())
        whole = not path.endswith(".toml") or _is_toml(merged.content) or not (_is_toml(here) and _is_toml(there))
        return OtherFile(merged.content, mode) if not merged.conflict and whole else None


def _merged_by_lines(talk: Talk, paths: list[str]) -> set[str]:
    """The paths whose lines may be merged."""
    if not paths:
        return set()
    stdin = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
    words = talk.must("check-attr", "-z", "--stdin", "merge", stdin=stdin).split("\0")
    return {path for path, value in zip(words[::3], words[2::3], strict=False) if value in _BY_LINES}


def _is_toml(content: bytes) -> bool:
    """Whether an engine file can be read: two additions that do not touch may still be one too many."""
    import tomllib  # noqa: PLC0415 - engine files that both changed are rare

    try:
        tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    return True


def _name(entry: Entry | None) -> str | None:
    return None if entry is None else entry.blob[:12]
