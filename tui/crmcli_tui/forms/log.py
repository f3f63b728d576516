"""What happened, and what comes next: one small form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from crmcli.actions.log import DEFAULT_KIND, Entry
from crmcli_tui.deeds import Deed, log
from crmcli_tui.forms.base import Form, labelled
from crmcli_tui.messages import Trouble
from crmcli_tui.widgets.choice import Choice
from crmcli_tui.widgets.plain import Input
from crmcli_tui.widgets.when import When

if TYPE_CHECKING:
    from crmcli.store.book import Book


class LogForm(Form):
    """Kind, text, next step and its day. `kind` is what was chosen last time."""

    verb = "Log"
    AUTO_FOCUS: ClassVar[str] = "#text"

    def __init__(self, refs: Sequence[str], kind: str = DEFAULT_KIND) -> None:
        super().__init__(refs)
        self._kind = kind

    def fields(self) -> Iterator[Widget]:
        """Kind, text, next step, when."""
        yield labelled(self.say("Kind"), Choice(id="kind"))
        yield labelled(self.say("What"), Input(placeholder=self.say("what happened"), id="text"))
        yield labelled(self.say("Next"), Input(placeholder=self.say("the next step, if there is one"), id="next"))
        yield labelled(self.say("When"), When(id="when"))

    def on_mount(self) -> None:
        """Ask which kinds there are."""
        super().on_mount()
        self.ask("kinds", _kinds, self._offer)

    def _offer(self, options: Sequence[tuple[str, str]]) -> None:
        self.query_one(Choice).offer(options, self._kind)

    @property
    def kind(self) -> str:
        """The kind chosen."""
        return self.query_one(Choice).chosen or self._kind

    def deed(self) -> Deed | None:
        """Log it; a step needs its day, and a day its step."""
        what, when = self.value("next"), self.query_one(When).value
        if what and not when:
            self.show_trouble(Trouble(f"when is {what!r} to be done?", "fri, +2w, 2026-12-01 14:00"))
            self.query_one("#when-typed").focus()
            return None
        return log(self.refs, Entry(self.value("text"), self.kind, next=f"{when} {what}".strip()))


def _kinds(book: Book) -> list[tuple[str, str]]:
    from crmcli.actions.log import kinds  # noqa: PLC0415
    from crmcli.model.schema import label_of  # noqa: PLC0415

    lines = book.setup.types.get("log")
    field = lines.fields.get("kind") if lines else None
    labels = {option.name: option.label for option in field.options} if field else {}
    language = book.setup.config.language
    return [(name, label_of(labels[name], language, name)) for name in kinds(book)]
