"""The page of a record as rows: each field and each related record is one, to go to and to act on.

The rows are drawn for a width, since a long value takes as many lines as it needs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from crmcli.reports.field_entries import BODY_TEXT, FIXED, STAGE, TAGS, FieldEntry
from crmcli.reports.views import FieldLine
from crmcli.text.display import width as cells_of
from crmcli.text.lines import Line, Span, cell, clip_line, line, wrapped
from crmcli.text.phrases import phrase
from crmcli_tui.pictures.table import table_lines
from crmcli_tui.widgets.rows import Row

if TYPE_CHECKING:
    from crmcli.reports.views import RecordView, Related, RelatedLine

LABEL_CELLS = 16
BODY_LINES = 8
KINDS = {"won": "won", "lost": "lost", "hold": "hold"}
"""How the present stage looks; an open one is simply where the record is."""
FIELD, MORE = "field:", "more"
"""The keys of rows: `field:<name>`, `more`, the `plural/id` of a related record."""


class RecordPage(NamedTuple):
    """A record's page and how its fields are filled in."""

    view: RecordView
    entries: tuple[FieldEntry, ...]
    title_field: str
    language: str

    def entry(self, name: str) -> FieldEntry | None:
        """How a field is filled in."""
        return next((entry for entry in self.entries if entry.name == name), None)


def record_rows(page: RecordPage, width: int, *, all_fields: bool, timeline: Sequence[Row] = ()) -> list[Row]:
    """The rows for a width; `timeline` stands last where it has no place of its own."""
    blocks = [
        list(_head(page, width)),
        list(_fields(page, width, all_fields=all_fields)),
        list(_body(page, width)),
        *(list(_heading_and(table.title, len(table.rows), table_lines(table, width))) for table in page.view.rows),
        *(list(_related(related, width)) for related in page.view.related),
        list(_unknown(page, width)),
        list(timeline),
    ]
    return [row for number, block in enumerate(filter(None, blocks)) for row in _apart(block, first=not number)]


def _apart(block: list[Row], *, first: bool) -> Iterator[Row]:
    if not first:
        yield fixed("", ())
    yield from block


def fixed(key: str, *lines: Line) -> Row:
    """A row that looks the same in any width."""
    return Row(key, len(lines), partial(_same, lines))


def _same(lines: Sequence[Line], width: int) -> Sequence[Line]:
    return [clip_line(made, width) for made in lines]


# ---- head --------------------------------------------------------------------------------------------------


def _head(page: RecordPage, width: int) -> Iterator[Row]:
    view, language = page.view, page.language
    yield fixed(f"{FIELD}{page.title_field}", line(Span(view.title, "name")))
    if view.archived:
        yield fixed("", line(Span(phrase(language, "archived {day}", day=view.archived), "lost")))
    if view.track:
        stage = next((entry.name for entry in page.entries if entry.control == STAGE), "")
        yield fixed(f"{FIELD}{stage}" if stage else "", *_track(view, language, width))
    if view.tags or view.dynamic:
        put = [Span(f"+{tag} ", "tag") for tag in view.tags]
        kept = [Span(f"+{tag}° ", "tag") for tag in view.dynamic]
        why = [Span(phrase(language, "° kept by a filter"), "dim")] if kept else []
        yield fixed(f"{FIELD}tags", line(*put, *kept, *why))
    for problem in view.problems:
        first, *rest = wrapped(problem, width - 2)
        yield fixed("", line(Span("! ", "bad"), Span(first, "bad")), *(line(Span(f"  {more}", "bad")) for more in rest))


def _track(view: RecordView, language: str, width: int) -> list[Line]:
    """The stages in order, the present one in brackets, in as many lines as they take."""
    lines: list[Line] = []
    parts: list[Span] = []
    since = [Span(f"   {phrase(language, '{span} here', span=view.since)}", "dim")] if view.since else []
    for mark in view.track:
        said = (
            Span(f"[{mark.label}]", KINDS.get(mark.kind, "here"))
            if mark.here
            else Span(mark.label, "" if mark.done else "dim")
        )
        if parts and sum(cells_of(part.text) for part in parts) + 3 + cells_of(said.text) > width:
            lines, parts = [*lines, tuple(parts)], []
        parts += [*([Span(" ─ ", "dim")] if parts else []), said]
    if since and sum(cells_of(part.text) for part in [*parts, *since]) > width:
        return [*lines, tuple(parts), line(Span(since[0].text.strip(), "dim"))]
    return [*lines, (*parts, *since)]


