"""The road for bulk work: one op, planned and staged record by record, so that memory does not grow with its size.

The steps are those of `road.carry_out`: lock, recover, drift, plan, hooks, commit. What differs: records are handed in one
by one, a refused one does not stop the others, hooks are told once for the whole batch, and the index reads the new
files at the next question. Only what hooks ask for is kept in memory (and everything, while a hook may veto). The rules are
those of an import: nothing is asked that would need the records together.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, NamedTuple, Self

from crmcli.engines import hooking
from crmcli.engines.plan import IMPORT, Planned, Planner
from crmcli.engines.road import ChangedMeanwhileError, Request, SavedBesideError, check_still_unique
from crmcli.model.change import Change
from crmcli.model.event import Event
from crmcli.model.ids import UlidSource, randomness
from crmcli.model.record import Ref
from crmcli.store import writing
from crmcli.store.dating import dated
from crmcli.store.drift import Drift, drift_of, may_journal
from crmcli.store.lock import locked
from crmcli.store.pending import digest_file

if TYPE_CHECKING:
    from crmcli.engines.hooks.header import Hook
    from crmcli.store.book import Book

Group = tuple[Ref, list[Change]]
"""All changes to one record."""


class BulkOutcome(NamedTuple):
    """The op's id ("" when nothing changed), how many records were made and changed, sentences for people."""

    op: str
    made: int
    changed: int
    events: int
    notices: list[str]
    dry: bool = False


