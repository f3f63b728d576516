"""What was acknowledged, noted when it was said, independently of what the journal later holds."""

from __future__ import annotations

from crmcli.model.event import Event
from tests.sim.clone import Clone


class Ledger:
    """Every event that a command acknowledged, and in which clone it was said."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, tuple[str, Event]] = {}

    def note(self, clone: Clone, before: dict[str, Event]) -> None:
        """After a command that ended well: every event that it wrote is acknowledged from now on."""
        for id_, event in clone.events().items():
            if id_ not in before:
                self.acknowledged.setdefault(id_, (clone.name, event))

    def forget_what_git_dropped(self, clone: Clone) -> None:
        """After a branch was left or a stash dropped by those who meant it: what was only there is gone with it."""
        held = clone.events()
        for id_ in [i for i, (name, _) in self.acknowledged.items() if name == clone.name and i not in held]:
            del self.acknowledged[id_]

    def missing(self, clone: Clone, *, own: bool = False) -> list[str]:
        """Acknowledged events (`own`: in this clone) that a clone's journal lacks, or tells otherwise."""
        held = clone.events()
        lines = []
        for id_, (name, event) in self.acknowledged.items():
            found = held.get(id_)
            if own and name != clone.name:
                continue
            if found is None:
                lines.append(
                    f"{clone.name} lacks {event.do} {event.on} {event.field} {id_} by {event.by} via {event.via}"
                )
            elif found != event:
                lines.append(f"{clone.name} tells {id_} otherwise: {event} became {found}")
        return lines
