"""A field is changed where it stands, with its own control; what is refused is said there.

What goes to the book are the words of `crm set`. Of a list only what was added and taken is written, so that what others
put into it meanwhile stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Static

from crmcli.model.record import parse_ref
from crmcli.reports.answering import Answering, answering
from crmcli.reports.field_entries import BODY_TEXT, CHOICES, LINES, PARTS, REFERENCE, TAGS, FieldEntry
from crmcli.text.display import safe
from crmcli.text.fold import fold
from crmcli.text.lines import Span, clip_line, line, sides
from crmcli_tui.deeds import Deed, assign
from crmcli_tui.forms.base import Form, labelled
from crmcli_tui.messages import Trouble
from crmcli_tui.understanding import Understood, understood
from crmcli_tui.widgets.bar import Bar
from crmcli_tui.widgets.offers import Offers
from crmcli_tui.widgets.plain import Input, TextArea
from crmcli_tui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from crmcli.reports.suggest.filling import Offer
    from crmcli.store.book import Book

EMPTY = "(empty)"
HINTS = {
    CHOICES: "Space put or take   Enter save   Esc leave",
    LINES: "one a line   ^S save   Esc leave",
    PARTS: "Tab next part   Enter save   Esc leave",
    BODY_TEXT: "^S save   Esc leave",
    REFERENCE: "type to look for it   ↑↓ choose   Enter save   Esc leave",
    "choice": "type to narrow   ↑↓ choose   Enter save   Esc leave",
    TAGS: "blanks between tags   Enter save   Esc leave",
}
_PICKED = ("choice", "flag", REFERENCE)
_WRITTEN = (LINES, BODY_TEXT)


class FieldForm(Form):
    """The control of one field over its line on the page; `place` is the region of that line on the screen."""

    verb = "Change"
    hints = "Enter save   Esc leave"
    of_subjects = False
    BINDINGS: ClassVar[list[BindingType]] = [
        ("down", "go(1)", "Next"),
        ("up", "go(-1)", "Before"),
        ("enter", "save", "Save"),
        ("space", "mark", "Put or take"),
        Binding("tab", "offer(1)", "Take what is offered", priority=True),
        Binding("shift+tab", "offer(-1)", "Take the one before", priority=True),
    ]

    def __init__(self, ref: str, entry: FieldEntry, place: Region) -> None:
        super().__init__([ref])
        self._ref = ref
        self._entry = entry
        self._place = place
        self._options: Sequence[tuple[str, str]] = ()

    # ---- what it is made of -----------------------------------------------------------------------------

    def fields(self) -> Iterator[Widget]:
        """The control of the field."""
        entry = self._entry
        if entry.control in _WRITTEN:
            text = entry.typed if entry.control == BODY_TEXT else "\n".join(entry.items)
            yield TextArea(text, id="written", soft_wrap=True, tab_behavior="focus")
        elif entry.control == CHOICES:
            yield Rows(id="options")
        elif entry.control == PARTS:
            yield from (labelled(part.capitalize(), Input(held, name=part)) for part, held in entry.options)
        elif entry.control in _PICKED:
            yield Input(placeholder=self._shown_now() or self.say("type to look for it"), id="typed")
            yield Rows(id="options")
        else:
            typed = " ".join(entry.items) if entry.control == TAGS else entry.typed
            yield Input(typed, placeholder=entry.help, id="typed", select_on_focus=False)
        if entry.control not in (TAGS, PARTS, CHOICES, BODY_TEXT):
            yield Static(id="understood", markup=False)
        if entry.control not in (PARTS, CHOICES, BODY_TEXT, *_PICKED):
            yield Offers(id="offers")
        if entry.help:
            yield Static(entry.help, id="about", markup=False)

    def _shown_now(self) -> str:
        return next((label for name, label in self._entry.options if name == self._entry.typed), "")

    def on_mount(self) -> None:
        """Stand where the field stands, and offer what can be chosen; the rest is every form's."""
        entry = self._entry
        if entry.control in _WRITTEN:
            written = self.query_one(TextArea)
            written.move_cursor(written.document.end)
        elif entry.control == CHOICES:
            self._offer(entry.options)
            self.query_one(Rows).marked = {f"={item}" for item in entry.items}
        elif entry.control == REFERENCE:
            self._look_for("")
        elif entry.control in _PICKED:
            self._narrow("")
        else:
            self._ask_offers()
        self.query_one("#form").styles.width = max(40, min(self._place.width, 72))
        self.call_after_refresh(self._stand)

    def hint(self) -> str:
        """The keys of its control."""
        control = self._entry.control
        return HINTS.get(control, HINTS["choice"] if control in _PICKED else self.hints)

    def on_resize(self) -> None:
        """Stay on the screen."""
        self.call_after_refresh(self._stand)

    def _stand(self) -> None:
        box = self.query_one("#form")
        room = self.size
        left = max(0, min(self._place.x, room.width - box.outer_size.width))
        top = max(0, min(self._place.y - 1, room.height - box.outer_size.height))
        box.styles.offset = (left, top)

    def show_title(self, about: str) -> None:
        """Which field, of which record."""
        left = line(Span(self._entry.label, "here"), Span(f"  ·  {about}" if about else ""))
        kind = line(Span(self._entry.reference.replace("*", "any record") or self._entry.type, "dim"))
        self.query_one("#title", Bar).show(lambda width: sides(left, kind, width))

    # ---- choosing ---------------------------------------------------------------------------------------

    def _narrow(self, typed: str) -> None:
        wanted = fold(typed)
        fitting = [option for option in self._entry.options if wanted in fold(option[1]) or wanted in fold(option[0])]
        self._offer([*fitting, *([("", EMPTY)] if not typed and self._entry.typed else [])])

    def _look_for(self, typed: str) -> None:
        self.ask("answering", partial(_answering, self._entry.reference, typed), partial(self._found, typed))

    def _found(self, typed: str, found: Sequence[Answering]) -> None:
        whole = self._entry.reference == "*"
        options = [(hit.ref if whole else hit.ref.partition("/")[2], _said(hit, whole=whole)) for hit in found]
        self._offer([*options, *([("", EMPTY)] if not typed and self._entry.typed else [])])
        self._say(Understood("", good=True) if found else Understood(f"nobody answers to {typed!r}", good=False))

    def _offer(self, options: Sequence[tuple[str, str]]) -> None:
        self._options = options
        rows = self.query_one("#options", Rows)
        rows.show([_row(name, label, now=name == self._entry.typed) for name, label in options])
        now = self._entry.target if self._entry.reference == "*" else self._entry.typed
        if now and not self._typed:
            rows.go(f"={now}")
        self.call_after_refresh(self._stand)

    @property
    def _typed(self) -> str:
        typed = self.query("#typed").results(Input)
        return next((field.value.strip() for field in typed), "")

    @on(Input.Changed, "#typed")
    def _read(self, message: Input.Changed) -> None:
        message.stop()
        if self._entry.control == REFERENCE:
            self._look_for(message.value)
        elif self._entry.control in _PICKED:
            self._narrow(message.value)
        else:
            self._read_piece()

    @on(TextArea.SelectionChanged, "#written")
    def _read_line(self) -> None:
        if self._entry.control == LINES:
            self._read_piece()

    # ---- what is being typed ----------------------------------------------------------------------------

    @property
    def _piece(self) -> str:
        """The value that is being typed: of tags the last word, of lines the one with the cursor."""
        if self._entry.control == LINES:
            written = self.query_one(TextArea)
            return written.document.get_line(written.cursor_location[0]).strip()
        if self._entry.control == TAGS:
            return self.query_one("#typed", Input).value.rpartition(" ")[2]
        return self._typed

    def _read_piece(self) -> None:
        """Say what it means, and what it may become."""
        if self.query("#understood"):
            self.ask("understood", partial(understood, self._ref, self._entry.name, self._piece), self._say)
        if not any(offers.is_taken(self._piece) for offers in self.query(Offers)):
            self._ask_offers()

    def _ask_offers(self) -> None:
        if self.query(Offers):
            self.ask("offers", partial(_offers, self._ref, self._entry.name, self._piece), self._offer_words)

    def _offer_words(self, found: Sequence[Offer]) -> None:
        """Offer what is not there yet."""
        there = self._typed.split() if self._entry.control == TAGS else ()
        self.query_one(Offers).offer([offer for offer in found if offer.word not in there])

    def action_offer(self, by: int) -> None:
        """Put the next offer where it is being typed; without any, go to the next field."""
        word = next((offers.take(by) for offers in self.query(Offers)), None)
        if word is None:
            self.focus_next() if by > 0 else self.focus_previous()
        elif self._entry.control == LINES:
            written = self.query_one(TextArea)
            row = written.cursor_location[0]
            written.replace(word, (row, 0), (row, len(written.document.get_line(row))))
        else:
            typed = self.query_one("#typed", Input)
            head, blank, _ = typed.value.rpartition(" ") if self._entry.control == TAGS else ("", "", "")
            typed.value = f"{head}{blank}{word}"
            typed.cursor_position = len(typed.value)

    def _say(self, said: Understood) -> None:
        for place in self.query("#understood").results(Static):
            place.set_class(not said.good, "bad")
            place.update(f"{'=' if said.good else '!'} {safe(said.text)}" if said.text else "")

    def refused(self, trouble: Trouble) -> None:
        """Say it once."""
        super().refused(trouble)
        self._say(Understood(""))

    def action_go(self, by: int) -> None:
        """To another option."""
        for rows in self.query("#options").results(Rows):
            rows.action_down() if by > 0 else rows.action_up()

    def action_mark(self) -> None:
        """Put an option, or take it."""
        if self._entry.control == CHOICES:
            rows = self.query_one(Rows)
            rows.mark(rows.cursor)

    @on(Rows.Chosen)
    def _take(self) -> None:
        self.action_save()

    # ---- the deed ---------------------------------------------------------------------------------------

    def deed(self) -> Deed | None:
        """The words of `crm set` that make the field what is seen here."""
        words = self._words()
        if not words:
            self.show_trouble(Trouble("nothing to change", "Esc leaves it as it is"))
            return None
        return assign(self._ref, words)

    def _words(self) -> list[str]:
        entry = self._entry
        if entry.control in _PICKED:
            rows = self.query_one("#options", Rows)
            return [f"{entry.name}={rows.cursor.removeprefix('=')}"] if rows.cursor else []
        if entry.control == CHOICES:
            chosen = [name for name, _ in self._options if f"={name}" in self.query_one(Rows).marked]
            return list_words(entry.name, entry.items, chosen)
        if entry.control == TAGS:
            return list_words("", entry.items, [word.lstrip("+") for word in self._typed.split()])
        if entry.control == PARTS:
            typed = {field.name: field.value.strip() for field in self.query(Input)}
            changed = [f"{entry.name}.{part}={typed[part]}" for part, held in entry.options if typed[part] != held]
            return changed if any(typed.values()) else [f"{entry.name}="] * bool(changed)
        if entry.control == BODY_TEXT:
            return [f"{entry.name}={self.query_one(TextArea).text.strip()}"]
        if entry.control == LINES:
            lines = [text.strip() for text in self.query_one(TextArea).text.splitlines()]
            return list_words(entry.name, entry.items, [text for text in lines if text])
        return [f"{entry.name}={self._typed}"]


def list_words(name: str, before: Sequence[str], after: Sequence[str]) -> list[str]:
    """What makes one list of another: `field+=v`, `field-=v`; `+tag`, `-tag` where there is no name."""
    put = [f"{name}+={item}" if name else f"+{item}" for item in dict.fromkeys(after) if item not in before]
    taken = [f"{name}-={item}" if name else f"-{item}" for item in before if item not in after]
    return [*put, *taken]


def _row(name: str, label: str, *, now: bool) -> Row:
    said = line(
        Span(label, "dim" if not name else "name" if now else ""), Span("   now" if now and name else "", "dim")
    )
    return Row(f"={name}", 1, lambda width: (clip_line(said, width),))


def _said(hit: Answering, *, whole: bool) -> str:
    return " · ".join(part for part in (hit.title, hit.whole, hit.type_label if whole else "") if part)


def _answering(reference: str, typed: str, book: Book) -> list[Answering]:
    types = [book.setup.types[reference]] if reference in book.setup.types else None
    return answering(book, typed, types)


def _offers(ref: str, name: str, typed: str, book: Book) -> list[Offer]:
    from crmcli.reports.suggest.filling import offers  # noqa: PLC0415 - only where something is typed

    return offers(book, parse_ref(ref), name, typed)
