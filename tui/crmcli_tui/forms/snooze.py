"""Put off: one key for the usual spans, a field for any date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from crmcli.text.lines import Span, line
from crmcli_tui.deeds import Deed, put_off
from crmcli_tui.forms.base import Form, labelled
from crmcli_tui.widgets.rows import Row, Rows
from crmcli_tui.widgets.when import When, said_when

if TYPE_CHECKING:
    from crmcli.store.book import Book

SPANS = ("1", "3", "7")
"""Days; each is its own key."""


class SnoozeForm(Form):
    """Enter or a digit takes a span; Tab goes to the date."""

    verb = "Put off"
    hints = "1 3 7 days   Enter choose   Tab a date   Esc leave"
    of_subjects = False
    AUTO_FOCUS: ClassVar[str] = "#spans"
    BINDINGS: ClassVar[list[BindingType]] = [
        *((key, f"span({key})", f"{key} days") for key in SPANS),
        ("enter", "save", "Choose"),
    ]

    def __init__(self, refs: Sequence[str]) -> None:
        super().__init__(refs)
        self._span = ""

    def fields(self) -> Iterator[Widget]:
        """The spans, a date."""
        yield Rows(id="spans")
        yield labelled(self.say("Or"), When(id="when"))

    def on_mount(self) -> None:
        """Ask which days the spans mean."""
        super().on_mount()
        self._show([""] * len(SPANS))
        self.ask("days", _days, self._show)

    def _show(self, days: Sequence[str]) -> None:
        self.query_one(Rows).show([_row(key, day) for key, day in zip(SPANS, days, strict=True)])

    def action_span(self, days: int) -> None:
        """Take a span at once."""
        self._span = str(days)
        self.action_save()

    def deed(self) -> Deed | None:
        """Put off to the date typed, else by the span."""
        typed = self.query_one(When).value
        span, self._span = self._span, ""
        return put_off(self.refs, f"+{span}d" if span else typed or f"+{self.query_one(Rows).cursor}d")


def _row(key: str, day: str) -> Row:
    span = f"{key} day" if key == "1" else f"{key} days"
    said = line(Span(key, "key"), Span(f"   {span:<8}"), Span(day, "dim"))
    return Row(key, 1, lambda _width: (said,))


def _days(book: Book) -> list[str]:
    return [said_when(f"+{days}d", book)[0] for days in SPANS]
