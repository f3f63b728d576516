"""A note: free text of as many lines as it takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.widget import Widget

from crmcli.actions.log import DEFAULT_KIND, Entry
from crmcli_tui.deeds import Deed, log
from crmcli_tui.forms.base import Form
from crmcli_tui.widgets.plain import TextArea


class NoteForm(Form):
    """The text; Enter is a new line, ^S saves."""

    verb = "Note"
    hints = "^S save   Esc leave"
    AUTO_FOCUS: ClassVar[str] = "#text"

    def fields(self) -> Iterator[Widget]:
        """The text."""
        yield TextArea(id="text", tab_behavior="focus", soft_wrap=True)

    def deed(self) -> Deed | None:
        """Log it as a note."""
        return log(self.refs, Entry(self.query_one(TextArea).text.strip(), DEFAULT_KIND))
