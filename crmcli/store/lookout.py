"""A look at every file of a large book in a process of its own: who owns the open book goes on answering meanwhile.

A thread would not do: it shares the interpreter with the answers and the screen, which then wait for it at every turn.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import TYPE_CHECKING

from crmcli.errors import CrmError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import Popen

_LEAVE_SECONDS = 2.0
"""How long whoever leaves waits for a look that was told to end; one that is cut off leaves the index as it was."""


class LookFailedError(CrmError):
    """The look met something: its sentence and its hint are those of what it met."""

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__(sentence, hint=hint)


class Lookout:
    """Has one look made at a time. All methods are for the thread that owns the open book.

    In another thread `over` is called when a look has ended, and before that `progress` with how many of how many files
    are read, and `waits` again and again while yet another process makes the index.
    """

    def __init__(
        self,
        over: Callable[[], object],
        progress: Callable[[int, int], object] | None = None,
        waits: Callable[[], object] | None = None,
    ) -> None:
        self._over = over
        self._progress = progress
        self._waits = waits
        self._process: Popen[str] | None = None
        self._thread: threading.Thread | None = None
        self._took = 0.0
        self._error: LookFailedError | None = None
        self._ended = False

    @property
    def under_way(self) -> bool:
        """Whether a look was begun whose end nobody took notice of."""
        return self._thread is not None

    def begin(self, root: Path) -> None:
        """Begin to look at a book. Raises OSError where no process can be started."""
        from subprocess import DEVNULL, PIPE, STDOUT, Popen  # noqa: PLC0415 - large books only

        began = time.monotonic()
        words = [sys.executable, "-P", "-m", "crmcli.store.looking", str(root)]
        paths = os.pathsep.join(filter(None, sys.path))  # it finds the program where this one did
        self._process = Popen(  # noqa: S603 - ourselves
            words, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, text=True, encoding="utf-8", errors="replace",
            env={**os.environ, "PYTHONPATH": paths}, start_new_session=True,
        )  # fmt: skip
        self._ended, self._error = False, None
        self._thread = threading.Thread(target=self._hear, args=(self._process, began), name="crm-lookout", daemon=True)
        self._thread.start()

    def ended(self) -> float | None:
        """The seconds the look took, once, when it has ended; raises what it met."""
        if self._thread is None or not self._ended:
            return None
        self._thread.join()
        self._thread = self._process = None
        if self._error is not None:
            raise self._error
        return self._took

    def leave(self) -> None:
        """End a look under way: the process is about to end, too."""
        if self._thread is not None and self._process is not None:
            self._process.terminate()
            self._thread.join(_LEAVE_SECONDS)

    def _hear(self, process: Popen[str], began: float) -> None:
        said: dict[str, object] = {}
        with process:
            for text in process.stdout or ():
                said = _read(text)
                self._tell(said)
        if process.returncode:
            ending = f"the look at the book's files ended with {process.returncode}"
            self._error = LookFailedError(str(said.get("sentence") or ending), str(said.get("hint") or ""))
        self._took = time.monotonic() - began
        self._ended = True
        self._over()

    def _tell(self, said: dict[str, object]) -> None:
        done, of = said.get("done"), said.get("of")
        if self._progress and isinstance(done, int) and isinstance(of, int):
            self._progress(done, of)
        elif self._waits and "waits" in said:
            self._waits()


def _read(text: str) -> dict[str, object]:
    """A line of the process; what is none of its own says what went wrong before it could."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"sentence": text.strip()}
