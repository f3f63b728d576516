"""Tiny books for figures that can be counted by hand: records with their stages and the moments of their moves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from crmcli.model.ids import ulid
from crmcli.store.book import Book, open_book

CONFIG = 'name = "x"\nformat = 1\ncurrency = "EUR"\ntimezone = "Europe/Berlin"\nlanguage = "en"\n'
FILES = {
    "schema/member.toml": 'title = "name"\n[fields]\nname = { type = "text" }\nregion = { type = "text" }\n',
    "schema/product.toml": 'title = "name"\n[fields]\nname = { type = "text" }\n',
    "schema/deal.toml": """\
title = "name"
[fields]
name     = { type = "text" }
pipeline = { type = "pipeline", default = "sales" }
stage    = { type = "stage" }
amount   = { type = "money" }
close    = { type = "date" }
odds     = { type = "percent", default = "(stage.odds)" }
owner    = { type = "member" }
products = { type = "product[]" }
""",
    "schema/task.toml": """\
title = "text"
[fields]
text  = { type = "text" }
on    = { type = "any", within = true }
due   = { type = "datetime" }
stage = { type = "stage" }
""",
    "schema/log.toml": """\
embedded = "journal"
plural = "log"
[fields]
at   = { type = "datetime" }
by   = { type = "member" }
kind = { type = "choice", options = ["call", "email", "note"] }
took = { type = "duration" }
with = { type = "member[]" }
text = { type = "text" }
""",
    "pipelines/sales.toml": """\
for = "deal"
[stage.contact]
odds = "10%"
rot  = "14d"
[stage.offer]
odds = "50%"
rot  = "21d"
[stage.deal]
odds = "80%"
[stage.won]
kind = "won"
[stage.lost]
kind = "lost"
[stage.hold]
kind = "hold"
rot  = "30d"
""",
    "pipelines/task.toml": 'for = "task"\n[stage.todo]\n[stage.done]\nkind = "won"\n',
}
START = 1514764800000


class Made(NamedTuple):
    """A record: `stages` are (moment or day, stage), the first its creation; `fields` are stored values."""

    ref: str
    stages: Sequence[tuple[str, str]] = (("2026-01-01", ""),)
    fields: dict[str, str | list[str]] = {}  # noqa: RUF012 - never written to
    via: str = "cli"


class Logged(NamedTuple):
    """A log line."""

    on: str
    at: str
    by: str = "anna"
    kind: str = "call"
    took: str = ""
    partners: tuple[str, ...] = ()


def deal(name: str, *stages: str, **fields: str | list[str]) -> Made:
    """A deal by its journey, as in `deal("a", "2026-01-01 contact", "2026-01-05 won")`."""
    pairs = [(step.split()[0], step.split()[1]) for step in stages]
    return Made(f"deals/{name}", pairs, dict(fields))


def hand_book(root: Path, *made: Made | Logged, rates: str = "", more: dict[str, str] | None = None) -> Book:
    """Write the book and open it."""
    files = {"crm.toml": CONFIG, **FILES, **(more or {})} | ({"rates.tsv": rates} if rates else {})
    events: list[dict[str, object]] = []
    for thing in made:
        if isinstance(thing, Logged):
            events.append(_logged(thing))
            continue
        fields = thing.fields | ({"stage": thing.stages[-1][1]} if thing.stages[-1][1] else {})
        created = str(fields.get("created", moment(thing.stages[0][0])))
        files[f"{thing.ref}.md"] = _front({**fields, "created": created})
        events += _told(thing)
    lines = [
        json.dumps({"id": ulid(START + number, number), "via": "cli", "op": ulid(START, 0)} | event) + "\n"
        for number, event in enumerate(events)
    ]
    files["journal/2026-01/h4nd0-0123456789.jsonl"] = "".join(lines)
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return open_book(root)


def moment(text: str) -> str:
    """A moment as the journal has it; a day alone is its midnight in Berlin."""
    if "T" in text:
        return text
    summer = "03-29" <= text[5:] < "10-25"  # of 2026
    return f"{text}T00:00:00+0{2 if summer else 1}:00"


def _told(thing: Made) -> list[dict[str, object]]:
    """The creation of a record and its moves."""
    (day, first), *moves = thing.stages
    record = thing.fields | ({"stage": first} if first else {})
    told: list[dict[str, object]] = [
        {"do": "create", "on": thing.ref, "at": moment(day), "by": "anna", "via": thing.via, "record": record}
    ]
    before = first
    for at, to in moves:
        move: dict[str, object] = {"do": "move", "on": thing.ref, "at": moment(at), "by": "anna", "via": thing.via}
        told.append(move | {"field": "stage", "from": before, "to": to})
        before = to
    return told


def _logged(line: Logged) -> dict[str, object]:
    event: dict[str, object] = {"do": "log", "on": line.on, "at": moment(line.at), "by": line.by, "kind": line.kind}
    if line.took:
        event["took"] = line.took
    if line.partners:
        event["with"] = list(line.partners)
    return event | {"text": f"{line.kind} about it"}


def _front(fields: dict[str, str | list[str]]) -> str:
    lines = ["---"]
    for key, value in fields.items():
        lines += [f"{key}: {value}"] if isinstance(value, str) else [f"{key}:", *(f"  - {item}" for item in value)]
    return "\n".join([*lines, "---", ""])
