"""Pipelines: stages read one by one, names of stages, fields and types held against each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from crmcli.model.problem import Problem
from crmcli.model.schema import Pipeline, Stage
from crmcli.store.setup.drafts import Draft, Drafts
from crmcli.store.setup.locate import Keys
from crmcli.store.setup.source import Source
from crmcli.store.setup.verdict import did_you_mean, read_file, read_tables, read_words, write_instead
from crmcli.store.setup.words.pipelines import (
    ApprovalWords,
    GateWords,
    LimitWords,
    PipelineWords,
    StageWords,
)

_FIELDS_OF_EVERY_RECORD = ("tags", "keys", "aliases", "body")


class Around(NamedTuple):
    """What a pipeline may name: the sound types, the types there are at all, the calendars of crm.toml."""

    drafts: Drafts
    declared: frozenset[str]
    hours: frozenset[str]


def read_pipeline(name: str, source: Source, around: Around) -> tuple[Pipeline | None, list[Problem]]:
    """Read the file of the pipeline `name`; a broken stage is left out, and so is a pipeline for no type."""
    words, problems = read_file(PipelineWords, source, name)
    stages, wrong = read_tables(StageWords, words.stage, source, ("stage",), name)
    problems += wrong
    if not words.stage:
        message = f"{name}: a pipeline needs stages"
        problems.append(source.problem("stages-missing", (), message, "add a table per stage: [stage.open]"))
    problems += _wrong_calendar(name, words, source, around)
    owner, wrong = _type_of(name, words, source, around)
    problems += wrong
    problems += _wrong_stages(name, stages, words.stage, source)
    if owner is not None:
        problems += _wrong_needs(name, stages, source, owner)
    problems += _read_moves(name, words, source, owner)
    if owner is None or not stages:
        return None, problems
    built = {stage: _stage(stage, held) for stage, held in stages.items()}
    field = words.field if words.field in owner.declared else ""
    return Pipeline(name, owner.name, field, words.label, words.hours, built, source.path), problems


def _stage(name: str, words: StageWords) -> Stage:
    return Stage(name=name, **words.model_dump())


def _type_of(name: str, words: PipelineWords, source: Source, around: Around) -> tuple[Draft | None, list[Problem]]:
    """Find the type the pipeline is for, and its stage field."""
    owner = around.drafts.get(words.for_)
    if not words.for_:
        said = "for" in source.table
        message = f"{name} needs the word `for`: the record type that goes through it"
        return None, [] if said else [source.problem("word-missing", (), message, 'add for = "deal"')]
    if owner is None and words.for_ in around.declared:
        message = f"{name}: left out, for schema/{words.for_}.toml is broken"
        remedy = f"mend schema/{words.for_}.toml"
        return None, [source.problem("reference-broken", ("for",), message, remedy, warning=True)]
    if owner is None or owner.words.embedded:
        types = [draft.name for draft in around.drafts.values() if not draft.words.embedded]
        text = f"there is no record type `{words.for_}`" if owner is None else f"{owner.name} has no files of its own"
        message = f"{name}: {text}{did_you_mean(words.for_, types)}"
        return None, [source.problem("type-unknown", ("for",), message, write_instead(words.for_, types))]
    return owner, [*_wrong_field(name, words, source, owner)]


def _wrong_field(name: str, words: PipelineWords, source: Source, owner: Draft) -> Iterator[Problem]:
    fields = [field for field, held in owner.fields.items() if held.type == "stage"]
    if words.field and words.field not in owner.declared:
        message = f"{name}: {owner.name} has no field `{words.field}`{did_you_mean(words.field, owner.declared)}"
        yield source.problem("field-unknown", ("field",), message, write_instead(words.field, fields))
    elif words.field and words.field in owner.fields and words.field not in fields:
        message = f"{name}: {owner.name}.{words.field} is no stage field"
        yield source.problem("field-unknown", ("field",), message, write_instead(words.field, fields))
    elif not fields and owner.declared == tuple(owner.fields):
        message = f"{name}: {owner.name} has no stage field that could go through it"
        remedy = f'add to schema/{owner.name}.toml: stage = {{ type = "stage" }}'
        yield source.problem("field-unknown", ("for",), message, remedy)


def _wrong_calendar(name: str, words: PipelineWords, source: Source, around: Around) -> Iterator[Problem]:
    if words.hours and words.hours not in around.hours:
        message = f"{name}: crm.toml has no [hours.{words.hours}]{did_you_mean(words.hours, around.hours)}"
        yield source.problem("hours-unknown", ("hours",), message, f"add [hours.{words.hours}] to crm.toml")


def _wrong_stages(
    name: str, stages: dict[str, StageWords], declared: Collection[str], source: Source
) -> Iterator[Problem]:
    """Yield what is wrong with names of stages: in `next`, in `was`, and as names."""
    former: dict[str, str] = {}
    for stage in declared:
        if not stage or stage != stage.strip() or any(letter in stage for letter in ",(){}\"'") or ".." in stage:
            text = f"{name}: `{stage}` cannot be a stage's name: no blanks at the ends, none of , ( ) {{ }} ' \" .."
            yield source.problem("name-malformed", ("stage", stage), text, "keep the name simple, and give it a label")
        if stage in {"none", "any"}:
            text = f"{name}: `{stage}` cannot be a stage's name: it is a word of filters"
            yield source.problem("name-reserved", ("stage", stage), text, "choose another name, and give it a label")
    for stage, words in stages.items():
        keys = ("stage", stage)
        yield from unknown_stages(f"{name}.{stage}", words.next or (), declared, source, (*keys, "next"))
        for old in words.was:
            if old in declared:
                text = f"{name}.{stage}: `was` names {old}, which is a stage still"
                yield source.problem("was-taken", (*keys, "was"), text, f"take {old} out of one of the two")
            elif former.setdefault(old, stage) != stage:
                text = f"{name}.{stage}: {former[old]} says already that it was {old}"
                yield source.problem("was-taken", (*keys, "was"), text, "a former name leads to one stage")


def unknown_stages(
    owner: str, names: Collection[str], declared: Collection[str], source: Source, keys: Keys
) -> Iterator[Problem]:
    """Yield a problem for every name that is no stage of the pipeline."""
    for position, stage in enumerate(names):
        if stage not in declared:
            message = f"{owner}: {keys[-1]} names the stage `{stage}`, which does not exist"
            message += did_you_mean(stage, declared)
            yield source.problem("stage-unknown", (*keys, position), message, write_instead(stage, declared))


def _wrong_needs(name: str, stages: dict[str, StageWords], source: Source, owner: Draft) -> Iterator[Problem]:
    known = [*owner.declared, *_FIELDS_OF_EVERY_RECORD]
    for stage, words in stages.items():
        for position, field in enumerate(words.need):
            if field not in known:
                message = f"{name}.{stage}: need names `{field}`, and {owner.name} has no such field"
                message += did_you_mean(field, owner.declared)
                keys = ("stage", stage, "need", position)
                yield source.problem("field-unknown", keys, message, write_instead(field, owner.declared))


def _read_moves(name: str, words: PipelineWords, source: Source, owner: Draft | None) -> Iterator[Problem]:
    """Check gates, approvals and limits: their words, and the stages they name."""
    stages = words.stage
    for position, value in enumerate(words.gate):
        keys: Keys = ("gate", position)
        gate, wrong = read_words(GateWords, value, source, keys, f"{name}.gate {position + 1}")
        yield from wrong
        if gate is not None:
            yield from _gate(f"{name}.gate {position + 1}", gate, stages, source, keys, owner)
    for position, value in enumerate(words.approval):
        keys = ("approval", position)
        approval, wrong = read_words(ApprovalWords, value, source, keys, f"{name}.approval {position + 1}")
        yield from wrong
        if approval is not None:
            named = {"to": approval.to, "reject": approval.reject}
            yield from _one_stage_each(f"{name}.approval {position + 1}", named, stages, source, keys)
    for position, value in enumerate(words.limit):
        keys = ("limit", position)
        limit, wrong = read_words(LimitWords, value, source, keys, f"{name}.limit {position + 1}")
        yield from wrong
        if limit is not None:
            yield from _one_stage_each(f"{name}.limit {position + 1}", {"from": limit.from_}, stages, source, keys)


def _gate(
    owner_name: str, gate: GateWords, stages: dict[str, Any], source: Source, keys: Keys, owner: Draft | None
) -> Iterator[Problem]:
    yield from unknown_stages(owner_name, gate.from_, stages, source, (*keys, "from"))
    yield from unknown_stages(owner_name, gate.to, stages, source, (*keys, "to"))
    for field in gate.need:
        if owner is not None and field not in owner.declared:
            message = f"{owner_name}: need names `{field}`, and {owner.name} has no such field"
            remedy = write_instead(field, owner.declared)
            yield source.problem("field-unknown", (*keys, "need"), message, remedy, warning=True)


def _one_stage_each(
    owner: str, named: dict[str, str], stages: Collection[str], source: Source, keys: Keys
) -> Iterator[Problem]:
    for key, stage in named.items():
        if stage:
            yield from unknown_stages(owner, (stage,), stages, source, (*keys, key))
