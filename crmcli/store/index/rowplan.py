"""How a record of one type becomes a row: which columns, and the values of each field (docs/index.md)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.record import BODY
from crmcli.model.schema import Field, Pipeline, RecordType, Setup, Stage, label_of
from crmcli.model.types import type_named
from crmcli.model.types.base import Column, FieldType, SqlValue

if TYPE_CHECKING:
    from crmcli.store.index.rows_in import RowsPlan

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


class FieldPlan(NamedTuple):
    """One field with its type at hand."""

    field: Field
    type: FieldType
    place: int  # of its first column
    width: int  # columns
    many: bool  # its value is a list, in the row a JSON array
    target: str  # the plural a reference points into, "" where each value says it
    worded: bool  # its text is looked for by `find`


class InnerPlan(NamedTuple):
    """A field of rows: its table, and the column of `rec_` that holds the rows as written, a JSON array."""

    field: Field
    rows: RowsPlan
    place: int


class RowPlan(NamedTuple):
    """The shape of `rec_<plural>` and what fills it; `fields` by every key a file may have them under."""

    type: RecordType
    table: str
    columns: list[tuple[str, str]]
    indexed: list[str]
    fields: dict[str, FieldPlan]
    pipelines: list[Pipeline]
    chooser: Field | None  # of type pipeline: says which one a record is in
    stage: Field | None  # its one stage field
    names: tuple[str, ...]  # of the columns
    inner: tuple[InnerPlan, ...] = ()


def row_plan(record_type: RecordType, setup: Setup) -> RowPlan:
    """Work out the columns of a type's table."""
    columns = list(BUILT_IN)
    indexed = list(_INDEXED_BUILT_IN)
    fields: dict[str, FieldPlan] = {}
    inner: list[InnerPlan] = []
    for field in record_type.fields.values():
        if field.calc or field.embedded or field.type == "markdown":
            if field.embedded and not field.calc:
                inner.append(_inner_plan(field, setup, len(columns)))
            if not field.calc:
                columns.append((field.name, "TEXT"))
            continue
        kind = type_named(field)
        many = field.many or field.type == "checklist"
        own = [Column("", "TEXT")] if many else kind.columns(field)
        target = setup.types[field.reference].plural if field.reference in setup.types else ""
        worded = kind.family in ("text", "none") and field.type != "json"
        plan = FieldPlan(field, kind, len(columns), len(own), many, target, worded)
        fields |= {name: plan for name in field.was if name not in record_type.fields}
        fields[field.name] = plan
        columns += [(field.name + column.suffix, column.sql) for column in own]
        indexed += [field.name + column.suffix for column in own if column.indexed]
    if record_type.body == BODY:
        columns.append((BODY, "TEXT"))
    table = f"rec_{record_type.plural}"
    chooser = next((f for f in record_type.fields.values() if f.type == "pipeline"), None)
    pipelines = setup.pipelines_of(record_type.name)
    names = tuple(name for name, _ in columns)
    stage = record_type.stage
    return RowPlan(record_type, table, columns, indexed, fields, pipelines, chooser, stage, names, tuple(inner))


def _inner_plan(field: Field, setup: Setup, place: int) -> InnerPlan:
    from crmcli.store.index.rows_in import rows_plan  # noqa: PLC0415 - few types have rows inside

    return InnerPlan(field, rows_plan(setup.types[field.type], setup), place)


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


def stage_of(pipeline: Pipeline, name: str) -> Stage | None:
    """The stage of that name, or the one that was called so (`was`)."""
    found = pipeline.stages.get(name)
    return found or next((s for s in pipeline.stages.values() if name in s.was), None)
