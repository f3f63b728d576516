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


def take_back(
    fields: Fields, gifts: Sequence[Event], rows: Collection[str], present: Present, settled: Sequence[Event] = ()
) -> Given:
    """Take back from a record what these events gave it; `rows` are the keys of fields of rows.

    `settled` gave it what went back since: where one of `gifts` came on top of that, what was before both comes back.
    """
    found = Given([], [], dict(fields))
    for key in dict.fromkeys(event.field for event in gifts):
        own, before = ([event for event in events if event.field == key] for events in (gifts, settled))
        _finish(found, key, _Returning(key, fields.get(key), rows=key in rows, present=present).all(own, before))
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

    def all(self, gifts: Sequence[Event], settled: Sequence[Event]) -> _Now:
        """Take back every event."""
        lists = [event for event in gifts if event.add or event.remove]
        if lists and not self._rows:
            self._value = list(self._items_back(lists))
        for event in reversed(lists if self._rows else ()):
            self._value = list(self._rows_back(event))
        own = list(_uncancelled(gifts))
        for event in sorted([*own, *(other for other in settled if not (other.add or other.remove))], reverse=True):
            if event not in own:
                self._value = event.from_ if self._alike(self._value, event.to) and self._key != BODY else self._value
            elif self._key == BODY:
                self._body_back(event)
            elif self._alike(self._value, event.to):
                self._value = event.from_
            elif event.to and not self._alike(self._value, event.from_):
                self._stays = True
        return _Now(self._value or None, self._stays)

    def _alike(self, one: Value | None, other: Value | None) -> bool:
        return [self._now(item) for item in _items(one)] == [self._now(item) for item in _items(other)]

    def _now(self, item: str) -> str:
        return self._present(self._key, item)

    def _items_back(self, events: Sequence[Event]) -> Iterator[str]:
        """A list without what came on the whole, and with what went."""
        balance: dict[str, int] = {}
        said: dict[str, str] = {}
        for event in events:
            for items, by in ((event.add, 1), (event.remove, -1)):
                for item in items:
                    said[name := self._now(item)] = item
                    balance[name] = max(-1, min(1, balance.get(name, 0) + by))
        kept = [item for item in _items(self._value) if balance.get(self._now(item), 0) < 1]
        there = {self._now(item) for item in kept}
        yield from kept
        yield from (said[name] for name, by in balance.items() if by < 0 and name not in there)

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


def _uncancelled(events: Sequence[Event]) -> Iterator[Event]:
    """The changes of a scalar, without pairs of which the later one took the earlier one back."""
    kept: list[Event] = []
    for event in events:
        if event.add or event.remove:
            continue
        if kept and (kept[-1].from_, kept[-1].to) == (event.to, event.from_):
            kept.pop()
        else:
            kept.append(event)
    return iter(kept)


def _text_without(now: str, before: str, given: str) -> str | None:
    """A text without what was put below it; None where that was changed since."""
    if now == given:
        return before
    if given.startswith(before):
        found = _replaced(now, given.removeprefix(before), "")
        if found is not None:
            return found
    return _by_lines(given, now, before)


def _text_with(now: str, before: str, after: str) -> str | None:
    """A text that holds another one, with that one as it is now."""
    return _replaced(now, before, after) if before else None


def _replaced(text: str, block: str, by: str) -> str | None:
    """A text with some whole lines of it replaced; None where they are not there."""
    if block.startswith("\n") and block in text:  # with the blank line that parts it from what is above
        return text.replace(block, by, 1).strip("\n")
    lines = f"\n{block.strip(chr(10))}\n"
    if lines not in f"\n{text}\n":
        return None
    return f"\n{text}\n".replace(lines, f"\n{by}\n" if by else "\n", 1).strip("\n")


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
