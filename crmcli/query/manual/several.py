"""What the log and stage changes say of themselves, and what conditions on a change compare."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from crmcli.query.manual.example import CHANGE, Example
from crmcli.query.manual.names import Name

LOG: Mapping[str, Name] = MappingProxyType(
    {
        "at": Name("when it happened", Example("customers", "log.at:-7d..")),
        "by": Name("the member who logged it", Example("customers", "log.by:sara")),
        "via": Name("how it was logged, as `via` above", Example("customers", "log.via:import")),
        "kind": Name(
            "call, email, meeting, visit, chat, note, event, reply, and what the book adds in schema/log.toml",
            Example("customers", "log.kind:visit"),
        ),
        "direction": Name("`in` or `out`", Example("customers", "log.direction:in")),
        "took": Name("how long it took", Example("customers", "'sum(log.took)>1h'")),
        "with": Name("who else was there", Example("customers", "log.with.role:decider")),
        "on": Name("the record it was logged on, which may be a part", Example("customers", "log.on.type:deal")),
        "text": Name("what was said", Example("customers", "log.text:offer")),
        "field": Name(
            "of a changed field its name; asked for, changes count as lines too",
            Example("deals", "'count(log, field:stage)>3'"),
        ),
        "touch": Name("whether it counts as a touch", Example("customers", "'count(log, touch:yes)>3'")),
    }
)
"""The fields of a line of the log."""

MOVES: Mapping[str, Name] = MappingProxyType(
    {
        "at": Name("when it was moved", Example("deals", "moves.at:-14d..")),
        "from": Name("the stage it left", Example("deals", "moves.from:negotiation")),
        "to": Name("the stage it came into", Example("deals", "moves.to:needs")),
        "kind": Name("the kind of that stage: open, hold, won, lost", Example("deals", "moves.kind:hold")),
        "days": Name(
            "how many days it stayed in the stage it came into; empty while it does",
            Example("deals", "moves.days:40.."),
        ),
        "by": Name("the member who moved it", Example("deals", "moves.by:sara")),
        "via": Name("how it was moved", Example("deals", "moves.via:cli")),
        "note": Name("what was said with `-m`", Example("deals", "moves.note:any")),
    }
)
"""The fields of a change of stage."""

CHANGES: tuple[tuple[Example, str], ...] = (
    (Example("deals", "changed(close)", CHANGE), "the day is another than before"),
    (Example("deals", "close>old.close", CHANGE), "it was put off"),
    (Example("deals", "old.stage:negotiation is:lost", CHANGE), "lost out of negotiation"),
    (Example("deals", "amount < old.amount * 80%", CHANGE), "more than a fifth was let off"),
    (Example("deals", "changed(owner) old.owner.team:north", CHANGE), "taken from somebody of the team north"),
    (Example("deals", "old.close:none close:any", CHANGE), "the day was not known before"),
    (Example("deals", "count(customer.deals, owner:{old.owner})>1", CHANGE), "who had it has more deals there"),
)
"""Conditions on a change, and what each says."""
