from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.reports.activity import logged_activity
from crmcli.reports.request import Report, ReportRequest
from crmcli.reports.row_filter import MixedRowError, row_filter
from tests.reports.hand_book import Logged, Made, deal, hand_book

MADE = (
    Made("members/anna", fields={"name": "Anna", "region": "West"}),
    Made("members/bob", fields={"name": "Bob", "region": "East"}),
    deal("a", "2026-01-01 contact"),
    deal("b", "2026-01-01 contact"),
    Logged("deals/a", "2026-01-05T10:00:00+01:00", "anna", "call", "20min"),
    Logged("deals/a", "2026-01-06T10:00:00+01:00", "anna", "call", "25min"),
    Logged("deals/b", "2026-01-07T10:00:00+01:00", "anna", "email"),
    Logged("deals/b", "2026-01-31T23:30:00Z", "bob", "call", "1h", ("deals/a", "members/anna")),
    Logged("deals/gone", "2026-01-08T10:00:00+01:00", "bob", "note"),
)


def activity(root: Path, request: ReportRequest) -> Report:
    book = hand_book(root, *MADE)
    try:
        return logged_activity(book, request)
    finally:
        book.index.close()


def rows(root: Path, *words: str, **asked: object) -> list[tuple[object, ...]]:
    request = ReportRequest(words)._replace(**asked)  # type: ignore[arg-type]
    return [tuple(row) for row in activity(root, request).table.rows]


def test_by_member_and_kind(tmp_path: Path) -> None:
    table = activity(tmp_path, ReportRequest()).table
    assert [tuple(row) for row in table.rows] == [
        ("anna", "call", 2, 1, 45),
        ("anna", "email", 1, 1, 0),
        ("bob", "call", 1, 3, 60),
        ("bob", "note", 1, 0, 0),
    ]
    assert tuple(table.totals) == (None, None, 5, 3, 105)


def test_by_anything_of_the_line(tmp_path: Path) -> None:
    assert rows(tmp_path, by=("by.region",)) == [("East", 2, 3, 60), ("West", 3, 2, 45)]
    assert rows(tmp_path / "b", by=("month(at)",)) == [("2026-01", 4, 2, 45), ("2026-02", 1, 3, 60)]


@pytest.mark.parametrize(
    ("words", "period", "lines"),
    [
        (("kind:call",), "", 3),
        (("by:anna",), "", 3),
        (("took:30min..",), "", 1),
        (("with:anna",), "", 1),
        (("-kind:call",), "", 2),
        ((), "2026-02", 1),
        ((), "2026-01-06..2026-01-07", 2),
        (("kind:email",), "2026-02", 0),
    ],
)
def test_words_and_periods_are_about_the_line(tmp_path: Path, words: tuple[str, ...], period: str, lines: int) -> None:
    assert sum(int(str(row[1])) for row in rows(tmp_path, *words, by=("by",), period=period)) == lines


def test_under_a_type_only_its_records_count(tmp_path: Path) -> None:
    report = activity(tmp_path, ReportRequest(type="member", by=("kind",)))
    assert [tuple(row) for row in report.table.rows] == [("call", 1, 1, 60)]


def test_the_filter_of_a_row_names_the_records(tmp_path: Path) -> None:
    book = hand_book(tmp_path, *MADE)
    report = logged_activity(book, ReportRequest(type="deal"))
    assert row_filter(book, report, "anna,email") == "id:b"
    with pytest.raises(MixedRowError):
        row_filter(book, logged_activity(book, ReportRequest()), "bob,call")
    book.index.close()
