"""What is open: how many, how much, and how much at its odds (docs/reference/reports.md#pipeline)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.query.tree import Path
from crmcli.query.value_sql import ValueSql
from crmcli.reports.breakdown import breakdown
from crmcli.reports.cells import INTEGER, Cell
from crmcli.reports.figures import half_even
from crmcli.reports.forms import book_money
from crmcli.reports.grouping import Question, fetch, questions, split_groups
from crmcli.reports.labels import figure
from crmcli.reports.money_notes import money_columns, money_notes
from crmcli.reports.selection import has_money, pipelines_of, select, staged_type, state

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType, Setup
    from crmcli.reports.grouping import Fetched, Key
    from crmcli.reports.request import Report, ReportRequest
    from crmcli.reports.selection import Selection
    from crmcli.reports.table import Column
    from crmcli.store.book import Book

MILLIONTHS = 1_000_000


class Open(NamedTuple):
    """An open record: `amount` as written, `value` in the book's minor units, `odds` in millionths; None for none."""

    id: str
    amount: int | None
    value: int | None
    odds: int | None


def open_pipeline(book: Book, request: ReportRequest) -> Report:
    """Sum up what is open, by stage or any other group; `--period` is about `close`."""
    record_type = staged_type(book.setup, request.type, money=True)
    selection = select(book, record_type, request, period_field=period_field(record_type), own=[state("open")])
    names = split_groups(request.by)
    asked = questions(names, record_type, selection.env) if names else stage_questions(book.setup, selection)
    odds = 'r."odds"' if has_odds(record_type) else "NULL"
    found = fetch(book, selection, [*money_columns(record_type), odds], asked)
    deals = [Open(*row) for row in found.rows]
    return breakdown(
        book,
        selection,
        asked,
        found,
        columns=list(_columns(book, record_type)),
        figures=lambda numbers: _figures([deals[number] for number in numbers], record_type),
        empty=() if names else _stages(book.setup, record_type, found),
        warnings=_notes(record_type, deals),
    )


def period_field(record_type: RecordType) -> str:
    """What `--period` is about: the expected close, or the creation where the type has no such date."""
    field = record_type.fields.get("close")
    return "close" if field is not None and field.type == "date" else "created"


def has_odds(record_type: RecordType) -> bool:
    """Whether the type has the field `odds`, and it is a percentage."""
    field = record_type.fields.get("odds")
    return field is not None and field.type == "percent"


def stage_questions(setup: Setup, selection: Selection) -> list[Question]:
    """Group by stage; in a type with several pipelines, by pipeline before."""
    field = selection.type.stage
    stage = questions([field.name], selection.type, selection.env) if field else []
    return [*pipeline_question(setup, selection), *stage]


def pipeline_question(setup: Setup, selection: Selection) -> list[Question]:
    """Group by the pipeline a record is in, where its type has several."""
    if len(pipelines_of(setup, selection.type)) < 2:
        return []
    field = next((f.name for f in selection.type.fields.values() if f.type == "pipeline"), "pipeline")
    value = ValueSql('r."_pipeline"', label=field, raw=('r."_pipeline"',))
    return [Question(field, Path((field,)), value)]


def _stages(setup: Setup, record_type: RecordType, found: Fetched) -> list[Key]:
    """Every open stage of the pipelines in use: an empty stage is worth a row."""
    pipelines = pipelines_of(setup, record_type)
    if len(pipelines) == 1:
        return [(stage.name,) for stage in pipelines[0].stages.values() if stage.kind == "open"]
    used = {name for values in found.values for name in values[0]}
    return [
        (pipeline.name, stage.name)
        for pipeline in pipelines
        for stage in pipeline.stages.values()
        if stage.kind == "open" and pipeline.name in used
    ]


def _columns(book: Book, record_type: RecordType) -> Iterable[Column]:
    language, money = book.setup.config.language, book_money(book.setup.config.currency)
    yield figure("count", language, INTEGER, bar=not has_money(record_type))
    if has_money(record_type):
        yield figure("amount", language, money, bar=True)
        if has_odds(record_type):
            yield figure("weighted", language, money)


def _figures(deals: Sequence[Open], record_type: RecordType) -> tuple[Cell, ...]:
    if not has_money(record_type):
        return (len(deals),)
    total = sum(deal.value for deal in deals if deal.value is not None)
    if not has_odds(record_type):
        return (len(deals), total)
    weighted = sum(deal.value * deal.odds for deal in deals if deal.value is not None and deal.odds is not None)
    return (len(deals), total, half_even(weighted, MILLIONTHS))


def _notes(record_type: RecordType, deals: Sequence[Open]) -> Iterable[str]:
    """What the sums leave out."""
    if not has_money(record_type):
        return
    what = f"open {record_type.plural}"
    yield from money_notes(what, [(deal.id, deal.amount, deal.value) for deal in deals])
    oddless = sum(1 for deal in deals if deal.value is not None and deal.odds is None)
    if oddless and has_odds(record_type):
        yield f"{oddless} of {len(deals)} {what} have no odds: left out of the weighted sum"
