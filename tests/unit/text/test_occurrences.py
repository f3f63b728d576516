"""Recurring follow-ups: the next one lies after the last and not in the past."""

from datetime import datetime, timedelta, timezone

import pytest

from crmcli.text.occurrences import next_occurrence

NOW = datetime(2026, 11, 20, 14, 3, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("rule", "due", "expected"),
    [
        ("FREQ=WEEKLY", "2026-11-20", "2026-11-27"),
        ("FREQ=MONTHLY;BYDAY=1MO", "2026-11-02", "2026-12-07"),
        ("FREQ=DAILY", "2026-01-01", "2026-11-20"),  # long overdue: today, not last January
        ("FREQ=WEEKLY", "2026-11-23T09:00:00+01:00", "2026-11-30T09:00+01:00"),
        ("FREQ=DAILY;COUNT=1", "2026-11-20", ""),
        ("FREQ=DAILY;UNTIL=20261121T000000Z", "2026-11-20", "2026-11-21"),
    ],
)
def test_next_occurrence(rule: str, due: str, expected: str) -> None:
    assert next_occurrence(rule, due, NOW) == expected
