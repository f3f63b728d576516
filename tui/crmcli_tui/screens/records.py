"""The records that a filter finds: a view of the book, or what a row of a report counts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult

from crmcli.reports.listing import Request, list_records
from crmcli.reports.table import Table
from crmcli.text.lines import Line, Span, line, sides
from crmcli_tui.keys import bindings
from crmcli_tui.pictures.records import record_list_rows
from crmcli_tui.screens.acting import ActingScreen
from crmcli_tui.screens.record import RecordScreen
from crmcli_tui.widgets.bar import Bar
from crmcli_tui.widgets.keybar import KeyBar
from crmcli_tui.widgets.rows import Rows
from crmcli_tui.widgets.said import Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.store.book import Book
    from crmcli_tui.messages import Told

MOST = 2_000
"""Rows of a list; how many there are beyond them is said."""


class Records(NamedTuple):
    """The list, and the language it is said in."""

    table: Table
    language: str


def records_of(type_name: str, words: str, book: Book) -> Records:
    """Ask what the screen shows."""
    type_ = book.setup.types[type_name]
    columns = list(dict.fromkeys([type_.title or "id", *type_.list]))
    request = Request([words] if words else [], columns=",".join(columns), limit=MOST, people=True)
    return Records(list_records(book, type_, request), book.setup.config.language)


class RecordsScreen(ActingScreen):
    """A list of one type's records; the actions of the day work on it."""

    place = "records"
    BINDINGS = bindings("records")
    AUTO_FOCUS: ClassVar[str] = "#records"

    def __init__(self, title: str, type_name: str, words: str) -> None:
        super().__init__()
        self._called = title
        self._type = type_name
        self._words = words

    def compose(self) -> ComposeResult:
        """Heading, list, what happened, keys."""
        yield Bar(id="heading")
        yield Rows(id="records")
        yield Said(id="said")
        yield KeyBar("records", id="keys")

    def on_mount(self) -> None:
        """Ask for the list."""
        self._ask()

    def on_book_changed(self) -> None:
        """Something moved: ask again; the cursor stays on its record."""
        self._ask()

    def _ask(self) -> None:
        self.ask("records", partial(records_of, self._type, self._words), self._show, large=True)

    def _show(self, found: Records) -> None:
        self.query_one("#heading", Bar).show(partial(self._heading, found))
        self.rows.show(record_list_rows(found.table, found.language))
        if found.table.warnings:
            self.show_note(" · ".join(found.table.warnings))

    def _heading(self, found: Records, width: int) -> Line:
        table = found.table
        shown = f"{len(table.rows):,} of {table.found:,}" if table.found > len(table.rows) else f"{table.found:,}"
        left = line(Span(self._called, "name"), Span(f"   {shown}", "dim"))
        return sides(left, line(Span(self._words, "dim")), width)

    @property
    def rows(self) -> Rows:
        """The list."""
        return self.query_one("#records", Rows)

    @property
    def chosen(self) -> list[str]:
        """The marked records, else the one under the cursor."""
        return self.rows.chosen

    @property
    def here(self) -> list[str]:
        """The record under the cursor."""
        return [self.rows.cursor] * bool(self.rows.cursor)

    def acted(self, chosen: Sequence[str], told: Told | None) -> None:
        """Say what was done, and take the marks away."""
        super().acted(chosen, told)
        if told and told.changed:
            self.rows.unmark()

    @on(Rows.Chosen)
    def action_open(self) -> None:
        """Open its page."""
        if self.rows.cursor:
            self.app.push_screen(RecordScreen(self.rows.cursor))

    def action_mark(self) -> None:
        """Mark the row and go on to the next one."""
        key = self.rows.cursor
        self.rows.mark(key)
        self.rows.go(self.rows.after(key))

    def action_back(self) -> None:
        """Take the marks away, else go back."""
        if not self.rows.unmark():
            self.app.pop_screen()
