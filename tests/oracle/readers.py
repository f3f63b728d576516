"""Reads a book's files into plain rows: schema, pipelines, tags, rates, records and journal, by readers of its own."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from tests.oracle.days import instant, local, read_length

PLACES = {"EUR": 2, "USD": 2, "CNY": 2, "JPY": 0}
NUMBERS = ("int", "decimal", "percent", "rating")
TOUCHES = ("call", "email", "meeting", "visit", "chat")


class Field(NamedTuple):
    """A field as the schema says."""

    name: str
    type: str
    many: bool
    options: dict[str, str]  # name → label
    calc: str
    back: str
    within: bool


class Type(NamedTuple):
    """A record type."""

    name: str
    plural: str
    title: str
    embedded: str
    fields: dict[str, Field]
    labels: dict[str, str]


class Money(NamedTuple):
    """An amount in minor units of its currency, and in the book's; None without a rate."""

    minor: Fraction
    currency: str
    book: Fraction | None


class Row:
    """A record, a row inside one, a logged line, a stage change: a type's name, an id, values by field (lists always)."""

    def __init__(self, kind: str, name: str, values: dict[str, list[Any]], stored: dict[str, Any]) -> None:
        self.kind, self.name, self.values, self.stored = kind, name, values, stored
        self.whole: Row | None = None  # of a row inside: its record; of a stage change: its record
        self.ons: set[str] = set()  # of a logged line: the records it was logged on
        self.field = ""  # of a row inside: the field it stands in
        self.place = 0

    @property
    def ref(self) -> str:
        return f"{self.kind}/{self.name}"

    def __repr__(self) -> str:
        return f"{self.ref} {self.stored}"


