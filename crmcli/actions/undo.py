"""Take an op back as a new op (STORE §6 rule 25)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from crmcli.engines.files import FILE, PATH
from crmcli.engines.outcome import Outcome
from crmcli.engines.plan import UNDO
from crmcli.engines.road import Request, carry_out
from crmcli.errors import AmbiguousError, ConflictError, NotFoundError, UsageError
from crmcli.model.change import Change
from crmcli.model.event import Event
from crmcli.model.ids import SHORT_ULID, ulid_milliseconds
from crmcli.model.record import Ref, Value, parse_ref
from crmcli.store.erasing import ERASE
from crmcli.store.index.event_rows import row_event
from crmcli.store.merged import ended_by
from crmcli.store.pack import names_of
from crmcli.store.replay import replay, same
from crmcli.store.sameness import SAME, SINCE
from crmcli.store.writing import clone_of

if TYPE_CHECKING:
    from crmcli.store.book import Book


SHORTEST = 6
"""Letters from which on the beginning of an op's id is understood."""
INIT = "init"
"""The op that made the book and its first member: only by its id is it undone."""


class NoSuchOpError(NotFoundError):
    """No op of that id, or nothing left to undo."""

    def __init__(self, op: str) -> None:
        super().__init__(
            f"no op {op!r}" if op else "nothing of this clone is left to undo",
            hint="`crm undo --list` shows the last ones, `crm undo --all` those of everybody",
        )


class OpAmbiguousError(AmbiguousError):
    """Several ops begin so."""

    def __init__(self, begun: str) -> None:
        super().__init__(f"several ops begin with {begun}", hint="`crm undo --list` shows their whole ids")


class AlreadyUndoneError(ConflictError):
    """An op that was undone, and not redone since."""

    def __init__(self, op: str, by: str) -> None:
        super().__init__(
            f"op {op[:SHORT_ULID]} is undone already, by {by[:SHORT_ULID]}",
            hint=f"`crm undo {by[:SHORT_ULID]}` redoes it; --what-fits undoes what was left of it",
        )


class ErasedForGoodError(UsageError):
    """An erasure was to be undone."""

    def __init__(self, op: str) -> None:
        super().__init__(
            f"op {op[:SHORT_ULID]} erased somebody, and what was erased is nowhere any more",
            hint="`crm undo --list` shows the ops before it; each can be undone by its id",
        )


class ChangedSinceError(ConflictError):
    """A field no longer holds what the op wrote."""

    def __init__(self, mismatches: list[Mismatch]) -> None:
        lines = [
            f"  {m.on} {m.field}: the op wrote {m.wrote or 'nothing'!r}, now it is {m.now or 'nothing'!r}"
            for m in mismatches
        ]
        super().__init__(
            "changed since, so nothing was undone:\n" + "\n".join(lines), hint="--what-fits undoes the rest"
        )


class Mismatch(NamedTuple):
    """A field that an undo would not meet as the op left it."""

    on: str
    field: str
    wrote: Value | None
    now: Value | None


class DoneOp(NamedTuple):
    """An op of the journal, for a list: when, by whom, the verb, how many events, on what."""

    op: str
    at: str
    by: str
    via: str
    cmd: str
    events: int
    on: str
    is_undo: bool
    undone: bool


_UNDOES = "json_extract(e.more, '$.undoes')"
_OPS = f"""SELECT e.op, max(e.by), max(e.via), max(json_extract(e.more, '$.cmd')), count(*), min(e."on"),
  max({_UNDOES}) IS NOT NULL
FROM events e JOIN segments s ON s.no = e.seg WHERE (s.path LIKE ? OR s.path LIKE ?) AND e.via NOT IN ('hand', 'git', 'merge') GROUP BY e.op
ORDER BY e.op DESC LIMIT ?"""  # noqa: S608 - constants

_UNDOERS = f"SELECT e.op, {_UNDOES} FROM events e WHERE {_UNDOES} IS NOT NULL ORDER BY e.op DESC"  # noqa: S608 - constants


def verb_of(book: Book, op: str) -> str:
    """The verb of an op, as one of its events has it."""
    row = book.index.row("SELECT max(json_extract(more, '$.cmd')) FROM events WHERE op = ?", (op,))
    return str(row[0] or "op") if row else "op"


def undone_ops(book: Book) -> dict[str, str]:
    """The ops that were undone and not redone, each with the op that undid it; an op undoes only what came before it."""
    undone: dict[str, str] = {}
    for op, undoes in book.index.rows(_UNDOERS):  # the newest first, so that it is known whether an op stands
        if op not in undone and str(undoes) < op:
            undone[str(undoes)] = str(op)
    return undone


