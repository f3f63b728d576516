from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crmcli.query.printer import print_expr
from crmcli.reports.period import PeriodMalformedError, read_period

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)  # a Saturday


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("2017-q1", "closed:2017-01-01..2017-03-31"),
        ("2017", "closed:2017-01-01..2017-12-31"),
        ("-30d..", "closed:2026-10-22.."),
        ("..2017-06-30", "closed:..2017-06-30"),
        ("2017-01-15..2017-03", "closed:2017-01-15..2017-03-31"),
        ("today", "closed:2026-11-21"),
        ("this week", "closed:2026-11-16..2026-11-22"),
        ("This  Month", "closed:2026-11-01..2026-11-30"),
        ("last month", "closed:2026-10-01..2026-10-31"),
        ("last quarter", "closed:2026-07-01..2026-09-30"),
        ("last year..this year", "closed:2025-01-01..2026-12-31"),
        ("next week", "closed:2026-11-23..2026-11-29"),
        ("本季度", "closed:2026-10-01..2026-12-31"),
    ],
)
def test_a_period_is_a_filter(typed: str, text: str) -> None:
    assert print_expr(read_period(typed, NOW, "mon").condition("closed")) == text


def test_the_week_begins_where_the_book_says() -> None:
    assert str(read_period("this week", NOW, "sun")) == "2026-11-15..2026-11-21"


@pytest.mark.parametrize(("typed", "hint"), [("soon", "2017-q1"), ("..", "2017-q1"), ("20.11.2026", "2026-11-20")])
def test_what_is_no_period_is_refused_with_how_to_write_one(typed: str, hint: str) -> None:
    with pytest.raises(PeriodMalformedError) as refused:
        read_period(typed, NOW, "mon")
    assert hint in refused.value.hint
