"""`--rows`: given to the list of records, a row's filter finds exactly as many as the row counts."""

from __future__ import annotations

import pytest

from crmcli.model.schema import RecordType
from crmcli.reports.listing import Request, list_records
from crmcli.reports.registry import run_report
from crmcli.reports.request import Report, ReportRequest, RowSource
from crmcli.reports.row_filter import row_filter
from crmcli.store.book import Book

QUESTIONS = [
    ("won", ReportRequest()),
    ("won", ReportRequest(by=("owner.region",))),
    ("won", ReportRequest(("GTK",), by=("owner.region",))),
    ("won", ReportRequest(by=("owner",), period="2017-q3")),
    ("won", ReportRequest(("amount:5k..", "OR", "product:gtk"), by=("quarter(closed)",))),
    ("won", ReportRequest(by=("customer.sector",))),
    ("won", ReportRequest(by=("product", "owner.manager"))),
    ("won", ReportRequest(by=("month(created)",))),
    ("won", ReportRequest(by=("day(closed)",), period="2017-12")),
    ("won", ReportRequest(by=("amount",), period="2017-03")),
    ("pipeline", ReportRequest()),
    ("pipeline", ReportRequest(by=("customer",))),
    ("pipeline", ReportRequest(("customer:none",), by=("stage", "owner.region"))),
    ("funnel", ReportRequest()),
    ("funnel", ReportRequest(by=("owner.region",), period="2017-q1")),
    ("stale", ReportRequest(("owner.manager='Melvin Marxen'",))),
]


@pytest.mark.parametrize(("name", "request_"), QUESTIONS)
def test_the_filter_lists_what_the_row_counts(maven: Book, name: str, request_: ReportRequest) -> None:
    report = run_report(maven, name, request_)
    assert report.type is not None
    assert report.total.ids
    for source in some(report):
        text = row_filter(maven, report, source.keys[0])
        assert listed(maven, report.type, text) == len(source.ids), text


def test_the_row_counts_what_its_source_holds(maven: Book) -> None:
    report = run_report(maven, "won", ReportRequest(by=("owner.manager",)))
    assert [row[1] + row[2] for row in report.table.rows] == [len(source.ids) for source in report.sources]
    report = run_report(maven, "funnel", ReportRequest(by=("owner.manager",)))
    assert [row[2] for row in report.table.rows] == [len(source.ids) for source in report.sources]


@pytest.mark.parametrize(
    ("key", "by", "text"),
    [
        ("West", ("owner.region",), "is:closed owner.region='West'"),
        ("west", ("owner.region",), "is:closed owner.region='West'"),
        ("2017-q1", ("quarter(closed)",), "is:closed closed:2017-q1"),
        ("East,2017-q2", ("owner.region", "quarter(closed)"), "is:closed owner.region='East' closed:2017-q2"),
        ("Darcel Schlecht", ("owner",), "is:closed owner:'darcel-schlecht'"),
        ("darcel-schlecht", ("owner",), "is:closed owner:'darcel-schlecht'"),
        ("total", ("owner",), "is:closed"),
    ],
)
def test_where_the_language_has_words_they_are_used(maven: Book, key: str, by: tuple[str, ...], text: str) -> None:
    assert row_filter(maven, run_report(maven, "won", ReportRequest(by=by)), key) == text


def some(report: Report) -> list[RowSource]:
    """The total and up to a dozen rows from all over the report."""
    rows = report.sources
    return [report.total, *rows[:: max(1, len(rows) // 12)], *rows[-1:]]


def listed(book: Book, record_type: RecordType, text: str) -> int:
    return list_records(book, record_type, Request(words=[text], columns="id", limit=None)).found
