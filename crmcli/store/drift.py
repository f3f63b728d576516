"""Drift: what a record file says beyond the replay of the journal in the same tree (STORE §3).

Git moves records and journal together, so switching, pulling or rebasing leave drift empty; what remains was written by a
hand here, or committed by somebody without crm, and is journaled as what it was (`dating`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.event import Event
from crmcli.model.record import Fields, Ref, Value
from crmcli.model.schema import RecordType
from crmcli.store import disk, git
from crmcli.store.erasing import erased_names
from crmcli.store.index.event_rows import EVENTS_ON, row_event
from crmcli.store.inside import insist_inner
from crmcli.store.names import BEGINNINGS
from crmcli.store.records import parse_record
from crmcli.store.replay import CHANGING, differences, merged_list, replay, same

if TYPE_CHECKING:
    from crmcli.store.book import Book


class Drift(NamedTuple):
    """One field (or a whole record) that the journal does not know: an event without id, time and author."""

    ref: Ref
    path: str
    event: Event  # id, at, by, via and op are empty
    previous: str  # id of the record's last event, "" for a record the journal has never seen
    last_of_field: str  # `at` of the last event on the field
    content: bytes | None  # None: the file is gone


class DriftFound(NamedTuple):
    """What a scan found: drift to journal, sentences for people about what was left alone, records without drift."""

    drift: list[Drift]
    notices: list[str]
    clean: list[Ref] = []  # noqa: RUF012 - a NamedTuple's default, never written to


def events_of(book: Book, ref: Ref) -> list[Event]:
    """The record's events in id order, those under its former names too."""
    return [row_event(row) for row in book.index.rows(EVENTS_ON, (str(ref),))]


def state_now(book: Book, ref: Ref) -> Fields | None:
    """What the journal says the record is."""
    return replay(events_of(book, ref)).get(str(ref))


def drift_of(book: Book, refs: Iterable[Ref], renamed: Mapping[Ref, Ref] | None = None) -> DriftFound:
    """Compare the files of `refs` with their replay; broken files, and records without a file, are left alone.

    `renamed` (new to old) are the records known to be renamed by hand; without it they are looked for when needed.
    """
    scan = _Scan(book, renamed)
    for ref in refs:
        row = book.index.row(f'SELECT "_path" FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))
        if row is not None:
            scan.look_at(ref, str(row[0]))
    return scan.found


class _Scan:
    """Records being compared one after another."""

    def __init__(self, book: Book, renamed: Mapping[Ref, Ref] | None) -> None:
        self._book = book
        self._renamed = renamed
        self.found = DriftFound([], [], [])

    def look_at(self, ref: Ref, path: str) -> None:
        """Compare one file with its record's replay."""
        insist_inner(path)
        try:
            content = disk.read_whole(self._book.root / path)
        except OSError:
            return
        read = parse_record(path, content)
        if read.problem:
            return
        events = events_of(self._book, ref)
        known = replay(events).get(str(ref))
        fields = dict(read.record.fields)
        previous = events[-1].id if events else ""
        if known is None:
            self._unknown(Drift(ref, path, whole_event(ref, events, fields), previous, "", content))
        else:
            self._known(
                Drift(ref, path, whole_event(ref, events, fields), previous, "", content), events, known, fields
            )

    def _known(self, drift: Drift, events: Sequence[Event], known: Fields, fields: Fields) -> None:
        ref = drift.ref
        changed = differences(known, fields)
        if not changed:
            self.found.clean.append(ref)
        record_type = self._book.type_of(ref)
        for name, before, after in changed:
            last = next((e.at for e in reversed(events) if e.field == name or e.record is not None), "")
            event = set_event(ref, record_type, name, before, after)
            self.found.drift.append(drift._replace(event=event, last_of_field=last))
        self.found.notices.extend(_saved_over(ref, events, known, changed))

    def _unknown(self, drift: Drift) -> None:
        """A record the journal does not have: made by hand, unless it is one that was renamed by hand."""
        old = self._old_name(drift.ref) if drift.event.do == "create" else None
        if str(drift.ref) in erased_names(self._book):
            self.found.notices.append(f"{drift.path} was erased and is back: remove the file")
        elif old is None:
            self.found.drift.append(drift)
        else:
            self.found.notices.append(
                f"{drift.path} looks like {old} under a new name, so it is not journaled as a new record: "
                f"`crm rename {old} {drift.ref.id}` tells the journal"
            )

    def _old_name(self, ref: Ref) -> Ref | None:
        if self._renamed is None:
            from crmcli.store.hand_renames import hand_renames  # noqa: PLC0415 - only for files the journal does not know

            self._renamed = {new: old for old, new in hand_renames(self._book)}
        return self._renamed.get(ref)


def whole_event(ref: Ref, events: Sequence[Event], fields: Fields) -> Event:
    """A record that came, or came back, as an event without id, time and author."""
    do = "restore" if any(event.do in BEGINNINGS for event in events) else "create"
    return Event("", "", "", "", "", do, str(ref), record=fields)


def set_event(ref: Ref, record_type: RecordType | None, name: str, before: Value | None, after: Value | None) -> Event:
    """A field that changed, as an event without id, time and author; of a list what came and went."""
    stage = record_type.stage if record_type else None
    do = "move" if stage is not None and stage.name == name else "set"
    if isinstance(before, list) or isinstance(after, list):
        old, new = _items(before), _items(after)
        add, remove = [i for i in new if i not in old], [i for i in old if i not in new]
        return Event("", "", "", "", "", do, str(ref), name, add=tuple(add), remove=tuple(remove))
    return Event("", "", "", "", "", do, str(ref), name, from_=before, to=after)


def _items(value: Value | None) -> list[str]:
    if not value:
        return []
    return [value] if isinstance(value, str) else value


def _saved_over(
    ref: Ref, events: Sequence[Event], known: Fields, changed: Sequence[tuple[str, Value | None, Value | None]]
) -> list[str]:
    """A field put back to exactly what the last op changed, while another changed: an editor had the old text open."""
    if len(changed) < 2:
        return []
    changing = [e for e in events if e.do in CHANGING]
    last = {e.field: _before(e, known) for e in changing if e.op == changing[-1].op and e.do in ("set", "move")}
    return [
        f"{ref}: {name} is back at {after or 'nothing'!r}: an editor saved over the last change"
        for name, _, after in changed
        if name in last and same(last[name], after)
    ]


def _before(event: Event, known: Fields) -> Value | None:
    """What a field was before an event, given what it is now."""
    if event.add or event.remove:
        return merged_list(known.get(event.field), event.remove, event.add)
    return event.from_


def may_journal(book: Book, *, in_commit: bool = False) -> bool:
    """Whether drift may be journaled now: no git operation is under way, nothing is unmerged (STORE rule 11)."""
    repository = git.find_repository(book.root)
    if repository is None:
        return True
    return not git.operation_under_way(repository, in_commit=in_commit) and not git.has_unmerged(repository)
