"""A look at every file of a large book in a thread of its own: who owns the open book goes on answering meanwhile."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.store.book import Book

_TURN_SECONDS = 0.0005
"""How long a thread keeps the interpreter while a look is under way: an answer changes hands with every row it reads."""
_LEAVE_SECONDS = 1.0
"""How long whoever leaves waits for a look; one that is cut off leaves the index as it was."""


class Lookout:
    """Looks with a book, an index and a connection of its own, which are there only for the look.

    All methods are for the thread that owns the open book; `over` is called in the other one when a look has ended.
    """

    def __init__(self, open_: Callable[[], Book], over: Callable[[], object]) -> None:
        self._open = open_
        self._over = over
        self._thread: threading.Thread | None = None
        self._took = 0.0
        self._error: Exception | None = None
        self._ended = False

    @property
    def under_way(self) -> bool:
        """Whether a look was begun whose end nobody took notice of."""
        return self._thread is not None

    def begin(self) -> None:
        """Begin to look."""
        self._ended = False
        self._error = None
        self._thread = threading.Thread(target=self._look, name="crm-lookout", daemon=True)
        self._thread.start()

    def ended(self) -> float | None:
        """The seconds the look took, once, when it has ended; raises what it met."""
        if self._thread is None or not self._ended:
            return None
        self._thread.join()
        self._thread = None
        if self._error is not None:
            raise self._error
        return self._took

    def leave(self) -> None:
        """Wait a moment for a look to end: the process is about to."""
        if self._thread is not None:
            self._thread.join(_LEAVE_SECONDS)

    def _look(self) -> None:
        began = time.monotonic()
        turn = sys.getswitchinterval()
        sys.setswitchinterval(_TURN_SECONDS)
        try:
            book = self._open()
            try:
                book.index.refresh()
            finally:
                book.index.close()
        except Exception as error:  # noqa: BLE001 - raised again where it is asked for
            self._error = error
        finally:
            sys.setswitchinterval(turn)
            self._took = time.monotonic() - began
            self._ended = True
            self._over()
