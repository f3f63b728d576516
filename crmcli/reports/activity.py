"""What people logged: lines, records, minutes (docs/reference/reports.md#activity)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.query.compile import compile_filter
from crmcli.query.words import parse_words
from crmcli.reports.cells import INTEGER, Cell
from crmcli.reports.figures import half_even
from crmcli.reports.grouping import (
    described,
    fetched,
    in_order,
    key_texts,
    partition,
    questions,
    split_groups,
)
from crmcli.reports.labels import figure
from crmcli.reports.log_lines import about_text, log_source
from crmcli.reports.period import read_period
from crmcli.reports.request import TOTAL, Report, ReportRequest, RowSource
from crmcli.reports.selection import all_hold, question_env
from crmcli.reports.sparing import let_go
from crmcli.reports.table import Table

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType, Setup
    from crmcli.query.env import QueryEnv
    from crmcli.query.sql import Sql
    from crmcli.reports.grouping import Fetched as Lines
    from crmcli.reports.grouping import Question
    from crmcli.store.book import Book

PERIOD_FIELD = "at"
USUAL_GROUPS = ("by", "kind")


class NoLogTypeError(UsageError):
    """The book says nowhere what a log line holds."""

    def __init__(self) -> None:
        super().__init__(
            "this book has no type `log`", hint="add schema/log.toml with at, by, kind, direction, took and text"
        )


def log_type(setup: Setup) -> RecordType:
    """The type of log lines; raises `NoLogTypeError` (exit 2)."""
    found = setup.types.get("log")
    if found is None:
        raise NoLogTypeError
    return found


def logged_activity(book: Book, request: ReportRequest) -> Report:
    """Count log lines by member and kind, or by any field of them; `--period` is about `at`."""
    lines = log_type(book.setup)
    env = question_env(book, (*request.words, *request.by))
    asked = questions(split_groups(request.by) or [n for n in USUAL_GROUPS if n in lines.fields], lines, env)
    where = _condition(book, lines, request, env)
    found = _lines(book, lines, where, asked, request)
    records = _records(book, [str(row[0]) for row in found.rows], request)
    groups = described(book, lines, asked, found.values)
    parts = partition(found.values)
    keys = in_order(groups, parts)

    def figures(numbers: Sequence[int]) -> tuple[Cell, ...]:
        took = sum(found.rows[number][1] or 0 for number in numbers)
        return len(numbers), len(touched(numbers)), half_even(took, 60)

    def touched(numbers: Sequence[int]) -> set[str]:
        return set[str]().union(*(records.get(str(found.rows[number][0]), ()) for number in numbers))

    everything = range(len(found.rows))
    language = book.setup.config.language
    table = Table(
        (
            *(group.column for group in groups),
            figure("lines", language, INTEGER, bar=True),
            figure("records", language, INTEGER),
            figure("minutes", language, INTEGER),
        ),
        [(*key, *figures(parts[key])) for key in keys],
        found=len(keys),
        totals=(*(None for _ in groups), *figures(everything)) if keys else (),
        warnings=where.warnings,
    )
    counted = touched(everything)
    plurals = {ref.partition("/")[0] for ref in counted}
    sources = tuple(RowSource(key_texts(groups, key), _ids(touched(parts[key]))) for key in keys)
    only = book.setup.types[request.type] if request.type else None
    if only is None and len(plurals) == 1:
        only = book.setup.by_plural(next(iter(plurals)))
    return Report(table, only, None, sources, RowSource((TOTAL,), _ids(counted)))


def _ids(refs: Iterable[str]) -> frozenset[str]:
    return frozenset(ref.partition("/")[2] for ref in refs)


def _condition(book: Book, lines: RecordType, request: ReportRequest, env: QueryEnv) -> Sql:
    words = parse_words(request.words)
    parts = [about_text(words, lines)] if words is not None else []
    if request.period:
        parts.append(read_period(request.period, env.now, book.setup.config.week).condition(PERIOD_FIELD))
    return compile_filter(all_hold(parts), lines, env)


def _lines(book: Book, lines: RecordType, where: Sql, asked: Sequence[Question], request: ReportRequest) -> Lines:
    """The log lines that fit: id, seconds taken, groups. Under `crm TYPE`, lines on records of that type only."""
    pieces = ["r.id", 'r."took"', *(question.value.text for question in asked)]
    params = [param for question in asked for param in question.value.params]
    source = log_source(lines, book.index.items)
    narrowed, plural = _about(book, request)
    sql = f"""WITH {source} SELECT {", ".join(pieces)} FROM "rec_{lines.plural}" r WHERE ({where.text}){narrowed} ORDER BY r.id"""
    return fetched(book.index.rows(sql, [*params, *where.params, *plural]), 2, asked)


def _about(book: Book, request: ReportRequest) -> tuple[str, list[str]]:
    if not request.type:
        return "", []
    plural = book.setup.types[request.type].plural
    return " AND r.id IN (SELECT o.event FROM event_on o WHERE o.\"on\" LIKE ? || '/%')", [plural]


def _records(book: Book, events: Sequence[str], request: ReportRequest) -> dict[str, list[str]]:
    """The records each line is about or was made with, of the asked type, if they are still there."""
    wanted = set(events)
    plurals = (
        [book.setup.types[request.type].plural]
        if request.type
        else [t.plural for t in book.setup.types.values() if not t.embedded]
    )
    found: dict[str, list[str]] = {}
    for plural in plurals:
        there = f"""SELECT DISTINCT event, "on" FROM event_on o WHERE "on" > '{plural}/' AND "on" < '{plural}0'
            AND EXISTS (SELECT 1 FROM "rec_{plural}" r WHERE r.id = substr(o."on", {len(plural) + 2}))"""
        for event, on in let_go(book.index.rows(there)):
            if event in wanted:
                found.setdefault(event, []).append(on)
    return found
