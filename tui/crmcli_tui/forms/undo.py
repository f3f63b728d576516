"""Take the last change back, after a look at what that is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from crmcli.reports.undoing import OpView, op_view
from crmcli.text.lines import Line, Span, clip_line, line
from crmcli_tui.deeds import Deed, take_back
from crmcli_tui.forms.base import Form
from crmcli_tui.messages import Trouble
from crmcli_tui.widgets.page import Page

if TYPE_CHECKING:
    from crmcli.store.book import Book


class UndoForm(Form):
    """Shows the newest op of this clone that stands; Enter takes back exactly that one."""

    verb = "Undo"
    hints = "Enter undo   Esc leave"
    AUTO_FOCUS: ClassVar[str] = "#op"
    BINDINGS: ClassVar[list[BindingType]] = [("enter", "save", "Undo")]

    def __init__(self) -> None:
        super().__init__(())
        self._op: OpView | None = None

    def fields(self) -> Iterator[Widget]:
        """What it takes back."""
        yield Page(id="op")

    def on_mount(self) -> None:
        """Ask what that is."""
        super().on_mount()
        self.ask("op", _newest, self._show)

    def on_book_changed(self) -> None:
        """Something newer may have come: what is shown is what is taken back."""
        self.ask("op", _newest, self._show)

    def _show(self, op: OpView | None) -> None:
        self._op = op
        if op is None:
            self.show_trouble(Trouble("nothing of this clone is left to undo"))
            return
        self.query_one(Page).show(partial(_lines, op))

    def deed(self) -> Deed | None:
        """Take it back."""
        return take_back(self._op.op) if self._op else None


def _newest(book: Book) -> OpView | None:
    from crmcli.actions.undo import newest_standing  # noqa: PLC0415

    return op_view(book, newest_standing(book))


def _lines(op: OpView, width: int) -> list[Line]:
    said = [
        line(Span(f"{op.verb}", "head"), Span(f"   {op.at}  {op.via}", "dim")),
        *(line(f"  {text}") for text in op.lines),
    ]
    if op.more:
        said.append(line(Span(f"  … {op.more} more", "dim")))
    return [clip_line(made, width) for made in said]
