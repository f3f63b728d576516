"""One line on a terminal that says how far long work is, and goes when it is done."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TextIO

PATIENCE = 0.7
"""Seconds before anything is said: most work is done by then."""

PACE = 0.1
"""Seconds between two strokes."""

_BAR = 24
_ERASE = "\r\x1b[K"


class Progress:
    """The one such line of a session, where stderr is a terminal; whatever else is written takes it away (`Out`)."""

    def __init__(self, stderr: TextIO) -> None:
        self._stderr = stderr
        self._begun = self._drawn = monotonic()
        self._shown = False

    def of(self, what: str) -> partial[None]:
        """What long work calls with how much is done and, where that is known, of how much."""
        self._begun = monotonic()
        return partial(self._count, what)

    def waits(self, what: str) -> partial[None]:
        """What a wait calls again and again; it is said once."""
        return partial(self._wait, what)

    def say(self, what: str) -> None:
        """Draw a sentence at once."""
        self._shown = True
        self._stderr.write(f"{_ERASE}{what}")
        self._stderr.flush()

    def _count(self, what: str, done: int, total: int = 0) -> None:
        """Draw, unless the work is young or the line was drawn a moment ago."""
        if total and done >= total:
            self.finish()
            return
        now = monotonic()
        if now - self._begun < PATIENCE or now - self._drawn < PACE:
            return
        self._drawn = now
        self.say(line(what, done, total))

    def _wait(self, what: str) -> None:
        """Draw, unless the wait is young or a line is there."""
        if not self._shown and monotonic() - self._begun >= PATIENCE:
            self.say(f"{what} …")

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
