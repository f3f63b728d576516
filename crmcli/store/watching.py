"""What moves in a book that stays open: changes by other commands, editors and git, seen soon and at little cost."""

from __future__ import annotations

import time
from enum import Enum
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.store.index.look import Pulse, pulse
from crmcli.store.setup import setup_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.store.book import Book
    from crmcli.store.lookout import Lookout

SHARE = 10
"""A look at every file is followed by at least so many times what it took without one: a tenth of the time at most."""
SOON = 2
"""The same where a folder shows that something came, went or was replaced."""
LARGE = 10_000
"""Files from which looks are left to the lookout, so that no answer waits for them; until the first one ends, answers are
those of the last time."""
AT_ONCE = 0.2
"""Seconds: a look that takes longer is left to the lookout in any book, as where the disk is far away."""


class Moved(Enum):
    """What a glance found."""

    NOTHING = 0
    RECORDS = 1
    SETUP = 2
    """The engine files say something else, or the index was made anew: the book must be opened anew."""


class Watch:
    """Glances at an open book; to be asked about twice a second, by the thread that owns the book.

    A glance asks whether another process brought the index up to date, then the folders' times, which change when files
    come, go or are replaced: both cost next to nothing. Files written in place show only in a look at every file, which
    has its time limited by `SHARE`. A `lookout` makes the looks of a book that is too large to be looked at in between.
    """

    def __init__(self, book: Book, clock: Callable[[], float] = time.monotonic, lookout: Lookout | None = None) -> None:
        self._book = book
        self._clock = clock
        self._lookout = lookout
        self._engine_files = setup_key(book.root)
        self._ended, self._took = 0.0, 0.0
        self._quiet = False
        self._asked = False
        self._before: Pulse = ()
        self._pulse: Pulse = ()
        self._file: tuple[int, int] | None = None
        if lookout and self._is_large() and not book.index.just_built:  # one just built needs no look
            self._file = self._index_file()
            book.index.take_as_it_is()
            self._begin(lookout)
        else:
            self._look()
        self._mark = book.index.mark()

    def glance(self, *, asked: bool = False) -> Moved:
        """Find what moved since the last glance, own changes included; brings the index up to date with it.

        Whoever has `asked` for it gets a look at every file that begins after that, due or not.
        """
        self._asked |= asked
        if setup_key(self._book.root) != self._engine_files or self._index_file() != self._file:
            return Moved.SETUP
        if self._lookout and self._lookout.under_way:
            self._hear(self._lookout)
        if not (self._lookout and self._lookout.under_way) and (self._asked or self._is_time()):
            self._asked = False
            if self._lookout and (self._took > AT_ONCE or self._is_large()):
                self._begin(self._lookout)
            else:
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

    def _is_time(self) -> bool:
        """Whether a look at every file is due."""
        rest = SHARE if self._now() == self._pulse else SOON
        return self._clock() - self._ended >= rest * self._took

    def _is_large(self) -> bool:
        """Whether a look may take long."""
        known = self._book.index.connection.execute("SELECT max(rowid) FROM files").fetchone()[0] or 0
        return int(known) > LARGE

    def _begin(self, lookout: Lookout) -> None:
        """Have the lookout look; where it cannot begin, the look is made here."""
        self._before = self._now()
        try:
            lookout.begin(self._book.root)
        except OSError:
            self._look()

    def _look(self) -> None:
        began = self._clock()
        before = self._now()  # what moves during the look shows in the next one
        self._book.index.refresh()
        self._book.index.mark()  # lets go of the state it holds
        self._file = self._index_file()
        self._pulse = before
        self._ended = self._clock()
        self._took = self._ended - began

    def _hear(self, lookout: Lookout) -> None:
        """Take notice of the end of a look made elsewhere; what it found is in the index."""
        try:
            took = lookout.ended()
        except CrmError:
            self._ended, self._took = self._clock(), max(self._took, AT_ONCE)  # not again at once
            raise
        if took is not None:
            self._pulse = self._before
            self._ended, self._took = self._clock(), took

    def _index_file(self) -> tuple[int, int] | None:
        """Which file the index is now: another process may have made it anew."""
        path = self._book.index.path
        try:
            found = path.stat() if path else None
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if found else None

    def _now(self) -> Pulse:
        return pulse(self._book.index.connection, self._book.root)
