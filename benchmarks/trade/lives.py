"""Two years of a trading company, made up the same every time: records as they are now, and how they came to be so.

Each life is a record with what happened to it; replaying the events gives the record's present fields, as in any book.
Money grows in whole hundreds; a tenth of the deals is in another currency.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import NamedTuple

NOW = 1_795_179_600
"""2026-11-20T13:00:00Z, the moment every question is asked at (Unix time)."""

DAY = 86_400
SPAN = 730 * DAY
COUNTRIES = ("AT", "CH", "CN", "DE", "FR", "NO", "US")
INDUSTRIES = ("food", "machines", "software", "retail", "energy")
ROLES = ("decider", "user", "buyer", "coach", "blocker")
KINDS = ("call", "email", "meeting", "visit", "chat", "note", "reply")
TAGS = ("emea", "partner", "newsletter", "fair")
TEAMS = ("north", "south", "china", "partners")
ONWARD = {"contact": "needs", "needs": "proposal", "proposal": "negotiation", "negotiation": "won"}
REASONS = ("price", "feature", "timing", "rival", "silence")
WORDS = (
    *(
        "price",
        "offer",
        "delivery",
        "gripper",
        "conveyor",
        "sample",
        "contract",
        "budget",
        "invoice",
        "visit",
        "spindle",
    ),
    *("factory", "welding", "robot", "palletiser", "service", "training", "warranty", "board", "tender", "camera"),
    *("sensor", "cabinet", "software", "licence", "pilot"),
)
MEMBERS = 12

Fields = dict[str, str]


class Happening(NamedTuple):
    """One event: when (Unix time), what was done, the JSON keys that are its own."""

    at: int
    do: str
    on: str
    keys: dict[str, object]


class Life(NamedTuple):
    """A record: `plural/id`, its fields when it was made, as they are now, what happened in between."""

    ref: str
    begun: int
    first: Fields
    now: Fields
    events: list[Happening]
    tag: str = ""


def lives(customers: int) -> Iterator[Life]:
    """Every record of the book but the members, customers first among their own."""
    for number in range(customers):
        source = random.Random(number)  # noqa: S311 - not for secrets
        begun = NOW - SPAN + source.randrange(SPAN - 20 * DAY)
        yield _customer(source, number, begun)
        yield _contact(source, number, begun)
        for turn in range(source.choice((1, 2, 3, 3, 4, 5))):
            yield _deal(source, number, turn, begun)
        if number % 2:
            yield _task(source, number, begun)


def lines(customers: int, count: int) -> Iterator[Happening]:
    """`count` lines of the log, on customers, contacts and first deals; a tenth of the customers is quiet."""
    source = random.Random(f"lines {count}")  # noqa: S311
    for _ in range(count):
        number = source.randrange(customers)
        begun = _begun(number)
        late = NOW - 100 * DAY if number % 10 == 3 else NOW
        at = begun + source.randrange(max(1, late - begun))
        on = source.choice(
            (f"customers/company-{number:06}", f"contacts/person-{number:06}", f"deals/deal-{number:06}-0")
        )
        text = (
            f"talked about the {source.choice(WORDS)} and the {source.choice(WORDS)} of unit {source.randrange(9000)}"
        )
        keys: dict[str, object] = {"kind": source.choice(KINDS), "direction": source.choice(("in", "out"))}
        yield Happening(at, "log", on, keys | {"took": f"{source.randrange(1, 60)}min", "text": text})


def member(number: int) -> str:
    """The id of a member."""
    return f"member-{number % MEMBERS:02}"


def _begun(number: int) -> int:
    return NOW - SPAN + random.Random(number).randrange(SPAN - 20 * DAY)  # noqa: S311


def _customer(source: random.Random, number: int, begun: int) -> Life:
    ref = f"customers/company-{number:06}"
    first = {
        "name": f"Company {number} {source.choice(WORDS)} GmbH",
        "lifecycle": "lead",
        "industry": source.choice(INDUSTRIES),
        "size": str(source.randrange(3, 900)),
        "country": source.choice(COUNTRIES),
        "owner": member(source.randrange(MEMBERS)),
    }
    now, events, at = dict(first), list[Happening](), begun
    for stage in ("qualified", "customer", "churned"):
        at += source.randrange(DAY, 400 * DAY)
        if at >= NOW - 600 or source.random() < 0.15:
            break
        events.append(_move(at, ref, "lifecycle", now, stage))
    return Life(ref, begun, first, now, events, source.choice(TAGS))


def _contact(source: random.Random, number: int, begun: int) -> Life:
    fields = {
        "name": f"Person {number}",
        "customer": f"company-{number:06}",
        "position": source.choice(WORDS),
        "role": source.choice(ROLES),
    }
    return Life(f"contacts/person-{number:06}", begun + 60, fields, fields, [])


def _deal(source: random.Random, number: int, turn: int, begun: int) -> Life:
    ref = f"deals/deal-{number:06}-{turn}"
    at = begun + 120 + (0 if turn == 0 else source.randrange(NOW - begun - DAY))
    begun = at
    currency = "CHF" if source.random() < 0.1 else "EUR"
    first = {
        "name": f"{source.choice(WORDS)} {source.choice(WORDS)} {number}",
        "customer": f"company-{number:06}",
        "pipeline": "sales",
        "stage": "contact",
        "amount": f"{source.randrange(10, 900) * 100}.00 {currency}",
        "discount": f"{source.randrange(0, 30)}%",
        "close": _day(at + source.randrange(20, 200) * DAY),
        "owner": member(source.randrange(MEMBERS)),
    }
    now, events = dict(first), list[Happening]()
    while (at := at + source.randrange(3600, 180 * DAY)) < NOW - 600:
        drawn = source.random()
        if drawn < 0.15:
            events.append(_set(at, ref, "close", now, _day(at + source.randrange(10, 150) * DAY)))
        elif drawn < 0.27:
            events.append(_set(at, ref, "amount", now, f"{source.randrange(10, 900) * 100}.00 {currency}"))
        elif drawn < 0.36:
            events.append(_set(at, ref, "lost_reason", now, source.choice(REASONS)))
            events.append(_move(at, ref, "stage", now, "lost"))
            break
        else:
            events.append(_move(at, ref, "stage", now, ONWARD[now["stage"]]))
            if now["stage"] == "won":
                break
    return Life(ref, begun, first, now, [event for event in events if event.keys["from"] != event.keys["to"]])


def _task(source: random.Random, number: int, begun: int) -> Life:
    ref = f"tasks/task-{number:06}"
    at = begun + source.randrange(DAY, NOW - begun - 3600)
    first = {
        "text": f"answer about the {source.choice(WORDS)}",
        "on": f"customers/company-{number:06}",
        "due": _day(at + source.randrange(1, 40) * DAY),
        "for": member(source.randrange(MEMBERS)),
        "stage": "open",
    }
    now, events = dict(first), list[Happening]()
    done = at + source.randrange(3600, 60 * DAY)
    if done < NOW - 600:
        events.append(_move(done, ref, "stage", now, "done"))
    return Life(ref, at, first, now, events)


def _move(at: int, ref: str, field: str, now: Fields, to: str) -> Happening:
    return _change("move", at, ref, field, now, to)


def _set(at: int, ref: str, field: str, now: Fields, to: str) -> Happening:
    return _change("set", at, ref, field, now, to)


def _change(do: str, at: int, ref: str, field: str, now: Fields, to: str) -> Happening:
    keys: dict[str, object] = {"field": field, "from": now.get(field), "to": to}
    now[field] = to
    return Happening(at, do, ref, keys)


def _day(at: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(at))
