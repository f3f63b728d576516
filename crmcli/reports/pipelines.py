"""The pipelines of a book and the stages of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.engines.process import allowed_moves, stage_label
from crmcli.errors import UsageError
from crmcli.model.schema import Pipeline, label_of
from crmcli.query.sql import column, table
from crmcli.reports.cells import INTEGER, LIST, SHARE
from crmcli.reports.forms import book_money
from crmcli.reports.names import has_amount
from crmcli.reports.table import Column, Table

if TYPE_CHECKING:
    from crmcli.model.schema import Setup
    from crmcli.reports.cells import Cell
    from crmcli.store.book import Book


class NoPipelineError(UsageError):
    """The book has no pipeline."""

    def __init__(self) -> None:
        super().__init__(
            "this book has no pipelines", hint="a file in pipelines/ makes one: docs/reference/engine-files.md"
        )


class PipelineUnknownError(UsageError):
    """No pipeline of that name."""

    def __init__(self, typed: str, setup: Setup) -> None:
        from crmcli.text.nearest import nearest  # noqa: PLC0415 - only for an error

        near = nearest(typed, list(setup.pipelines), 1)
        guess = f"; did you mean {near[0]}?" if near else ""
        super().__init__(f"no pipeline {typed!r}{guess}", hint=f"pipelines are {', '.join(setup.pipelines)}")


def find_pipeline(book: Book, typed: str) -> Pipeline | None:
    """The pipeline of that name or label, else the first of the record type of that name."""
    setup, folded = book.setup, typed.casefold()
    if typed in setup.pipelines:
        return setup.pipelines[typed]
    labelled = (p for p in setup.pipelines.values() if folded in {text.casefold() for text in p.label.values()})
    types = [t.name for t in setup.types.values() if typed in (t.name, t.plural, *t.alias)]
    return next(labelled, None) or next((p for p in setup.pipelines.values() if p.type in types), None)


def pipeline_named(book: Book, typed: str) -> Pipeline:
    """The pipeline somebody means; raises `PipelineUnknownError` (exit 2)."""
    found = find_pipeline(book, typed)
    if found is None:
        raise PipelineUnknownError(typed, book.setup)
    return found


def pipeline_list(book: Book) -> Table:
    """Every pipeline with its type, its stages, and its records that are open, and all of them."""
    language = book.setup.config.language
    rows: list[list[Cell]] = []
    for pipeline in book.setup.pipelines.values():
        type_ = book.setup.types[pipeline.type]
        counts = book.index.rows(
            f"""SELECT count(*) FILTER (WHERE "_kind" IN ('open', 'hold')), count(*) FROM {table(type_.plural)}
            WHERE "_pipeline" = ? AND archived IS NULL""",
            (pipeline.name,),
        )[0]
        label = label_of(pipeline.label, language, pipeline.name)
        rows.append([pipeline.name, type_.name, label, list(pipeline.stages), counts[0], counts[1]])
    columns = (
        Column("name", "Name"),
        Column("type", "For"),
        Column("label", "Label"),
        Column("stages", "Stages", LIST),
        Column("open", "Open", INTEGER),
        Column("count", "All", INTEGER),
    )
    return Table(columns, rows, found=len(rows), key="name")


def pipeline_show(book: Book, pipeline: Pipeline) -> Table:
    """The stages of a pipeline with their rules, and how many records are in each and for how much."""
    type_, language = book.setup.types[pipeline.type], book.setup.config.language
    money = has_amount(type_)
    stage = column("r", type_.stage.name) if type_.stage else "NULL"
    amount = 'sum(r."amount.book")' if money else "NULL"
    counts = {
        row[0]: (row[1], row[2])
        for row in book.index.rows(
            f'SELECT {stage}, count(*), {amount} FROM {table(type_.plural)} r WHERE r."_pipeline" = ?'
            " AND r.archived IS NULL GROUP BY 1",
            (pipeline.name,),
        )
    }
    rows: list[list[Cell]] = []
    for entry in pipeline.stages.values():
        found, total = counts.get(entry.name, (0, None))
        rows.append(
            [entry.name, stage_label(entry, language), entry.kind, allowed_moves(pipeline, entry), list(entry.need),
             float(entry.odds) if entry.odds else None, entry.rot or None, found, *([total] if money else [])]
        )  # fmt: skip
    return Table(_stage_columns(book, money=money), rows, found=len(rows), key="stage")


def _stage_columns(book: Book, *, money: bool) -> tuple[Column, ...]:
    columns = [
        Column("stage", "Stage"),
        Column("label", "Label"),
        Column("kind", "Kind"),
        Column("next", "Next", LIST),
        Column("need", "Needs", LIST),
        Column("odds", "Odds", SHARE),
        Column("rot", "Rot"),
        Column("count", "Now", INTEGER),
    ]
    if money:
        columns.append(Column("total", "Amount", book_money(book.setup.config.currency)))
    return tuple(columns)