class World:
    """Everything a book's files say."""

    def __init__(self, root: Path, now: str, me: str) -> None:
        from tests.oracle.days import ZONE

        self.root, self.me = root, me
        self.now = datetime.fromisoformat(now).astimezone(ZONE)
        self.types = {path.stem: _type(path) for path in (root / "schema").glob("*.toml")}
        self.pipelines = {path.stem: tomllib.loads(path.read_text()) for path in sorted((root / "pipelines").glob("*"))}
        self.tags: dict[str, dict[str, str]] = tomllib.loads((root / "rules" / "tags.toml").read_text())["tag"]
        self.rates = _rates(root / "rates.tsv")
        self.inside: list[Row] = []
        self.records: dict[str, dict[str, Row]] = {name: {} for name in self.types}
        for kind in self.types.values():
            for path in sorted((root / kind.plural).glob("*.md")) if not kind.embedded else ():
                self._record(kind, path.stem, front_matter(path.read_text(encoding="utf-8")))
        self.lines: list[Row] = []
        self.moves: list[Row] = []
        self._journal(
            [
                json.loads(line)
                for path in root.glob("journal/*/*.jsonl")
                for line in path.read_text(encoding="utf-8").splitlines()
            ]
        )

    # ---- records -----------------------------------------------------------------------------------------

    def _record(self, kind: Type, name: str, stored: dict[str, Any]) -> None:
        day = next((date.fromisoformat(stored[key][:10]) for key in ("close", "date") if key in stored), None)
        row = Row(kind.name, name, {}, stored)
        row.values["created"] = [instant(stored["created"])] if "created" in stored else []
        day = day or (local(row.values["created"][0]) if row.values["created"] else None)
        row.values["archived"] = [date.fromisoformat(stored[key]) for key in ("archived",) if key in stored]
        row.values["tags"] = stored.get("tags", [])
        for field in kind.fields.values():
            raw = stored.get(field.name, [])
            texts = raw if isinstance(raw, list) else [raw]
            embedded = self.types.get(field.type)
            if embedded and embedded.embedded == "true":
                row.values[field.name] = [
                    self._row(embedded, row, field.name, place, text, day) for place, text in enumerate(texts, 1)
                ]
            else:
                row.values[field.name] = [self.value(field, text, day) for text in texts]
        line = self.pipeline(row)
        stage = self.stage_field(kind)
        if line and stage and not row.values[stage]:
            row.values[stage] = [next(iter(line["stage"]))]
        self.records[kind.name][name] = row

    def _row(self, kind: Type, record: Row, field: str, place: int, text: str, day: date | None) -> Row:
        stored = dict(part.split(": ", 1) for part in text.strip("{}").split(", "))
        values = {
            f.name: [self.value(f, stored[f.name], day)] if f.name in stored else [] for f in kind.fields.values()
        }
        row = Row(kind.name, f"{record.ref}/{place}", values, stored)
        row.whole, row.field, row.place = record, field, place
        self.inside.append(row)
        return row

    def value(self, field: Field, text: str, day: date | None = None) -> Any:  # noqa: ANN401, C901, PLR0911 - by its type
        if field.type in NUMBERS:
            return Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        if field.type == "money":
            return self.money(text, day)
        if field.type == "duration":
            return read_length(text)
        if field.type == "date":
            return date.fromisoformat(text)
        if field.type == "datetime":
            return instant(text)
        if field.type == "month":
            return date.fromisoformat(f"{text}-01")
        if field.type == "period":
            first, _, last = text.partition("..")
            return (date.fromisoformat(first) if first else date.min, date.fromisoformat(last) if last else date.max)
        if field.type == "flag":
            return text == "yes"
        if field.type == "any":
            plural, _, name = text.partition("/")
            return f"{next(kind.name for kind in self.types.values() if kind.plural == plural)}/{name}"
        if field.type in self.types:
            return f"{field.type}/{text.rpartition('/')[2]}"
        return text

    def money(self, text: str, day: date | None) -> Money:
        number, _, currency = text.partition(" ")
        minor = Fraction(number) * 10 ** PLACES[currency]
        rate = self.rate(currency, day)
        return Money(minor, currency, None if rate is None else half_even(Fraction(number) * rate * 100))

    def rate(self, currency: str, day: date | None) -> Fraction | None:
        """The latest rate on or before a day."""
        if currency == "EUR":
            return Fraction(1)
        known = [(on, rate) for on, of, rate in self.rates if of == currency and day is not None and on <= day]
        return max(known, key=lambda found: found[0])[1] if known else None

    # ---- stages ------------------------------------------------------------------------------------------

    def stage_field(self, kind: Type) -> str:
        return next((field.name for field in kind.fields.values() if field.type == "stage"), "")

    def pipeline(self, row: Row) -> dict[str, Any] | None:
        """The pipeline a record is in."""
        chosen = row.stored.get("pipeline")
        if chosen:
            return self.pipelines[chosen]
        return next((line for line in self.pipelines.values() if line["for"] == row.kind), None)

    def stage_kind(self, row: Row, stage: str | None = None) -> str:
        """The kind of a record's stage, or of another one of its pipeline; "" where there is none."""
        line = self.pipeline(row)
        if line is None:
            return ""
        name = stage or row.values[self.stage_field(self.types[row.kind])][0]
        return str(line["stage"][name].get("kind", "open")) if name in line["stage"] else ""

    # ---- the journal -------------------------------------------------------------------------------------

    def _journal(self, events: list[dict[str, Any]]) -> None:
        gone = {event["of"] for event in events if event["do"] == "retract"}
        for event in events:
            row = self.row(self.plural_ref(event["on"]))
            if event["do"] == "create" and row is not None:
                row.values["by"] = [f"member/{event['by']}"] if "by" in event else []
                row.values["via"] = [event["via"]]
                self._move(event, row, None, self._first(row, event["record"]))
            elif event["do"] == "move" and row is not None:
                self._move(event, row, event["from"], event["to"])
            elif event["do"] in ("log", "set") and event["id"] not in gone:
                self._line(event)
        for row in [row for found in self.records.values() for row in found.values()]:
            self._stays(row)

    def _first(self, row: Row, record: dict[str, Any]) -> str | None:
        line, stage = self.pipeline(row), self.stage_field(self.types[row.kind])
        return str(record.get(stage) or next(iter(line["stage"]))) if line else None

    def _move(self, event: dict[str, Any], row: Row, before: str | None, after: str | None) -> None:
        if after is None:
            return
        values: dict[str, list[Any]] = {
            "at": [instant(event["at"])], "from": [before] if before else [], "to": [after], "kind": [self.stage_kind(row, after)],
            "days": [], "by": [f"member/{event['by']}"] if "by" in event else [], "via": [event["via"]],
        }  # fmt: skip
        move = Row("moves", event["id"], values, event)
        move.whole = row
        self.moves.append(move)

    def _stays(self, row: Row) -> None:
        """What follows from a record's stage changes."""
        own = sorted(
            (move for move in self.moves if move.whole is row), key=lambda move: (move.values["at"], move.name)
        )
        for move, after in pairwise(own):
            move.values["days"] = [Fraction((after.values["at"][0] - move.values["at"][0]).total_seconds()) / 86400]
        row.values["stage_since"] = own[-1].values["at"] if own else []
        since = row.values["stage_since"]
        row.values["stage_days"] = [Fraction(int((self.now - since[0]).total_seconds() / 86400))] if since else []
        row.values["closed"] = []
        if own and own[-1].values["kind"][0] in ("won", "lost"):
            closing = own[-1]
            for move in reversed(own):
                if move.values["kind"][0] not in ("won", "lost"):
                    break
                closing = move
            row.values["closed"] = closing.values["at"]

    def _line(self, event: dict[str, Any]) -> None:
        kind = self.types["log"]
        stored = {name: value for name, value in event.items() if name in kind.fields and value}
        values = {}
        for field in kind.fields.values():
            raw = stored.get(field.name, [])
            values[field.name] = [self.value(field, text) for text in (raw if isinstance(raw, list) else [raw])]
        row = Row("log", event["id"], values, event)
        row.ons = {self.plural_ref(event["on"]), *(self.plural_ref(ref) for ref in event.get("with", ()))}
        self.lines.append(row)

    # ---- names -------------------------------------------------------------------------------------------

    def plural_ref(self, ref: str) -> str:
        plural, _, name = ref.partition("/")
        return f"{next(kind.name for kind in self.types.values() if kind.plural == plural)}/{name}"

    def row(self, ref: str) -> Row | None:
        kind, _, name = ref.partition("/")
        return self.records[kind].get(name)

    def title(self, row: Row) -> str:
        return str(row.stored.get(self.types[row.kind].title) or row.name)


