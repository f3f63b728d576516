# ruff: noqa: INP001 - a script beside the pages it writes
"""Write docs/reference/scripts.schema.json, what `--format json` gives: `python docs/generate_scripts.py`.

Shapes of values, field types, commands and figures are the program's own tables, so that the file differs from what
this writes as soon as one of them changes; the keys of each command are promised here, and tests hold its output to them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from crmcli.model.schema import Field  # noqa: E402 - run as a script, the checkout is not on the path before
from crmcli.model.types import TYPE_NAMES, type_named  # noqa: E402
from crmcli.reports.definitions import DEFINITIONS  # noqa: E402
from crmcli.reports.forms import json_shape  # noqa: E402

FILE = ROOT / "docs" / "reference" / "scripts.schema.json"

Schema = dict[str, object]

LISTS = frozenset(["checklist"])
"""Field types that are a list without `[]`."""
MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)$"
DAY = r"^\d{4}-\d\d-\d\d$"
ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
EVENT_ID = "^[0-9A-HJKMNP-TV-Z]{26}$"


def ref(name: str) -> Schema:
    """Point at a definition."""
    return {"$ref": f"#/$defs/{name}"}


def text(pattern: str = "", says: str = "") -> Schema:
    """Text of a pattern."""
    found: Schema = {"type": "string", "minLength": 1}
    if pattern:
        found["pattern"] = pattern
    return found | ({"description": says} if says else {})


def or_null(schema: Schema) -> Schema:
    """The same, or null where the cell is empty."""
    return {"anyOf": [schema, {"type": "null"}]}


def array(items: Schema, *, least: int = 0) -> Schema:
    """An array."""
    return {"type": "array", "items": items} | ({"minItems": least} if least else {})


def record(keys: dict[str, Schema], **more: object) -> Schema:
    """An object that has all of these keys and no other, unless `more` says so."""
    return {"type": "object", "properties": keys, "required": list(keys), "additionalProperties": False} | more


def cells(names: str, **typed: Schema) -> dict[str, Schema]:
    """Keys in their order: text or null, unless typed; `!` behind a name says that it is never null."""
    found: dict[str, Schema] = {}
    for word in names.split():
        name = word.removesuffix("!")
        schema = typed.get(name, text())
        found[name] = schema if word.endswith("!") else or_null(schema)
    return found


def scalars() -> dict[str, Schema]:
    """The shapes that values have."""
    return {
        "text": {"type": "string"},
        "integer": {"type": "integer"},
        "number": {"type": "number", "description": "percentages as fractions: 20% is 0.2"},
        "flag": {"type": "boolean"},
        "money": record({
            "amount": text(r"^-?\d+(\.\d+)?$", "exact, with as many decimals as the currency has"),
            "currency": text("^[A-Z]{3}$", "ISO 4217"),
        }),
        "day": text(DAY),
        "month": text(r"^\d{4}-\d\d$"),
        "moment": text(MOMENT, "a moment with its offset"),
        "dayOrMoment": {"anyOf": [ref("day"), ref("moment")]},
        "id": text(ID, "a record of a type that is known: the stem of its file"),
        "reference": text("^[^/]+/.+$", "plural/id: a record of any type"),
        "eventId": text(EVENT_ID, "a ULID"),
        "tagCounts": {
            "type": "object",
            "description": "records by plural",
            "additionalProperties": {"type": "integer", "minimum": 1},
        },
    }  # fmt: skip


def field_types() -> dict[str, Schema]:
    """What a value of each field type is; lists of it are arrays of the same."""
    found = {}
    for name in [*TYPE_NAMES, "reference"]:
        field = Field("field", name, reference="customer" if name == "reference" else "")
        shape = ref(json_shape(type_named(field)))
        found[f"field {name}"] = array(shape, least=1) if name in LISTS else shape
    return found


def structures() -> dict[str, Schema]:
    """What several commands have in common."""
    value = ("text", "integer", "number", "flag", "money")
    stored = STORED
    return {
        "row": {
            "type": "object",
            "description": "a row inside a record: every column of its type by name",
            "additionalProperties": or_null({"anyOf": [ref(name) for name in value]}),
        },
        "value": {
            "description": "a cell of a list: null where it is empty; the type of its field says which",
            "anyOf": [{"type": "null"}, *(ref(name) for name in value), array({"anyOf": [ref(n) for n in value]}, least=1),
                      array(ref("row"), least=1)],
        },
        "event": {
            "type": "object",
            "description": "an event as the journal has it, docs/format.md; kinds of events have keys of their own",
            "properties": {
                "id": ref("eventId"), "at": ref("moment"), "by": text(), "via": text(), "op": text(), "do": text(),
                "on": text(), "field": text(), "from": or_null(stored), "to": or_null(stored),
                "add": array({"type": "string"}), "remove": array({"type": "string"}),
                "record": {"type": "object", "additionalProperties": or_null(stored)}, "cmd": text(),
            },
            "required": ["id", "at", "via", "op", "do", "on"],
        },
        "person": record(cells("ref! title! cells kind", cells=array({"type": "string"})) | {
            "cells": array({"type": "string"}), "kind": {"type": "string"}}),
        "fact": record({"name": text(), "label": text(), "text": {"type": "string"}, "target": {"type": "string"},
                        "bad": ref("flag")}),
        "happened": record({name: {"type": "string"} for name in
                            ("at", "by", "kind", "what", "text", "direction", "took", "ref")}),
    }  # fmt: skip


STORED: Schema = {"anyOf": [{"type": "string"}, array({"type": "string"})]}
"""A value as a file has it: text, or a list of texts."""
FIGURES = {
    "count": "integer", "amount": "money", "weighted": "money", "entered": "integer", "advanced": "integer",
    "conversion": "number", "days": "number", "lost": "integer", "running": "integer", "visited": "integer",
    "of_all": "number", "won": "integer", "rate": "number", "won_amount": "money", "average": "money",
    "cycle_mean": "number", "cycle_median": "number", "lines": "integer", "records": "integer", "minutes": "integer",
    "rot": "number", "reason": "text", "since": "moment",
}  # fmt: skip
"""What each figure of a report is; which figures a report has is said by its definition."""


def reports() -> dict[str, Schema]:
    """Each report: its figures, and beside them its groups or the columns of the record."""
    found: dict[str, Schema] = {}
    for name, definition in DEFINITIONS.items():
        keys = {figure: or_null(ref(FIGURES[figure])) for figure, _ in definition.columns}
        found[f"crm report {name}"] = array(record(keys, additionalProperties=ref("value")))
    return found


NUMBER, INSTANT, MONEY = ref("integer"), ref("moment"), ref("money")
TEXTS = array(text(), least=1)
SIDED: Schema = {"anyOf": [ref("text"), array(ref("text"))]}
STAGE = cells("stage! label! kind!", kind={"enum": ["open", "hold", "won", "lost"]})


def commands() -> dict[str, Schema]:
    """What each command that prints data writes as `json`; as `jsonl` the items of its array, one a line."""
    return {**lists(), **groups(), **affairs(), **objects()}


def lists() -> dict[str, Schema]:
    """What lists, searches and reviews write."""
    return {
        "crm TYPES": array({"type": "object", "additionalProperties": ref("value"),
                            "description": "the columns asked for and no other, in that order"}),
        "crm today": array(record(cells(
            "group! id! type! title! reasons! due about", id=ref("id"), reasons=TEXTS, due=ref("dayOrMoment"),
            group={"enum": ["late", "waits", "today", "quiet", "loose", "start"]}, about=ref("reference")))),
        "crm find": array(record(cells("id! type! title! where! text archived", id=ref("id"),
                                       archived={"const": "archived"}))),
        "crm history": array(record(cells(
            "at! by via! cmd do! on! field from to text op event!", at=INSTANT, event=ref("eventId"),
            **{"from": STORED, "to": STORED}))),
        "crm history --commits": array(record(cells(
            "at! by via! cmd do! on! field from to text op event! commit author", at=INSTANT, event=ref("eventId"),
            **{"from": STORED, "to": STORED}))),
        "crm why": array(record(cells(
            "id! field! value source! at by via cmd before why op event", id=ref("id"), at=INSTANT, event=ref("eventId"),
            value=ref("value"), before=ref("value")))),
        "crm why --commits": array(record(cells(
            "id! field! value source! at by via cmd before why op event commit author", id=ref("id"), at=INSTANT,
            event=ref("eventId"), value=ref("value"), before=ref("value")))),
        "crm diff": array(record(cells(
            "change! id! title! about owner amount before after times", id=ref("id"), about=ref("id"), owner=ref("id"),
            amount=MONEY, times=NUMBER))),
    }  # fmt: skip


def groups() -> dict[str, Schema]:
    """What counts records by tag, stage and report."""
    board = array(record(STAGE | cells("count! total ids", count=NUMBER, total=MONEY, ids=array(ref("id"), least=1))))
    return {
        "crm tag list": array(record(cells("tag! count! types! filter", count=NUMBER, types=ref("tagCounts")))),
        "crm tag show": array(record(cells("id! type! title! tags! archived", id=ref("id"), tags=TEXTS,
                                           archived={"const": "archived"}))),
        "crm tag show --since": array(record(cells(
            "day! change! id! title! why", day=ref("day"), change={"enum": ["entered", "left"]}, id=ref("id")))),
        "crm pipeline list": array(record(cells("name! type! label! stages! open! count!", stages=TEXTS, open=NUMBER,
                                                count=NUMBER))),
        "crm pipeline show": array({"anyOf": [
            record(STAGE | cells("next need odds rot count!", next=TEXTS, need=TEXTS, odds=ref("number"), count=NUMBER)),
            record(STAGE | cells("next need odds rot count! total", next=TEXTS, need=TEXTS, odds=ref("number"),
                                 count=NUMBER, total=MONEY)),
        ]}),
        "crm pipeline board": board,
        "crm board": board,
        "crm report": array(record(cells("name! says!"))),
        **reports(),
    }  # fmt: skip


def affairs() -> dict[str, Schema]:
    """What is told of the book itself: its journal, hooks, problems, settings and ops."""
    return {
        "crm changes": array(ref("event")),
        "crm hook list": array(record(cells("name! state! phase trigger"))),
        "crm hook list --shipped": array(record(cells("name! summary!"))),
        "crm hook log": array(record(cells(
            "at! hook! event! on outcome! exit! seconds! attempt! key!", at=INSTANT, exit=NUMBER, seconds=ref("number"),
            attempt=NUMBER))),
        "crm check": array(record(cells("severity! code! path! line column message! remedy", line=NUMBER, column=NUMBER,
                                        severity={"enum": ["error", "warning"]}))),
        "crm config": array(record(cells("key! value from!"))),
        "crm resolve": array(record(cells("path! field ours ours_by ours_at theirs theirs_by theirs_at base",
                                          ours_at=INSTANT, theirs_at=INSTANT, ours=SIDED, theirs=SIDED, base=SIDED))),
        "crm sync": array(record(cells("path! field taken ours ours_by ours_at theirs theirs_by theirs_at why base",
                                       taken={"enum": ["", "ours", "theirs", "both", "given"]},
                                       ours_at=INSTANT, theirs_at=INSTANT, ours=SIDED, theirs=SIDED, base=SIDED))),
        "crm undo --list": array(record(cells("op! at! by via! cmd events! on! undone", at=INSTANT, events=NUMBER,
                                              op=ref("eventId"), undone={"const": "undone"}))),
    }  # fmt: skip


def objects() -> dict[str, Schema]:
    """What is one object, or as wide as a question."""
    return {
        "crm show": record({
            "id": ref("id"), "type": text(), "path": text(), "title": text(),
            "fields": {"type": "object", "additionalProperties": ref("value"),
                       "description": "every field of the schema by name"},
            "tags": array(text()), "dynamic_tags": array(text()), "created": or_null(INSTANT),
            "archived": or_null(ref("day")), "stage_since": or_null(INSTANT), "body": ref("text"),
            "related": {"type": "object", "additionalProperties": array(ref("id"), least=1)},
            "timeline": array(ref("event")), "problems": array(text()),
            "unknown": {"type": "object", "additionalProperties": {"anyOf": [ref("text"), array(ref("text"))]}},
        }),
        "crm brief": record({
            "ref": ref("reference"), "title": text(), "line": ref("text"), "facts": array(ref("fact")),
            "people": array(ref("person")), "deals": array(ref("person")), "next_steps": array(ref("person")),
            "last": array(ref("happened")), "warnings": array(text()),
        }),
        "crm sql": array({"type": "object", "additionalProperties": {"type": ["string", "number", "null"]},
                          "description": "the columns of the question as SQLite gives them"}),
        "crm import": record({
            "op": or_null(ref("eventId")), "type": or_null(text()), **dict.fromkeys(("rows", "new", "changed", "same", "refused"), NUMBER),
            "beside": {"type": "object", "additionalProperties": NUMBER}, "skipped": NUMBER, "kept": NUMBER,
            "conflicts": or_null(text()), "rejects": or_null(text()), "dry": ref("flag"),
        }),
    }  # fmt: skip


def schema() -> Schema:
    """The whole file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What crm writes with --format json",
        "description": "docs/reference/scripts.md says it in words. A command's definition is named as it is typed.",
        "$defs": {**scalars(), **field_types(), **structures(), **commands()},
    }


def page() -> str:
    """The file's text."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
