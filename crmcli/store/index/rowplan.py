"""How a record of one type becomes a row: which columns, and the values of each field (docs/index.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from crmcli.model.problem import Problem
from crmcli.model.record import BODY, Record
from crmcli.model.schema import Field, Pipeline, RecordType, Setup, Stage, label_of
from crmcli.model.types import type_named
from crmcli.model.types.base import FieldType, SqlValue, ValueContext, ValueRefused
from crmcli.store.index.rates import Rates
from crmcli.store.replay import instant
from crmcli.text.slug import fold, pinyin_of

BUILT_IN: tuple[tuple[str, str], ...] = (
    ("id", "TEXT"),
    ("_path", "TEXT"),
    ("_title", "TEXT"),
    ("_fold", "TEXT"),
    ("_pinyin", "TEXT"),
    ("_initials", "TEXT"),
    ("created", "TEXT"),
    ("created.local", "TEXT"),
    ("archived", "TEXT"),
    ("_kind", "TEXT"),
    ("_ord", "INTEGER"),
    ("_pipeline", "TEXT"),
    ("stage_since", "TEXT"),
    ("closed", "TEXT"),
    ("_last_open", "TEXT"),
    ("touched", "TEXT"),
    ("_changed", "TEXT"),
    ("by", "TEXT"),
    ("via", "TEXT"),
    ("_problem", "INTEGER"),
)
_INDEXED_BUILT_IN = ("_fold", "touched", "stage_since", "closed", "created")
_INDEXED_FAMILIES = frozenset(["choice", "stage", "reference", "date", "datetime", "money", "number"])
_FROM_STAGE = "(stage."


class FieldPlan(NamedTuple):
    """One field with its type at hand."""

    field: Field
    type: FieldType
    width: int  # columns
    stored: str  # its key in the file


class RowPlan(NamedTuple):
    """The shape of `rec_<plural>` and what fills it."""

    type: RecordType
    table: str
    columns: list[tuple[str, str]]
    indexed: list[str]
    fields: list[FieldPlan]
    pipelines: list[Pipeline]
    insert: str


class Row(NamedTuple):
    """A record ready for the index: values of the type's table, and rows of the side tables."""

    values: list[SqlValue]
    items: list[tuple[SqlValue, ...]]
    tags: list[tuple[str, str, str]]
    refs: list[tuple[SqlValue, ...]]
    keys: list[tuple[SqlValue, ...]]
    words: str
    problems: list[Problem]


def row_plan(record_type: RecordType, setup: Setup) -> RowPlan:
    """Work out the columns of a type's table."""
    columns = list(BUILT_IN)
    indexed = list(_INDEXED_BUILT_IN)
    fields: list[FieldPlan] = []
    for field in record_type.fields.values():
        if field.calc or field.embedded or field.type == "markdown":
            if field.type == "markdown":
                columns.append((field.name, "TEXT"))
            continue
        kind = type_named(field)
        own = [("", "TEXT")] if field.many else [(c.suffix, c.sql) for c in kind.columns(field)]
        columns += [(field.name + suffix, sql) for suffix, sql in own]
        if not field.many and (kind.family in _INDEXED_FAMILIES or field.key or field.unique or field.indexed):
            indexed.append(field.name)
        fields.append(FieldPlan(field, kind, len(own), field.name))
    if record_type.body == BODY:
        columns.append((BODY, "TEXT"))
    table = f"rec_{record_type.plural}"
    marks = ", ".join("?" * len(columns))
    return RowPlan(
        record_type,
        table,
        columns,
        indexed,
        fields,
        setup.pipelines_of(record_type.name),
        f'INSERT OR REPLACE INTO "{table}" VALUES ({marks})',
    )


def stage_rows(setup: Setup) -> Iterator[tuple[SqlValue, ...]]:
    """The rows of table `stages`."""
    from decimal import Decimal  # noqa: PLC0415

    from crmcli.text.durations import parse_duration  # noqa: PLC0415

    for pipeline in setup.pipelines.values():
        for place, stage in enumerate(pipeline.stages.values()):
            odds = int(Decimal(stage.odds) * 1_000_000) if stage.odds else None
            length = parse_duration(stage.rot) if stage.rot else None
            rot = int(length.seconds_total()) if length else None
            label = label_of(stage.label, setup.config.language, stage.name)
            yield pipeline.name, stage.name, place, stage.kind, odds, rot, stage.category, label


