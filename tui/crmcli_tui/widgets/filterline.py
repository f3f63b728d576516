"""A line in the language of filters, with what can follow in a line below; Tab takes it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message

from crmcli.text.lines import Line, Span, line, line_width
from crmcli_tui.messages import Answered
from crmcli_tui.widgets.bar import Bar
from crmcli_tui.widgets.plain import Input

if TYPE_CHECKING:
    from crmcli.reports.suggest.suggestion import Suggestion
    from crmcli.store.book import Book
    from crmcli_tui.app import CrmApp


class Asker(NamedTuple):
    """Who types: the book, and the record type the words are about."""

    book: Book
    noun: str


class FilterLine(Vertical):
    """The line; `noun` is the record type that is filtered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("tab", "take(1)", "Take what is offered"),
        ("shift+tab", "take(-1)", "Take the one before"),
    ]

    class Changed(Message):
        """Another filter is typed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """It is done; `kept` unless it was given up."""

        def __init__(self, *, kept: bool) -> None:
            super().__init__()
            self.kept = kept

    def __init__(self, *, id: str | None = None, placeholder: str = "") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._placeholder = placeholder
        self.noun = ""
        self._offers: Sequence[Suggestion] = ()
        self._taken = -1
        self._given = ""

    def compose(self) -> ComposeResult:
        """What is typed, what can follow."""
        yield Input(placeholder=self._placeholder, id="filter", select_on_focus=False)
        yield Bar(id="offers")

    @property
    def text(self) -> str:
        """The filter."""
        return self.query_one(Input).value.strip()

    def type_in(self) -> None:
        """Let it be typed in."""
        self.add_class("typing")
        self.query_one(Input).focus()
        self._offer()

    def clear(self) -> None:
        """Empty it."""
        self.query_one(Input).value = ""

    @on(Input.Changed)
    def _read(self, message: Input.Changed) -> None:
        message.stop()
        if message.value != self._given:
            self._taken, self._given = -1, ""
            self._offer()
        self.post_message(self.Changed(settled(message.value)))

    @on(Input.Submitted)
    def _keep(self, message: Input.Submitted) -> None:
        message.stop()
        self._close(kept=True)

    def key_escape(self) -> None:
        """Give it up."""
        self._close(kept=False)

    def _close(self, *, kept: bool) -> None:
        self.remove_class("typing")
        self.post_message(self.Left(kept=kept))
        if kept:
            self.post_message(self.Changed(self.text))

    # ---- what can follow --------------------------------------------------------------------------------

    def on_descendant_focus(self) -> None:
        """A click lets it be typed in, too."""
        self.add_class("typing")

    def _offer(self) -> None:
        typed = self.query_one(Input)
        before = typed.value[: typed.cursor_position] if typed.cursor_position else typed.value
        cast("CrmApp", self.app).desk.ask(self, "offers", partial(_offers, self.noun, before), self._show)

    def on_answered(self, message: Answered) -> None:
        """Hand an answer to who asked."""
        message.deliver()

    def on_refused(self) -> None:
        """Nothing to offer; the filter itself says what is wrong."""
        self._show(())

    def _show(self, offers: Sequence[Suggestion]) -> None:
        self._offers = offers
        self._draw()

    def _draw(self) -> None:
        self.query_one("#offers", Bar).show(lambda width: _line(self._offers, self._taken, width))

    def action_take(self, by: int) -> None:
        """Put the next offer where it was being typed."""
        if self._offers:
            alone = len(self._offers) == 1
            self._taken = (
                (self._taken + by) % len(self._offers) if self._taken >= 0 or by > 0 else len(self._offers) - 1
            )
            word = self._offers[self._taken].word
            self._given = word
            typed = self.query_one(Input)
            typed.value = word
            typed.cursor_position = len(word)
            self._draw()
            if alone:
                self._taken = -1
                self._offer()


def settled(text: str) -> str:
    """The filter without a last word that is not finished: a name whose operator is still to come."""
    head, _, last = text.rpartition(" ")
    done = not last or last[0] in '+-"(' or any(mark in last for mark in ":=<>~：")
    return text.strip() if done else head.strip()


def _offers(noun: str, typed: str, book: Book) -> list[Suggestion]:
    from crmcli.reports.suggest.filters import filter_words  # noqa: PLC0415 - only where a filter is typed
    from crmcli.reports.suggest.suggestion import fitting  # noqa: PLC0415

    return fitting(filter_words(Asker(book, noun), typed, quoted=True), typed)


def _line(offers: Sequence[Suggestion], taken: int, width: int) -> Line:
    """As many offers as fit, from the one that was taken on; what it is at the end."""
    first = max(0, taken)
    said = offers[first].help if offers else ""
    tail = line(Span(f"   {said}" if said else "", "dim"))
    parts: list[Span] = [Span(" Tab ", "key")] if offers else []
    for number, offer in enumerate(offers[first:], first):
        word = offer.word.split(" ")[-1]
        piece = Span(f" {word} ", "here" if number == taken else "dim" if number > first else "")
        if line_width((*parts, piece, *tail)) > width:
            break
        parts.append(piece)
    return (*parts, *tail)
