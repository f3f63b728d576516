"""A small book in memory: a setup written out, and the tables of docs/index.md filled by hand from stored text."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crmcli.model.record import Value
from crmcli.model.schema import Config, Field, Option, Pipeline, RecordType, Setup, Stage
from crmcli.model.types import type_named
from crmcli.model.types.base import SqlValue, ValueContext
from crmcli.query.env import QueryEnv
from crmcli.store.index.connection import open_connection
from crmcli.text.fold import fold

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 14, 3, tzinfo=ZONE)  # a Friday
TYPES = ("customer", "contact", "deal", "task", "member")
Rows = Mapping[str, Mapping[str, Mapping[str, Value]]]

BUILT_IN = (
    "id TEXT PRIMARY KEY, _path TEXT, _title TEXT, _fold TEXT, _pinyin TEXT, _initials TEXT, created TEXT, "
    '"created.local" TEXT, archived TEXT, _kind TEXT, _ord INTEGER, _pipeline TEXT, stage_since TEXT, closed TEXT, '
    '_last_open TEXT, touched TEXT, _changed TEXT, "by" TEXT, via TEXT, _problem INTEGER'
)
DERIVED = ("stage_since", "closed", "touched", "by", "via", "_pinyin", "_initials")
SIDE = (
    'CREATE TABLE items ("type", id, field, pos, value, fold)',
    'CREATE TABLE tags ("type", id, tag)',
    'CREATE TABLE refs ("type", id, field, to_type, to_id, within)',
    'CREATE TABLE keys ("type", id, field, rank, fold)',
    'CREATE TABLE merged_keys ("type", new, old, event, field, fold)',
    "CREATE TABLE docs (ref, what, text)",
    "CREATE VIRTUAL TABLE fts USING fts5(text, content=docs, content_rowid=rowid, tokenize=trigram)",
)


def field(name: str, type_name: str, *, options: tuple[str, ...] = (), label: str = "", calc: str = "") -> Field:
    """A field as the setup holds it; an option may carry a Chinese label, as `software=软件`."""
    base = type_name.removesuffix("[]")
    named = [option.partition("=") for option in options]
    return Field(
        name,
        base,
        type_name.endswith("[]") or base == "checklist",
        {"zh": label} if label else {},
        options=tuple(Option(name, {"zh": text} if text else {}) for name, _, text in named),
        reference="*" if base == "any" else base if base in TYPES else "",
        pipeline="lifecycle" if name == "lifecycle" else "",
        within=name in ("on", "customer"),
        key={"phone": 1, "domain": 2, "email": 3}.get(base, 0),
        max=5 if base == "rating" else 0,
        calc=calc,
    )


def record_type(name: str, title: str, *fields: Field) -> RecordType:
    return RecordType(name, f"{name}s", {}, (), title, (), "", {f.name: f for f in fields}, f"schema/{name}.toml")


def pipeline(name: str, type_name: str, stages: str, labels: Mapping[str, str] | None = None) -> Pipeline:
    """Stages as `contact needs won:won`."""
    made = {}
    for word in stages.split():
        stage, _, kind = word.partition(":")
        label = (labels or {}).get(stage, "")
        made[stage] = Stage(stage, {"zh": label} if label else {}, kind or "open")
    return Pipeline(name, type_name, "", {}, "", made, f"pipelines/{name}.toml")


CUSTOMER = record_type(
    "customer",
    "name",
    field("name", "text", label="名称"),
    field("lifecycle", "stage", label="阶段"),
    field("tier", "choice", options=("A", "B", "C"), label="等级"),
    field("sector", "choice", options=("software=软件", "trade=贸易")),
    field("size", "int", label="规模"),
    field("phone", "phone[]"),
    field("email", "email[]"),
    field("domain", "domain[]"),
    field("region", "region"),
    field("country", "country"),
    field("parent", "customer"),
    field("owner", "member"),
    field("contract", "period"),
    field("terms", "duration"),
    field("margin", "percent"),
    field("happy", "rating"),
    field("newsletter", "flag"),
    field("open_at", "time"),
    field("checks", "checklist", options=("licence", "invoice")),
    field("geo", "geo"),
    field("address", "address"),
    field("about", "markdown"),
)
DEAL = record_type(
    "deal",
    "name",
    field("name", "text", label="名称"),
    field("customer", "customer"),
    field("pipeline", "pipeline"),
    field("stage", "stage"),
    field("amount", "money", label="金额"),
    field("close", "date"),
    field("signed", "datetime"),
    field("month", "month"),
    field("months", "month[]"),
    field("odds", "percent"),
    field("discount", "percent"),
    field("priority", "choice", options=("low", "normal", "high", "urgent")),
    field("owner", "member"),
    field("team", "member[]"),
    field("rival", "text"),
    field("qty", "decimal"),
    field("scores", "int[]"),
    field("weighted", "money", calc="amount * odds"),
    field("net", "money", calc="amount * (1 - discount)"),
    field("rounds", "int", calc="rounds + 1"),
    field("paid", "money", calc="sum(contracts.amount)"),
    field("about", "markdown"),
)
TASK = record_type(
    "task",
    "text",
    field("text", "text"),
    field("on", "any"),
    field("due", "datetime"),
    field("for", "member"),
    field("stage", "stage"),
)
MEMBER = record_type(
    "member",
    "name",
    field("name", "text"),
    field("email", "email[]"),
    field("role", "choice[]", options=("sales", "finance")),
    field("region", "text"),
    field("boss", "member"),
)
NOTE = record_type("note", "name", field("name", "text"), field("on", "any"))
SALES = pipeline(
    "sales", "deal", "contact needs proposal negotiation won:won lost:lost hold:hold", {"proposal": "方案报价"}
)
PROJECT = pipeline("project", "deal", "survey proposal award won:won lost:lost")
LIFECYCLE = pipeline("lifecycle", "customer", "lead qualified customer:won churned:lost")
TODO = pipeline("task", "task", "open done:won dropped:lost")

SETUP = Setup(
    Config("Test", currency="CNY", timezone="Asia/Shanghai", language="zh", country="CN"),
    {t.name: t for t in (CUSTOMER, DEAL, TASK, MEMBER, NOTE)},
    {p.name: p for p in (SALES, PROJECT, LIFECYCLE, TODO)},
    (),
    "",
)
ENV = QueryEnv(SETUP, NOW, "anna-k2x81", frozenset(["vip", "key", "intent/a", "intent/b", "churned"]))
CONTEXT = ValueContext("CNY", "CN", "Asia/Shanghai", "zh", NOW, lambda _, who: who, lambda _: True)


def make_index(rows: Rows) -> sqlite3.Connection:
    """The index of a book whose records are given as plural → id → stored values."""
    base = open_connection(None)
    for statement in SIDE:
        base.execute(statement)
    for kind in SETUP.types.values():
        base.execute(f'CREATE TABLE "rec_{kind.plural}" ({BUILT_IN}{"".join(_columns(kind))})')
        for identity, values in rows.get(kind.plural, {}).items():
            _insert(base, kind, identity, values)
    base.execute("INSERT INTO fts(fts) VALUES ('rebuild')")
    return base


def _stored(kind: RecordType) -> Iterator[Field]:
    return (f for f in kind.fields.values() if not f.calc)


def _parts(f: Field) -> list[str]:
    if f.many or f.type == "markdown":
        return [""]
    return [column.suffix for column in type_named(f).columns(f)]


def _columns(kind: RecordType) -> Iterator[str]:
    return (f', "{f.name}{part}"' for f in _stored(kind) for part in _parts(f))


def _insert(base: sqlite3.Connection, kind: RecordType, identity: str, values: Mapping[str, Value]) -> None:
    row: dict[str, SqlValue] = {"id": identity, "archived": _text(values, "archived")}
    row |= {name: _text(values, name) for name in DERIVED}
    title = _text(values, kind.title)
    row |= {"_title": title or identity, "_fold": fold(title or identity)}
    row["created"] = _instant(_text(values, "created"))
    row |= _stage(kind, values)
    words = [title or ""]
    for f in _stored(kind):
        value = values.get(f.name)
        if value:
            row |= _field(base, kind, identity, f, value)
            words += [] if f.reference else [value] if isinstance(value, str) else value
    for tag in values.get("tags", ()):
        base.execute("INSERT INTO tags VALUES (?, ?, ?)", (kind.plural, identity, tag))
    for alias in values.get("aliases", ()):
        base.execute("INSERT INTO keys VALUES (?, ?, 'aliases', 0, ?)", (kind.plural, identity, alias))
    for key in values.get("keys", ()):
        base.execute("INSERT INTO items VALUES (?, ?, 'keys', 0, ?, ?)", (kind.plural, identity, key, fold(key)))
        base.execute("INSERT INTO keys VALUES (?, ?, 'keys', 1, ?)", (kind.plural, identity, fold(key)))
    base.execute("INSERT INTO docs VALUES (?, 'record', ?)", (f"{kind.plural}/{identity}", "\n".join(words)))
    if log := _text(values, "log"):
        base.execute("INSERT INTO docs VALUES (?, '01JD', ?)", (f"{kind.plural}/{identity}", log))
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" * len(row))
    base.execute(f'INSERT INTO "rec_{kind.plural}" ({names}) VALUES ({marks})', tuple(row.values()))  # noqa: S608


def _field(base: sqlite3.Connection, kind: RecordType, identity: str, f: Field, value: Value) -> dict[str, SqlValue]:
    items = [value] if isinstance(value, str) else value
    if f.type == "markdown":
        return {f.name: items[0]}
    if f.reference:
        for item in items:
            plural, _, target = item.rpartition("/")
            to = (plural or SETUP.types[f.reference].plural, target)
            base.execute("INSERT INTO refs VALUES (?, ?, ?, ?, ?, ?)", (kind.plural, identity, f.name, *to, f.within))
    if f.key:
        for item in items:
            base.execute("INSERT INTO keys VALUES (?, ?, ?, ?, ?)", (kind.plural, identity, f.name, f.key, fold(item)))
    if f.many:
        for place, item in enumerate(items):
            row = (kind.plural, identity, f.name, place, item, fold(item))
            base.execute("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?)", row)
        return {f.name: json.dumps(items, ensure_ascii=False)}
    made = dict(zip(_parts(f), type_named(f).index(items[0], f, CONTEXT), strict=True))
    if f.type == "money" and not items[0].endswith("CNY"):
        made[".book"] = 7 * int(made[""] or 0)  # the one rate of this book
    return {f.name + part: cell for part, cell in made.items()}


def _stage(kind: RecordType, values: Mapping[str, Value]) -> dict[str, SqlValue]:
    f = kind.stage
    if f is None:
        return {}
    chosen = f.pipeline or _text(values, "pipeline")
    line = SETUP.pipelines.get(chosen or "") or SETUP.pipelines_of(kind.name)[0]
    name = _text(values, f.name) or line.first
    return {
        f.name: name,
        "_pipeline": line.name,
        "_ord": list(line.stages).index(name),
        "_kind": line.stages[name].kind,
    }


def _text(values: Mapping[str, Value], name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) else None


def _instant(text: str | None) -> str | None:
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if text else None
