"""One line on a terminal that says how far long work is, and goes when it is done."""

from __future__ import annotations

from time import monotonic
from typing import TextIO

PATIENCE = 0.7
"""Seconds before anything is said: most work is done by then."""

PACE = 0.1
"""Seconds between two strokes."""

_BAR = 24
_ERASE = "\r\x1b[K"


class Progress:
    """Called with what is done and, where it is known, of how much; `finish` takes the line away.

    Given to the index and to imports only where stderr is a terminal.
    """

    def __init__(self, stderr: TextIO, what: str) -> None:
        self._stderr = stderr
        self._what = what
        self._begun = self._drawn = monotonic()
        self._shown = False

    def __call__(self, done: int, total: int = 0) -> None:
        """Draw, unless it was drawn a moment ago."""
        if total and done >= total:
            self.finish()
            return
        now = monotonic()
        if now - self._begun < PATIENCE or now - self._drawn < PACE:
            return
        self._drawn, self._shown = now, True
        self._stderr.write(f"{_ERASE}{line(self._what, done, total)}")
        self._stderr.flush()

    def finish(self) -> None:
        """Take the line away, if one was drawn."""
        if self._shown:
            self._shown = False
            self._stderr.write(_ERASE)
            self._stderr.flush()


def line(what: str, done: int, total: int) -> str:
    """`reading files  ━━━━━━──────  12,000 of 100,000`; without a total only the count."""
    if not total:
        return f"{what}  {done:,}"
    full = round(_BAR * min(done, total) / total)
    return f"{what}  {'━' * full}{'─' * (_BAR - full)}  {done:,} of {total:,}"
