"""`--since WHEN`: the book as it was when a span of time began."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from crmcli.errors import UsageError

if TYPE_CHECKING:
    from crmcli.store.book import Book
    from crmcli.store.past import PastBook


class SinceMalformedError(UsageError):
    """`--since` is no day in the past."""

    def __init__(self, text: str, why: str = "no date", hint: str = "") -> None:
        hint = hint or "as in -7d, mon, 2026-11-01, 2026-11-01T14:00, 上周一"
        super().__init__(f"--since {text!r}: {why}", hint=hint)


class SinceTwiceError(UsageError):
    """A review that is to begin at a revision and at a moment."""

    def __init__(self, since: str, name: str) -> None:
        super().__init__(
            f"it can begin with {name} or with --since {since}, not with both",
            hint=f"{name} is a revision of git here; as a word to search for it does not go with diff: `crm find {name}`",
        )


def past_since(book: Book, text: str) -> PastBook:
    """The book just before the day, period or moment began, so that all of it counts; raises exit 2.

    A weekday alone is the last one.
    """
    return book.at(since_moment(book, text))


def since_moment(book: Book, text: str) -> datetime:
    """The last second before what `text` names."""
    from crmcli.text.dates import date_hint, parse_word  # noqa: PLC0415
    from crmcli.text.moments import WEEKDAYS  # noqa: PLC0415

    now = book.now()
    typed = f"-{text}" if text[:3].lower() in WEEKDAYS else text
    when = parse_word(typed, now, week=book.setup.config.week, worked=book.worked())
    if when is None:
        raise SinceMalformedError(text, hint=date_hint(text, counted=book.worked() is not None))
    start = when.start
    moment = (
        start if isinstance(start, datetime) else datetime.combine(start, time(), now.tzinfo) - timedelta(seconds=1)
    )
    if moment >= now:
        raise SinceMalformedError(text, "it has not begun yet")
    return moment
