"""The working calendars of crm.toml: `[hours.x]` checked line by line and read into `Hours`."""

from __future__ import annotations

from typing import Any

from crmcli.model.problem import Problem
from crmcli.model.schema import Hours
from crmcli.store.setup.source import Source
from crmcli.store.setup.verdict import read_words
from crmcli.store.setup.words.book import DayWords, HoursWords, days_of, is_weekdays, minutes_of, weekdays_of


def read_hours(tables: dict[str, Any], source: Source) -> tuple[dict[str, Hours], list[Problem]]:
    """Return the calendars that can be counted along, in their order, and what is wrong; a wrong line is left out."""
    found: dict[str, Hours] = {}
    problems: list[Problem] = []
    for name, table in tables.items():
        hours, wrong = _read_calendar(name, table, source)
        problems += wrong
        if hours is not None:
            found[name] = hours
    return found, problems


def _read_calendar(name: str, table: object, source: Source) -> tuple[Hours | None, list[Problem]]:
    keys, owner = ("hours", name), f"hours.{name}"
    lines = {key: times for key, times in table.items() if is_weekdays(key)} if isinstance(table, dict) else {}
    rest = {key: value for key, value in table.items() if key not in lines} if isinstance(table, dict) else table
    days: dict[int, tuple[tuple[int, int], ...]] = {}
    problems: list[Problem] = []
    for key in sorted(lines, key=lambda key: "-" not in key):  # a day's own line wins over a range it lies in
        words, wrong = read_words(DayWords, {"times": lines[key]}, source, (*keys, key), owner)
        problems += [_of_day(problem, key) for problem in wrong]
        if words is not None:
            days.update(dict.fromkeys(weekdays_of(key), minutes_of(words.times)))
    held, wrong = read_words(HoursWords, rest, source, keys, owner)
    problems += wrong
    if not days:
        if not problems:
            message, remedy = f"{owner} says no working time", 'add mon-fri = "09:00-12:00 13:30-18:00"'
            problems.append(source.problem("word-missing", keys, message, remedy))
        return None, problems
    spans = tuple(days.get(weekday, ()) for weekday in range(7))
    off, on = (tuple(map(days_of, ranges)) for ranges in ((held.off, held.on) if held else ((), ())))
    return Hours(name, spans, off, on), problems


def _of_day(problem: Problem, day: str) -> Problem:
    """Name the line of the calendar rather than the word it was checked as."""
    message = problem.message.replace("`times`", f"`{day}`")
    return problem._replace(message=message, remedy=problem.remedy.replace("times", day, 1))