class BulkOp(AbstractContextManager["BulkOp"]):
    """One op in the making, under the book's lock. `take` records, then `finish`; leaving without it writes nothing.

    A record may be changed once, and get as many lines of the log as there are; what is taken is on disk only after `finish`.
    """

    def __init__(self, book: Book, request: Request) -> None:
        self._book = book
        self._request = request
        self._author = book.writer()
        self._lock = ExitStack()
        self._more: dict[str, object] = {"cmd": request.cmd, **request.more}  # for the op's first event
        self._made = self._changed = self._events = 0
        self._drift: list[Drift] = []
        self._looked_at: set[Ref] = set()  # for drift
        self._takes_drift: bool | None = None
        self._held: list[tuple[Planned, list[Event]]] = []
        self._write: writing.Write | None = None

    def __enter__(self) -> Self:
        book = self._book
        with ExitStack() as lock:
            if self._request.dry_run:  # nothing is finished, journaled or locked for a look
                self._notices: list[str] = []
            else:
                lock.enter_context(locked(book.root))
                self._notices = writing.prepare(book, [])
            book.index.refresh()
            self._lock = lock.pop_all()
        now = book.now()
        self._stamp = now.isoformat(timespec="milliseconds")
        self._planner = Planner(book, IMPORT, now.isoformat(timespec="seconds"))
        self._before = writing.id_source(book)  # drift comes first, so its ids must be the smaller ones
        self._renumber(self._before.next())
        self._watch = _Watch(book) if self._request.hooks and hooking.has_hooks(book) else None
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._write is not None:
                self._write.drop()
        finally:
            self._lock.close()

    def take(
        self, groups: Sequence[Group], fresh: Collection[Ref] = (), made: Mapping[Ref, bytes] | None = None
    ) -> list[Planned | None]:
        """Plan records that belong together and stage them; None for one that nothing changes.

        `fresh` are new ones whose ids are known to be nobody's, `made` those that this op made, for lines of their log.
        Raises what the form, the process or the company's rules
        say; then none of them is taken.
        """
        self._planner.forget_made()
        known = made or {}
        plans = [self._planner.plan(ref, c, fresh=ref in fresh, made=known.get(ref)) for ref, c in groups]
        for planned in plans:
            if planned is not None:
                self._take(planned)
        return plans

    def finish(self) -> BulkOutcome:
        """Ask hooks, commit, tell hooks; raises what a hook says no to (exit 7) and conflicts (5), nothing is written then."""
        self._looked_at.clear()
        dry = self._request.dry_run
        if dry or not self._made + self._changed:
            return self._outcome("", dry=dry)
        asked = self._watch.asked(self._book) if self._watch else None
        if asked is not None and asked.question:
            asked = self._ask(asked)
        for planned, events in self._held:
            self._stage(planned, events)
        self._held.clear()
        self._journal_drift()
        write, self._write = self._write, None
        done = write.complete([], asked.outbox if asked else [], bulk=True) if write else writing.Written([], [])
        self._lock.close()
        if done.conflicts:
            raise SavedBesideError(done.conflicts)
        self._notices += done.notices
        self._notices += hooking.drain(self._book)
        return self._outcome(self._op, dry=False)

    # ---- one record -------------------------------------------------------------------------------------

    def _take(self, planned: Planned) -> None:
        if planned.old:
            self._note_drift(planned.ref)
            self._changed += 1
        else:
            self._made += 1
        events = self._numbered(planned)
        self._events += len(events)
        if self._request.dry_run:
            return
        if self._watch is not None:
            self._watch.see(planned, events)
        if self._watch is not None and self._watch.may_veto:
            self._held.append((planned, events))
        else:
            self._stage(planned, events)

    def _numbered(self, planned: Planned) -> list[Event]:
        via, op = self._request.via, self._op
        events = []
        for event in planned.events:
            id_, at, by = event.id or self._ids.next(), event.at or self._stamp, event.by or self._author
            events.append(Event(id_, at, by, via, op, *event[5:]))
        if self._more:
            events[0] = events[0]._replace(more={**events[0].more, **self._more})
            self._more = {}
        return events

    def _stage(self, planned: Planned, events: list[Event]) -> None:
        if self._write is None:
            self._write = writing.Write(self._book, self._op)
        if planned.content is not None or planned.gone:
            self._write.stage(planned.path, planned.old, planned.content, planned.ref)
        for event in events:
            self._write.event(event)

    def _note_drift(self, ref: Ref) -> None:
        if self._takes_drift is None:
            self._takes_drift = may_journal(self._book)
        if self._takes_drift and ref not in self._looked_at:
            self._looked_at.add(ref)
            found = drift_of(self._book, [ref])
            self._drift += found.drift
            self._notices += found.notices

    # ---- the op -----------------------------------------------------------------------------------------

    def _renumber(self, after: str) -> None:
        """Draw a new op id, and ids greater than `after` and than what `_before` will give."""
        fast = random.Random(randomness().getrandbits(128))  # noqa: S311 - ids need be different, not secret
        self._ids = UlidSource(fast, 0, after)
        self._op = self._ids.next()

    def _journal_drift(self) -> None:
        if not self._drift:
            return
        events = dated(self._book, self._drift, self._before.next)
        write = writing.Write(self._book, events[0].op)
        for event in events:
            write.event(event)
        write.complete([], [])

    def _ask(self, asked: hooking.Asked) -> hooking.Asked:
        """Ask the hooks that may veto with the lock released; then everything must still be as it was planned on."""
        self._lock.close()
        self._notices += hooking.ask(asked)
        self._book.index.stale()
        self._lock.enter_context(locked(self._book.root))
        self._notices += writing.prepare(self._book, [])
        moved = next((p.path for p, _ in self._held if digest_file(self._book.root / p.path) != p.old), "")
        if moved:
            raise ChangedMeanwhileError(moved)
        check_still_unique(self._book, (planned for planned, _ in self._held))
        self._before = writing.id_source(self._book)
        self._renumber(self._before.next())
        again = _Watch(self._book)
        for place, (planned, events) in enumerate(self._held):
            told = [(event, given.id) for event, given in zip(events, planned.events, strict=True)]
            fresh = [event._replace(id=given or self._ids.next(), op=self._op) for event, given in told]
            self._held[place] = (planned, fresh)
            again.see(planned, fresh)
        now = again.asked(self._book)
        if now is None or now.question != asked.question:
            raise ChangedMeanwhileError("hooks")
        return now

    def _outcome(self, op: str, *, dry: bool) -> BulkOutcome:
        return BulkOutcome(op, self._made, self._changed, self._events, self._notices, dry)


class _Watch:
    """What the book's hooks want to know of a batch: only records that one of their triggers fits are kept."""

    def __init__(self, book: Book) -> None:
        from crmcli.engines.hooks.header import BEFORE, load_hooks  # noqa: PLC0415 - only books with hooks

        self._book = book
        self._hooks: list[Hook] = load_hooks(hooking.site_of(book))[0]
        self._records: list[Planned] = []
        self._events: list[Event] = []
        self.may_veto = any(hook.phase == BEFORE for hook in self._hooks)

    def see(self, planned: Planned, events: list[Event]) -> None:
        """Keep a record and its events when a hook may answer to them."""
        found = hooking.occurrences_of(self._book, [planned], events)
        if any(trigger.fits(one) for hook in self._hooks for trigger in hook.triggers for one in found):
            self._records.append(planned._replace(content=None))
            self._events += events

    def asked(self, book: Book) -> hooking.Asked | None:
        """What hooks are to be asked and told."""
        return hooking.prepare(book, self._records, self._events)
