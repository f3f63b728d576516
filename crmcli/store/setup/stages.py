"""Stage and pipeline fields against the pipelines there are: every stage field goes through one."""

from __future__ import annotations

from collections.abc import Iterator

from crmcli.model.problem import Problem
from crmcli.model.schema import Field, Pipeline
from crmcli.store.setup.drafts import Draft
from crmcli.store.setup.verdict import did_you_mean, write_instead


def drop_stageless(
    draft: Draft, fields: dict[str, Field], pipelines: dict[str, Pipeline], declared: frozenset[str]
) -> Iterator[Problem]:
    """Take stage fields without a pipeline out of `fields`; `declared` are the pipelines with a file, broken or not."""
    own = [pipeline.name for pipeline in pipelines.values() if pipeline.type == draft.name]
    for field in [field for field in fields.values() if field.type in {"stage", "pipeline"}]:
        wrong = _wrong_stage(draft, field, own, pipelines, declared)
        if field.type == "pipeline":
            wrong = _wrong_choice(draft, field, own, declared)
        if wrong is None:
            continue
        del fields[field.name]
        yield wrong


def _wrong_stage(
    draft: Draft, field: Field, own: list[str], pipelines: dict[str, Pipeline], declared: frozenset[str]
) -> Problem | None:
    keys = ("fields", field.name, "pipeline")
    mine = f"{draft.name}.{field.name}"
    named = field.pipeline
    if named in own or (not named and own):
        return None
    if named in pipelines:
        message = f"{mine}: the pipeline {named} is for {pipelines[named].type}, not for {draft.name}"
        return draft.source.problem("pipeline-unknown", keys, message, write_instead(named, own))
    broken = [named] if named in declared else sorted(declared - set(pipelines)) if not named else []
    if broken:
        message = f"{mine}: left out, for pipelines/{broken[0]}.toml is broken"
        return draft.source.problem("reference-broken", keys, message, f"mend pipelines/{broken[0]}.toml", warning=True)
    if named:
        message = f"{mine}: there is no pipeline `{named}`{did_you_mean(named, own)}"
        remedy = write_instead(named, own) if own else f"make pipelines/{named}.toml"
        return draft.source.problem("pipeline-unknown", keys, message, remedy)
    message = f"{mine} is a stage, and no pipeline is for {draft.name}"
    remedy = f'make pipelines/{draft.name}.toml with for = "{draft.name}" and a table per stage'
    return draft.source.problem("pipeline-missing", keys, message, remedy)


def _wrong_choice(draft: Draft, field: Field, own: list[str], declared: frozenset[str]) -> Problem | None:
    default = field.default
    if not default or default.startswith("(") or default in own or default in declared:
        return None
    keys = ("fields", field.name, "default")
    text = f"there is no pipeline `{default}` for {draft.name}{did_you_mean(default, own)}"
    message = f"{draft.name}.{field.name}: {text}"
    return draft.source.problem("pipeline-unknown", keys, message, write_instead(default, own))
