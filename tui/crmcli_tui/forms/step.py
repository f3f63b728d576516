"""The next step: what, and when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.widget import Widget

from crmcli_tui.deeds import Deed, plan
from crmcli_tui.forms.base import Form, labelled
from crmcli_tui.widgets.plain import Input
from crmcli_tui.widgets.when import When


class StepForm(Form):
    """A task on what the lines are about."""

    verb = "Next step"
    AUTO_FOCUS: ClassVar[str] = "#what"

    def fields(self) -> Iterator[Widget]:
        """What, when."""
        yield labelled(self.say("What"), Input(placeholder=self.say("what is to be done"), id="what"))
        yield labelled(self.say("When"), When(id="when"))

    def deed(self) -> Deed | None:
        """Put it; what is missing the action says."""
        return plan(self.refs, self.query_one(When).value, self.value("what"))
