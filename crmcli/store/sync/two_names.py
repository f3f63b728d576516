"""Records that both sides renamed, each to another name: the later name is the record's, the other becomes an alias."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from crmcli.model.event import Event
from crmcli.model.record import Ref, parse_ref
from crmcli.store.git_drift import Author, derived_id
from crmcli.store.names import Names, Rename

LAST = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"
"""An id after every other."""


class TwoNames(NamedTuple):
    """The name that gives way, the one that stays, and the rename that says so in the journal (its id, not its time)."""

    loser: Ref
    winner: Ref
    event: Event


def renamed_twice(shared: Sequence[Rename], ours: Iterable[Rename], theirs: Iterable[Rename]) -> list[TwoNames]:
    """Every record that each side gave another name; `shared` are the renames both know."""
    sides = [{r.id: r for r in (*shared, *side)} for side in (ours, theirs)]
    both = sides[0].keys() & sides[1].keys()
    only = [[r for r in side.values() if r.id not in both] for side in sides]
    names = [Names(side.values(), ()) for side in sides]
    found = []
    for old in sorted({r.old for r in only[0]} & {r.old for r in only[1]}):
        finals = [side.follow(old, LAST) for side in names]
        if finals[0] != finals[1]:
            found.append(_settled([side.values() for side in sides], finals))
    return found


def _settled(sides: Sequence[Iterable[Rename]], finals: Sequence[str]) -> TwoNames:
    """Of two names of one record the one that was given later; the same event in every clone."""
    given = [max(r.id for r in side if r.new == name) for side, name in zip(sides, finals, strict=True)]
    (_, loser), (last, winner) = sorted(zip(given, finals, strict=True))
    old, new = parse_ref(loser), parse_ref(winner)
    event = Event("", "", "", "merge", "", "rename", loser, from_=old.id, to=new.id)
    return TwoNames(old, new, event._replace(id=derived_id(event, last, Author("", "", 0, ""))))