def recent_ops(book: Book, limit: int | None = 20, *, everybody: bool = False) -> list[DoneOp]:
    """The newest ops of this clone in this tree (None: all), newest first; what hands and commits did is not among them."""
    segments = ("%", "%") if everybody else names_of(clone_of(book))
    rows = book.index.rows(_OPS, (*segments, -1 if limit is None else limit))
    undone = undone_ops(book)
    return [
        DoneOp._make([row[0], _done_at(book, str(row[0])), *row[1:6], bool(row[6]), row[0] in undone]) for row in rows
    ]


def newest_standing(book: Book) -> str:
    """The op that `undo` takes back when none is named; "" when none is left."""
    return next((o.op for o in recent_ops(book, 200) if not o.undone and not o.is_undo and o.cmd != INIT), "")


def _done_at(book: Book, op: str) -> str:
    """When an op was done, by its id: what it journals may have happened long before."""
    from datetime import UTC, datetime  # noqa: PLC0415 - `undo --list` only

    moment = datetime.fromtimestamp(ulid_milliseconds(op) / 1000, UTC)
    return moment.astimezone(book.zone).isoformat(timespec="milliseconds")


def undo(book: Book, op: str = "", *, what_fits: bool = False, dry_run: bool = False, via: str = "cli") -> Outcome:
    """Undo an op, by default this clone's newest that is not undone; undoing an undo redoes.

    Raises `ChangedSinceError` (exit 5) when a field no longer holds what the op wrote; `what_fits` undoes the rest. Raises
    `AlreadyUndoneError` (5) for an op that is undone; `what_fits` undoes what was left of its fields.
    """
    chosen = op or newest_standing(book)
    events = _events(book, chosen)
    if not events:
        raise NoSuchOpError(op)
    if any(event.do == ERASE for event in events):
        raise ErasedForGoodError(events[0].op)

    def changes() -> list[Change]:
        by = undone_ops(book).get(events[0].op, "")
        if by and not what_fits:
            raise AlreadyUndoneError(events[0].op, by)
        made: list[Change] = []
        mismatches: list[Mismatch] = []
        present: dict[Ref, dict[str, Value] | None] = {}
        for event in reversed(events):
            if not (by and event.do in ("log", "retract")) and not event.more.get("erased"):
                _reverse(book, event, present, made, mismatches)
        if mismatches and not what_fits:
            raise ChangedSinceError(mismatches)
        return made

    request = Request("undo", via=via, rules=UNDO, dry_run=dry_run, more={"undoes": events[0].op})
    outcome = carry_out(book, changes, request)
    outside = ["what hooks did outside the book does not come back"] if _fired_hooks(book, events) else []
    return outcome._replace(notices=[*outcome.notices, *outside])


_EVENTS_OF = """SELECT * FROM events WHERE op = ? ORDER BY "do" = 'log', id"""
"""Lines of the log last: those of a record that the op made are taken back before it."""


def _events(book: Book, op: str) -> list[Event]:
    if not op:
        return []
    rows = book.index.rows(_EVENTS_OF, (_whole(book, op.upper()),))
    return [row_event(row) for row in rows]


def _whole(book: Book, begun: str) -> str:
    """The id of the one op that begins so; raises `OpAmbiguousError` (exit 4)."""
    if len(begun) < SHORTEST:
        return begun
    ops = book.index.rows("SELECT DISTINCT op FROM events WHERE op >= ? AND op < ? LIMIT 2", (begun, f"{begun}~"))
    if len(ops) > 1:
        raise OpAmbiguousError(begun)
    return str(ops[0][0]) if ops else begun


