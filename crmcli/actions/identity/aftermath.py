"""What came after a merge: new references to the kept record, lines of the log on it, and to whom they belong now."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.identity.sides import GONE, KEPT, NEITHER, Sides, spoken
from crmcli.actions.relinking import Aim, relink_field
from crmcli.errors import NotFoundError
from crmcli.model.change import Change
from crmcli.model.keys import key_of
from crmcli.model.record import Record, Ref, parse_ref
from crmcli.query.journal import own_log_type
from crmcli.store.drift import events_of
from crmcli.store.index.event_rows import row_event
from crmcli.store.merged import ways_of_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from crmcli.actions.drafts import Drafts
    from crmcli.actions.identity.names import PresentNames
    from crmcli.model.event import Event
    from crmcli.model.record import Value
    from crmcli.model.schema import Field
    from crmcli.store.book import Book
    from crmcli.store.sameness import Sameness

SHORTEST = 6
"""Letters of a log line's id from which on its beginning is understood."""


class NotAfterError(NotFoundError):
    """`--to-b` names what did not come after the merge."""

    def __init__(self, word: str, kept: Ref) -> None:
        super().__init__(
            f"{word} did not come to {kept} after the merge",
            hint="--dry-run lists what did; anything else is changed by `crm set`",
        )


class After(NamedTuple):
    """A reference or a log line that came after the merge: the event that brought it, its record, whose it is.

    `field` is the one that refers, None for a log line, which `event` is then itself.
    """

    ref: Ref
    event: Event
    field: Field | None
    side: str

    @property
    def name(self) -> str:
        """How it is named: a record by its `plural/id`, a log line by its id."""
        return str(self.ref) if self.field else self.event.id


class _Came(NamedTuple):
    after: After
    refs: set[Ref]
    said: set[str]


def came_after(drafts: Drafts, names: PresentNames, kept: Ref, gone: Ref, same: Sameness) -> Iterator[_Came]:
    """References to the kept record and its log lines, oldest first, with whom else they name.

    Those from before the merge have no event of their own: `side` says that they are the kept one's. What was relinked is
    pointed back in `drafts`.
    """
    found = [*_references(drafts, names, kept, same), *_lines(drafts.book, kept, gone, same)]
    yield from sorted(found, key=lambda came: came.after.event.id)


def decided(sides: Sides, found: Iterable[_Came], mine: Collection[str], kept: Ref) -> list[After]:
    """On whose side each is: as it is said, else as what it names tells; what is decided tells of the rest.

    Raises `NotAfterError` (exit 3) for a word that names none.
    """
    came = list(found)
    sides.add(KEPT, {one.after.ref for one in came if one.after.side == KEPT})
    open_ = [one for one in came if one.after.side != KEPT]
    wanted = {_meant(open_, word, kept) for word in mine}
    done: dict[int, str] = {}
    for place, one in enumerate(open_):
        if one.after.name in wanted:
            done[place] = _note(sides, one, GONE)
    moved = True
    while moved:
        moved = False
        for place, one in enumerate(open_):
            side = sides.of(one.refs, one.said) if place not in done else NEITHER
            if side != NEITHER:
                done[place] = _note(sides, one, side)
                moved = True
    return [one.after._replace(side=done.get(place, NEITHER)) for place, one in enumerate(open_)]


def _note(sides: Sides, one: _Came, side: str) -> str:
    if one.after.field is not None:
        sides.add(side, [one.after.ref])
    return side


def _meant(came: Sequence[_Came], word: str, kept: Ref) -> str:
    """What a word names: `plural/id`, an id, or the beginning of a line's id."""
    names = dict.fromkeys(one.after.name for one in came)
    found = [name for name in names if word in (name, name.partition("/")[2])]
    found = found or [name for name in names if is_named(word, [name])]
    if len(found) != 1:
        raise NotAfterError(word, kept)
    return found[0]


def is_named(word: str, names: Iterable[str]) -> bool:
    """Whether a word names one of these: as it is, by the id alone, or by how the id of a line begins."""
    return any(
        word in (name, name.partition("/")[2])
        or ("/" not in name and len(word) >= SHORTEST and name.startswith(word.upper()))
        for name in names
    )


# ---- references --------------------------------------------------------------------------------------------


