"""The round: the queue of the day, the brief of the record under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Container

from crmcli.errors import CrmError
from crmcli.model.record import parse_ref
from crmcli.reports.brief import brief
from crmcli.reports.reasons import subject_of
from crmcli.reports.tally import day_tally, tally_words
from crmcli.reports.today import today
from crmcli.reports.views import BriefView, TodayView
from crmcli.text.lines import Line, Span, clip_line, line, sides
from crmcli.text.phrases import phrase
from crmcli_tui.keys import bindings
from crmcli_tui.messages import Told
from crmcli_tui.pictures.brief import brief_page
from crmcli_tui.pictures.queue import queue_rows
from crmcli_tui.screens.acting import ActingScreen, load_forms
from crmcli_tui.widgets.bar import Bar
from crmcli_tui.widgets.keybar import KeyBar
from crmcli_tui.widgets.page import Page
from crmcli_tui.widgets.rows import Row, Rows
from crmcli_tui.widgets.said import Said

if TYPE_CHECKING:
    from crmcli.store.book import Book


class Day(NamedTuple):
    """What the screen shows: the queue, what was done so far, whose book it is."""

    view: TodayView
    tally: str
    book: str
    language: str


def day(book: Book) -> Day:
    """Ask what the screen shows."""
    config = book.setup.config
    return Day(today(book, ()), tally_words(day_tally(book), config.language), config.name, config.language)


class TodayScreen(ActingScreen):
    """Queue and brief."""

    place = "today"
    BINDINGS = bindings("today", first=True)
    AUTO_FOCUS: ClassVar[str] = "#queue"

    def __init__(self) -> None:
        super().__init__()
        self._day: Day | None = None
        self._brief: BriefView | None = None
        self._skipped: list[str] = []

    def compose(self) -> ComposeResult:
        """Heading, queue, brief, what happened, keys."""
        yield Bar(id="heading")
        with Container(id="day"):
            yield Rows(id="queue")
            yield Page(id="brief")
        yield Said(id="said")
        yield KeyBar("today", id="keys")

    def on_mount(self) -> None:
        """Ask for the day."""
        self.show_note("reading the book …")
        self.ask("day", day, self._show_first, large=True)

    def on_book_changed(self) -> None:
        """Something moved: ask again; the cursor stays on its record."""
        self.ask("day", day, self._show_day, large=True)

    # ---- the queue --------------------------------------------------------------------------------------

    @property
    def rows(self) -> Rows:
        """The queue."""
        return self.query_one("#queue", Rows)

    def _show_first(self, found: Day) -> None:
        if not self.crm.desk.is_looking():
            self.clear_note()
        self._show_day(found)
        self.query_one(KeyBar).refresh()  # the language is known now
        self.ask("forms", load_forms, lambda _: None, large=True)

    def _show_day(self, found: Day) -> None:
        self._day = found
        there = {entry.ref for entry in found.view.lines}
        self._skipped = [ref for ref in self._skipped if ref in there]
        self.query_one("#heading", Bar).show(partial(self._heading, found))
        if found.view.lines:
            self.rows.show(queue_rows(found.view, self._skipped, found.language))
        else:
            said = _nothing(found)
            self.rows.show([Row("", len(said), lambda width: [clip_line(made, width) for made in said])])
            self._brief = None
            self.query_one("#brief", Page).show(lambda _width: ())

    def _heading(self, found: Day, width: int) -> Line:
        left = line(Span(phrase(found.language, "Today {date}", date=found.view.date), "name"))
        tally = (Span(f"   {found.tally}", "dim"),) if found.tally else ()
        whose = " · ".join(part for part in (found.view.member, found.book) if part)
        return sides((*left, *tally), line(Span(whose, "dim")), width)

    @property
    def chosen(self) -> list[str]:
        """The marked rows, else the one under the cursor."""
        return self.rows.chosen

    @property
    def here(self) -> list[str]:
        """The row under the cursor."""
        return [self.rows.cursor] * bool(self.rows.cursor)

    def acted(self, chosen: Sequence[str], told: Told | None) -> None:
        """Say what was done, and go on to the next row."""
        super().acted(chosen, told)
        if told and told.changed:
            following = self.rows.after(chosen[-1], frozenset(chosen))
            self.rows.unmark()
            self.rows.go(following)

    # ---- the brief --------------------------------------------------------------------------------------

    @on(Rows.Moved, "#queue")
    def _ask_brief(self, message: Rows.Moved) -> None:
        if message.key:
            self.ask("brief", partial(_brief, message.key), self._show_brief)

    def _show_brief(self, found: BriefView | str) -> None:
        if isinstance(found, str):
            self.query_one("#brief", Page).show(lambda width: [clip_line(line(Span(f"! {found}", "bad")), width)])
            return
        same = self._brief is not None and self._brief.ref == found.ref
        self._brief = found
        language = self._day.language if self._day else "en"
        self.query_one("#brief", Page).show(partial(brief_page, found, language), top=not same)

    @on(Rows.Chosen, "#queue")
    def action_open(self) -> None:
        """Open the page of what the row is about."""
        if self.rows.cursor:
            self.ask("subject", partial(_subject, self.rows.cursor), self._open)

    def _open(self, ref: str) -> None:
        from crmcli_tui.screens.record import RecordScreen  # noqa: PLC0415 - not before it is opened

        self.app.push_screen(RecordScreen(ref))

    def action_brief(self) -> None:
        """Look at the brief."""
        self.add_class("reading")
        self.query_one("#brief", Page).focus()

    def action_back(self) -> None:
        """Back to the queue; there, take the marks away."""
        if self.has_class("reading"):
            self.remove_class("reading")
            self.rows.focus()
        else:
            self.rows.unmark()

    def action_mark(self) -> None:
        """Mark the row and go on to the next one."""
        key = self.rows.cursor
        self.rows.mark(key)
        self.rows.go(self.rows.after(key))

    def action_skip(self) -> None:
        """Put the rows at the end, and go on; of those at the end already, the first again."""
        chosen = self.rows.chosen
        following = self.rows.after(chosen[-1], frozenset(chosen)) if chosen else ""
        self._skipped = [*(ref for ref in self._skipped if ref not in chosen), *chosen]
        self.rows.unmark()
        if self._day:
            self._show_day(self._day)
        self.rows.go(following)


def _brief(ref: str, book: Book) -> BriefView | str:
    """The brief; in words why there is none: a broken file takes nothing else from the screen."""
    try:
        return brief(book, parse_ref(ref))
    except CrmError as error:
        return f"{error}; {error.hint}" if error.hint else str(error)


def _subject(ref: str, book: Book) -> str:
    return str(subject_of(book, parse_ref(ref)))


def _nothing(found: Day) -> list[Line]:
    """The day is done: what there was."""
    said = [(), line(Span(phrase(found.language, "Nothing waits."), "good"))]
    if found.tally:
        said += [(), line(f"{found.tally}.")]
    return [*said, (), *(line(Span(note, "dim")) for note in found.view.notes)]
