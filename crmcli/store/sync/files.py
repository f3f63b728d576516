"""Where the files of records lie in a tree: the first folder is the type, the stem the id, folders between mean nothing."""

from __future__ import annotations

from typing import NamedTuple

from crmcli.model.ids import is_stem
from crmcli.model.record import Ref
from crmcli.store.layout import STATE
from crmcli.store.records import ref_of
from crmcli.store.sync.segments import is_of_journal
from crmcli.store.sync.talk import Talk
from crmcli.store.sync.trees import Change, Changes, Entry

_ENDING = ".md"


class Lying(NamedTuple):
    """A record's file in a tree: its path relative to the book, and what git has there."""

    path: str
    entry: Entry


def record_of(path: str) -> Ref | None:
    """The record that a path of the book may be, by its name alone; None for any other file."""
    folder, slash, name = path.partition("/")
    if not slash or not name.endswith(_ENDING) or folder == STATE or is_of_journal(path):
        return None
    return ref_of(path) if is_stem(path.rpartition("/")[2].removesuffix(_ENDING)) else None


class BaseFiles:
    """The record files of a commit; a type's folder is listed when somebody asks for one of its records."""

    def __init__(self, talk: Talk, prefix: str, commit: str) -> None:
        self._talk, self._prefix, self._commit = talk, prefix, commit
        self._held: dict[str, dict[str, Lying]] = {}

    def find(self, ref: Ref) -> Lying | None:
        """The record's file; of two of that name the first in name order."""
        if ref.plural not in self._held:
            self._held[ref.plural] = self._list(ref.plural)
        return self._held[ref.plural].get(ref.id)

    def _list(self, plural: str) -> dict[str, Lying]:
        said = self._talk.must("ls-tree", "-r", "-z", "--full-tree", self._commit, "--", f"{self._prefix}{plural}/")
        found: dict[str, Lying] = {}
        for line in sorted(said.split("\0")):
            meta, _, full = line.partition("\t")
            path = full.removeprefix(self._prefix)
            ref = record_of(path) if path else None
            if ref is not None:
                mode, _, blob = meta.split()
                found.setdefault(ref.id, Lying(path, Entry(mode, blob)))
        return found


class SideFiles:
    """The record files of a tree that is a base with changes."""

    def __init__(self, base: BaseFiles, changes: Changes) -> None:
        self._base = base
        self._changed: dict[Ref, dict[str, Change]] = {}
        for path in sorted(changes):
            ref = record_of(path)
            if ref is not None:
                self._changed.setdefault(ref, {})[path] = changes[path]

    @property
    def changed(self) -> frozenset[Ref]:
        """The records whose files differ from the base, under the names they have in either."""
        return frozenset(self._changed)

    @property
    def came(self) -> list[tuple[Ref, Lying]]:
        """Files that the base does not have."""
        return [
            (ref, Lying(path, change.after))
            for ref, paths in self._changed.items()
            for path, change in paths.items()
            if change.before is None and change.after is not None
        ]

    def find(self, ref: Ref) -> Lying | None:
        """The record's file in this tree."""
        own = self._changed.get(ref, {})
        for path, change in own.items():
            if change.after is not None:
                return Lying(path, change.after)
        found = self._base.find(ref)
        return None if found is None or found.path in own else found
