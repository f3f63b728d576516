"""What a merge gave to a record, given back: each value that is still what it gave; what was changed since stays. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from crmcli.actions.identity.unite import Step
from crmcli.model.event import Event
from crmcli.model.record import BODY, Fields, Value
from crmcli.store.replay import same
from crmcli.text.merge_lines import merge_lines

Present = Callable[[str, str], str]
"""An item of a field (by its key) under the present names of the records it refers to."""


class Stayed(NamedTuple):
    """A field that is not what the merge gave any more: its key, and what it holds now."""

    key: str
    value: Value


class Given(NamedTuple):
    """What is done to give back, what stays, and the record's fields after it."""

    steps: list[Step]
    stayed: list[Stayed]
    fields: Fields


def take_back(fields: Fields, gifts: Sequence[Event], rows: Collection[str], present: Present) -> Given:
    """Take back from a record what these events gave it; `rows` are the keys of fields of rows."""
    found = Given([], [], dict(fields))
    for key in dict.fromkeys(event.field for event in gifts):
        own = [event for event in reversed(gifts) if event.field == key]
        _finish(found, key, _Returning(key, fields.get(key), rows=key in rows, present=present).all(own))
    return found


def pass_back(fields: Fields, gifts: Sequence[Event], before: Fields, after: Fields, present: Present) -> Given:
    """Let a record that got what another one held (`before`) hold what it would have got `after` that lost something."""
    found = Given([], [], dict(fields))
    for key in dict.fromkeys(event.field for event in gifts):
        if not same(before.get(key), after.get(key)):
            own = [event for event in gifts if event.field == key]
            _finish(found, key, _passed(key, fields.get(key), own, before.get(key), after.get(key), present))
    return found


class _Now(NamedTuple):
    """What a field holds after it; whether something of it stays."""

    value: Value | None
    stays: bool = False


def _finish(found: Given, key: str, now: _Now) -> None:
    before = found.fields.get(key)
    if now.stays and before:
        found.stayed.append(Stayed(key, before))
    if same(before, now.value):
        return
    if isinstance(before, list) or isinstance(now.value, list):
        old, new = _items(before), _items(now.value)
        found.steps.append(Step(key, add=_but(new, old), remove=_but(old, new)))
    else:
        found.steps.append(Step(key, to=now.value))
    if now.value:
        found.fields[key] = now.value
    else:
        found.fields.pop(key, None)


class _Returning:
    """One field, event by event, the last one first."""

    def __init__(self, key: str, value: Value | None, *, rows: bool, present: Present) -> None:
        self._key, self._value, self._rows, self._present = key, value, rows, present
        self._stays = False

    def all(self, events: Sequence[Event]) -> _Now:
        """Take back every event."""
        for event in events:
            if event.add or event.remove:
                self._value = list(self._rows_back(event) if self._rows else self._items_back(event))
            elif self._key == BODY:
                self._body_back(event)
            elif self._alike(self._value, event.to):
                self._value = event.from_
            elif not self._alike(self._value, event.from_):
                self._stays = True
        return _Now(self._value or None, self._stays)

    def _alike(self, one: Value | None, other: Value | None) -> bool:
        return [self._now(item) for item in _items(one)] == [self._now(item) for item in _items(other)]

    def _now(self, item: str) -> str:
        return self._present(self._key, item)

    def _items_back(self, event: Event) -> Iterator[str]:
        gone = {self._now(item) for item in event.add}
        kept = [item for item in _items(self._value) if self._now(item) not in gone]
        yield from kept
        yield from (item for item in event.remove if item not in kept)

    def _rows_back(self, event: Event) -> Iterator[str]:
        """A row that was changed goes back to what it was, where it stands; one that came goes."""
        before = {
            self._now(row): event.remove[place] if place < len(event.remove) else ""
            for place, row in enumerate(event.add)
        }
        there = {self._now(row) for row in _items(self._value)}
        self._stays = self._stays or not there.issuperset(before)
        for row in _items(self._value):
            was = before.get(self._now(row), row)
            if was:
                yield was
        if len(event.remove) > len(event.add):  # rows of which the merge made one with another
            yield from event.remove[len(event.add) :]

    def _body_back(self, event: Event) -> None:
        found = _text_without(*(_text(value) for value in (self._value, event.from_, event.to)))
        if found is None:
            self._stays = True
        else:
            self._value = found


def _passed(
    key: str, value: Value | None, gifts: Sequence[Event], before: Value | None, after: Value | None, present: Present
) -> _Now:
    if any(event.add or event.remove for event in gifts):
        given = {present(key, item) for event in gifts for item in event.add}
        kept = {present(key, item) for item in _items(after)}
        lost = {name for item in _items(before) if (name := present(key, item)) not in kept} & given
        return _Now([item for item in _items(value) if present(key, item) not in lost] or None)
    last = gifts[-1]
    if key == BODY:
        found = _text_with(_text(value), _text(before), _text(after))
        return _Now(value, stays=True) if found is None else _Now(found or None)
    names = [[present(key, item) for item in _items(one)] for one in (value, last.to, before)]
    if names[1] != names[2]:
        return _Now(value)
    return _Now(after or last.from_) if names[0] == names[1] else _Now(value, stays=True)


def _text_without(now: str, before: str, given: str) -> str | None:
    """A text without what was put below it; None where that was changed since."""
    if now == given:
        return before
    if given.startswith(before) and (block := given.removeprefix(before)) and block in now:
        return now.replace(block, "", 1).strip("\n")
    return _by_lines(given, now, before)


def _text_with(now: str, before: str, after: str) -> str | None:
    """A text that holds another one, with that one as it is now."""
    if before and before in now:
        return now.replace(before, after, 1).strip("\n")
    return None


def _by_lines(base: str, ours: str, theirs: str) -> str | None:
    chunks = merge_lines(*(text.split("\n") for text in (base, ours, theirs)))
    if any(chunk.is_conflict for chunk in chunks):
        return None
    return "\n".join(line for chunk in chunks for line in chunk.ours).strip("\n")


def _text(value: Value | None) -> str:
    return "\n".join(value) if isinstance(value, list) else value or ""


def _items(value: Value | None) -> list[str]:
    if not value:
        return []
    return [value] if isinstance(value, str) else list(value)


def _but(items: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple(item for item in items if item not in others)
