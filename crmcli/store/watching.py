"""What moves in a book that stays open: changes by other commands, editors and git, seen soon and at little cost."""

from __future__ import annotations

import time
from enum import Enum
from typing import TYPE_CHECKING

from crmcli.store.index.look import Pulse, pulse
from crmcli.store.setup import setup_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.store.book import Book

SHARE = 10
"""A look at every file is followed by at least so many times what it took without one: a tenth of the time at most."""
SOON = 2
"""The same where a folder shows that something came, went or was replaced."""


class Moved(Enum):
    """What a glance found."""

    NOTHING = 0
    RECORDS = 1
    SETUP = 2
    """The engine files say something else: the book must be opened anew."""


class Watch:
    """Glances at an open book; to be asked about twice a second, by the thread that owns the book.

    A glance asks whether another process brought the index up to date, then the folders' times, which change when files
    come, go or are replaced: both cost next to nothing. Files written in place show only in a look at every file, which
    has its time limited by `SHARE`.
    """

    def __init__(self, book: Book, clock: Callable[[], float] = time.monotonic) -> None:
        self._book = book
        self._clock = clock
        self._engine_files = setup_key(book.root)
        self._pulse: Pulse = ()
        self._ended, self._took = 0.0, 0.0
        self._quiet = False
        self._look()
        self._mark = book.index.mark()

    def glance(self) -> Moved:
        """Find what moved since the last glance, own changes included; brings the index up to date with it."""
        if setup_key(self._book.root) != self._engine_files:
            return Moved.SETUP
        now = self._clock()
        rest = SHARE if self._now() == self._pulse else SOON
        if now - self._ended >= rest * self._took:
            self._look()
        return self.told()

    def writing(self) -> None:
        """Say that the process itself is about to write: what it then leaves in the folders is no news."""
        self._quiet = self._pulse == self._now()

    def written(self) -> Moved:
        """Say that it has, or failed to; what others did before it began still shows in the next glance."""
        if self._quiet:
            self._pulse = self._now()
        return self.told()

    def told(self) -> Moved:
        """Whether the index says something else than at the last glance, without a look at any file."""
        before, self._mark = self._mark, self._book.index.mark()
        return Moved.NOTHING if self._mark == before else Moved.RECORDS

    def _look(self) -> None:
        began = self._clock()
        before = self._now()  # what moves during the look shows in the next one
        self._book.index.refresh()
        self._book.index.mark()  # lets go of the state it holds
        self._pulse = before
        self._ended = self._clock()
        self._took = self._ended - began

    def _now(self) -> Pulse:
        return pulse(self._book.index.connection, self._book.root)
