"""The desk: the one thread that owns the book, its index and its lock; screens hand it questions and actions.

Nothing of the store runs on the event loop. A job is a function of the book, made of values: it never touches a widget.
Answers go back as messages to whoever asked, and there run `then` on the event loop. What goes wrong comes back as a
`Trouble`, in words.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from crmcli.errors import CrmError
from crmcli.store.lookout import Lookout
from crmcli.store.watching import Moved, Watch
from crmcli_tui.messages import Answered, BookChanged, Progress, Refused, Told, Trouble, Waiting

if TYPE_CHECKING:
    from textual.message import Message
    from textual.message_pump import MessagePump

    from crmcli.store.book import Book

T = TypeVar("T")

GLANCE_SECONDS = 0.5
"""Between two looks for changes by others."""
OLDEST_SECONDS = 300.0
"""After so long screens ask again though nothing moved: what is late depends on the hour."""
TELL_SECONDS = 0.1
"""Progress is told no more often."""
LEAVE_SECONDS = 2.0
"""How long whoever leaves waits for a question under way; an action is always waited for."""
READING = "reading the book"
LOOKING = "looking for changes since the last time"
ELSEWHERE = "another crm is making the index of this book: waiting for it"


class _LeftError(Exception):
    """The program is left while the index is being built: the next one begins it anew."""


class Job(NamedTuple):
    """Something to do with the book, for somebody."""

    asker: MessagePump
    kind: str
    work: Callable[[Book], object]
    then: Callable[[object], None]
    refused: Callable[[Trouble], None] | None
    writes: bool
    large: bool = False


class Desk:
    """The owner of the book. Its methods may be called from the event loop; `tell` must be safe to call from a thread."""

    def __init__(
        self, open_: Callable[[], Book], tell: Callable[[Message], object], *, glance: float | None = GLANCE_SECONDS
    ) -> None:
        self._open = open_
        self._tell = tell
        self._glance_seconds = glance
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        self._glance_now = self._asked = False
        self._told_at = 0.0
        self._progress_at = 0.0
        self._progress_shown = False
        self._writes = False  # whether the job under way changes the book
        self._untold = False  # whether the book was opened and nobody heard what is wrong with its engine files
        self._troubled = False  # whether the last that everybody heard was a trouble
        self._lookout = Lookout(self._hear, self._tell_far, self._tell_elsewhere)
        self._owned: tuple[Book, Watch] | None = None
        self.language = "en"
        """The language of the book, once it is open."""
        self.busy: tuple[str, float] | None = None
        """The kind of job under way and when it began (monotonic); None when there is none."""
        self._thread = threading.Thread(target=self._run, name="crm-desk", daemon=True)

    # ---- for the event loop -----------------------------------------------------------------------------

    def start(self) -> None:
        """Open the book and begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after every action that was asked for, and give the book back; nobody waits for answers any more."""
        with self._changed:
            self._stopping = True
            writes = self._writes or any(job.writes for job in self._jobs)
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(None if writes else LEAVE_SECONDS)

    def ask(
        self,
        asker: MessagePump,
        kind: str,
        question: Callable[[Book], T],
        then: Callable[[T], None],
        refused: Callable[[Trouble], None] | None = None,
        *,
        large: bool = False,
    ) -> None:
        """Have a question answered; it takes the place of an older one of its kind by the same asker that still waits.

        A `large` one, about all of the book, lets others go before it.
        """
        self._put(Job(asker, kind, question, then, refused, writes=False, large=large))  # type: ignore[arg-type]

    def act(
        self,
        asker: MessagePump,
        kind: str,
        action: Callable[[Book], Told],
        then: Callable[[Told], None],
        refused: Callable[[Trouble], None] | None = None,
    ) -> None:
        """Have something done; actions are done in order, each once, and screens hear `BookChanged` after it."""
        self._put(Job(asker, kind, action, then, refused, writes=True))  # type: ignore[arg-type]

    def glance(self) -> None:
        """Look for changes by others now, at every file."""
        with self._changed:
            self._glance_now = self._asked = True
            self._changed.notify_all()

    def is_stopping(self) -> bool:
        """Whether it was told to end."""
        return self._stopping

    def is_looking(self) -> bool:
        """Whether a look at every file is under way, beside the answers."""
        return self._lookout.under_way

    def is_idle(self) -> bool:
        """Whether nothing waits and nothing is under way."""
        with self._changed:
            return self._rests()

    def wait_idle(self, seconds: float = 60.0) -> bool:
        """Wait until nothing waits and nothing is under way; not on the event loop."""
        with self._changed:
            return self._changed.wait_for(self._rests, timeout=seconds)

    def _rests(self) -> bool:
        return not self._jobs and not self._glance_now and self.busy is None and not self._lookout.under_way

    # ---- the thread -------------------------------------------------------------------------------------

    def _put(self, job: Job) -> None:
        with self._changed:
            if not job.writes:
                kept = (other for other in self._jobs if other.writes or other[:2] != job[:2])
                self._jobs = deque(kept)
            self._jobs.append(job)
            self._changed.notify_all()

    def _run(self) -> None:
        while (job := self._next()) is not None or not self.is_stopping():
            try:
                if job is not None:
                    self._work(job)
                else:
                    self._look()
                if not self._lookout.under_way:
                    self._progress_over()
            finally:
                with self._changed:
                    self.busy, self._writes = None, False
                    self._changed.notify_all()
        self._lookout.leave()
        if self._owned:
            self._owned[0].index.close()

    def _hear(self) -> None:
        """Take notice of the end of a look."""
        with self._changed:
            self._glance_now = True
            self._changed.notify_all()

    def _next(self) -> Job | None:
        """The next job, of one that ends only actions; None when it is time to look for changes, or to end."""
        with self._changed:
            self._changed.wait_for(
                lambda: bool(self._jobs) or self._stopping or self._glance_now, timeout=self._glance_seconds
            )
            if self._stopping:
                self._jobs = deque(job for job in self._jobs if job.writes)
            if self._jobs:
                job = next((job for job in self._jobs if not job.large), self._jobs[0])
                self._jobs.remove(job)
                self.busy, self._writes = (job.kind, monotonic()), job.writes
                return job
            self._glance_now = False
            self.busy = None if self._stopping else ("", monotonic())
            return None

    def _book(self) -> tuple[Book, Watch]:
        if self._owned is None:
            book = self._open()
            book.progress = self._progress
            book.waits = self._wait_elsewhere
            book.steady = True
            self._owned = book, Watch(book, lookout=self._lookout)
            self.language = book.setup.config.language
            self._told_at = monotonic()
            self._untold = True
            if self._lookout.under_way:
                self._progress_shown = True
                self._tell(Waiting(LOOKING))
        return self._owned

    def _work(self, job: Job) -> None:
        try:
            book, watch = self._book()
            if job.writes:
                book.look_at_clock()
                watch.writing()
            else:
                book.index.hold()
            try:
                value = job.work(book)
            finally:
                moved = watch.written() if job.writes else watch.told()  # lets go of the state that was held, too
        except _LeftError:
            return
        except Exception as error:  # noqa: BLE001 - whoever asked is told; the terminal stays whole
            trouble = trouble_of(error)
            deliver = partial(job.refused, trouble) if job.refused else None
            job.asker.post_message(Refused(job.kind, trouble, deliver))
        else:
            job.asker.post_message(Answered(job.kind, value, partial(job.then, value)))
            if moved is not Moved.NOTHING:
                self._say_changed()

    def _look(self) -> None:
        """See what others did; what cannot be looked at is told, and that it can be again."""
        gone = self._owned is None
        try:
            _, watch = self._book()
            with self._changed:
                asked, self._asked = self._asked, False
            moved = watch.glance(asked=asked)
            if moved is Moved.SETUP:
                self._open_anew()
        except _LeftError:
            return
        except Exception as error:  # noqa: BLE001 - as in `_work`
            self._trouble(trouble_of(error))
            return
        if gone or moved is not Moved.NOTHING or monotonic() - self._told_at > OLDEST_SECONDS:
            self._say_changed()
        self._tell_problems()

    def _tell_problems(self) -> None:
        """Tell what is wrong with the engine files of a book that was opened, or that nothing is any more."""
        problems = self._owned[0].setup.problems if self._owned else ()
        if problems and self._untold:
            first = min(problems, key=lambda problem: problem.severity != "error")
            more = f" ({len(problems) - 1} more: `crm check`)" if len(problems) > 1 else ""
            self._trouble(Trouble(f"{first.path}:{first.line}: {first.message}{more}", first.remedy))
        elif self._troubled and not problems:
            self._troubled = False
            self._tell(Progress(READING, 0, 0))
        self._untold = False

    def _trouble(self, trouble: Trouble) -> None:
        """Tell everybody; what was said of progress is over, and takes nothing of it away."""
        self._progress_over()
        self._troubled = True
        self._tell(Refused("", trouble, None))

    def _open_anew(self) -> None:
        if self._owned:
            self._owned[0].index.close()
            self._owned = None
        self._book()

    def _say_changed(self) -> None:
        self._told_at = monotonic()
        self._tell(BookChanged())

    def _progress(self, done: int, of: int) -> None:
        """Tell how far work on the index is; nobody waits for the rest of it once the program is left."""
        self._leave_unless_it_writes()
        self._tell_far(done, of)

    def _wait_elsewhere(self) -> None:
        """Tell that another process makes the index; whoever leaves does not wait for it."""
        self._leave_unless_it_writes()
        self._tell_elsewhere()

    def _leave_unless_it_writes(self) -> None:
        if self.is_stopping() and not self._writes:
            raise _LeftError

    def _tell_far(self, done: int, of: int) -> None:
        now = monotonic()
        if done >= of or now - self._progress_at > TELL_SECONDS:
            self._progress_at = now
            self._progress_shown = True
            self._tell(Progress(READING, done, of))

    def _tell_elsewhere(self) -> None:
        self._progress_shown = True
        self._tell(Waiting(ELSEWHERE))

    def _progress_over(self) -> None:
        if self._progress_shown:
            self._progress_shown = False
            self._tell(Progress(READING, 0, 0))


def trouble_of(error: Exception) -> Trouble:
    """An error in words, with what to do; of a defect the traceback is kept where the message says."""
    if isinstance(error, CrmError):
        from crmcli.engines.form import FieldsMissingError  # noqa: PLC0415 - only where something was refused

        if isinstance(error, FieldsMissingError):
            return Trouble(str(error), error.hint, str(error.ref), error.names)
        return Trouble(str(error), error.hint)
    if isinstance(error, OSError):
        from crmcli.store.remedy import remedy, system_sentence  # noqa: PLC0415 - only where the disk fails

        return Trouble(system_sentence(error), remedy(error))
    import traceback  # noqa: PLC0415 - only for a defect

    from crmcli.store.places import keep_failure  # noqa: PLC0415

    path = keep_failure("".join(traceback.format_exception(error)), os.environ)
    sentence = f"this should not have happened: {type(error).__name__}: {error}"
    return Trouble(sentence, f"the details are in {path}" if path else "")
