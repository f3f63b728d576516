"""A pipeline as columns of cards: what stands where, what it is worth, and the moves between."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult

from crmcli.model.record import parse_ref
from crmcli.model.schema import label_of
from crmcli.reports.board import board, chosen_pipeline
from crmcli.reports.pipelines import pipeline_named
from crmcli.reports.stage_choices import stage_choices
from crmcli.reports.views import BoardView
from crmcli.text.lines import Line, Span, line, sides
from crmcli_tui.deeds import move
from crmcli_tui.forms.onward import OnwardForm
from crmcli_tui.forms.pick import PickForm
from crmcli_tui.keys import bindings
from crmcli_tui.messages import Told, Trouble
from crmcli_tui.pictures.board import LEGEND, board_lanes, closed_line
from crmcli_tui.screens.acting import ActingScreen
from crmcli_tui.screens.record import RecordScreen
from crmcli_tui.widgets.bar import Bar
from crmcli_tui.widgets.columns import Columns
from crmcli_tui.widgets.filterline import FilterLine
from crmcli_tui.widgets.keybar import KeyBar
from crmcli_tui.widgets.said import Said
from crmcli_tui.words import word

if TYPE_CHECKING:
    from crmcli.store.book import Book


class Found(NamedTuple):
    """What the screen shows: a pipeline's board, and which pipelines there are."""

    view: BoardView
    pipeline: str
    type: str
    pipelines: tuple[tuple[str, str, str], ...]
    book: str


class Onward(NamedTuple):
    """Where a card may go: the stage asked for ("" where there is none), and how those are called that may be."""

    stage: str
    here: str
    allowed: tuple[str, ...]


def board_of(name: str, words: str, book: Book) -> Found:
    """Ask what the screen shows; "" is the pipeline that `crm board` shows."""
    pipeline = pipeline_named(book, name) if name else chosen_pipeline(book, ())[0]
    view = board(book, pipeline, [words] if words else [], None, weighted=True)
    language = book.setup.config.language
    known = tuple((p.name, label_of(p.label, language, p.name), p.type) for p in book.setup.pipelines.values())
    return Found(view, pipeline.name, pipeline.type, known, book.setup.config.name)


