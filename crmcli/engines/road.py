"""The one road of every change (DESIGN §3): lock, recover, plan, ask hooks, commit, run hooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from crmcli.engines import form, hooking
from crmcli.engines.intent import Intent, Wanted
from crmcli.engines.outcome import Outcome
from crmcli.engines.plan import PEOPLE, UNDO, Planned, Planner, Rules
from crmcli.errors import ConflictError
from crmcli.light import NamedTuple
from crmcli.model.change import Change
from crmcli.model.event import Event
from crmcli.model.ids import UlidSource
from crmcli.model.record import Ref
from crmcli.store import writing
from crmcli.store.lock import locked
from crmcli.store.pending import digest_file
from crmcli.store.place import Conflict

if TYPE_CHECKING:
    from crmcli.store.book import Book


class ChangedMeanwhileError(ConflictError):
    """What a plan was made on is no longer there."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} was changed meanwhile", hint="nothing was written; look at it and run it again")


class SavedBesideError(ConflictError):
    """Files that somebody else changed in the same place while the op was being written."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        listed = ", ".join(f"{c.path} (kept beside: {c.parked})" for c in conflicts)
        super().__init__(
            f"changed by somebody else while this was written: {listed}",
            hint="both versions are there: compare them, then edit the record",
        )


class Request(NamedTuple):
    """Everything a command asks of the road."""

    cmd: str
    via: str = "cli"
    rules: Rules = PEOPLE
    dry_run: bool = False
    more: dict[str, object] = {}  # noqa: RUF012 - a NamedTuple's default: keys for the op's first event
    progress: Callable[[int], None] | None = None
    hooks: bool = True
    asked: frozenset[Ref] | None = None
    """The records that must keep `rules`; None: all. The others are only relinked, and nothing is asked of them."""


def carry_out(book: Book, wanted: Wanted, request: Request) -> Outcome:
    """Plan the changes and write them as one op, all or nothing.

    Changes that follow from what the book says are handed in as the function that makes them: they were made without the
    lock, so they are made again under it where anything moved meanwhile. Raises what the company's rules say no to (exit
    7), conflicts (5), unusable values (2). Hooks that run after the commit cannot fail the op: their trouble is among the
    notices.
    """
    intent = Intent(book, wanted)
    if not intent.grouped:
        return Outcome("", [], [], [], request.dry_run)
    author = book.writer()
    if request.dry_run:  # nothing is finished, journaled or locked for a look
        return make_plan(book, intent.grouped, request, author).outcome([], dry=True)
    with locked(book.root):
        notices = intent.prepare()
        plan = make_plan(book, intent.grouped, request, author)
        if not plan.records:
            return plan.outcome(notices, dry=False)
        asked = hooking.prepare(book, plan.records, plan.events) if request.hooks else None
        notices += asked.notices if asked else []
        done = None if asked and asked.question else _commit(book, plan, asked)
    if asked and done is None:
        notices += hooking.ask(asked)  # with the lock released: a hook may take its time, and may call crm
        book.index.stale()
        plan, done = _commit_after_asking(book, intent, request, plan, asked)
    return _finish(book, plan, notices, done)


def _commit_after_asking(
    book: Book, intent: Intent, request: Request, plan: Plan, asked: hooking.Asked
) -> tuple[Plan, writing.Written]:
    """Commit what the hooks agreed to: as planned, or planned once more when a file changed meanwhile.

    Raises `ChangedMeanwhileError` (exit 5) when the hooks would now be asked something else.
    """
    with locked(book.root):
        before = intent.grouped
        intent.prepare()
        read = (found for planned in plan.records for found in planned.read)
        moved = next((path for path, old in read if digest_file(book.root / path) != old), "")
        if moved or intent.grouped != before:
            plan = make_plan(book, intent.grouped, request, book.writer())
        else:
            plan = plan.renumbered(book)
            check_still_unique(book, plan.records)  # other records may have changed
            _enforce(book, plan)
        again = hooking.prepare(book, plan.records, plan.events)
        if again is None or again.question != asked.question:
            raise ChangedMeanwhileError(moved or (plan.records[0].path if plan.records else str(next(iter(before)))))
        return plan, _commit(book, plan, again)


class Plan(NamedTuple):
    """An op as planned: its records, and its events with ids."""

    op: str
    records: list[Planned]
    events: list[Event]
    refs: list[Ref]

    def outcome(self, notices: list[str], *, dry: bool) -> Outcome:
        """What the op does, or would do."""
        return Outcome(self.op if self.records else "", self.events, self.refs, notices, dry)

    def renumbered(self, book: Book) -> Plan:
        """The same plan under fresh ids: others may have written while hooks were asked."""
        ids = writing.id_source(book, self.refs)
        op = ids.next()
        events = [event._replace(id=ids.next(), op=op) for event in self.events]
        return self._replace(op=op, events=events)


def make_plan(book: Book, grouped: Mapping[Ref, list[Change]], request: Request, author: str) -> Plan:
    """Plan every record of an op and number its events."""
    stamp = book.now().isoformat(timespec="milliseconds")
    planner = Planner(book, request.rules, book.now().isoformat(timespec="seconds"))
    records = [
        planned
        for ref, changes in grouped.items()
        if (
            planned := planner.plan(ref, changes, rules=None if request.asked is None or ref in request.asked else UNDO)
        )
    ]
    ids = writing.id_source(book, grouped)
    op = ids.next()
    events = list(numbered(records, ids, op, stamp, author, request))
    plan = Plan(op, records, events, [planned.ref for planned in records])
    _enforce(book, plan)
    return plan


def _enforce(book: Book, plan: Plan) -> None:
    """Ask the company's conditions of the plan; the index is as it was when they are answered."""
    if any(planned.asked for planned in plan.records):
        from crmcli.engines.enforce import enforce  # noqa: PLC0415 - many types have no condition

        enforce(book, plan.records, plan.events)


