"""Everything about one record: its fields, where it stands, what hangs on it, what happened."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Region

from crmcli.model.record import parse_ref
from crmcli.reports.field_entries import FIXED, STAGE, field_entries
from crmcli.reports.record_page import record_page
from crmcli.text.lines import Line, Span, line, sides, wrapped
from crmcli_tui.forms.field import FieldForm
from crmcli_tui.forms.move import MoveForm
from crmcli_tui.keys import bindings
from crmcli_tui.messages import Trouble
from crmcli_tui.pictures.record import FIELD, MORE, RecordPage, fixed, record_rows
from crmcli_tui.pictures.timeline import EVENT, OLDER, timeline_rows
from crmcli_tui.screens.acting import ActingScreen
from crmcli_tui.widgets.bar import Bar
from crmcli_tui.widgets.keybar import KeyBar
from crmcli_tui.widgets.rows import BEFORE, Row, Rows
from crmcli_tui.widgets.said import Said

if TYPE_CHECKING:
    from textual import events

    from crmcli.store.book import Book

TIMELINE_LINES = 60
"""Of a timeline are asked at first, and each time one comes to the end of what is there."""


def page(ref: str, limit: int, book: Book) -> RecordPage:
    """Ask what the screen shows."""
    there = parse_ref(ref)
    view = record_page(book, there, limit)
    return RecordPage(view, field_entries(book, there), book.type_of(there).title, book.setup.config.language)


class RecordScreen(ActingScreen):
    """The page of a record; on a wide screen what happened stands beside it."""

    place = "record"
    BINDINGS = bindings("record")
    AUTO_FOCUS: ClassVar[str] = "#page"

    def __init__(self, ref: str) -> None:
        super().__init__()
        self.ref = ref
        self._page: RecordPage | None = None
        self._limit = TIMELINE_LINES
        self._all_fields = False
        self._opened: set[str] = set()

    def compose(self) -> ComposeResult:
        """Heading, page, timeline, what happened, keys."""
        yield Bar(id="heading")
        with Container(id="record"):
            yield Rows(id="page")
            yield Rows(id="timeline", quiet=True)
        yield Said(id="said")
        yield KeyBar("record", id="keys")

    def on_mount(self) -> None:
        """Ask for the page."""
        self._ask()

    def on_book_changed(self) -> None:
        """Something moved: ask again; the cursor stays where it is."""
        self._ask()

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the new width, once it is known."""
        del event
        self.call_after_refresh(self._draw)

    def _ask(self) -> None:
        self.crm.desk.ask(self, "page", partial(page, self.ref, self._limit), self._show, self._refused)

    def _refused(self, trouble: Trouble) -> None:
        """Say why there is no page: a broken file is shown as such, where the page would be."""
        self._page = None
        self.show_trouble(trouble)
        self.rows.show([fixed("", line(Span(text, "bad"))) for text in wrapped(f"! {trouble.sentence}", 76)])

    def _show(self, found: RecordPage) -> None:
        self._page = found
        self.query_one("#heading", Bar).show(self._heading)
        self._draw()

    def _heading(self, width: int) -> Line:
        """What it is, and the way one came."""
        view = self._page.view if self._page else None
        what = line(Span(view.type_label, "name"), Span(f"  {view.ref.partition('/')[2]}", "dim")) if view else ()
        came = [screen.title_here for screen in self.app.screen_stack if isinstance(screen, RecordScreen)]
        return sides(what, line(Span(" › ".join(came[-3:] if len(came) > 1 else ()), "dim")), width)

    @property
    def title_here(self) -> str:
        """What the record is called."""
        return self._page.view.title if self._page else self.ref

    # ---- rows -------------------------------------------------------------------------------------------

    @property
    def rows(self) -> Rows:
        """The page."""
        return self.query_one("#page", Rows)

    @property
    def is_wide(self) -> bool:
        """Whether the timeline has a place of its own."""
        return self.has_class("-wide")

    @property
    def front(self) -> Rows:
        """The list that has the cursor."""
        beside = self.query_one("#timeline", Rows)
        return beside if beside.has_focus and self.is_wide else self.rows

    def _draw(self) -> None:
        found, beside = self._page, self.query_one("#timeline", Rows)
        if found is None or not self.rows.room:
            return
        if beside.has_focus and not self.is_wide:
            self.rows.focus()
        widths = [rows.room - BEFORE for rows in (self.rows, beside)]
        happened = self._happened(found, widths[self.is_wide])
        inline = [] if self.is_wide else happened
        self.rows.show(record_rows(found, widths[0], all_fields=self._all_fields, timeline=inline))
        beside.show(happened if self.is_wide else [])

    def _happened(self, found: RecordPage, width: int) -> list[Row]:
        view = found.view
        return timeline_rows(view.timeline, view.older, width, opened=self._opened, language=found.language)

    @on(Rows.Moved)
    def _at_the_end(self, message: Rows.Moved) -> None:
        """Ask for older events once one comes to the last that is there."""
        if message.key == OLDER and self._page and len(self._page.view.timeline) >= self._limit:
            self._limit += 4 * TIMELINE_LINES
            self._ask()

    # ---- keys -------------------------------------------------------------------------------------------

    @property
    def chosen(self) -> list[str]:
        """The related record under the cursor, else the record itself."""
        key = self.front.cursor
        return [key] if self._is_record(key) else [self.ref]

    @staticmethod
    def _is_record(key: str) -> bool:
        return "/" in key and not key.startswith((FIELD, EVENT))

    @on(Rows.Chosen)
    def action_open(self) -> None:
        """Change the field, open the record, show all of the text: what the row under the cursor offers."""
        key = self.front.cursor
        if key.startswith(FIELD):
            self._change(key.removeprefix(FIELD))
        elif key.startswith(EVENT):
            self._opened ^= {key}
            self._draw()
        elif key == MORE:
            self._all_fields = not self._all_fields
            self._draw()
        elif self._is_record(key):
            self.app.push_screen(RecordScreen(key))

    def _change(self, name: str) -> None:
        entry = self._page.entry(name) if self._page else None
        if entry is None or entry.control == FIXED:
            why = entry.fixed if entry else "the program writes it"
            self.show_trouble(Trouble(f"{entry.label if entry else name} cannot be changed here", why))
        elif entry.control == STAGE:
            self.app.push_screen(MoveForm([self.ref], own=True), partial(self.acted, [self.ref]))
        else:
            self.app.push_screen(FieldForm(self.ref, entry, self._region()), partial(self.acted, [self.ref]))

    def _region(self) -> Region:
        """Where the row under the cursor stands on the screen."""
        area = self.rows.scrollable_content_region.translate(self.rows.region.offset)
        return Region(area.x, self.rows.region.y + self.rows.line_of(self.rows.cursor), area.width, 1)

    def action_follow(self) -> None:
        """Open the record that the field points at."""
        name = self.front.cursor.removeprefix(FIELD)
        entry = self._page.entry(name) if self._page else None
        if entry and entry.target:
            self.app.push_screen(RecordScreen(entry.target))
        else:
            self.show_note("this line points at no record")

    def action_empty(self) -> None:
        """Show the empty fields, or hide them."""
        self._all_fields = not self._all_fields
        self._draw()

    def action_other(self) -> None:
        """To the timeline, and back."""
        beside = self.query_one("#timeline", Rows)
        if self.is_wide and not beside.has_focus:
            beside.focus()
        else:
            self.rows.focus()

    def action_back(self) -> None:
        """Back to where it was opened."""
        self.app.pop_screen()
