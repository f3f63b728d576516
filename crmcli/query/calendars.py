"""Which working calendar a record's time is counted by, and lengths of working time as SQL.

A record goes by the `hours` of its pipeline, else by the book's first calendar. Nothing is assumed of a book without
one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.failures import QueryError
from crmcli.query.sql import column, quoted_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from crmcli.model.schema import Hours
    from crmcli.query.env import QueryEnv, Scope
    from crmcli.query.place import Place
    from crmcli.text.durations import Duration


class NoHoursError(QueryError):
    """Working time is asked in a book that does not say when people work."""

    def __init__(self, written: str, at: Place) -> None:
        super().__init__(
            f"`{written}` is working time, and the book has no working hours",
            at,
            hint='add them to crm.toml: [hours.office] with a line mon-fri = "09:00-12:00 13:00-17:00"',
        )


def first_calendar(scope: Scope, written: str, at: Place) -> Hours:
    """The calendar by which working time is counted from now: the first that a pipeline of the type names."""
    found = scope.setup.hours_of(scope.type.name)
    if found is None:
        raise NoHoursError(written, at)
    return found


def by_record(scope: Scope, written: str, at: Place, say: Callable[[Hours], str]) -> str:
    """SQL for what `say` says of a record's calendar."""
    hours = scope.setup.config.hours
    usual = next(iter(hours.values()), None)
    if usual is None:
        raise NoHoursError(written, at)
    if scope.source != "record":
        return say(usual)
    pipelines = scope.setup.pipelines_of(scope.type.name)
    said = {pipeline.name: say(hours.get(pipeline.hours, usual)) for pipeline in pipelines}
    if len(set(said.values())) < 2:
        return next(iter(said.values()), "") or say(usual)
    cases = " ".join(f"WHEN {quoted_text(name)} THEN {text}" for name, text in said.items())
    return f"CASE {column(scope.alias, '_pipeline')} {cases} ELSE {say(usual)} END"


def calendar_sql(scope: Scope, written: str, at: Place) -> str:
    """SQL for the calendar as `crm_worked` and `crm_later` take it."""
    zone = scope.env.now.tzinfo
    return by_record(scope, written, at, lambda hours: quoted_text(calendar_text(hours, zone)))


def any_calendar_sql(scope: Scope, at: Place) -> str:
    """SQL for the calendar of a length that may be working time; a book without hours has only a zone."""
    zone = scope.env.now.tzinfo
    return calendar_sql(scope, "", at) if scope.setup.config.hours else quoted_text(calendar_text(None, zone))


def calendar_text(hours: Hours | None, zone: tzinfo | None) -> str:
    """A calendar and a zone (by name, else by its offset in seconds) as JSON."""
    import json  # noqa: PLC0415 - only questions about working time

    offset = zone.utcoffset(None) if zone and not hasattr(zone, "key") else None
    named = getattr(zone, "key", int(offset.total_seconds()) if offset else 0)
    return json.dumps([named, hours[1:] if hours else None], separators=(",", ":"))


def length_sql(scope: Scope, length: Duration, written: str, at: Place) -> tuple[str, int | None]:
    """The working seconds of a length, as SQL, and as a number where it is the same for every record."""
    from crmcli.model.working import usual_day  # noqa: PLC0415

    if length.working == "h":
        first_calendar(scope, written, at)
        return str(length.seconds), length.seconds
    text = by_record(scope, written, at, lambda hours: str(length.days * usual_day(hours)))
    return text, int(text) if text.isdigit() else None


def working_moment(text: str, at: Place, scope: Scope) -> datetime | None:
    """The moment that `-5wd` or `+8wh` means, counted from now; None when the text is no signed working time."""
    from crmcli.text.durations import parse_duration  # noqa: PLC0415 - only for words with a sign

    length = parse_duration(text[1:]) if text[:1] in ("+", "-") else None
    if length is None or not length.working:
        return None
    hours = first_calendar(scope, text, at)
    return moved(scope.env, hours, length, -1 if text[0] == "-" else 1)


def moved(env: QueryEnv, hours: Hours, length: Duration, sign: int) -> datetime:
    """Now, a length of working time later or earlier."""
    from datetime import UTC  # noqa: PLC0415

    from crmcli.model.working import WorkingTime  # noqa: PLC0415

    calendar = WorkingTime(hours, env.now.tzinfo or UTC)
    if length.working == "d":
        return calendar.move_days(env.now, sign * length.days)
    return calendar.add(env.now, sign * length.seconds)
