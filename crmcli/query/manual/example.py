"""An example of the language: what it is asked of, and the words."""

from __future__ import annotations

from typing import NamedTuple

LIST, CHANGE, REPORT = "list", "change", "report"
"""Where an example may stand: at the prompt, in a condition on a change, among the measures of a report."""


class Example(NamedTuple):
    """One line that can be typed. `on` is the plural of a type; `words` are quoted as a shell wants them in a list."""

    on: str
    words: str
    where: str = LIST

    @property
    def line(self) -> str:
        """The line as it is typed; in an engine file the expression alone."""
        return f"crm {self.on} {self.words}" if self.where == LIST else self.words
