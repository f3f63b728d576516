"""Whom an event is about, once records have been renamed (docs/format.md#journal). Pure.

An event keeps the name it was written under. Read back, it belongs to whoever carries on that name: events older than
a rename to the new name, later ones too (a clone that had not heard of it) unless a record was made anew under the old.
Such a clone may also delete the record and bring it back: what it brings back was created when the renamed one was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crmcli.model.event import Event

CREATED = "created"
BEGINNINGS = frozenset(["create", "restore"])
"""What makes a record under a name."""


class Rename(NamedTuple):
    """One rename: the event's id, the record before and after (`plural/id`)."""

    id: str
    old: str
    new: str


class Begun(NamedTuple):
    """An event that makes a record under a name, or brings it `back`, and when that record was created ("": not told)."""

    name: str
    id: str
    created: str = ""
    back: bool = False


def begun_by(event: Event) -> Begun:
    """What a beginning says."""
    created = (event.record or {}).get(CREATED)
    return Begun(event.on, event.id, created if isinstance(created, str) else "", event.do == "restore")


def rename_of(event: Event) -> Rename | None:
    """What a rename event says; None for other events and for one that names nothing."""
    if event.do != "rename" or not isinstance(event.to, str) or not event.to:
        return None
    return Rename(event.id, event.on, f"{event.on.partition('/')[0]}/{event.to}")


def made_anew(renames: Iterable[Rename], begun: Iterable[Begun]) -> Iterator[tuple[str, str]]:
    """The beginnings (name, event id) but those of records that a rename had taken away, unheard of where they came back."""
    away: dict[str, list[Rename]] = {}
    into: dict[str, list[tuple[str, str, str]]] = {}
    for rename in renames:
        away.setdefault(rename.old, []).append(rename)
        into.setdefault(rename.new, []).append((rename.id, rename.old, ""))
    listed = list(begun)
    for one in listed:
        into.setdefault(one.name, []).append((one.id, "", one.created))

    def created(name: str, before: str) -> str:
        """When the record was created that had a name before that event, "" where nothing tells."""
        at = ""
        while name:
            before, name, at = max((came for came in into.get(name, ()) if came[0] < before), default=("", "", ""))
        return at

    for one in listed:
        last = max((rename.id for rename in away.get(one.name, ()) if rename.id < one.id), default="")
        if not (one.back and last and one.created and one.created == created(one.name, last)):
            yield one.name, one.id


class Names:
    """The renames of a journal. `made` are (name, event id) of records made under names that were given up."""

    def __init__(self, renames: Iterable[Rename], made: Iterable[tuple[str, str]]) -> None:
        self._from: dict[str, list[Rename]] = {}
        self._made: dict[str, list[str]] = {}
        for rename in sorted(renames):
            self._from.setdefault(rename.old, []).append(rename)
            self._made.setdefault(rename.new, []).append(rename.id)
        for name, event in made:
            self._made.setdefault(name, []).append(event)

    @property
    def old(self) -> frozenset[str]:
        """Every name that a record was renamed from."""
        return frozenset(self._from)

    def follow(self, name: str, event: str) -> str:
        """The present name of the record that the event of that id calls `name`."""
        after = ""
        while rename := self._next(name, event, after):
            name, after = rename.new, rename.id
        return name

    def _next(self, name: str, event: str, after: str) -> Rename | None:
        for rename in self._from.get(name, ()):
            made_anew = any(rename.id < made <= event for made in self._made.get(name, ()))
            if rename.id > after and not made_anew:
                return rename
        return None


def followed(events: Iterable[Event]) -> list[Event]:
    """The events of a whole journal in id order, each under the present name of its record."""
    ordered = sorted(events, key=lambda event: event.id)
    renames = [rename for event in ordered if (rename := rename_of(event))]
    if not renames:
        return ordered
    names = Names(renames, made_anew(renames, [begun_by(e) for e in ordered if e.do in BEGINNINGS]))
    return [e._replace(on=names.follow(e.on, e.id)) for e in ordered]
