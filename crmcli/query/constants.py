"""Values written out: numbers with units, amounts, lengths, dates, texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.failures import QueryError
from crmcli.query.fields import money_scale
from crmcli.query.value_sql import ValueSql
from crmcli.query.whens import moment_span, read_span

if TYPE_CHECKING:
    from decimal import Decimal

    from crmcli.query.env import QueryEnv, Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Literal
    from crmcli.query.whens import Span

DAY_WORDS = (
    "today", "tomorrow", "yesterday", "now",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
"""What a mistyped day may be meant as."""


class WrongValueError(QueryError):
    """A value that the field it is compared with cannot have."""

    def __init__(self, why: str, at: Place, hint: str = "", expected: str = "", nearest: str = "") -> None:
        super().__init__(why, at, hint=hint, expected=expected, nearest=nearest)


class NoRateError(QueryError):
    """An amount in a currency that rates.tsv has no rate for."""

    def __init__(self, text: str, currency: str, env: QueryEnv, at: Place) -> None:
        home, day = env.setup.config.currency, env.now.date().isoformat()
        super().__init__(
            f"`{text}` is in {currency}, and rates.tsv has no rate for {currency} on or before {day}",
            at,
            hint=f"add a line to rates.tsv: {day}<tab>{currency}<tab>how many {home} one {currency} is; "
            f"amount.currency:{currency} asks for the currency itself",
        )


def constant(literal: Literal, scope: Scope) -> ValueSql:
    """The value of a literal; a number is in units of 1, a length in seconds."""
    if literal.kind == "number":
        return number_constant(literal.text, literal.at, scope.env)
    if literal.kind == "duration":
        return length_constant(literal.text, literal.at, scope)
    if literal.kind == "string":
        return ValueSql("?", (literal.text,), word=literal.text, written="string")
    return moment_constant(literal.text, literal.at, scope)


def number_constant(text: str, at: Place, env: QueryEnv) -> ValueSql:
    """A number, or an amount: `500k`, `500kEUR`. Another currency is turned into the book's at today's rate."""
    digits, currency = split_currency(text)
    number = read_number(digits, at)
    if not currency:
        return ValueSql("?", (plain(number),), "number", number=number, written=text)
    scale = money_scale(env)
    if currency != env.setup.config.currency:
        number = _exchanged(number, currency, text, at, env)
    return ValueSql("?", (plain(number * scale),), "money", scale=scale, number=number, written=text)


def _exchanged(number: Decimal, currency: str, text: str, at: Place, env: QueryEnv) -> Decimal:
    """An amount of another currency in the book's, to its minor unit, half to even, as documents are."""
    from decimal import ROUND_HALF_EVEN, Decimal  # noqa: PLC0415 - only amounts in other currencies

    from crmcli.model.money import decimals  # noqa: PLC0415

    rate = env.rate(currency) if env.rate else None
    if rate is None:
        from crmcli.model.schema import Field  # noqa: PLC0415 - only on the way to a refusal
        from crmcli.query.context import stored_form  # noqa: PLC0415

        stored_form(Field("currency", "currency"), currency, env, at)
        raise NoRateError(text, currency, env, at)
    return (number * rate).quantize(Decimal(1).scaleb(-decimals(env.setup.config.currency)), ROUND_HALF_EVEN)


def split_currency(text: str) -> tuple[str, str]:
    """Split `500kEUR` into `500k` and `EUR`."""
    tail = text[-3:]
    return (text[:-3], tail) if len(text) > 3 and tail.isascii() and tail.isalpha() and tail.isupper() else (text, "")


def read_number(text: str, at: Place) -> Decimal:
    """Read a number with its unit."""
    from crmcli.text.numbers import NumberRefusedError, parse_number  # noqa: PLC0415 - only questions with numbers

    try:
        return parse_number(text)
    except NumberRefusedError as refusal:
        raise WrongValueError(str(refusal), at, refusal.hint, "a number") from None


def plain(number: Decimal) -> int | float:
    """A number as SQLite takes it: whole where it is whole."""
    return int(number) if number == number.to_integral_value() and abs(number) < 2**63 else float(number)


def length_constant(text: str, at: Place, scope: Scope) -> ValueSql:
    """A length of time in seconds.

    A month counts 30.4375 days, a year 365.25; a working day is as long as usual in the record's calendar.
    """
    from decimal import Decimal  # noqa: PLC0415 - only questions with lengths

    from crmcli.text.durations import parse_duration  # noqa: PLC0415

    length = parse_duration(text)
    if length is None:
        raise WrongValueError(f"`{text}` is no length of time", at, "as in 15min, 4h, 30d, 2w, 6mo, 1y", "a length")
    if length.working:
        from crmcli.query.calendars import length_sql  # noqa: PLC0415 - only questions with working time

        shown, known = length_sql(scope, length, text, at)
        return ValueSql(
            shown, (), "duration", number=None if known is None else Decimal(known), written=text, working=True
        )
    seconds = length.seconds_total()
    return ValueSql("?", (seconds,), "duration", number=Decimal(seconds), written=text)


def moment_constant(text: str, at: Place, scope: Scope) -> ValueSql:
    """A day, a moment or a period; working time with a sign is counted from now by the calendar of the type."""
    if text[:1] in ("+", "-"):
        from crmcli.query.calendars import working_moment  # noqa: PLC0415 - only words with a sign

        moment = working_moment(text, at, scope)
        if moment is not None:
            return span_value(moment_span(moment), text)
    return when_constant(text, at, scope.env)


def when_constant(text: str, at: Place, env: QueryEnv) -> ValueSql:
    """A day, a moment or a period."""
    span = read_span(text, env)
    if span is None:
        raise no_date(text, at)
    return span_value(span, text)


def no_date(text: str, at: Place) -> WrongValueError:
    """Say how dates are written, and how this one probably is."""
    from crmcli.text.dates import date_hint  # noqa: PLC0415 - only on the way to a refusal
    from crmcli.text.nearest import nearest  # noqa: PLC0415

    known = "as in 2026-11-20, 2026-q4, fri, today or -30d"
    near = next(iter(nearest(text, DAY_WORDS)), "") if text.isascii() and text.isalpha() else ""
    hint = f"did you mean `{near}`?" if near else date_hint(text) or f"write it {known}"
    return WrongValueError(f"`{text}` is no date", at, hint, "a date", near)


def span_value(span: Span, text: str) -> ValueSql:
    """A date as a constant: alone its first day, or its moment."""
    first = span.start + "Z" if span.exact else span.first
    return ValueSql("?", (first,), "when", span=span, written=text)
