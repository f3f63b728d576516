"""Entries of a calendar: what is to be done becomes tasks, meetings that were become lines of the log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.actions.content.todo_fields import ON, STATUS, SYSTEM, made_property, todo_map, typed_words
from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.binding import Binding
from crmcli.actions.importing.cards import CardReader, CardRow, Notation, cards_in
from crmcli.actions.importing.entry_files import EntryFiles, take_entries
from crmcli.actions.importing.meetings import take_meetings
from crmcli.actions.importing.outcome import ImportOutcome
from crmcli.actions.importing.todo_cells import TodoCells
from crmcli.actions.next_step import task_type
from crmcli_formats import ical
from crmcli_formats.contentlines import Component, Property
from crmcli_formats.registry import Format

if TYPE_CHECKING:
    from crmcli.store.book import Book

_LEFT = frozenset(["DTSTAMP", "LAST-MODIFIED", STATUS, "COMPLETED", "PERCENT-COMPLETE"])


def take(book: Book, path: Path, form: Format, asked: Asked) -> list[ImportOutcome]:
    """Import a calendar or a folder of its entries: an op for the tasks, one for the meetings."""
    del form
    zones = ical.Zones(book.zone)

    def entries(*, meetings: bool) -> Iterator[tuple[str, Component]]:
        for source, entry in cards_in(path, ical, asked.choices.encoding):
            if (entry.name == ical.EVENT and not entry.trouble) == meetings:
                yield source, entry

    found = []
    if next(entries(meetings=True), None) is not None:
        found.append(take_meetings(book, path, lambda: entries(meetings=True), zones, asked))
    if not found or next(entries(meetings=False), None) is not None:
        notation = Notation(
            SYSTEM, own_properties, lambda _, p, f: typed_words(p, f, zones), made_property, ical.comparable
        )
        files = EntryFiles(
            path, todo_map(task_type(book)), lambda: entries(meetings=False), TodoReader, notation, "ics", "item"
        )
        found.append(take_entries(book, files, asked._replace(by="", to=""), _trouble))
    return found


def own_properties(entry: Component) -> list[Property]:
    """The properties of an entry that fields hold or that are kept; its status has a cell of its own."""
    return [one for one in entry.properties if one.name not in _LEFT and not one.param("X-CRM")]


def _trouble(entry: Component) -> str:
    """Why an entry is no task."""
    if entry.name in (ical.TODO, ""):
        return ""
    kinds = {"VJOURNAL": "a journal entry", "VFREEBUSY": "when somebody is free or busy"}
    kind = kinds.get(entry.name, f"a {entry.name[:40]}")
    return f"line {entry.line}: {kind}, neither a task nor a meeting"


class TodoReader(CardReader):
    """Makes rows of entries to be done: their status becomes a stage, the people in them the record they are about."""

    def __init__(self, book: Book, binding: Binding, notation: Notation) -> None:
        super().__init__(book, binding, notation)
        self._cells = TodoCells(book, binding)
        self._on = next((column.position for column in binding.columns if column.name == ON), -1)

    def row_of(self, card: Component) -> CardRow:
        """One entry."""
        found = super().row_of(card)
        cells = list(found.row.cells)
        status = self._cells.status(card)
        if self.binding.stage:
            cells[self.binding.stage.position] = status.stage
        for dated in self.binding.dated:
            cells[dated.position] = status.completed
        if status.kept:
            cells[-2] = "\n".join(filter(None, [cells[-2], *status.kept]))
        if self._on >= 0:
            cells[self._on] = self._cells.about(card, cells[self._on])
        return found._replace(row=found.row._replace(cells=cells))
