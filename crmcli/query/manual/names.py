"""Built-in fields and states: a sentence and examples for each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from crmcli.query.manual.example import Example


class Name(NamedTuple):
    """A built-in field, or a state: a sentence, an example."""

    says: str
    example: Example


BUILT_IN: Mapping[str, Name] = MappingProxyType(
    {
        "id": Name("its name on disk", Example("customers", "'id~\"^eiswerk\"'")),
        "type": Name(
            "the name of its type, for references to records of any type", Example("tasks", "on.type:customer")
        ),
        "tags": Name("the tags put on it by hand", Example("customers", "tags:food,reseller")),
        "keys": Name("its ids in other systems, as `hubspot:12345`", Example("customers", "keys:hubspot")),
        "aliases": Name("former ids, as renaming and merging leave them", Example("customers", "aliases:any")),
        "created": Name("when it was made", Example("customers", "created:..-6mo")),
        "archived": Name("the day it was put away; empty for most", Example("customers", "archived:any")),
        "by": Name("the member who made it", Example("customers", "by:me")),
        "via": Name(
            "how it was made: cli, tui, hand, `import:NAME`, `rule:NAME` and others", Example("customers", "via:cli")
        ),
        "touched": Name(
            "the last call, mail, meeting, visit, chat or reply on it or on a part of it",
            Example("customers", "touched:..-30d"),
        ),
        "next_due": Name(
            "when its earliest open task, or that of a part of it, is due", Example("deals", "is:open next_due:none")
        ),
        "closed": Name("when it was won or lost", Example("deals", "closed:2026-q3")),
        "stage_since": Name("when it came into its stage", Example("deals", "is:open 'stage_since<-14d'")),
        "stage_days": Name("whole days since then", Example("deals", "is:open stage_days:14..")),
        "late": Name("yes or no, as `is:late`", Example("tasks", "late:yes")),
        "is": Name("a state, see [States](#states)", Example("deals", "is:open")),
    }
)
"""Fields that every record has, in the order of query/fields.py."""

STATES: Mapping[str, Name] = MappingProxyType(
    {
        "open": Name("its stage is of kind open", Example("deals", "is:open")),
        "hold": Name("its stage is of kind hold", Example("deals", "is:hold")),
        "won": Name("its stage is of kind won", Example("deals", "is:won")),
        "lost": Name("its stage is of kind lost", Example("deals", "is:lost")),
        "closed": Name("won or lost", Example("deals", "is:closed closed:-30d..")),
        "archived": Name(
            "put away; lists leave these out unless a filter speaks of archiving", Example("customers", "is:archived")
        ),
        "mine": Name("its `owner` is me; of a task, it is `for` me", Example("deals", "is:open -is:mine")),
        "late": Name(
            "not closed, and past its `due`, or, in a type without one, its `close`", Example("tasks", "is:late")
        ),
        "away": Name("today lies in its period `away`", Example("members", "is:away")),
        "approved": Name("its last approval was granted", Example("deals", "-is:approved is:won")),
        "pending": Name("it waits for an approval", Example("deals", "-is:pending is:open")),
        "rejected": Name("its last approval was refused", Example("deals", "-is:rejected is:lost")),
    }
)
"""What `is:` asks for."""
