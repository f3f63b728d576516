"""The page of one record: head, fields, what hangs on it, what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.related import related_lines
from crmcli.render.timeline import timeline_lines
from crmcli.text.display import width as cells_of
from crmcli.text.lines import Line, Span, cell, clip_line, line, sides, wrapped
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.reports.table import Table
    from crmcli.reports.views import FieldLine, RecordView, StageMark

TWO_COLUMNS_FROM = 100
LABEL_CELLS = 16
BODY_LINES = 12


def record_lines(view: RecordView, width: int, language: str = "en") -> list[Line]:
    """Draw the page for a screen `width` cells wide."""
    blocks = [
        _head(view, width, language),
        field_block(view.fields, width),
        [line(Span(f"! {problem}", "bad")) for problem in view.problems],
        *(_rows(table, width, language) for table in view.rows),
        _body(view.body, width, language),
        *(related_lines(related, width, language) for related in view.related),
        _unknown(view.extra, width, language),
        _history(view, width, language),
    ]
    lines: list[Line] = []
    for block in blocks:
        if block:
            lines += [*([()] if lines else []), *block]
    return lines


def _head(view: RecordView, width: int, language: str) -> list[Line]:
    place = view.ref.partition("/")[2]
    lines = [sides(line(Span(view.title, "name")), line(Span(f"{view.type_label} · {place}", "dim")), width)]
    if view.archived:
        lines.append(line(Span(phrase(language, "archived {day}", day=view.archived), "lost")))
    if view.track:
        lines.append(clip_line(track_line(view.track, view.since, language), width))
    if view.tags or view.dynamic:
        put = [Span(f"+{tag} ", "tag") for tag in view.tags]
        kept = [Span(f"+{tag}° ", "tag") for tag in view.dynamic]
        why = [Span(phrase(language, "° kept by a filter"), "dim")] if kept else []
        lines.append(clip_line(line(*put, *kept, *why), width))
    return lines


def track_line(track: Sequence[StageMark], since: str, language: str = "en") -> Line:
    """The stages in order: `contact ─ needs ─ [proposal] ─ won   12d here`."""
    parts: list[Span] = []
    for mark in track:
        if parts:
            parts.append(Span(" ─ ", "dim"))
        parts.append(
            Span(f"[{mark.label}]", mark.kind or "here") if mark.here else Span(mark.label, "" if mark.done else "dim")
        )
    return (*parts, Span(f"   {phrase(language, '{span} here', span=since)}", "dim")) if since else tuple(parts)


def field_block(fields: Sequence[FieldLine], width: int) -> list[Line]:
    """Draw label and value pairs, in two columns where the screen is wide; a long value takes lines of its own."""
    label = min(LABEL_CELLS, max((cells_of(field.label) for field in fields), default=0)) + 2
    if width < TWO_COLUMNS_FROM:
        return [part for field in fields for part in _field(field, label, width)]
    half = (width - 4) // 2
    short = [field for field in fields if cells_of(field.text) <= half - label]
    long = [field for field in fields if field not in short]
    rows = (len(short) + 1) // 2
    lines: list[Line] = []
    for index in range(rows):
        left = _short(short[index], label, half)
        right = _short(short[index + rows], label, half) if index + rows < len(short) else ()
        lines.append((*left, Span("    "), *right) if right else left)
    return lines + [part for field in long for part in _field(field, label, width)]


def _short(field: FieldLine, label: int, cells: int) -> Line:
    return (
        cell(field.label, label - 2, "dim"),
        Span("  "),
        cell(_value(field), cells - label, "bad" if field.bad else ""),
    )


def _field(field: FieldLine, label: int, width: int) -> list[Line]:
    texts = wrapped(_value(field), width - label)
    style = "bad" if field.bad else ""
    first = (cell(field.label, label - 2, "dim"), Span("  "), Span(texts[0], style))
    return [first, *(line(Span(" " * label), Span(text, style)) for text in texts[1:])]


def _value(field: FieldLine) -> str:
    mark = "! " if field.bad else ""
    return f"{mark}{field.text}" + (f"  {field.target}" if field.target and field.target != field.text else "")


def _body(text: str, width: int, language: str) -> list[Line]:
    lines = wrapped(text.strip(), width) if text.strip() else []
    beyond = phrase(language, "… {number} more", number=len(lines) - BODY_LINES)
    rest = [line(Span(beyond, "dim"))] if len(lines) > BODY_LINES else []
    return [line(part) for part in lines[:BODY_LINES]] + rest


def _rows(table: Table, width: int, language: str) -> list[Line]:
    """A small table under its heading: row numbers, columns under one another, totals."""
    from crmcli.reports.grid import fitted, grid_of, without_room  # noqa: PLC0415 - only for records with rows

    grid = fitted(grid_of(table, numbered=True, language=language), width - 2)
    texts = [[column.label, *column.texts, *([column.total] if table.totals else [])] for column in grid.columns]
    last = len(table.rows) + 1
    lines = [line(Span(table.title, "head"), Span(f"  {len(table.rows)}", "dim"))]
    for number in range(len(texts[0])):
        style = "dim" if number == 0 else "name" if number == last else "bad" if number - 1 in table.bad else ""
        parts = [Span("")]
        for column, cells in zip(grid.columns, texts, strict=True):
            parts += [Span("  "), cell(cells[number], max(map(cells_of, cells)), style, right=column.right)]
        lines.append(tuple(parts))
    notes = [note for note in (without_room(grid, language), *table.warnings) if note]
    return [*lines, *(line(Span(f"  {part}", "dim")) for note in notes for part in wrapped(note, width - 2))]


def _unknown(fields: Sequence[FieldLine], width: int, language: str) -> list[Line]:
    heading = phrase(language, "In the file, not in the schema")
    return [line(Span(heading, "head")), *field_block(fields, width)] if fields else []


def _history(view: RecordView, width: int, language: str) -> list[Line]:
    if not view.timeline:
        return []
    drawn = timeline_lines(view.timeline, width, older=view.older, language=language)
    return [line(Span(phrase(language, "Timeline"), "head")), *drawn]
