"""The review of a pipeline: a heading per group with its number and sum, a line per record; the same as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from crmcli.reports.names import shown_money
from crmcli.text.display import safe
from crmcli.text.display import width as cells_of
from crmcli.text.lines import Line, Span, cell, clip_line, line, sides
from crmcli.text.phrases import counted, phrase

if TYPE_CHECKING:
    from crmcli.reports.diff import DiffLine, DiffView, Pot

HEADINGS = {
    "new": ("New", "open"),
    "won": ("Won", "won"),
    "lost": ("Lost", "lost"),
    "moved": ("Moved on", "open"),
    "back": ("Moved back", "hold"),
    "slipped": ("Close date slipped", "late"),
    "sooner": ("Closes sooner", "good"),
    "grew": ("Grew", "good"),
    "shrank": ("Shrank", "hold"),
    "quiet": ("Quiet", "hold"),
    "gone": ("Gone", "dim"),
}
"""Heading and style of each group."""

LEAST_CELLS = 8
"""Narrower, the column of customers and owners is left out."""

_SUMMED = ("new", "won", "lost", "quiet", "gone")


def diff_lines(view: DiffView, width: int, language: str = "en") -> list[Line]:
    """Draw the review; its lines are numbered by the caller's rows."""
    title = phrase(language, "Since {since}", since=view.since)
    lines = [sides(line(Span(title, "name")), line(Span(_pots(view, language), "dim")), width)]
    says = _room([what(entry, language) for entry in view.lines], width // 2)
    titles = _room([entry.title for entry in view.lines], (width - 5 - says) * 2 // 3)
    about = _room([_about(entry) for entry in view.lines], width - 9 - titles - says)
    number = 0
    for group, members in groupby(view.lines, key=lambda entry: entry.group):
        entries = list(members)
        heading, style = HEADINGS[group]
        lines += [
            (),
            line(Span(phrase(language, heading), style or "head"), Span(f"  {_sum(view, group, entries)}", "dim")),
        ]
        for entry in entries:
            number += 1
            lines.append(clip_line(_entry(entry, number, titles, about, language), width))
    if not view.lines:
        lines += [(), line(phrase(language, "Nothing happened."))]
    return lines


def _entry(entry: DiffLine, number: int, titles: int, about: int, language: str) -> Line:
    beside = (Span("  "), cell(_about(entry), about, "dim")) if about >= LEAST_CELLS else ()
    return (
        Span(f"{number:>3}  ", "dim"),
        cell(entry.title, titles, "name"),
        *beside,
        Span(f"  {what(entry, language)}"),
    )


def diff_markdown(view: DiffView, language: str = "en") -> str:
    """The review as minutes: headings and bullets."""
    return "".join(f"{text}\n" for text in _markdown(view, language))


def _markdown(view: DiffView, language: str) -> Iterator[str]:
    yield f"# {phrase(language, '{since} to {until}', since=view.since, until=view.until)}"
    yield ""
    yield _pots(view, language)
    for group, members in groupby(view.lines, key=lambda entry: entry.group):
        entries = list(members)
        yield ""
        yield f"## {phrase(language, HEADINGS[group][0])} ({_sum(view, group, entries)})"
        yield ""
        for entry in entries:
            about = f" ({_marked(_about(entry))})" if _about(entry) else ""
            says = what(entry, language)
            yield f"- **{_marked(entry.title)}**{about}" + (f": {_marked(says)}" if says else "")
    if not view.lines:
        yield ""
        yield phrase(language, "Nothing happened.")


def what(entry: DiffLine, language: str) -> str:
    """What happened to one record, in a few words."""
    before, after = entry.said[2:]
    if entry.group in ("slipped", "sooner"):
        days = abs((date.fromisoformat(entry.after) - date.fromisoformat(entry.before)).days)
        said = f"{entry.before} → {entry.after} ({counted(language, days, 'day')})"
        return f"{said}, {phrase(language, 'slip no. {number}', number=entry.times)}" if entry.times > 1 else said
    if entry.group == "quiet":
        return (
            phrase(language, "nothing since {day}", day=entry.after)
            if entry.after
            else phrase(language, "nothing ever")
        )
    if entry.group == "gone":
        return f"{before}: {phrase(language, after)}" if before else phrase(language, after)
    return f"{before or '–'} → {after or '–'}" if before or entry.group in ("grew", "shrank") else after


def _about(entry: DiffLine) -> str:
    return ", ".join(text for text in entry.said[:2] if text)


def _sum(view: DiffView, group: str, entries: list[DiffLine]) -> str:
    total = sum(entry.amount or 0 for entry in entries)
    return f"{len(entries)}, {shown_money(total, view.currency)}" if group in _SUMMED and total else str(len(entries))


def _pots(view: DiffView, language: str) -> str:
    return phrase(language, "open: {before} → {after}", before=_pot(view, view.before), after=_pot(view, view.after))


def _pot(view: DiffView, pot: Pot) -> str:
    return f"{pot.records:,} ({shown_money(pot.amount, view.currency)})" if pot.amount else f"{pot.records:,}"


def _room(texts: list[str], most: int) -> int:
    return min(max(map(cells_of, texts), default=0), most)


def _marked(text: str) -> str:
    """Text that Markdown takes as text."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>|" else char for char in safe(text))
