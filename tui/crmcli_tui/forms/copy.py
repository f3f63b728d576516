"""Copy an address: whose, which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from crmcli.reports.reach import Reach
from crmcli.text.lines import Line, Span, cell, clip_line
from crmcli_tui.deeds import Deed
from crmcli_tui.forms.base import Form
from crmcli_tui.messages import Told
from crmcli_tui.widgets.rows import Row, Rows

WHOSE_CELLS, LABEL_CELLS = 18, 8


class CopyForm(Form):
    """The addresses; Enter hands one to the terminal's clipboard. Nothing is asked of the book, nothing is changed."""

    verb = "Copy"
    hints = "Enter copy   Esc leave"
    AUTO_FOCUS: ClassVar[str] = "#reaches"
    BINDINGS: ClassVar[list[BindingType]] = [("enter", "save", "Copy")]

    def __init__(self, refs: Sequence[str], reaches: Sequence[Reach]) -> None:
        super().__init__(refs)
        self._reaches = reaches

    def fields(self) -> Iterator[Widget]:
        """A line for each."""
        yield Rows(id="reaches")

    def on_mount(self) -> None:
        """Show them."""
        super().on_mount()
        rows = [Row(str(number), 1, partial(_picture, reach)) for number, reach in enumerate(self._reaches)]
        self.query_one(Rows).show(rows)

    @on(Rows.Chosen)
    def action_save(self) -> None:
        """Copy the one under the cursor."""
        reach = self._reaches[int(self.query_one(Rows).cursor)]
        self.app.copy_to_clipboard(reach.copied)
        self.dismiss(Told(f"copied: {reach.copied}", changed=False))

    def deed(self) -> Deed | None:
        """Nothing of the book."""
        return None


def _picture(reach: Reach, width: int) -> Sequence[Line]:
    head = (cell(reach.title, WHOSE_CELLS), Span("  "), cell(reach.label, LABEL_CELLS, "dim"), Span("  "))
    return (clip_line((*head, Span(reach.shown)), width),)
