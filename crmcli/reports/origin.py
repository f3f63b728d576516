"""Where one value of a record is from, as `crm why` tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from crmcli.model.event import Event
    from crmcli.model.record import Value


class Origin(NamedTuple):
    """One value and where it is from.

    `source` is one of: created, default (filled at creation), set, restored, deleted, file (not journaled yet), stage (what
    the stage gives), computed, kept (a dynamic tag, whose filter holds or not), empty. `event` made it what it is; `said` is
    what else there is to say, in words. `shown` is the value for people.
    """

    name: str
    label: str
    value: Value | None
    shown: str
    source: str
    event: Event | None = None
    before: Value | None = None
    said: str = ""
