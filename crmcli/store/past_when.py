"""Which past moment somebody means: the one date grammar, with a day's end for a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from crmcli.errors import UsageError

if TYPE_CHECKING:
    from crmcli.store.book import Book


class MomentMalformedError(UsageError):
    """A moment was asked for and the text is no date."""

    def __init__(self, option: str, text: str, hint: str) -> None:
        known = "as in 2026-10-01, 2026-10, -30d, -fri, '2026-10-01 14:00'"
        super().__init__(f"{option} {text!r}: no date", hint=hint or known)


class MomentAheadError(UsageError):
    """A moment was asked for that has not come yet."""

    def __init__(self, option: str, text: str, begins: datetime) -> None:
        super().__init__(
            f"{option} {text}: {begins:%Y-%m-%d %H:%M} is still to come", hint="the book knows the past and the present"
        )


def read_moment(book: Book, option: str, text: str) -> datetime:
    """The moment that `text`, given to `option`, means: of a day or a longer time its end, now while it lasts.

    Raises `MomentMalformedError` and `MomentAheadError` (exit 2).
    """
    from crmcli.text.dates import date_hint, parse_word  # noqa: PLC0415 - only where the past is asked for

    now = book.now()
    when = parse_word(text, now, week=book.setup.config.week, worked=book.worked())
    if when is None:
        raise MomentMalformedError(option, text, date_hint(text, counted=book.worked() is not None))
    if isinstance(when.end, datetime):
        begins = ends = when.end
    else:
        begins, ends = _begin(when.first, now), _begin(when.end + timedelta(1), now) - timedelta(seconds=1)
    if begins > now:
        raise MomentAheadError(option, text, begins.astimezone(book.zone))
    return min(ends, now).astimezone(book.zone)


def _begin(day: date, now: datetime) -> datetime:
    """When a day begins in the book's zone."""
    return datetime.combine(day, time(), now.tzinfo).astimezone(UTC)