# ---- fields ------------------------------------------------------------------------------------------------


def _fields(page: RecordPage, width: int, *, all_fields: bool) -> Iterator[Row]:
    shown = {field.name for field in page.view.fields}
    empty = [entry for entry in page.entries if _is_empty(entry, shown, page)]
    labels = [field.label for field in page.view.fields] + [entry.label for entry in empty] * all_fields
    label = min(LABEL_CELLS, max(map(cells_of, labels), default=0))
    for field in page.view.fields:
        entry = page.entry(field.name)
        yield _field(field, label, width, key=f"{FIELD}{field.name}", control=entry.control if entry else FIXED)
    if not empty:
        return
    if all_fields:
        for entry in empty:
            said = (cell(entry.label, label, "dim"), Span("  "), Span("—", "dim"), Span(f"  {entry.help}", "dim"))
            yield fixed(f"{FIELD}{entry.name}", said if entry.help else said[:3])
    number = len(empty)
    fields = "field" if number == 1 else "fields"
    yield fixed(
        MORE, line(Span(f"− hide {number} empty {fields}" if all_fields else f"+ {number} empty {fields}", "dim"))
    )


def _is_empty(entry: FieldEntry, shown: Collection[str], page: RecordPage) -> bool:
    if entry.control == TAGS:
        return not page.view.tags and not page.view.dynamic
    if entry.control == BODY_TEXT:
        return not page.view.body
    return (
        entry.control not in (FIXED, STAGE)
        and entry.type != "pipeline"
        and entry.name not in shown
        and entry.name != page.title_field
    )


def _field(field: FieldLine, label: int, width: int, *, key: str, control: str) -> Row:
    mark = "! " if field.bad else ""
    target = f"  {field.target}" if field.target and field.target != field.text else ""
    first, *rest = wrapped(f"{mark}{field.text}{target}", width - label - 2)
    style = "bad" if field.bad else "dim" if control == FIXED else ""
    tail = target if target and first.endswith(target) and not rest else ""
    said = line(Span(first.removesuffix(tail), style), Span(tail, "dim"))
    head = (cell(field.label, label, "dim"), Span("  "), *said)
    return fixed(key, head, *(line(Span(" " * (label + 2)), Span(more, style)) for more in rest))


def _body(page: RecordPage, width: int) -> Iterator[Row]:
    entry = next((entry for entry in page.entries if entry.control == BODY_TEXT), None)
    text = page.view.body.strip()
    if not text or entry is None:
        return
    lines = wrapped(text, width)
    beyond = phrase(page.language, "… {number} more", number=len(lines) - BODY_LINES)
    rest = [line(Span(beyond, "dim"))] if len(lines) > BODY_LINES else []
    yield fixed(f"{FIELD}{entry.name}", *(line(part) for part in lines[:BODY_LINES]), *rest)


def _unknown(page: RecordPage, width: int) -> Iterator[Row]:
    if page.view.extra:
        yield fixed("", line(Span(phrase(page.language, "In the file, not in the schema"), "head")))
        label = min(LABEL_CELLS, max(cells_of(field.label) for field in page.view.extra))
        for field in page.view.extra:
            yield _field(field, label, width, key="", control="")


# ---- what hangs on it --------------------------------------------------------------------------------------


def _heading_and(title: str, found: int, lines: Sequence[Line]) -> Iterator[Row]:
    yield fixed("", line(Span(title, "head"), Span(f"  {found}", "dim")))
    for made in lines:
        yield fixed("", made)


def _related(related: Related, width: int) -> Iterator[Row]:
    yield fixed("", line(Span(related.title, "head"), Span(f"  {related.found or len(related.lines)}", "dim")))
    count = max(len(entry.cells) for entry in related.lines)
    widths = [max(cells_of(_cell(entry, at)) for entry in related.lines) for at in range(count)]
    room = max(16, width - sum(size + 2 for size in widths))
    title = min(max(cells_of(entry.title) for entry in related.lines), room)
    for entry in related.lines:
        parts = [cell(entry.title, title)]
        for at, size in enumerate(widths):
            style = entry.kind if entry.kind in ("won", "lost") else "dim"
            parts += [Span("  "), cell(_cell(entry, at), size, style)]
        yield fixed(entry.ref, tuple(parts))
    left = related.found - len(related.lines)
    if left > 0:
        yield fixed("", line(Span(f"… {left:,} more", "dim")))


def _cell(entry: RelatedLine, at: int) -> str:
    return entry.cells[at] if at < len(entry.cells) else ""
