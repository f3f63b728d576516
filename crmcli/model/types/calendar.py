# ruff: noqa: ARG002 - the protocol's arguments
"""Days, moments and months."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from crmcli.model.types.base import Column, Manual, SqlValue, ValueContext, ValueRefused
from crmcli.model.types.refusal import short
from crmcli.model.types.single import SingleText
from crmcli.model.types.zone import book_now, book_zone

if TYPE_CHECKING:
    from crmcli.model.schema import Field
    from crmcli.text.moments import When


class Date(SingleText):
    """A day of the calendar, ISO 8601.

    Typed by the date grammar: `fri` `-fri` `+2w` `2026-12-01` `tomorrow` 下周一 月底; `+3wd` is the third working day from today.

    A word that means a month or a year is refused; its first and last day are offered.
    """

    name = "date"
    family = "date"
    matches = "equal"
    ordered = True
    manual = Manual(
        "close: 2026-11-20", "a day of the calendar", "`close=fri` `+2w` 下周一", "date: `..fri` `2026-q4` `<-30d`"
    )

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """A date word that means one day."""
        when = read_date(typed, context)
        if when.kind == "period":
            raise ValueRefused(f"{short(typed)} is more than one day", f"write {when.first} or {when.last}")
        return when.first.isoformat()

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """YYYY-MM-DD."""
        if not is_day(stored):
            raise _not_in_calendar(stored, "day", "2026-11-20", context)
        return stored

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """As near days are spoken of in the book's language, else with month and year."""
        from crmcli.text.day_words import format_day  # noqa: PLC0415 - only where a day is shown

        return format_day(date.fromisoformat(stored), book_now(context), context.language)


class DateTime(SingleText):
    """A moment, ISO 8601 with its offset.

    A day without a time is a moment too: that day, from its beginning in the book's zone.

    In a file a time without an offset is in the book's zone. The index compares instants in UTC; `.local` is as
    written, so a day without a time can be told from midnight.
    """

    name = "datetime"
    family = "datetime"
    matches = "equal"
    manual = Manual(
        "due: 2026-11-20T14:00:00+01:00",
        "a moment with offset, or a day",
        "`due=fri@14:00` `+4h` `+8wh` 明天下午3点",
        "date: `..fri` `today`",
    )

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """A date word with or without a time."""
        when = read_date(typed, context)
        if when.kind == "period":
            raise ValueRefused(f"{short(typed)} is more than one day", f"write {when.first} or {when.last}")
        return when.start.isoformat()

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A day, or a moment; the book's zone when it has no offset."""
        if is_day(stored):
            return stored
        moment = _moment(stored)
        if moment is None:
            raise _not_in_calendar(stored, "moment", "2026-11-20T14:00:00+01:00", context)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=book_zone(context))
        try:
            moment.astimezone(UTC)
        except OverflowError:
            raise _not_in_calendar(stored, "moment", "2026-11-20T14:00:00+01:00", context) from None
        return moment.isoformat()

    def columns(self, field: Field) -> tuple[Column, ...]:
        """The instant in UTC, and the text as written."""
        return (Column("", "TEXT", indexed=True), Column(".local", "TEXT"))

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """The instant to the second."""
        moment = datetime.fromisoformat(stored)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=book_zone(context))
        try:
            return (f"{moment.astimezone(UTC).isoformat()[:19]}Z", stored)
        except OverflowError:  # the first and last day of the calendar, seen from elsewhere
            return (f"{moment.isoformat()[:19]}Z", stored)

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """In the book's zone, without seconds."""
        from crmcli.text.day_words import format_day  # noqa: PLC0415

        now = book_now(context)
        if len(stored) == 10:
            return format_day(date.fromisoformat(stored), now, context.language)
        return format_day(datetime.fromisoformat(stored), now, context.language)

    def from_index(self, values: tuple[SqlValue, ...], field: Field, context: ValueContext) -> str:
        """As written."""
        return "" if values[1] is None else str(values[1])


class Month(SingleText):
    """A month of a year. Any date word typed means the month it lies in; a longer period is refused.

    The index holds its first day, so that it is compared with days like any date.
    """

    name = "month"
    family = "date"
    matches = "equal"
    ordered = True
    manual = Manual(
        "month: 2026-11", "a month of the calendar", "`month=2026-11` `today` 下个月", "date: `2026-q4` `..2026-06`"
    )

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """A date word within one month."""
        when = read_date(typed, context)
        first, last = when.first.isoformat()[:7], when.last.isoformat()[:7]
        if first != last:
            raise ValueRefused(f"{short(typed)} is more than one month", f"write {first} or {last}")
        return first

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """YYYY-MM."""
        if len(stored) != 7 or not is_day(f"{stored}-01"):
            raise _not_in_calendar(stored, "month", "2026-11", context)
        return stored

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """Its first day."""
        return (f"{stored}-01",)

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """Year and month."""
        return f"{stored[:4]}年{int(stored[5:])}月" if context.language.startswith("zh") else stored

    def from_index(self, values: tuple[SqlValue, ...], field: Field, context: ValueContext) -> str:
        """From its first day."""
        return "" if values[0] is None else str(values[0])[:7]


def read_date(typed: str, context: ValueContext, now: datetime | None = None) -> When:
    """The day, moment or period that `typed` means by the one date grammar; refused with how to write it."""
    from crmcli.text.dates import date_hint, parse_word  # noqa: PLC0415 - only where something is typed

    when = parse_word(typed, now or book_now(context), worked=context.worked)
    if when is None:
        hint = date_hint(typed, counted=context.worked is not None)
        raise ValueRefused(f"{short(typed)} is no date", hint or "as in 2026-11-20, fri, +2w, 下周一")
    return when


def is_day(stored: str) -> bool:
    """Whether `stored` is `YYYY-MM-DD` and in the calendar."""
    if len(stored) != 10 or stored[4] != "-" or stored[7] != "-":
        return False
    try:
        date.fromisoformat(stored)
    except ValueError:
        return False
    return stored.isascii()


def _moment(stored: str) -> datetime | None:
    text = stored.strip()
    if len(text) < 16 or text[4:5] != "-" or text[10] not in "Tt " or text[13] != ":" or not text.isascii():
        return None
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        return None


def _not_in_calendar(stored: str, what: str, example: str, context: ValueContext) -> ValueRefused:
    """Refuse; a date in another notation is offered in this one."""
    from crmcli.text.dates import date_hint, parse_word  # noqa: PLC0415 - only on the way to a refusal

    hint = date_hint(stored)
    when = None if hint else parse_word(stored, book_now(context), worked=context.worked)
    if when is not None and when.kind == "day" and what == "day":
        hint = f"files hold days as {example}; this word means {when.first} now"
    return ValueRefused(f"{short(stored)} is no {what}", hint or f"as in {example}")