def half_even(number: Fraction) -> Fraction:
    return Fraction(round(number))  # Fraction rounds half to even


def front_matter(text: str) -> dict[str, Any]:
    """`key: value` and lists one item a line, as `book.py` writes them."""
    found: dict[str, Any] = {}
    name = ""
    for line in text.split("---\n")[1].splitlines():
        if line.startswith("  - "):
            found[name].append(line[4:])
        else:
            name, _, value = line.partition(":")
            found[name] = value.strip() or []
    return found


def _type(path: Path) -> Type:
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    fields = {name: _field(name, rest) for name, rest in said["fields"].items()}
    for name, field in fields.items():
        if list(field.options) == ["customer.tier"]:
            options = tomllib.loads((path.parent / "customer.toml").read_text(encoding="utf-8"))["fields"]["tier"][
                "options"
            ]
            fields[name] = field._replace(options=options)
    labels = {rest["label"]: name for name, rest in said["fields"].items() if "label" in rest}
    return Type(path.stem, said["plural"], said.get("title", ""), str(said.get("embedded", "")).lower(), fields, labels)


def _field(name: str, said: dict[str, Any]) -> Field:
    options = said.get("options", {})
    if isinstance(options, str):
        options = [options]
    named = dict(options) if isinstance(options, dict) else {option: option for option in options}
    base = said["type"].removesuffix("[]")
    return Field(
        name,
        base,
        said["type"].endswith("[]"),
        named,
        said.get("calc", ""),
        said.get("back", ""),
        bool(said.get("within")),
    )


def _rates(path: Path) -> list[tuple[date, str, Fraction]]:
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    return [(date.fromisoformat(on), currency, Fraction(rate)) for on, currency, rate in lines]
