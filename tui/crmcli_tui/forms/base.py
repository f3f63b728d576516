"""What every form has: a title, fields, the trouble it met, a word when its record changes under it.

A form does its deed itself and stays open until it is done, so that nothing typed is lost; then it closes with what was
told. Esc closes it with None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from crmcli.model.record import Ref, parse_ref
from crmcli.reports.since import Seen, changes_since, seen
from crmcli.reports.telling import titles
from crmcli.text.display import safe
from crmcli.text.lines import Span, clip_line, line
from crmcli_tui.deeds import Deed, subjects
from crmcli_tui.messages import Answered, Refused, Told, Trouble
from crmcli_tui.widgets.bar import Bar
from crmcli_tui.widgets.plain import Input, TextArea
from crmcli_tui.words import word

if TYPE_CHECKING:
    from crmcli.store.book import Book
    from crmcli_tui.app import CrmApp

T = TypeVar("T")


class Form(ModalScreen[Told | None]):
    """A form about some records. A subclass yields its fields and says which deed they mean."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "leave", "Leave"),
        ("ctrl+s", "save", "Save"),
        Binding("tab", "app.focus_next", "Next field", priority=True),  # before what is typed ahead of it
        Binding("shift+tab", "app.focus_previous", "Field before", priority=True),
    ]
    verb: ClassVar[str] = ""
    """What stands before the records in the title."""
    hints: ClassVar[str] = "Enter save   Tab next field   Esc leave"
    of_subjects: ClassVar[bool] = True
    """Whether it is about what the lines are about, or about the lines' own records."""

    def __init__(self, refs: Sequence[str]) -> None:
        super().__init__()
        self.refs = tuple(refs)
        self._seen: Mapping[str, Seen] = {}
        self._under_way = False
        self._early = ""

    # ---- for subclasses ---------------------------------------------------------------------------------

    def fields(self) -> Iterator[Widget]:
        """The fields, in order."""
        raise NotImplementedError

    def deed(self) -> Deed | None:
        """What the fields mean; None when nothing is to be done yet (say why with `show_trouble`)."""
        raise NotImplementedError

    def hint(self) -> str:
        """The keys that are named at the bottom."""
        return self.hints

    def say(self, english: str) -> str:
        """Words of the form, in the language of the book."""
        return word(self.crm.language, english)

    def value(self, name: str) -> str:
        """What is typed in the input of that id."""
        return self.query_one(f"#{name}", Input).value.strip()

    def ask(self, kind: str, question: Callable[[Book], T], then: Callable[[T], None]) -> None:
        """Have the desk answer a question."""
        self.crm.desk.ask(self, kind, question, then)

    @property
    def crm(self) -> CrmApp:
        """The program."""
        return cast("CrmApp", self.app)

    # ---- life -------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Title, what changed, fields, trouble, keys."""
        with Vertical(id="form"):
            yield Bar(id="title")
            yield Static(id="moved", markup=False)
            yield from self.fields()
            yield Static(id="trouble", markup=False)
            yield Bar(id="hints")

    def on_mount(self) -> None:
        """Say what it is about, and remember how that is now."""
        self.show_title("")
        self.query_one("#hints", Bar).show(lambda width: clip_line(line(Span(self.say(self.hint()), "dim")), width))
        self.ask("about", partial(_about, self.refs, of_subjects=self.of_subjects), self._show_about)

    def _show_about(self, found: tuple[str, Mapping[str, Seen]]) -> None:
        self.show_title(found[0])
        self._seen = found[1]

    def show_title(self, about: str) -> None:
        """What it does, and to what."""
        whose = (Span("  ·  ", "dim"), Span(about)) if about else ()
        self.query_one("#title", Bar).show(lambda width: clip_line((Span(self.say(self.verb), "here"), *whose), width))

    def on_book_changed(self) -> None:
        """Its record may have changed under it: it stays, and says so."""
        if self._seen and not self._under_way:
            self.ask("since", partial(_since, self._seen), self._show_changes)

    def _show_changes(self, changes: Sequence[str]) -> None:
        note = self.query_one("#moved", Static)
        note.set_class(bool(changes), "shown")
        said = (f"  {safe(text)}" for text in changes[:3])
        note.update("\n".join(["! changed meanwhile:", *said]) if changes else "")

    def on_key(self, event: events.Key) -> None:
        """Keep what is typed before the form has its focus, and put it there."""
        if self.focused is None and event.is_printable and event.character:
            event.stop()
            if not self._early:
                self.call_after_refresh(self._type_early)
            self._early += event.character

    def _type_early(self) -> None:
        early, self._early = self._early, ""
        if isinstance(self.focused, Input):
            self.focused.insert_text_at_cursor(early)
        elif isinstance(self.focused, TextArea):
            self.focused.insert(early)

    def on_input_submitted(self) -> None:
        """Enter in a field saves."""
        self.action_save()

    def action_leave(self) -> None:
        """Close it; nothing is done."""
        self.dismiss(None)

    def action_save(self) -> None:
        """Do it, once."""
        deed = None if self._under_way else self.deed()
        if deed is not None:
            self._under_way = True
            self.show_trouble(None)
            self.crm.desk.act(self, self.verb, deed, self._done, self._refused)

    def _done(self, told: Told) -> None:
        self.dismiss(told)

    def _refused(self, trouble: Trouble) -> None:
        self._under_way = False
        self.refused(trouble)

    def refused(self, trouble: Trouble) -> None:
        """Say why it was refused; what was typed stays."""
        self.show_trouble(trouble)

    def show_trouble(self, trouble: Trouble | None) -> None:
        """Say why not, and what to do; None takes it away."""
        place = self.query_one("#trouble", Static)
        place.set_class(trouble is not None, "shown")
        place.update("\n".join(_said(trouble)) if trouble else "")

    def on_answered(self, message: Answered) -> None:
        """Hand an answer to who asked."""
        message.deliver()

    def on_refused(self, message: Refused) -> None:
        """Hand a refusal to who asked, or say it."""
        if message.deliver:
            message.deliver()
        else:
            self.show_trouble(message.trouble)


def labelled(label: str, field: Widget, *more: Widget) -> Horizontal:
    """A field behind its label."""
    return Horizontal(Static(label, classes="label", markup=False), field, *more, classes="row")


def _said(trouble: Trouble) -> Iterator[str]:
    yield f"! {safe(trouble.sentence, multiline=True)}"
    if trouble.hint:
        yield f"  {safe(trouble.hint, multiline=True)}"


def _about(refs: Sequence[str], book: Book, *, of_subjects: bool) -> tuple[str, Mapping[str, Seen]]:
    about: list[Ref] = subjects(book, refs) if of_subjects else [parse_ref(ref) for ref in refs]
    everything = dict.fromkeys([*about, *(parse_ref(ref) for ref in refs)])
    return titles(book, about), seen(book, list(everything))


def _since(before: Mapping[str, Seen], book: Book) -> list[str]:
    return changes_since(book, before)