def _fields(book: Book, ref: Ref, present: dict[Ref, dict[str, Value] | None]) -> dict[str, Value] | None:
    if ref not in present:
        row = book.index.row(f'SELECT 1 FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))  # noqa: S608 - a type's name
        present[ref] = dict(book.read_record(ref).fields) if row else None
    return present[ref]


def _reverse(
    book: Book,
    event: Event,
    present: dict[Ref, dict[str, Value] | None],
    changes: list[Change],
    mismatches: list[Mismatch],
) -> None:
    ref = parse_ref(event.on)
    if event.do == "log":
        changes.append(Change("retract", ref, more={"of": event.id}))
        return
    if event.do == "retract":
        changes += _logged_again(book, event)
        return
    if event.do in ("rename", SAME):
        _unname(event, ref, changes, mismatches)
        return
    fields = _fields(book, ref, present)
    if event.do in ("create", "restore"):
        _unmake(event, ref, fields, present, changes, mismatches)
        if changes and changes[-1] == Change("delete", ref):
            changes += _one_again(book, event)
    elif event.do == "delete":
        if fields is not None:
            mismatches.append(Mismatch(event.on, "the record", None, "there again"))
            return
        kept = {name: event.more[name] for name in (FILE, PATH) if name in event.more}
        changes.append(Change("restore", ref, record=event.record, more=kept))
        present[ref] = dict(event.record or {})
    elif event.do in ("set", "move"):
        _unset(book, event, ref, fields, changes, mismatches)


def _unname(event: Event, ref: Ref, changes: list[Change], mismatches: list[Mismatch]) -> None:
    """A name goes back; a sameness ends by the record that comes back."""
    if event.do == "rename" and ref.id == event.to:
        changes.append(Change("rename", ref, to=event.from_))
    elif event.do == "rename":
        mismatches.append(Mismatch(event.on, "id", event.to, ref.id))


def _unmake(
    event: Event,
    ref: Ref,
    fields: dict[str, Value] | None,
    present: dict[Ref, dict[str, Value] | None],
    changes: list[Change],
    mismatches: list[Mismatch],
) -> None:
    made = event.record or {}
    names = [n for n in {**made, **(fields or {})} if not same(made.get(n), (fields or {}).get(n))]
    if fields is None:
        mismatches.append(Mismatch(event.on, "the record", "made", "gone"))
    elif names:
        mismatches += [Mismatch(event.on, n, made.get(n), fields.get(n)) for n in names]
    else:
        changes.append(Change("delete", ref))
        present[ref] = None


def _one_again(book: Book, event: Event) -> list[Change]:
    """What the return of a record ended: that it was one with another since they were merged."""
    same = ended_by(book, event)
    return [Change(SAME, parse_ref(same.kept), more={"of": same.gone, SINCE: same.op})] if same else []


def _of(event: Event) -> dict[str, object]:
    """What a change had to do with a merge, its way back has too."""
    return {"of": event.more["of"]} if "of" in event.more else {}


def _put_back(book: Book, event: Event, items: list[str]) -> list[str]:
    """A list with what the event took out where it stood before: behind what stood before it and is still there.

    The journal has the order in which things came; where a hand put them in another one, that is kept.
    """
    if not event.remove:
        return items
    rows = book.index.rows('SELECT * FROM events WHERE "on" = ? AND id < ? ORDER BY id', (event.on, event.id))
    before = replay(row_event(row) for row in rows).get(event.on, {}).get(event.field, [])
    stood = [before] if isinstance(before, str) else before
    order = list(items)
    for item in sorted(event.remove, key=lambda item: stood.index(item) if item in stood else len(stood)):
        ahead = stood[: stood.index(item)] if item in stood else order
        order.insert(max((order.index(other) + 1 for other in ahead if other in order), default=0), item)
    return order


def _unset(
    book: Book,
    event: Event,
    ref: Ref,
    fields: dict[str, Value] | None,
    changes: list[Change],
    mismatches: list[Mismatch],
) -> None:
    if fields is None:
        mismatches.append(Mismatch(event.on, event.field, event.to, "gone"))
        return
    value = fields.get(event.field)
    if event.add or event.remove:
        items = [value] if isinstance(value, str) else value or []
        missing = [item for item in event.add if item not in items] + [item for item in event.remove if item in items]
        if missing:
            mismatches.append(Mismatch(event.on, event.field, list(event.add), items))
            return
        order = _put_back(book, event, [item for item in items if item not in event.add])
        changes.append(Change("set", ref, event.field, order, add=event.remove, remove=event.add, more=_of(event)))
        fields[event.field] = order
    elif same(value, event.to):
        # A stage goes back as a plain set of the field would: `move` finds the stage and journals it as one.
        do = event.do if event.from_ is not None else "set"
        changes.append(Change(do, ref, event.field, to=event.from_, more=_of(event)))
        if event.from_ is None:
            fields.pop(event.field, None)
        else:
            fields[event.field] = event.from_
    else:
        mismatches.append(Mismatch(event.on, event.field, event.to, value))


def _logged_again(book: Book, event: Event) -> Iterable[Change]:
    """Undoing an undone log line logs it again, with its own time."""
    row = book.index.row("SELECT * FROM events WHERE id = ?", (str(event.more.get("of", "")),))
    if row is None:
        return []
    line = row_event(row)
    more = {k: v for k, v in line.more.items() if k != "cmd"}
    return [Change("log", parse_ref(line.on), at=line.at, more=more, by=line.by)]


def _fired_hooks(book: Book, events: list[Event]) -> bool:
    from crmcli.store.hook_log import runs  # noqa: PLC0415 - only after an undo

    return any(run.op == events[0].op for run in runs(book.state))
