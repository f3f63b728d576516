"""What a moment in the past is typed as: the one date grammar, a day's end for a day. Now is Friday 2026-11-20, 14:03:11 in Berlin."""

from __future__ import annotations

import pytest

from crmcli.store.book import Book
from crmcli.store.past_when import MomentAheadError, MomentMalformedError, read_moment


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-10-01", "2026-10-01T23:59:59+02:00"),
        ("2026-11-01", "2026-11-01T23:59:59+01:00"),
        ("2026-10", "2026-10-31T23:59:59+01:00"),
        ("2025", "2025-12-31T23:59:59+01:00"),
        ("2026-10-01 14:00", "2026-10-01T14:00:00+02:00"),
        ("2026-10-01T12:00Z", "2026-10-01T14:00:00+02:00"),
        ("-30d", "2026-10-21T23:59:59+02:00"),
        ("-2h", "2026-11-20T12:03:11+01:00"),
        ("-fri", "2026-11-13T23:59:59+01:00"),
        ("yesterday", "2026-11-19T23:59:59+01:00"),
        ("昨天", "2026-11-19T23:59:59+01:00"),
        ("三天前", "2026-11-17T23:59:59+01:00"),
        ("now", "2026-11-20T14:03:11+01:00"),
        ("today", "2026-11-20T14:03:11+01:00"),
        ("2026-q4", "2026-11-20T14:03:11+01:00"),
    ],
)
def test_moments(small: Book, typed: str, moment: str) -> None:
    assert read_moment(small, "--as-of", typed).isoformat() == moment


@pytest.mark.parametrize("typed", ["tomorrow", "2026-12", "+1h", "2026-11-20 14:04"])
def test_what_is_still_to_come_is_refused(small: Book, typed: str) -> None:
    with pytest.raises(MomentAheadError, match="is still to come"):
        read_moment(small, "--as-of", typed)


def test_what_is_no_date_is_refused_with_how_to_write_one(small: Book) -> None:
    with pytest.raises(MomentMalformedError, match="--known-at 'soon': no date"):
        read_moment(small, "--known-at", "soon")
    with pytest.raises(MomentMalformedError) as refused:
        read_moment(small, "--as-of", "20.11.2026")
    assert refused.value.hint == "write 2026-11-20"
