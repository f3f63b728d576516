"""`crm unmerge`: a record that went into another one comes back, and takes with it what is its (docs/identity.md)."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.drafts import Drafts
from crmcli.actions.identity.aftermath import After, came_after, decided, move
from crmcli.actions.identity.alone import alone, row_keys
from crmcli.actions.identity.giving_back import Given, Stayed, pass_back, take_back
from crmcli.actions.identity.names import PresentNames
from crmcli.actions.identity.others import fill_from_others, given_and_taken
from crmcli.actions.identity.sides import Sides
from crmcli.engines.outcome import Outcome
from crmcli.engines.plan import UNDO
from crmcli.engines.road import Request, carry_out
from crmcli.errors import NotFoundError
from crmcli.model.change import Change
from crmcli.model.keys import key_of
from crmcli.model.record import Record, Ref, parse_ref
from crmcli.store.gone import is_there
from crmcli.store.merged import done_for, last_of, samenesses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.event import Event
    from crmcli.model.record import Fields
    from crmcli.model.schema import Field
    from crmcli.store.book import Book
    from crmcli.store.sameness import Sameness


class NotMergedError(NotFoundError):
    """A record that is not one with another."""

    def __init__(self, ref: Ref, gone: Ref | None = None) -> None:
        what = f"{gone} did not go into {ref}" if gone else f"nothing went into {ref}"
        super().__init__(what, hint=f"`crm history {ref.id}` shows what happened with it")


class Unmerged(NamedTuple):
    """What came of it: fields of the kept record that stay as they are; what came after the merge and went to either side.

    Of `after`, those on neither side (`side` "") stay with the kept record.
    """

    outcome: Outcome
    stayed: list[Stayed]
    after: list[After]


class _Found(NamedTuple):
    changes: list[Change]
    stayed: list[Stayed]
    after: list[After]


def aftermath(book: Book, kept: Ref, gone: Ref) -> list[After]:
    """What came after a merge, and on whose side it is; nothing is written. Raises `NotMergedError` (exit 3)."""
    return _changes(book, kept, gone, ()).after


def unmerge(book: Book, kept: Ref, gone: Ref, *, mine: Collection[str] = (), dry_run: bool = False) -> Unmerged:
    """Take a record out of the one it went into, as one op.

    `mine` names what came after the merge and is the taken one's: `plural/id` of a record, the id of a log line. Raises
    `NotMergedError` and `NotAfterError` (exit 3).
    """
    found: list[_Found] = []

    def changes() -> list[Change]:
        found.append(_changes(book, kept, gone, mine))
        return found[-1].changes

    outcome = carry_out(book, changes, Request("unmerge", rules=UNDO, dry_run=dry_run))
    first = [ref for ref in (gone, kept) if ref in outcome.refs]
    outcome = outcome._replace(refs=[*first, *(ref for ref in outcome.refs if ref not in first)])
    return Unmerged(outcome, found[-1].stayed, found[-1].after)


def _changes(book: Book, kept: Ref, gone: Ref, mine: Collection[str]) -> _Found:
    way = _way(book, kept, gone)
    names = PresentNames(book)
    own = alone(book, gone, names)
    names.part(gone, Record(gone, own.fields).items("aliases"))
    drafts = Drafts(book)
    given = _Back(book, names, kept, way).given(drafts.fields(kept))
    more = {"of": way[-1].gone}
    for step in given.steps:
        drafts.take(Change("set", kept, step.key, to=step.to, add=step.add, remove=step.remove, more=dict(more)))
    fill_from_others(book, drafts, names, kept, parse_ref(way[-1].gone), given.steps)
    _point_back_own(book, drafts, kept, way)
    back = _relink(book, drafts, names, kept, done_for(book, way[0]))
    sides = Sides(book, names, Record(kept, drafts.fields(kept)), Record(gone, own.fields), back)
    after = decided(sides, came_after(drafts, names, kept, gone, way[0]), mine, kept)
    restore = Change("restore", gone, record=own.fields, more={**own.file, "of": str(kept)})
    lines = move(book, drafts, after, kept, gone)
    return _Found([*drafts.changes, *([] if is_there(book, gone) else [restore]), *lines], given.stayed, after)


def _way(book: Book, kept: Ref, gone: Ref) -> list[Sameness]:
    """How one went into the other; of one that is there again though it went (git brought it back) its last sameness."""
    way = samenesses(book).way(str(gone))
    if not way and is_there(book, gone):
        last = last_of(book, gone)
        half = str(PresentNames(book).of(parse_ref(last.kept))) if last else ""
        way = [last] if last and half == str(kept) and gone.id in book.read_record(kept).items("aliases") else []
    if not way or str(PresentNames(book).of(parse_ref(way[-1].kept))) != str(kept):
        raise NotMergedError(kept, gone)
    return way


class _Back:
    """What the kept record gives back: to the record that is taken out, or for its sake to those it went through."""

    def __init__(self, book: Book, names: PresentNames, kept: Ref, way: Sequence[Sameness]) -> None:
        self._book, self._names, self._kept, self._way = book, names, kept, way
        self._type = book.type_of(kept)
        self._rows = row_keys(self._type)

    def given(self, fields: Fields) -> Given:
        """The steps of the kept record, which holds `fields` now."""
        first = self._gifts(0)
        if len(self._way) == 1:
            settled = given_and_taken(self._book, self._kept, self._way[0])
            return take_back(fields, first, self._rows, self._present, settled)
        before = alone(self._book, parse_ref(self._way[0].kept), self._names).fields
        given = take_back(before, first, self._rows, self._present)
        for place in range(1, len(self._way)):
            last = place == len(self._way) - 1
            held = fields if last else alone(self._book, parse_ref(self._way[place].kept), self._names).fields
            after = given.fields
            given = pass_back(held, self._gifts(place), before, after, self._present)
            before = held
        return given

    def _gifts(self, place: int) -> list[Event]:
        """What the record at that place of the way gave to the next."""
        target = self._way[place].kept if place < len(self._way) - 1 else str(self._kept)
        return [event for event in done_for(self._book, self._way[place]) if event.on == target]

    def _present(self, key: str, item: str) -> str:
        return self._names.item(self._type, key, item)


def _point_back_own(book: Book, drafts: Drafts, kept: Ref, way: Sequence[Sameness]) -> None:
    """References of the kept record to the taken one that went because the two had become one by way of others."""
    first = [event for event in done_for(book, way[0]) if event.on == str(kept)] if len(way) > 1 else []
    for same in way[1:]:
        for event in done_for(book, same) if first else ():
            dropped = {name for name in (event.from_, *event.remove) if isinstance(name, str)}
            given = next((e for e in first if e.field == event.field and dropped & {e.to, *e.add}), None)
            if event.on != str(kept) or event.to or event.add or given is None:
                continue
            more = {"of": same.gone}
            present = drafts.fields(kept).get(event.field)
            if given.add or given.remove:
                drafts.swap(kept, event.field, event.remove, (), more)
                drafts.swap(kept, event.field, given.remove, given.add, {})
            elif not present:
                drafts.put(kept, event.field, event.from_, more)
                drafts.put(kept, event.field, given.from_, {})


def _relink(book: Book, drafts: Drafts, names: PresentNames, kept: Ref, done: Sequence[Event]) -> set[Ref]:
    """Point back what was relinked and still points at the kept record; return who refers to the taken one again."""
    back: set[Ref] = set()
    for event in reversed(done):
        holder = parse_ref(event.on)
        if holder == kept or book.setup.by_plural(holder.plural) is None or not is_there(book, holder):
            continue
        for field in book.type_of(holder).fields.values():
            refers = field.reference or field.embedded
            if refers and event.field in (field.name, *field.was) and _point_back(drafts, names, kept, field, event):
                back.add(holder)
    return back


def _point_back(drafts: Drafts, names: PresentNames, kept: Ref, field: Field, event: Event) -> bool:
    """Take one relinking back; whether it was still to be."""
    holder = parse_ref(event.on)
    key = key_of(field, drafts.fields(holder))
    present = drafts.items(holder, key)
    here = {names.stored(field, item): item for item in present}
    if field.embedded:
        pairs = [
            (was, here[said])
            for was, now in zip(event.remove, event.add, strict=False)
            if (said := names.stored(field, now)) in here
        ]
        drafts.swap(holder, key, tuple(was for was, _ in pairs), tuple(now for _, now in pairs), {})
        return bool(pairs)
    if not any(kept in names.targets(field, item) for item in present):
        return False
    if event.add or event.remove:
        came = tuple(here[said] for item in event.add if (said := names.stored(field, item)) in here)
        drafts.swap(holder, key, tuple(item for item in event.remove if item not in present), came, {})
    elif isinstance(event.from_, str):
        drafts.put(holder, key, event.from_, {})
    return True
