"""Compile engine files into a `Setup`. Nothing raises: what is wrong becomes problems, and the rest works."""

from __future__ import annotations

from crmcli.model.problem import Problem
from crmcli.model.schema import Config, Pipeline, RecordType, Setup
from crmcli.store.setup.config import read_config
from crmcli.store.setup.digest import digest_of
from crmcli.store.setup.drafts import Drafts, drop_clashes, read_draft
from crmcli.store.setup.files import EngineFile
from crmcli.store.setup.pipelines import Around, read_pipeline
from crmcli.store.setup.source import parse_source
from crmcli.store.setup.stages import drop_stageless
from crmcli.store.setup.tags import read_tags
from crmcli.store.setup.types import build_fields, build_type


def compile_setup(files: list[EngineFile]) -> Setup:
    """Compile crm.toml, the schema, the pipelines and the tags of the rules, in the order given."""
    config, hours, problems = Config(), frozenset[str](), list[Problem]()
    for file in files:
        if not file.folder:
            source, wrong = parse_source(file)
            problems += wrong
            if source is not None:
                config, hours, wrong = read_config(source)
                problems += wrong
    schema = [file for file in files if file.folder == "schema"]
    declared = frozenset(file.stem for file in schema)
    drafts, wrong = _read_drafts(schema)
    problems += wrong
    built, wrong = build_fields(drafts, declared, config)
    problems += wrong
    around = Around(drafts, declared, hours)
    pipelines, wrong = _read_pipelines([file for file in files if file.folder == "pipelines"], around)
    problems += wrong
    with_file = frozenset(file.stem for file in files if file.folder == "pipelines")
    types: dict[str, RecordType] = {}
    for draft in drafts.values():
        problems += drop_stageless(draft, built[draft.name], pipelines, with_file)
        types[draft.name], wrong = build_type(draft, built[draft.name])
        problems += wrong
    tags, wrong = read_tags([file for file in files if file.folder == "rules"], types, declared)
    problems += wrong
    in_order = tuple(sorted(problems, key=_place_order(files)))
    return Setup(config, types, pipelines, in_order, digest_of(config, types, pipelines), tags)


def _read_drafts(files: list[EngineFile]) -> tuple[Drafts, list[Problem]]:
    drafts: Drafts = {}
    problems: list[Problem] = []
    for file in files:
        source, wrong = parse_source(file)
        problems += wrong
        if source is None:
            continue
        draft, wrong = read_draft(file.stem, source)
        problems += wrong
        if draft is not None:
            drafts[draft.name] = draft
    kept, wrong = drop_clashes(drafts)
    return kept, problems + wrong


def _read_pipelines(files: list[EngineFile], around: Around) -> tuple[dict[str, Pipeline], list[Problem]]:
    pipelines: dict[str, Pipeline] = {}
    problems: list[Problem] = []
    for file in files:
        source, wrong = parse_source(file)
        problems += wrong
        if source is None:
            continue
        pipeline, wrong = read_pipeline(file.stem, source, around)
        problems += wrong
        if pipeline is not None:
            pipelines[pipeline.name] = pipeline
    return pipelines, problems


class _PlaceOrder:
    """The order problems are told in: by file as read, then by place."""

    def __init__(self, files: list[EngineFile]) -> None:
        self.rank = {file.path: position for position, file in enumerate(files)}

    def __call__(self, problem: Problem) -> tuple[int, int, int]:
        return self.rank.get(problem.path, 0), problem.line, problem.column


_place_order = _PlaceOrder