def check_still_unique(book: Book, records: Iterable[Planned]) -> None:
    """Raise `ValueTakenError` (exit 7) when somebody took a `unique` value since the records were planned."""
    planned_ones = list(records)
    free = {gone for p in planned_ones for gone in form.given_up(p.ref, book.type_of(p.ref), p.before, p.after)}
    for planned in planned_ones:
        if planned.after is not None:
            form.check_unique(book, planned.ref, book.type_of(planned.ref), planned.before, planned.after, free)


def numbered(
    records: Iterable[Planned], ids: UlidSource, op: str, stamp: str, author: str, request: Request
) -> Iterator[Event]:
    """Give each planned event its id, time, author and way; the first carries the verb."""
    first = {"cmd": request.cmd, **request.more}
    via = hooking.way(request.via)
    for planned in records:
        for event in planned.events:
            more = {**event.more, **first} if first else event.more
            first = {}
            by = event.by or author
            yield event._replace(id=event.id or ids.next(), at=event.at or stamp, by=by, via=via, op=op, more=more)


def _commit(book: Book, plan: Plan, asked: hooking.Asked | None) -> writing.Written:
    written = writing.Write(book, plan.op)
    for planned in plan.records:
        if planned.content is not None or planned.gone:
            written.stage(planned.path, planned.old, planned.content, planned.ref)
        if planned.left:
            written.stage(planned.left, planned.left_old, None, planned.ref)
    for event in plan.events:
        written.event(event)
    return written.complete(
        [path for planned in plan.records for path, _ in planned.read], asked.outbox if asked else []
    )


def _finish(book: Book, plan: Plan, notices: list[str], done: writing.Written | None) -> Outcome:
    if done is None:
        return plan.outcome(notices, dry=False)
    if done.conflicts:
        raise SavedBesideError(done.conflicts)
    notices += done.notices
    notices += hooking.drain(book)
    return plan.outcome(notices, dry=False)
