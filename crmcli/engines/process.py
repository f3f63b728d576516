"""The process engine, first half: which moves are allowed, what a stage needs, what a move clears."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from crmcli.engines.form import FieldsMissingError
from crmcli.errors import UsageError, VetoedError
from crmcli.model.keys import field_under, value_of
from crmcli.model.record import Ref, Value
from crmcli.model.schema import Field, Pipeline, RecordType, Setup, Stage, label_of


class NoStagesError(UsageError):
    """A type without stages was to be moved."""

    def __init__(self, record_type: RecordType) -> None:
        super().__init__(f"{record_type.name} has no stages", hint="a pipeline file gives it some; `crm pipeline list`")


class StageUnknownError(UsageError):
    """No such stage in the record's pipeline."""

    def __init__(self, pipeline: Pipeline, typed: str) -> None:
        from crmcli.text.nearest import nearest  # noqa: PLC0415 - only for an error

        near = nearest(typed, list(pipeline.stages), 1)
        guess = f"; did you mean {near[0]}?" if near else ""
        super().__init__(
            f"pipeline {pipeline.name} has no stage {typed!r}{guess}",
            hint=f"its stages are {', '.join(pipeline.stages)}",
        )


class StageAsFieldError(UsageError):
    """A stage was set like a field."""

    def __init__(self, record_type: RecordType, name: str) -> None:
        super().__init__(
            f"{record_type.name}.{name} is a stage and changes only through `crm move`",
            hint="crm move WHO STAGE [field=value…] -m 'why'",
        )


class MoveNotAllowedError(VetoedError):
    """`next` does not list the target."""

    def __init__(self, ref: Ref, pipeline: Pipeline, stage: Stage, target: Stage) -> None:
        allowed = allowed_moves(pipeline, stage)
        hint = f"from {stage.name} it may go to {', '.join(allowed)}" if allowed else f"{stage.name} is final"
        super().__init__(f"{ref} may not move from {stage.name} to {target.name}", hint=hint)


class StageNeedsError(FieldsMissingError):
    """Fields that must be filled before a record may enter a stage."""

    def __init__(self, ref: Ref, stage: Stage, empty: list[str]) -> None:
        given = " ".join(f"{name}=…" for name in empty)
        super().__init__(
            f"{ref} may enter {stage.name} only with {', '.join(empty)} filled",
            ref,
            empty,
            hint=f"fields travel with the move: crm move {ref.id} {stage.name} {given}",
        )


class StageComputedError(VetoedError):
    """A stage asks for a computed field that has no value."""

    def __init__(self, ref: Ref, stage: str, field: Field) -> None:
        super().__init__(
            f"{ref} may enter {stage} only with {field.name}, and nothing is computed for it",
            hint=f"fill what {field.name} is computed from: {field.calc}",
        )


def allowed_moves(pipeline: Pipeline, stage: Stage) -> list[str]:
    """Where a record may go from a stage: its `next`; without one, anywhere while open or on hold, nowhere once closed."""
    if stage.next is not None:
        return list(stage.next)
    return [name for name in pipeline.stages if name != stage.name] if stage.kind in ("open", "hold") else []


def stage_named(pipeline: Pipeline, typed: str) -> Stage:
    """The stage of that name, label or former name; raises `StageUnknownError` (exit 2)."""
    found = pipeline.stages.get(typed)
    if found is None:
        folded = typed.casefold()
        found = next(
            (
                s
                for s in pipeline.stages.values()
                if folded == s.name.casefold() or typed in s.was or folded in {t.casefold() for t in s.label.values()}
            ),
            None,
        )
    if found is None:
        raise StageUnknownError(pipeline, typed)
    return found


def pipeline_of(setup: Setup, record_type: RecordType, fields: Mapping[str, Value]) -> Pipeline:
    """The pipeline a record is in; raises `NoStagesError` (exit 2) for a type without one."""
    return pipelines_for(setup, record_type).of(fields)


class Pipelines(NamedTuple):
    """The pipelines of a type, and what says which of them a record is in: its stage field for all, or a field of its own."""

    all: Mapping[str, Pipeline]
    usual: Pipeline
    chooser: Field | None

    def of(self, fields: Mapping[str, Value]) -> Pipeline:
        """The pipeline a record is in."""
        own = value_of(self.chooser, fields) if self.chooser is not None else None
        return self.all.get(own, next(iter(self.all.values()))) if isinstance(own, str) else self.usual


def pipelines_for(setup: Setup, record_type: RecordType) -> Pipelines:
    """The pipelines of a type; raises `NoStagesError` (exit 2) for one without."""
    stage = record_type.stage
    pipelines = setup.pipelines_of(record_type.name)
    if stage is None or not pipelines:
        raise NoStagesError(record_type)
    choosers = (f for f in record_type.fields.values() if f.type == "pipeline" and not stage.pipeline)
    chooser = next(choosers, None)
    named = {pipeline.name: pipeline for pipeline in pipelines}
    return Pipelines(named, named.get(chooser.default if chooser else stage.pipeline, pipelines[0]), chooser)


def present_stage(pipeline: Pipeline, record_type: RecordType, fields: Mapping[str, Value]) -> Stage:
    """The stage a record is in: the pipeline's first when its file names none or one that is not there."""
    stage = record_type.stage
    name = value_of(stage, fields) if stage else None
    found = pipeline.stages.get(name) if isinstance(name, str) else None
    if found is None:
        found = next((s for s in pipeline.stages.values() if isinstance(name, str) and name in s.was), None)
    return found or pipeline.stages[pipeline.first]


def check_move(ref: Ref, pipeline: Pipeline, stage: Stage, target: Stage) -> None:
    """Raise `MoveNotAllowedError` (exit 7) when `next` does not lead from `stage` to `target`."""
    if target.name != stage.name and target.name not in allowed_moves(pipeline, stage):
        raise MoveNotAllowedError(ref, pipeline, stage, target)


def check_entry(ref: Ref, record_type: RecordType, target: Stage, fields: Mapping[str, Value]) -> tuple[str, ...]:
    """Raise `StageNeedsError` (exit 7) when what the stage needs is not filled in the planned record.

    Returns the computed fields it needs: whether they have a value is asked of the whole plan (`enforce`).
    """
    computed: list[str] = []
    empty: list[str] = []
    for name in target.need:
        field = field_under(record_type, name)
        if field is not None and field.calc:
            computed.append(field.name)
        elif not (value_of(field, fields) if field else fields.get(name)):
            empty.append(field.name if field else name)
    if empty:
        raise StageNeedsError(ref, target, empty)
    return tuple(computed)


def cleared_by_move(record_type: RecordType) -> list[Field]:
    """Fields whose own value ends with the stage: those whose default is read from it (odds, forecast category)."""
    return [field for field in record_type.fields.values() if field.default.startswith("(stage.")]


def stage_label(stage: Stage, language: str) -> str:
    """What a stage is called on screens."""
    return label_of(stage.label, language, stage.name)