def pipeline_for(plan: RowPlan, record: Record) -> Pipeline | None:
    """The pipeline a record is in: its own choice, the stage field's, its default, the type's first."""
    stage = plan.type.stage
    if stage is None or not plan.pipelines:
        return None
    chosen = stage.pipeline
    if not chosen:
        chooser = next((f for f in plan.type.fields.values() if f.type == "pipeline"), None)
        if chooser is not None:
            chosen = record.text(chooser.name) or chooser.default
    return next((p for p in plan.pipelines if p.name == chosen), plan.pipelines[0])


def stage_of(pipeline: Pipeline, name: str) -> Stage | None:
    """The stage of that name, or the one that was called so (`was`)."""
    found = pipeline.stages.get(name)
    return found or next((s for s in pipeline.stages.values() if name in s.was), None)


class RowMaker:
    """Makes rows of one type; holds what does not change from record to record."""

    def __init__(self, plan: RowPlan, context: ValueContext, rates: Rates) -> None:
        self.plan = plan
        self._context = context
        self._rates = rates
        self._positions = {name: place for place, (name, _) in enumerate(plan.columns)}
        self._back_names = {f.name: f.was for f in plan.type.fields.values() if f.was}

    def make(self, record: Record, path: str, lines: dict[str, int], *, broken: bool = False) -> Row:
        """Turn a record into its row; a value its field cannot hold is empty in the row and a problem beside it."""
        plural, name = record.ref
        row = Row([None] * len(self.plan.columns), [], [], [], [], "", [])
        words: list[str] = []
        put = self._put
        put(row, "id", name)
        put(row, "_path", path)
        self._system(record, row, path, lines, words)
        for planned in self.plan.fields:
            self._field(planned, record, row, path, lines, words)
        self._title(record, row)
        self._stage(record, row, path, lines)
        body = record.text(BODY)
        if body:
            put(row, self.plan.type.body, body)
            words.append(body)
        put(row, "_problem", 1 if broken or row.problems else 0)
        for item in record.items("tags"):
            row.tags.append((plural, name, item))
            words.append(item)
        return row._replace(words="\n".join(words))

    def _put(self, row: Row, column: str, value: SqlValue) -> None:
        row.values[self._positions[column]] = value

    def _system(self, record: Record, row: Row, path: str, lines: dict[str, int], words: list[str]) -> None:
        plural, name = record.ref
        created = record.text("created")
        if created:
            self._put(row, "created", _day_start(created) if len(created) == 10 else instant(created))
            self._put(row, "created.local", created)
        self._put(row, "archived", record.text("archived") or None)
        for item in record.items("keys"):
            row.keys.append((plural, name, "keys", 1, fold(item)))
            row.items.append((plural, name, "keys", 0, item, fold(item)))
            words.append(item)
        for item in record.items("aliases"):
            row.keys.append((plural, name, "aliases", 0, item))
        for key, value in record.fields.items():
            if key not in self.plan.type.fields and isinstance(value, str) and key not in _QUIET:
                words.append(value)  # keys without a schema are found too

    def _field(
        self, planned: FieldPlan, record: Record, row: Row, path: str, lines: dict[str, int], words: list[str]
    ) -> None:
        field = planned.field
        value = record.fields.get(field.name)
        if value is None:
            value = next((record.fields[old] for old in field.was if old in record.fields), None)
        if value is None or value == "":
            return
        items = [value] if isinstance(value, str) else value
        if not field.many and len(items) != 1:
            self._refuse(row, field, path, lines, ValueRefused("one value is expected here, not a list"))
            return
        good = [stored for item in items if (stored := self._checked(row, field, planned.type, item, path, lines))]
        if not good:
            return
        if field.many:
            self._put(row, field.name, json.dumps(good, ensure_ascii=False))
        else:
            place = self._positions[field.name]
            row.values[place : place + planned.width] = planned.type.index(good[0], field, self._context)
            if field.type == "money":
                self._book_value(row, field, record)
        self._sides(planned, record, row, good)
        if planned.type.family in ("text", "none") and field.type != "json":
            words.extend(good)

    def _checked(
        self, row: Row, field: Field, kind: FieldType, item: str, path: str, lines: dict[str, int]
    ) -> str:
        try:
            return kind.check(item, field, self._context)
        except ValueRefused as refusal:
            self._refuse(row, field, path, lines, refusal)
            return ""

    def _refuse(self, row: Row, field: Field, path: str, lines: dict[str, int], refusal: ValueRefused) -> None:
        remedy = refusal.hint or f"edit {path}, or `crm set {path.removesuffix('.md')} {field.name}=…`"
        row.problems.append(
            Problem("bad-value", path, lines.get(field.name, 0), f"{field.name}: {refusal.why}", remedy)
        )

    def _sides(self, planned: FieldPlan, record: Record, row: Row, good: list[str]) -> None:
        plural, name = record.ref
        field = planned.field
        if field.many:
            row.items.extend((plural, name, field.name, n, item, fold(item)) for n, item in enumerate(good))
        if field.key:
            row.keys.extend((plural, name, field.name, field.key, fold(item)) for item in good)
        if field.reference:
            for item in good:
                kind, _, target = item.rpartition("/")
                row.refs.append((plural, name, field.name, kind or self._target(field), target, int(field.within)))

    def _target(self, field: Field) -> str:
        return self._rates.plurals.get(field.reference, field.reference)

    def _book_value(self, row: Row, field: Field, record: Record) -> None:
        place = self._positions[field.name]
        minor, currency = row.values[place], row.values[place + 1]
        if isinstance(minor, int) and isinstance(currency, str):
            day = next((t[:10] for n in ("close", "date", "created") if (t := record.text(n))), "")
            row.values[place + 2] = self._rates.in_book_currency(minor, currency, day)

    def _title(self, record: Record, row: Row) -> None:
        title = record.text(self.plan.type.title) if self.plan.type.title else ""
        self._put(row, "_title", title or record.ref.id)
        self._put(row, "_fold", fold(title or record.ref.id))
        if title and not title.isascii():
            pinyin, initials = pinyin_of(title)
            self._put(row, "_pinyin", pinyin or None)
            self._put(row, "_initials", initials or None)

    def _stage(self, record: Record, row: Row, path: str, lines: dict[str, int]) -> None:
        field = self.plan.type.stage
        pipeline = pipeline_for(self.plan, record)
        if field is None or pipeline is None:
            return
        self._put(row, "_pipeline", pipeline.name)
        name = record.text(field.name) or pipeline.first
        stage = stage_of(pipeline, name)
        if stage is None:
            known = ", ".join(pipeline.stages)
            refusal = ValueRefused(f"pipeline {pipeline.name} has no stage {name!r}", f"its stages are {known}")
            self._put(row, field.name, None)
            self._refuse(row, field, path, lines, refusal)
            return
        self._put(row, field.name, stage.name)
        self._put(row, "_kind", stage.kind)
        self._put(row, "_ord", list(pipeline.stages).index(stage.name))
        self._stage_defaults(record, row, stage)

    def _stage_defaults(self, record: Record, row: Row, stage: Stage) -> None:
        """Fields whose default begins `(stage.`: read from the stage while they are empty; won is 100 %, lost 0 %."""
        for planned in self.plan.fields:
            field = planned.field
            if not field.default.startswith(_FROM_STAGE):
                continue
            word = field.default[len(_FROM_STAGE) :].rstrip(")").strip()
            if word == "odds":
                own = record.text(field.name)
                value = {"won": 1_000_000, "lost": 0}.get(stage.kind)
                if value is None and not own and stage.odds:
                    value = _millionths(stage.odds)
                if value is not None:
                    self._put(row, field.name, value)
            elif word == "category" and not record.text(field.name):
                self._put(row, field.name, stage.category or None)


_QUIET = frozenset(["created", "archived", "tags", "keys", "aliases", BODY])


def _millionths(fraction: str) -> int:
    whole, _, part = fraction.partition(".")
    return int(whole or "0") * 1_000_000 + int((part + "000000")[:6])


def _day_start(day: str) -> str:
    return f"{day}T00:00:00Z"