def _references(drafts: Drafts, names: PresentNames, kept: Ref, same: Sameness) -> Iterator[_Came]:
    book = drafts.book
    rows = book.index.rows(
        'SELECT DISTINCT "type", id, field FROM refs WHERE to_type = ? AND to_id = ? ORDER BY 1, 2, 3', kept
    )
    pairs = dict.fromkeys((Ref(str(row[0]), str(row[1])), str(row[2]).partition(".")[0]) for row in rows)
    for holder, name in pairs:
        field = book.type_of(holder).fields[name]
        record = Record(holder, drafts.fields(holder))
        if not any(kept in names.targets(field, item) for item in record.items(key_of(field, record.fields))):
            continue  # it names the one that is taken out
        event = _brought(book, names, kept, holder, field)
        is_later = event is not None and event.op > same.op
        after = After(holder, event or _nothing(holder), field, NEITHER if is_later else KEPT)
        yield _Came(after, set(_others(book, names, record)), set(_spoken(book, record)))


def _nothing(ref: Ref) -> Event:
    from crmcli.model.event import Event as Told  # noqa: PLC0415 - a reference that the journal does not know

    return Told("", "", "", "", "", "", str(ref))


def _brought(book: Book, names: PresentNames, kept: Ref, holder: Ref, field: Field) -> Event | None:
    """The event by which a record came to refer to the kept one; None where the journal does not tell."""
    keys = {field.name, *field.was}

    def points(value: Value | None) -> bool:
        items = [value] if isinstance(value, str) else value or []
        return any(kept in names.targets(field, item) for item in items)

    for event in reversed(events_of(book, holder)):
        if event.field in keys:
            came, went = points(event.to) or points(list(event.add)), points(event.from_) or points(list(event.remove))
            if came and not went and "of" not in event.more:
                return event
        elif event.do == "create" and any(points((event.record or {}).get(key)) for key in keys):
            return event
    return None


def _others(book: Book, names: PresentNames, record: Record) -> Iterator[Ref]:
    """Every record that one refers to."""
    for field in book.type_of(record.ref).fields.values():
        if field.reference or field.embedded:
            for item in record.items(key_of(field, record.fields)):
                yield from names.targets(field, item)


def _spoken(book: Book, record: Record) -> Iterator[str]:
    for field in book.type_of(record.ref).fields.values():
        for item in record.items(key_of(field, record.fields)):
            yield from spoken(field, item)


# ---- lines of the log --------------------------------------------------------------------------------------


def _lines(book: Book, kept: Ref, gone: Ref, same: Sameness) -> Iterator[_Came]:
    rows = book.index.rows(
        """SELECT DISTINCT e.* FROM event_on o JOIN events e ON e.id = o.event
        WHERE o."on" = ? AND e."do" = 'log' AND e.op > ?
        AND NOT EXISTS (SELECT 1 FROM events x WHERE x."of" = e.id AND x."do" = 'retract')""",
        (str(kept), same.op),
    )
    ways = ways_of_lines(book, kept)
    fields = own_log_type(book.setup)
    for row in rows:
        event = row_event(row)
        if str(gone) in ways.get(event.id, ()):
            continue  # it was said of the one that is taken out, by somebody who had not heard
        about = {
            parse_ref(str(on[0])) for on in book.index.rows('SELECT "on" FROM event_on WHERE event = ?', (event.id,))
        }
        said: set[str] = set()
        for field in fields.fields.values() if fields else ():
            value = event.more.get(field.name)
            items = value if isinstance(value, list) else [value]
            for item in (item for item in items if isinstance(item, str)):
                said |= set(spoken(field, item))
                target = book.setup.types.get(field.reference) if field.name != "with" else None
                about |= (
                    {Ref(target.plural, item)} if target else {parse_ref(item)} if field.reference == "*" else set()
                )
        yield _Came(After(parse_ref(event.on), event, None, NEITHER), about, said)


# ---- moving ------------------------------------------------------------------------------------------------


def move(book: Book, drafts: Drafts, after: Sequence[After], kept: Ref, gone: Ref) -> list[Change]:
    """Point the references of the taken record's side at it; return the changes that log its lines anew."""
    names = frozenset([kept.id, *book.read_record(kept).items("aliases")]) - {gone.id}
    changes: list[Change] = []
    for one in after:
        if one.side != GONE:
            continue
        if one.field is not None:
            relink_field(book, drafts, one.ref, one.field, Aim(kept.plural, names, gone.id), {})
        else:
            changes += _logged_anew(one.event, {f"{kept.plural}/{name}" for name in names}, gone)
    return changes


def _logged_anew(event: Event, kept: Collection[str], gone: Ref) -> list[Change]:
    """A line of the log never changes: it is taken back, and said again of the other record, when and by whom it was said."""
    more = {key: value for key, value in event.more.items() if key != "cmd"}
    others = more.get("with")
    if isinstance(others, list):
        more["with"] = [str(gone) if other in kept else other for other in others]
    on = parse_ref(event.on)
    return [
        Change("retract", on, more={"of": event.id}),
        Change("log", gone if str(on) in kept else on, at=event.at, more=more, by=event.by),
    ]
