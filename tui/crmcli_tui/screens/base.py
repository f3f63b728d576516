"""What every screen over the book has: its place in the tables of keys, the line that says what happened, the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.screen import Screen

from crmcli.text.lines import Span
from crmcli_tui.messages import Answered, Refused, Told, Trouble
from crmcli_tui.widgets.said import Said
from crmcli_tui.words import word

if TYPE_CHECKING:
    from crmcli.store.book import Book
    from crmcli_tui.app import CrmApp

T = TypeVar("T")


class BookScreen(Screen[None]):
    """A screen of the round. A subclass sets `place`, yields a `Said` with the id `said`, and asks again in `on_book_changed`."""

    place: ClassVar[str] = ""
    """Its name in `keys.PLACES` and `keys.REACH`."""

    @property
    def crm(self) -> CrmApp:
        """The program."""
        return cast("CrmApp", self.app)

    def ask(self, kind: str, question: Callable[[Book], T], then: Callable[[T], None], *, large: bool = False) -> None:
        """Have the desk answer a question; what is refused is said in the line above the keys."""
        self.crm.desk.ask(self, kind, question, then, large=large)

    def act(self, kind: str, action: Callable[[Book], Told], then: Callable[[Told], None]) -> None:
        """Have the desk do something; what is refused is said in the line above the keys."""
        self.crm.desk.act(self, kind, action, then)

    def on_answered(self, message: Answered) -> None:
        """Hand an answer to who asked."""
        message.deliver()

    def on_refused(self, message: Refused) -> None:
        """Hand a refusal to who asked, or say it."""
        if message.deliver:
            message.deliver()
        else:
            self.show_trouble(message.trouble)

    # ---- the line above the keys ------------------------------------------------------------------------

    def show_told(self, told: Told) -> None:
        """Say what was done, and what hooks said of it."""
        self._said.show(Span("✓ ", "good"), Span(" · ".join((told.sentence, *told.notices))))

    def show_trouble(self, trouble: Trouble) -> None:
        """Say why not, and what to do."""
        self._said.show(Span("! ", "bad"), Span(trouble.sentence, "bad"), Span(trouble.hint, "dim"))

    def show_note(self, text: str) -> None:
        """Say something in passing."""
        self._said.show(Span(""), Span(word(self.crm.language, text), "dim"))

    def clear_note(self) -> None:
        """Take away what was said in passing; anything else stays."""
        if not self._said.mark.text:
            self.clear()

    def clear(self) -> None:
        """Take away what was said."""
        self._said.show(Span(""))

    def show_progress(self, what: str, done: int, of: int) -> None:
        """Say how far long work is; `of` 0 when it is over."""
        if not of:
            self.clear()
        elif done < of:
            self.show_note(f"{what}: {done * 100 // of} % …")
        else:
            self.show_note(f"{what}: all is read, putting it in order …")

    @property
    def _said(self) -> Said:
        return self.query_one("#said", Said)
