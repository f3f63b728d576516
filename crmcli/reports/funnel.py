"""How far records come, stage by stage (docs/reference/reports.md#funnel)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.reports.cells import INTEGER, Cell, Form
from crmcli.reports.figures import DAYS, RATE, median_days, share
from crmcli.reports.grouping import (
    conditions,
    described,
    fetch,
    in_order,
    key_texts,
    partition,
    questions,
    split_groups,
)
from crmcli.reports.labels import figure
from crmcli.reports.pipeline import pipeline_question
from crmcli.reports.request import TOTAL, Report, ReportRequest, RowSource
from crmcli.reports.selection import all_hold, pipelines_of, select, staged_type, state
from crmcli.reports.stage_history import Journey, read_journeys
from crmcli.reports.table import Column, Table

if TYPE_CHECKING:
    from crmcli.model.schema import Pipeline, RecordType, Setup
    from crmcli.reports.grouping import Group, Key
    from crmcli.store.book import Book

PERIOD_FIELD = "created"


class Step(NamedTuple):
    """A row within a group: an open stage, or being won."""

    name: str
    label: str
    place: int
    won: bool


def stage_funnel(book: Book, request: ReportRequest) -> Report:
    """Count who came how far, of the records created in the period."""
    record_type = staged_type(book.setup, request.type)
    selection = select(book, record_type, request, period_field=PERIOD_FIELD)
    asked = [
        *questions(split_groups(request.by), record_type, selection.env),
        *pipeline_question(book.setup, selection),
    ]
    found = fetch(book, selection, [], asked)
    cohort = read_journeys(book, selection, [str(row[0]) for row in found.rows])
    groups = described(book, record_type, asked, found.values)
    parts = partition(found.values) if found.values or groups else {(): []}
    rows: list[Sequence[Cell]] = []
    sources: list[RowSource] = []
    for key in in_order(groups, parts):
        part = [cohort[number] for number in parts[key]]
        for step in _steps(book.setup, record_type, key):
            rows.append((*key, step.name, *_figures(step, part)))
            sources.append(_source(groups, key, step, part))
    columns = (*(group.column for group in groups), *_columns(book, record_type))
    notes = (*selection.where.warnings, *_notes(record_type.plural, cohort))
    totals = (*(None for _ in groups), None, *_totals(cohort)) if rows else ()
    everybody = RowSource((TOTAL,), frozenset(journey.id for journey in cohort))
    table = Table(columns, rows, found=len(rows), totals=totals, warnings=notes)
    return Report(table, record_type, selection.condition, tuple(sources), everybody)


def _source(groups: Sequence[Group], key: Key, step: Step, part: Sequence[Journey]) -> RowSource:
    """The records that entered a stage; being won is a state, having been somewhere is not."""
    own = [state("won")] if step.won else []
    names = [
        f"{text},{name}" if text else name
        for text in key_texts(groups, key) or ("",)
        for name in dict.fromkeys((step.name, step.label))
    ]
    ids = frozenset(journey.id for journey in part if _entered(step, journey))
    return RowSource(tuple(names), ids, all_hold([*conditions(groups, key), *own]))


def _steps(setup: Setup, record_type: RecordType, key: Key) -> list[Step]:
    """The open stages of the group's pipeline in their order, and won."""
    pipelines = pipelines_of(setup, record_type)
    pipeline = next((p for p in pipelines if key and p.name == key[-1]), pipelines[0])
    labels = _labels(setup, pipeline)
    names = open_stages(pipeline)
    steps = [Step(name, labels[name], place, won=False) for place, name in enumerate(names)]
    won = next((stage.name for stage in pipeline.stages.values() if stage.kind == "won"), "won")
    return [*steps, Step(won, labels.get(won, won), len(names), won=True)]


def open_stages(pipeline: Pipeline) -> list[str]:
    """The names of a pipeline's open stages, in their order."""
    return [stage.name for stage in pipeline.stages.values() if stage.kind == "open"]


def _labels(setup: Setup, pipeline: Pipeline) -> Mapping[str, str]:
    from crmcli.model.schema import label_of  # noqa: PLC0415 - one word of many

    language = setup.config.language
    return {stage.name: label_of(stage.label, language, stage.name) for stage in pipeline.stages.values()}


def _entered(step: Step, journey: Journey) -> bool:
    return journey.won if step.won else journey.furthest >= step.place


def _columns(book: Book, record_type: RecordType) -> Iterable[Column]:
    """What is asked most stands first: a narrow screen leaves out the last columns."""
    language = book.setup.config.language
    labels: dict[str, str] = {}
    for pipeline in pipelines_of(book.setup, record_type):
        labels |= _labels(book.setup, pipeline)
    yield figure("stage", language, Form(show=lambda cell: str(labels.get(cell, cell))))
    yield figure("entered", language, INTEGER, bar=True)
    yield figure("advanced", language, INTEGER)
    yield figure("conversion", language, RATE)
    yield figure("days", language, DAYS)
    yield figure("lost", language, INTEGER)
    yield figure("running", language, INTEGER)
    yield figure("visited", language, INTEGER)
    yield figure("of_all", language, RATE)


def _figures(step: Step, cohort: Sequence[Journey]) -> tuple[Cell, ...]:
    entered = [journey for journey in cohort if _entered(step, journey)]
    if step.won:
        visited = sum(1 for journey in cohort if journey.ever_won)
        return (len(entered), None, None, None, None, None, visited, share(len(entered), len(cohort)))
    stayed = [journey for journey in entered if journey.furthest == step.place and not journey.won]
    advanced = len(entered) - len(stayed)
    lost = sum(1 for journey in stayed if journey.lost)
    return (
        len(entered),
        advanced,
        share(advanced, len(entered)),
        median_days([spent for journey in cohort if (spent := _spent(journey, step.place)) is not None]),
        lost,
        len(stayed) - lost,
        sum(1 for journey in cohort if step.place in journey.visited),
        share(len(entered), len(cohort)),
    )


def _spent(journey: Journey, place: int) -> int | None:
    return journey.finished[place] if place < len(journey.finished) else None


def _totals(cohort: Sequence[Journey]) -> tuple[Cell, ...]:
    """The whole cohort: `entered` all of it, `advanced` what is won."""
    won = sum(1 for journey in cohort if journey.won)
    lost = sum(1 for journey in cohort if journey.lost)
    rate = share(won, len(cohort))
    return (len(cohort), won, rate, None, lost, len(cohort) - won - lost, None, None)


def _notes(plural: str, cohort: Sequence[Journey]) -> Iterable[str]:
    outside = sum(1 for journey in cohort if journey.furthest < 0)
    if outside:
        yield f"{outside} of {len(cohort)} {plural} were in no open stage and are not won: in the total, in no stage"
