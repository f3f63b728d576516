"""Which records are one since they were merged (docs/identity.md). Pure.

A `same` event says that from here on the name of a record that went means another one. It holds until the one that went
begins again. Names here are present ones: renames are followed before (`names.Names`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crmcli.light import NamedTuple

SAME = "same"
"""What an event does that makes two records one: `on` is the one kept, `of` the one that went."""


SINCE = "since"
"""Of a `same` that puts back one which had ended: the op that made the two one at first."""


class Sameness(NamedTuple):
    """One `same` event: its id, the op that made the two one, the record that is kept, the one that went (`plural/id`).

    The op is that of the event, and of the first where an undo put it back: what was done for its sake counts from there.
    """

    id: str
    op: str
    kept: str
    gone: str


class Samenesses:
    """The samenesses of a journal that hold. `begun` are (name, event id) of records that were made or restored."""

    def __init__(self, told: Iterable[Sameness], begun: Iterable[tuple[str, str]]) -> None:
        last: dict[str, str] = {}
        for name, event in begun:
            last[name] = max(event, last.get(name, ""))
        self._holding: dict[str, Sameness] = {}
        self.idle: list[Sameness] = []
        """Those that would have closed a circle."""
        for same in sorted(told):
            if same.id <= last.get(same.gone, ""):
                continue
            if same.gone in self._passed(same.kept):
                self.idle.append(same)
            else:
                self._holding[same.gone] = same

    @property
    def holding(self) -> Mapping[str, Sameness]:
        """By the name of each record that went, what it is one with now."""
        return self._holding

    def _passed(self, name: str) -> list[str]:
        """A name, and what it went into one after another."""
        return [name, *(same.kept for same in self.way(name))]

    def root(self, name: str) -> str:
        """The record that a name means: itself, or what it went into, to the end."""
        return self._passed(name)[-1]

    def way(self, gone: str) -> list[Sameness]:
        """From a record that went, step by step, to the one that is left; empty for one that did not go."""
        found: list[Sameness] = []
        while same := self._holding.get(gone):
            found.append(same)
            gone = same.kept
        return found

    def into(self, root: str) -> list[str]:
        """Every record that went into this one, through others too; the last to go first."""
        found = [same for same in self._holding.values() if self.root(same.gone) == root]
        return [same.gone for same in sorted(found, reverse=True)]

    def without(self, gone: str) -> Samenesses:
        """The same, had this record not gone."""
        return Samenesses((same for same in self._holding.values() if same.gone != gone), ())
