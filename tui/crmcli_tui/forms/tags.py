"""Put and take tags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from crmcli.text.fold import fold
from crmcli.text.lines import Line, Span, clip_line, line_width
from crmcli_tui.deeds import Deed, change, subjects
from crmcli_tui.forms.base import Form, labelled
from crmcli_tui.messages import Trouble
from crmcli_tui.widgets.bar import Bar
from crmcli_tui.widgets.plain import Input

if TYPE_CHECKING:
    from crmcli.store.book import Book

PUT, TAKE = "+＋", "-－"


class Asker(NamedTuple):
    """Who types: the book, and no record type in particular."""

    book: Book
    noun: str = ""


class Tagged(NamedTuple):
    """The tags that are on the records, and those one might put."""

    there: Sequence[str]
    known: Sequence[str]


class TagForm(Form):
    """Words as on the command line: `+vip -lead`; a word without a sign is put. Tab takes what is offered."""

    verb = "Tags"
    hints = "+tag puts, -tag takes   Enter save   Esc leave"
    AUTO_FOCUS: ClassVar[str] = "#tags"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "offer(1)", "Take what is offered", priority=True),
        Binding("shift+tab", "offer(-1)", "Take the one before", priority=True),
    ]

    def __init__(self, refs: Sequence[str]) -> None:
        super().__init__(refs)
        self._tags = Tagged((), ())
        self._begun: str | None = None  # what was typed before the first offer was taken
        self._taken = -1

    def fields(self) -> Iterator[Widget]:
        """The tags there are, what to change, what may be meant."""
        yield Bar(id="there")
        yield labelled(self.say("Tags"), Input(placeholder="+vip -lead", id="tags", select_on_focus=False))
        yield Bar(id="offers")

    def on_mount(self) -> None:
        """Ask which tags there are."""
        super().on_mount()
        self._ask_tags()

    def on_book_changed(self) -> None:
        """Somebody may have tagged it."""
        super().on_book_changed()
        self._ask_tags()

    def _ask_tags(self) -> None:
        self.ask("tags", partial(_tagged, self.refs), self._show)

    def _show(self, tags: Tagged) -> None:
        self._tags = tags
        said = [Span(f"+{tag}  ", "tag") for tag in tags.there] or [Span("no tags yet", "dim")]
        self.query_one("#there", Bar).show(lambda width: clip_line(tuple(said), width))
        self._draw()

    # ---- what may be meant ------------------------------------------------------------------------------

    @on(Input.Changed, "#tags")
    def _read(self, message: Input.Changed) -> None:
        message.stop()
        if self._begun is None or message.value != self._with(self._taken):
            self._begun, self._taken = None, -1
        self._draw()

    @property
    def _typed(self) -> str:
        return self.query_one("#tags", Input).value if self._begun is None else self._begun

    def _offers(self) -> list[str]:
        return offered(self._tags, self._typed)

    def _with(self, number: int) -> str:
        """What is typed, with an offer in the place of its last word."""
        head, blank, _ = self._typed.rpartition(" ")
        offers = self._offers()
        return f"{head}{blank}{offers[number]}" if offers else self._typed

    def action_offer(self, by: int) -> None:
        """Put the next offer where it was being typed."""
        offers = self._offers()
        if offers:
            self._begun = self._typed
            self._taken = (self._taken + by) % len(offers) if self._taken >= 0 or by > 0 else len(offers) - 1
            typed = self.query_one("#tags", Input)
            typed.value = self._with(self._taken)
            typed.cursor_position = len(typed.value)
            self._draw()

    def _draw(self) -> None:
        offers, taken = self._offers(), self._taken
        self.query_one("#offers", Bar).show(lambda width: _line(offers, taken, width))

    # ---- the deed ---------------------------------------------------------------------------------------

    def deed(self) -> Deed | None:
        """Change them."""
        words = [word if word[0] in PUT + TAKE else f"+{word}" for word in self.value("tags").split()]
        if not words:
            self.show_trouble(Trouble("no tag yet", "+vip puts the tag vip, -vip takes it"))
            return None
        return change(self.refs, words)


def offered(tags: Tagged, typed: str) -> list[str]:
    """What the last word may become: of `-` the tags that are there, else those that are not; not what is typed already."""
    *before, last = typed.split(" ")
    sign = last[:1] if last[:1] and last[:1] in PUT + TAKE else ""
    wanted = fold(last.removeprefix(sign))
    taking = sign != "" and sign in TAKE
    named = {word.lstrip(PUT + TAKE) for word in before}
    found = tags.there if taking else [tag for tag in tags.known if tag not in tags.there]
    return [f"{sign or '+'}{tag}" for tag in found if fold(tag).startswith(wanted) and tag not in named]


def _line(offers: Sequence[str], taken: int, width: int) -> Line:
    """As many offers as fit, from the one that was taken on."""
    first = max(0, taken)
    parts: list[Span] = [Span("Tab ", "key")] if offers else []
    for number, offer in enumerate(offers[first:], first):
        piece = Span(f" {offer} ", "here" if number == taken else "dim")
        if line_width((*parts, piece)) > width:
            break
        parts.append(piece)
    return tuple(parts)


def _tagged(refs: Sequence[str], book: Book) -> Tagged:
    from crmcli.reports.suggest.records import tags  # noqa: PLC0415 - only where tags are typed

    records = subjects(book, refs)
    there = sorted(set().union(*(book.read_record(ref).items("tags") for ref in records)))
    types = list({type_.name: type_ for type_ in map(book.type_of, records)}.values())
    known = [hit.word for hit in tags(Asker(book), types, dynamic=False)]
    return Tagged(there, known)