class BoardScreen(ActingScreen):
    """The board: a filter, columns, what is closed."""

    place = "board"
    BINDINGS = bindings("board")
    AUTO_FOCUS: ClassVar[str] = "#columns"

    def __init__(self) -> None:
        super().__init__()
        self._found: Found | None = None
        self._pipeline = ""
        self._words = ""
        self._said_trouble = False

    def compose(self) -> ComposeResult:
        """Heading, filter, columns, closed stages, what happened, keys."""
        yield Bar(id="heading")
        yield FilterLine(
            id="narrowed", placeholder=word(self.crm.language, "f: a filter, as in  owner:me close:..+30d")
        )
        yield Columns(id="columns")
        yield Bar(id="closed")
        yield Said(id="said")
        yield KeyBar("board", id="keys")

    def on_mount(self) -> None:
        """Ask for the board."""
        self.show_note("reading the book …")
        self._ask()

    def on_book_changed(self) -> None:
        """Something moved: ask again; the cursor goes with its card."""
        self._ask()

    def _ask(self) -> None:
        question = partial(board_of, self._pipeline, self._words)
        self.crm.desk.ask(self, "board", question, self._show, self._refused, large=True)

    def _refused(self, trouble: Trouble) -> None:
        """A filter that is half typed: what stands stays."""
        self._said_trouble = True
        self.show_trouble(Trouble(trouble.sentence.partition("\n")[0], trouble.hint))

    def _show(self, found: Found) -> None:
        first, self._found = self._found is None, found
        if self._said_trouble:
            self._said_trouble = False
            self.clear()
        elif first:
            self.clear_note()
        self.query_one(FilterLine).noun = found.type
        self.query_one("#heading", Bar).show(partial(self._heading, found))
        self.columns.show(board_lanes(found.view))
        notes = found.view.notes
        if notes:
            self.show_note(" · ".join(notes))

    @property
    def columns(self) -> Columns:
        """The columns."""
        return self.query_one(Columns)

    def _heading(self, found: Found, width: int) -> Line:
        number = sum(column.found for column in found.view.columns)
        left = line(Span(found.view.title, "name"), Span(f"   {number:,} {found.type}s", "dim"))
        return sides(left, line(Span(word(self.crm.language, LEGEND), "dim")), width)

    @on(Columns.Moved)
    def _show_closed(self) -> None:
        """What is closed, and how many columns one does not see."""
        if self._found:
            self.query_one("#closed", Bar).show(partial(self._below, self._found))

    def _below(self, found: Found, width: int) -> Line:
        left, right = self.columns.beside
        before = (Span(f"‹ {left} more   ", "key"),) if left else ()
        behind = (Span(f"{right} more ›", "key"),) if right else ()
        return sides((*before, *closed_line(found.view)), behind, width)

    # ---- filter and pipeline ----------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterLine).type_in()

    @on(FilterLine.Changed)
    def _narrow(self, message: FilterLine.Changed) -> None:
        if message.text != self._words:
            self._words = message.text
            self._ask()

    @on(FilterLine.Left)
    def _done_typing(self, message: FilterLine.Left) -> None:
        if not message.kept:
            self.query_one(FilterLine).clear()
        self.columns.focus()

    def action_back(self) -> None:
        """Take the marks away, else the filter."""
        if not self.columns.unmark():
            self.query_one(FilterLine).clear()

    def action_pipeline(self) -> None:
        """Choose another pipeline."""
        if self._found:
            self.app.push_screen(PickForm("Pipeline", self._found.pipelines, self._found.pipeline), self._choose)

    def _choose(self, name: str | None) -> None:
        if name:
            self.choose(name)

    def choose(self, name: str) -> None:
        """Show another pipeline, without a filter."""
        self._pipeline, self._words = name, ""
        if self.is_mounted:
            self.query_one(FilterLine).clear()
            self.clear()
            self._ask()

    # ---- cards ------------------------------------------------------------------------------------------

    @property
    def chosen(self) -> list[str]:
        """The marked cards, else the one under the cursor."""
        return self.columns.chosen

    @property
    def here(self) -> list[str]:
        """The card under the cursor."""
        return [self.columns.cursor] * bool(self.columns.cursor)

    def acted(self, chosen: Sequence[str], told: Told | None) -> None:
        """Say what was done, and take the marks away."""
        super().acted(chosen, told)
        if told and told.changed:
            self.columns.unmark()

    def action_mark(self) -> None:
        """Mark the card and go on to the next one."""
        self.columns.mark()

    @on(Columns.Chosen)
    def action_open(self) -> None:
        """Open its page."""
        if self.columns.cursor:
            self.app.push_screen(RecordScreen(self.columns.cursor))

    def action_onward(self) -> None:
        """Move it to the next stage allowed to the right."""
        self._shift(1)

    def action_backward(self) -> None:
        """Move it to the next stage allowed to the left."""
        self._shift(-1)

    def _shift(self, by: int) -> None:
        chosen = self.chosen
        if chosen and self._found:
            stages = [column.name for column in self._found.view.columns]
            self.ask("onward", partial(_onward, chosen, stages, by), partial(self._move, chosen, by))

    def _move(self, chosen: list[str], by: int, found: Onward) -> None:
        if found.stage:
            refused = partial(self._move_refused, chosen, found.stage)
            self.crm.desk.act(self, "move", move(chosen, found.stage), partial(self.acted, chosen), refused)
            return
        where = "right" if by > 0 else "left"
        allowed = f"allowed: {', '.join(found.allowed)}; m moves there" if found.allowed else "no stage follows"
        self.show_trouble(Trouble(f"from {found.here} nothing to the {where} is allowed", allowed))

    def _move_refused(self, chosen: list[str], stage: str, trouble: Trouble) -> None:
        """Ask for what is missing; say anything else."""
        if trouble.missing:
            self.app.push_screen(OnwardForm(chosen, stage, trouble), partial(self.acted, chosen))
        else:
            self.show_trouble(trouble)


def _onward(chosen: list[str], stages: list[str], by: int, book: Book) -> Onward:
    """The nearest stage on one side of all of them that the pipeline allows for each."""
    refs = [parse_ref(ref) for ref in chosen]
    own = next((found for found in stage_choices(book, refs) if found.refs == tuple(chosen)), None)
    if own is None:
        return Onward("", "here", ())
    allowed = {choice.name: choice.label for choice in own.choices}
    places = [stages.index(_stage_of(book, ref)) for ref in chosen if _stage_of(book, ref) in stages]
    way = stages[max(places, default=0) + 1 :] if by > 0 else stages[: min(places, default=0)][::-1]
    return Onward(next((name for name in way if name in allowed), ""), own.here, tuple(allowed.values()))


def _stage_of(book: Book, ref: str) -> str:
    from crmcli.engines.process import pipeline_of, present_stage  # noqa: PLC0415

    there = parse_ref(ref)
    type_, fields = book.type_of(there), book.read_record(there).fields
    return present_stage(pipeline_of(book.setup, type_, fields), type_, fields).name
