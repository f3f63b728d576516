"""Put and take tags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget
from textual.widgets import Input

from crmcli.text.lines import Span, clip_line
from crmcli_tui.deeds import Deed, change, subjects
from crmcli_tui.forms.base import Form, labelled
from crmcli_tui.messages import Trouble
from crmcli_tui.widgets.bar import Bar

if TYPE_CHECKING:
    from crmcli.store.book import Book


class TagForm(Form):
    """Words as on the command line: `+vip -lead`; a word without a sign is put."""

    verb = "Tags"
    hints = "+tag puts, -tag takes   Enter save   Esc leave"
    AUTO_FOCUS: ClassVar[str] = "#tags"

    def fields(self) -> Iterator[Widget]:
        """The tags there are, what to change."""
        yield Bar(id="there")
        yield labelled("Tags", Input(placeholder="+vip -lead", id="tags"))

    def on_mount(self) -> None:
        """Ask which tags there are."""
        super().on_mount()
        self._ask_tags()

    def on_book_changed(self) -> None:
        """Somebody may have tagged it."""
        super().on_book_changed()
        self._ask_tags()

    def _ask_tags(self) -> None:
        self.ask("tags", partial(_tags, self.refs), self._show)

    def _show(self, tags: Sequence[str]) -> None:
        said = [Span(f"+{tag}  ", "tag") for tag in tags] or [Span("no tags yet", "dim")]
        self.query_one("#there", Bar).show(lambda width: clip_line(tuple(said), width))

    def deed(self) -> Deed | None:
        """Change them."""
        words = [word if word[0] in "+-＋－" else f"+{word}" for word in self.value("tags").split()]
        if not words:
            self.show_trouble(Trouble("no tag yet", "+vip puts the tag vip, -vip takes it"))
            return None
        return change(self.refs, words)


def _tags(refs: Sequence[str], book: Book) -> list[str]:
    found = [book.read_record(ref).items("tags") for ref in subjects(book, refs)]
    return sorted(set().union(*found))
