"""What a file of a commit says beyond the journal of that commit: the events that any clone would give it (STORE rule 10b)."""

from __future__ import annotations

from collections.abc import Sequence

from crmcli.model.event import Event
from crmcli.model.record import Fields, Ref
from crmcli.model.schema import RecordType
from crmcli.store import git
from crmcli.store.drift import set_event, whole_event
from crmcli.store.git_drift import Author, History, derived_id, derived_op
from crmcli.store.replay import differences, replay
from crmcli.store.sync.talk import Talk


class SideDrift:
    """One side's commit, its files told apart from its journal."""

    def __init__(self, talk: Talk, prefix: str, commit: str, blobs: git.Blobs, limit: int) -> None:
        """`limit` (ms): the latest time that an id may say; a commit's clock may be wrong."""
        self._talk, self._prefix, self._commit, self._blobs, self._limit = talk, prefix, commit, blobs, limit

    def events(
        self, ref: Ref, path: str, fields: Fields | None, events: Sequence[Event], record_type: RecordType | None
    ) -> list[Event]:
        """What nobody has journaled of a record: `ref` and `path` as the commit has them, `fields` None for no file.

        `events` are all of the record in that commit's journal, in id order, under one name; so are those returned.
        """
        found = _unjournaled(ref, fields, events, record_type)
        if not found:
            return []
        history = History(self._talk.repository, [self._prefix + path], self._blobs, self._commit)
        previous = events[-1].id if events else ""
        return [
            self._dated(event, history.author_of(self._prefix + path, event, last), previous) for event, last in found
        ]

    def _dated(self, event: Event, author: Author | None, previous: str) -> Event:
        author = author or self._tip()
        if author.milliseconds > self._limit:  # nobody would follow its time: just after what it changes
            author = author._replace(milliseconds=0 if previous else self._limit)
        fresh = derived_id(event, previous, author)
        return event._replace(id=fresh, at=author.at, by=author.mail, via="git", op=derived_op(author))

    def _tip(self) -> Author:
        """By nobody, when the commit was made: where no commit of its history brought it (an odd merge)."""
        seconds, _, at = self._talk.must("log", "-1", "--format=%at %aI", self._commit).strip().partition(" ")
        return Author(self._commit, at, int(seconds) * 1000, "")


def _unjournaled(
    ref: Ref, fields: Fields | None, events: Sequence[Event], record_type: RecordType | None
) -> list[tuple[Event, str]]:
    """Events without id, time and author, each with the `at` of the last event on its field."""
    name = events[-1].on if events else str(ref)
    known = replay(events).get(name)
    if fields is None:
        gone = Event("", "", "", "", "", "delete", str(ref), record=known)
        return [] if known is None else [(gone, events[-1].at)]
    if known is None:
        return [(whole_event(ref, events, fields), "")]
    return [
        (
            set_event(ref, record_type, field, before, after),
            next((e.at for e in reversed(events) if e.field == field or e.record is not None), ""),
        )
        for field, before, after in differences(known, fields)
    ]
