"""Jump: whoever answers to what is typed, what is said in texts, every action by its name, the views of the book."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from crmcli.reports.answering import answering
from crmcli.reports.search import search
from crmcli.reports.views_of_book import kept_views
from crmcli.text.lines import Span, clip_line, line
from crmcli_tui.messages import Answered, Refused
from crmcli_tui.pictures.found import InText, Results, result_rows
from crmcli_tui.widgets.bar import Bar
from crmcli_tui.widgets.plain import Input
from crmcli_tui.widgets.rows import Rows
from crmcli_tui.words import word

if TYPE_CHECKING:
    from crmcli.store.book import Book
    from crmcli_tui.app import CrmApp

RECORDS, TEXTS = 8, 12
SHORTEST = 2
"""Letters from which texts are looked into."""
PLACEHOLDER = "a name, mail, phone, id, pinyin · words in texts · an action"
HINT = "↑↓ choose   Enter go   > actions only   Esc leave"


def results(typed: str, book: Book) -> Results:
    """Ask what the screen shows."""
    views = kept_views(book)
    wanted = typed.strip()
    if not wanted or wanted[0] in ">＞":
        return Results(typed, views=views)
    who = answering(book, wanted, limit=RECORDS)
    return Results(typed, who, _in_texts(wanted, {hit.ref for hit in who}, book), views)


def _in_texts(typed: str, known: set[str], book: Book) -> list[InText]:
    if len(typed) < SHORTEST:
        return []
    table = search(book, [typed], TEXTS, people=True)
    hits = [
        InText(ref, str(title), str(kind), str(where), str(text))
        for ref, (title, kind, where, text) in zip(table.refs, table.rows, strict=True)
    ]
    return [hit for hit in hits if hit.ref not in known]


class SearchScreen(ModalScreen[str | None]):
    """A line to type in, and what answers; it closes with the key of what was chosen (`pictures/found.py`)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "leave", "Leave"),
        ("down,ctrl+n", "go('down')", "Next"),
        ("up,ctrl+p", "go('up')", "Before"),
        ("pagedown", "go('page_down')", "Down"),
        ("pageup", "go('page_up')", "Up"),
    ]
    AUTO_FOCUS: ClassVar[str] = "#wanted"

    def __init__(self, place: str) -> None:
        super().__init__()
        self._place = place
        self._found = Results()
        self._moved = False

    @property
    def crm(self) -> CrmApp:
        """The program."""
        return cast("CrmApp", self.app)

    def compose(self) -> ComposeResult:
        """What is typed, what answers, keys."""
        with Vertical(id="form"):
            yield Input(placeholder=word(self.crm.language, PLACEHOLDER), id="wanted")
            yield Rows(id="results")
            yield Bar(id="hints")

    def on_mount(self) -> None:
        """Show what there is before anything is typed."""
        self.query_one("#hints", Bar).show(
            lambda width: clip_line(line(Span(word(self.crm.language, HINT), "dim")), width)
        )
        self._ask("")

    def on_book_changed(self) -> None:
        """Somebody may have got another name."""
        self._ask(self.query_one(Input).value)

    def _ask(self, typed: str) -> None:
        self.crm.desk.ask(self, "results", partial(results, typed), self._show)

    @on(Input.Changed)
    def _read(self, message: Input.Changed) -> None:
        """Ask; what is known without the book is shown at once."""
        message.stop()
        self._moved = False
        self._ask(message.value)
        self._draw(message.value)

    def _show(self, found: Results) -> None:
        self._found = found
        self._draw(self.query_one(Input).value)

    def _draw(self, typed: str) -> None:
        """Show what is there; the cursor is on the best one until somebody moves it."""
        rows = self.query_one(Rows)
        rows.show(result_rows(self._found, typed, self._place, self.crm.keymap, self.crm.language))
        if rows.keys and not self._moved:
            rows.go(rows.keys[0])

    def on_answered(self, message: Answered) -> None:
        """Hand an answer to who asked."""
        message.deliver()

    def on_refused(self, message: Refused) -> None:
        """Say why nothing is found."""
        said = line(Span(f"! {message.trouble.sentence}", "bad"))
        self.query_one("#hints", Bar).show(lambda width: clip_line(said, width))

    def action_go(self, way: str) -> None:
        """To another result."""
        self._moved = True
        getattr(self.query_one(Rows), f"action_{way}")()

    def action_leave(self) -> None:
        """Close it."""
        self.dismiss(None)

    @on(Input.Submitted)
    @on(Rows.Chosen)
    def _choose(self) -> None:
        key = self.query_one(Rows).cursor
        if key:
            self.dismiss(key)
