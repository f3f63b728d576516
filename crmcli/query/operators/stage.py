"""Stages: by name or label, letter case aside; ordered within the record's own pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.failures import NotYetError
from crmcli.query.operators.choice import UnknownOptionError
from crmcli.query.operators.unfit import UnfitComparisonError
from crmcli.query.sql import Sql, SqlArgument, all_of, any_of, column, one_of
from crmcli.query.tree import Placeholder, Word
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.model.schema import Pipeline, Stage
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Bound, Range
    from crmcli.query.value_sql import ValueSql


def pipelines_of(scope: Scope, value: ValueSql) -> list[Pipeline]:
    """The pipelines whose stages the field may hold."""
    field = value.field
    named = scope.setup.pipelines.get(field.pipeline) if field and field.pipeline else None
    return [named] if named else scope.setup.pipelines_of(scope.type.name)


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
    return all_of(_ordered(value, op, _read(scope, value, end)) for op, end in ends if end)


def _read(scope: Scope, value: ValueSql, word: Bound) -> list[tuple[Pipeline, str]]:
    if isinstance(word, Placeholder):
        raise NotYetError("`{…}`, the value of a record at hand,", word.at)
    return stages_named(scope, value, word.text, word.at)


def _equal(value: ValueSql, stages: list[tuple[Pipeline, str]]) -> Sql:
    return one_of(value.text, value.params, list[SqlArgument](dict.fromkeys(name for _, name in stages)))


def _ordered(value: ValueSql, op: str, stages: list[tuple[Pipeline, str]]) -> Sql:
    """Before or after a stage, for the records in a pipeline that has it."""
    pipeline, place = column(value.alias, "_pipeline"), column(value.alias, "_ord")
    return any_of(Sql(f"{pipeline} = ? AND {place} {op} ?", (p.name, list(p.stages).index(name))) for p, name in stages)


def compares(scope: Scope, value: ValueSql, op: str, other: ValueSql, at: Place) -> Sql:
    """Equal, or before and after in the record's own pipeline."""
    if op != "~" and other.word:
        stages = stages_named(scope, value, other.word, at)
        return _equal(value, stages) if op == "=" else _ordered(value, op, stages)
    if op != "=" or other.family != "stage":
        raise UnfitComparisonError(value, op, other, at)
    return Sql(f"{value.text} = {other.text}", (*value.params, *other.params))
