"""Stages: by name or label, letter case aside; ordered within the record's own pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.operators.choice import KEEPS, UnknownOptionError
from crmcli.query.operators.unfit import UnfitComparisonError, written
from crmcli.query.sql import Sql, SqlArgument, all_of, any_of, column, one_of, table
from crmcli.query.tree import Word
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.model.schema import Pipeline, RecordType, Stage
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Bound, Range
    from crmcli.query.value_sql import ValueSql


def pipelines_of(scope: Scope, value: ValueSql) -> list[Pipeline]:
    """The pipelines whose stages the field may hold."""
    field = value.field
    of = scope.owner or _holder(scope, value)
    if scope.owner:
        field = of.stage
    named = scope.setup.pipelines.get(field.pipeline) if field and field.pipeline else None
    return [named] if named else scope.setup.pipelines_of(of.name)


def _holder(scope: Scope, value: ValueSql) -> RecordType:
    """The type whose stage it is: another than the scope's where the value was made of many."""
    field = value.field
    if field is None or scope.type.fields.get(field.name) is field:
        return scope.type
    return next((t for t in scope.setup.types.values() if t.fields.get(field.name) is field), scope.type)


def stages_named(scope: Scope, value: ValueSql, word: str, at: Place) -> list[tuple[Pipeline, str]]:
    """Where a stage is called, labelled or was called `word`: pipelines and its name there."""
    pipelines, wanted = pipelines_of(scope, value), fold(word)
    stages = [(pipeline, stage) for pipeline in pipelines for stage in pipeline.stages.values()]
    for spoken in (_names, _labels):
        found = [(pipeline, stage.name) for pipeline, stage in stages if wanted in map(fold, spoken(stage))]
        if found:
            return found
    names = list(dict.fromkeys(stage.name for _, stage in stages))
    speakable = [text for _, stage in stages for text in (*_names(stage), *_labels(stage))]
    raise UnknownOptionError(value.field.name if value.field else value.label, word, names, speakable, at)


def _names(stage: Stage) -> tuple[str, ...]:
    return (stage.name, *stage.was)


def _labels(stage: Stage) -> tuple[str, ...]:
    return tuple(stage.label.values())


def matches(scope: Scope, value: ValueSql, asked: Word | Range) -> Sql:
    """One stage, or a run of them in the order of a pipeline."""
    if isinstance(asked, Word):
        return _equal(value, stages_named(scope, value, asked.text, asked.at))
    ends = ((">=", asked.low), ("<=", asked.high))
    return all_of(_ordered(scope, value, op, _read(scope, value, end)) for op, end in ends if end)


def _read(scope: Scope, value: ValueSql, end: Bound) -> list[tuple[Pipeline, str]]:
    word = written(end)
    return stages_named(scope, value, word.text, word.at)


def _equal(value: ValueSql, stages: list[tuple[Pipeline, str]]) -> Sql:
    return one_of(value.text, value.params, list[SqlArgument](dict.fromkeys(name for _, name in stages)))


def _ordered(scope: Scope, value: ValueSql, op: str, stages: list[tuple[Pipeline, str]]) -> Sql:
    """Before or after a stage, for the records in a pipeline that has it."""
    if scope.owner is not None:
        return any_of(_move_ordered(scope, scope.owner, value, op, p, name) for p, name in stages)
    if not value.alias:
        return any_of(_kept(value, op, p, name) for p, name in stages)
    pipeline, place = column(value.alias, "_pipeline"), column(value.alias, "_ord")
    return any_of(Sql(f"{pipeline} = ? AND {place} {op} ?", (p.name, list(p.stages).index(name))) for p, name in stages)


def _move_ordered(scope: Scope, owner: RecordType, value: ValueSql, op: str, pipeline: Pipeline, stage: str) -> Sql:
    """A stage that was left or entered: its place in the pipeline the record is in now."""
    found = _kept(value, op, pipeline, stage)
    of = f"(SELECT y._pipeline FROM {table(owner.plural)} y WHERE y.id = {scope.alias}.id)"
    return Sql(f"{found.text} AND {of} = ?", (*found.params, pipeline.name))


def _kept(value: ValueSql, op: str, pipeline: Pipeline, stage: str) -> Sql:
    """Before or after a stage by its name alone."""
    names = list(pipeline.stages)
    kept = [name for name in names if KEEPS[op](names.index(name), names.index(stage))]
    return one_of(value.text, value.params, list[SqlArgument](kept))


def compares(scope: Scope, value: ValueSql, op: str, other: ValueSql, at: Place) -> Sql:
    """Equal, or before and after in the record's own pipeline."""
    if op != "~" and other.word:
        stages = stages_named(scope, value, other.word, at)
        return _equal(value, stages) if op == "=" else _ordered(scope, value, op, stages)
    if op != "=" or other.family != "stage":
        raise UnfitComparisonError(value, op, other, at)
    return Sql(f"{value.text} = {other.text}", (*value.params, *other.params))
