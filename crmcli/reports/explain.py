"""`--explain`: a report's definition, and what it comes to with the words at hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crmcli.query.printer import print_expr
from crmcli.reports.definitions import DEFINITIONS, Definition
from crmcli.reports.period import read_period
from crmcli.reports.registry import run_report

if TYPE_CHECKING:
    from crmcli.reports.request import Report, ReportRequest
    from crmcli.store.book import Book

WIDTH = 100
INDENT = 14


def explain_report(book: Book, name: str, request: ReportRequest) -> list[str]:
    """Say what the report counts, against what, by which clock, and which filter it comes to.

    Raises what asking the report would raise.
    """
    report = run_report(book, name, request)
    definition = DEFINITIONS[name]
    lines = [f"{name}: {definition.says[0]}", ""]
    for word, text in definition_parts(definition):
        lines += _entry(word, text)
    return [*lines, *_here(book, report, request)]


def definition_parts(definition: Definition) -> Iterable[tuple[str, str]]:
    """The parts of a definition, each under its word."""
    yield "counts", definition.counts
    yield from definition.columns
    yield "denominator", definition.denominator
    yield "clock", definition.clock
    yield "--period", definition.period
    yield "--by", definition.groups
    yield "--rows", definition.rows
    yield "left out", definition.left_out


def _here(book: Book, report: Report, request: ReportRequest) -> Iterable[str]:
    """What the words at hand come to, to be copied: one line each."""
    if request.period:
        yield f"{'period':<{INDENT}}{read_period(request.period, book.now(), book.setup.config.week)}"
    if report.type is not None and report.condition is not None:
        yield f"{'filter':<{INDENT}}crm {report.type.plural} {_quoted(print_expr(report.condition))}"


def _quoted(text: str) -> str:
    """A text as one word of a shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _entry(word: str, text: str) -> list[str]:
    """A word and its text beside it, in lines."""
    from textwrap import wrap  # noqa: PLC0415 - loads `re` machinery that a report does without

    first, *rest = wrap(text, WIDTH - INDENT, break_long_words=False, break_on_hyphens=False)
    return [f"{word:<{INDENT}}{first}", *(f"{'':{INDENT}}{line}" for line in rest)]
