"""Drift: what a record file says beyond the replay of the journal in the same tree (STORE §3).

Git moves records and journal together, so switching, pulling or rebasing leaves drift empty; what remains was written by a
hand here, or committed by somebody without crm, and is journaled as what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.event import Event
from crmcli.model.record import Fields, Ref, Value
from crmcli.model.schema import RecordType
from crmcli.store import git
from crmcli.store.git_drift import author_of, derived_id
from crmcli.store.index.load import EVENTS_ON, row_event
from crmcli.store.records import parse_record
from crmcli.store.replay import differences, replay

if TYPE_CHECKING:
    from crmcli.store.book import Book


NextId = Callable[[], str]
"""Draws the next event id."""


class Drift(NamedTuple):
    """One field (or a whole record) that the journal does not know: an event without id, time and author."""

    ref: Ref
    path: str
    event: Event  # id, at, by, via and op are empty
    previous: str  # id of the record's last event, "" for a record the journal has never seen
    last_of_field: str  # `at` of the last event on the field
    content: bytes


class DriftFound(NamedTuple):
    """What a scan found: drift to journal, and sentences for people about what was left alone."""

    drift: list[Drift]
    notices: list[str]


def events_of(book: Book, ref: Ref) -> list[Event]:
    """The record's events in id order."""
    return [row_event(row) for row in book.index.rows(EVENTS_ON, (str(ref),))]


def drift_of(book: Book, refs: Iterable[Ref]) -> DriftFound:
    """Compare the files of `refs` with their replay; broken files are left alone."""
    found: list[Drift] = []
    notices: list[str] = []
    for ref in refs:
        row = book.index.row(f'SELECT "_path" FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))
        if row is not None:
            _compare(book, ref, str(row[0]), found, notices)
    return DriftFound(found, notices)


def _compare(book: Book, ref: Ref, path: str, found: list[Drift], notices: list[str]) -> None:
    try:
        content = (book.root / path).read_bytes()
    except OSError:
        return
    read = parse_record(path, content)
    if read.problem:
        return
    events = events_of(book, ref)
    known = replay(events).get(str(ref))
    fields = dict(read.record.fields)
    previous = events[-1].id if events else ""
    if known is None:
        event = Event("", "", "", "", "", "restore" if events else "create", str(ref), record=fields)
        found.append(Drift(ref, path, event, previous, "", content))
        return
    changed = differences(known, fields)
    record_type = book.type_of(ref)
    for name, before, after in changed:
        last = next((e.at for e in reversed(events) if e.field == name or e.record is not None), "")
        found.append(Drift(ref, path, _set_event(ref, record_type, name, before, after), previous, last, content))
    notices.extend(_saved_over(ref, events, changed))


def _set_event(ref: Ref, record_type: RecordType, name: str, before: Value | None, after: Value | None) -> Event:
    stage = record_type.stage
    do = "move" if stage is not None and stage.name == name else "set"
    if isinstance(before, list) or isinstance(after, list):
        old, new = _items(before), _items(after)
        return Event(
            "", "", "", "", "", do, str(ref), name,
            add=tuple(i for i in new if i not in old), remove=tuple(i for i in old if i not in new),
        )  # fmt: skip
    return Event("", "", "", "", "", do, str(ref), name, from_=before, to=after)


def _items(value: Value | None) -> list[str]:
    if not value:
        return []
    return [value] if isinstance(value, str) else value


def _saved_over(ref: Ref, events: Sequence[Event], changed: Sequence[tuple[str, Value | None, Value | None]]) -> list[str]:
    """A field put back to exactly what the last op changed, while another changed: an editor had the old text open."""
    if len(changed) < 2 or not events:
        return []
    last = {e.field: e.from_ for e in events if e.op == events[-1].op and e.do in ("set", "move")}
    return [
        f"{ref}: {name} is back at {after or 'nothing'!r}: an editor saved over the last change"
        for name, _, after in changed
        if name in last and last[name] == after
    ]


def dated(book: Book, drift: Sequence[Drift], next_id: NextId) -> list[Event]:
    """Give each drift its id, time and author: a hand here and now, or the commit that brought it."""
    repository = git.find_repository(book.root)
    stamp = book.now().isoformat(timespec="milliseconds")
    op = next_id() if drift else ""
    by_hand = list(drift)
    events: list[Event] = []
    if repository is not None and drift:
        prefix = _prefix(book, repository)
        committed = git.blob_ids(repository, sorted({prefix + d.path for d in drift}))
        in_commit = [d for d in drift if committed.get(prefix + d.path) == git.blob_id(d.content)]
        by_hand = [d for d in drift if d not in in_commit]
        events += _by_commit(book, repository, prefix, in_commit, next_id, stamp)
    for d in by_hand:
        events.append(d.event._replace(id=next_id(), at=stamp, by=book.me, via="hand", op=op))
    return sorted(events)


def _by_commit(
    book: Book, repository: git.Repository, prefix: str, drift: Sequence[Drift], next_id: NextId, stamp: str
) -> list[Event]:
    events = []
    for d in drift:
        if _in_loose_segment(book, repository, prefix, d.previous):
            fresh = next_id()
            events.append(d.event._replace(id=fresh, at=stamp, by="", via="git", op=fresh))
            continue
        author = author_of(repository, prefix + d.path, d.event, d.last_of_field)
        fresh = derived_id(d.event, d.previous, author)
        events.append(d.event._replace(id=fresh, at=author.at, by=author.mail, via="git", op=fresh))
    return events


def _in_loose_segment(book: Book, repository: git.Repository, prefix: str, event: str) -> bool:
    """Whether an event lies in a segment that HEAD does not have: the file went back under a stash."""
    if not event:
        return False
    row = book.index.row("SELECT s.path FROM events e JOIN segments s ON s.no = e.seg WHERE e.id = ?", (event,))
    return row is not None and not git.blob_ids(repository, [prefix + str(row[0])])


def _prefix(book: Book, repository: git.Repository) -> str:
    """The book's place in its repository, "" when it is its own."""
    inside = book.root.resolve().relative_to(repository.top.resolve()).as_posix()
    return "" if inside == "." else f"{inside}/"


def may_journal(book: Book, *, in_commit: bool = False) -> bool:
    """Whether drift may be journaled now: no git operation is under way (STORE rule 11)."""
    repository = git.find_repository(book.root)
    return repository is None or not git.operation_under_way(repository, in_commit=in_commit)


def state_now(book: Book, ref: Ref) -> Fields | None:
    """What the journal says the record is."""
    return replay(events_of(book, ref)).get(str(ref))

