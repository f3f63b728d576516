"""What the index knows of records that were merged (docs/identity.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.record import Ref
from crmcli.store.index.event_rows import SAME_OP, row_event
from crmcli.store.index.names_in import names_of_journal
from crmcli.store.sameness import Sameness, Samenesses

if TYPE_CHECKING:
    from crmcli.model.event import Event
    from crmcli.model.record import Fields
    from crmcli.store.book import Book

_HOLDING = """SELECT event, op, "type" || '/' || kept, "type" || '/' || old FROM merged"""
_BEFORE = f"""SELECT id, {SAME_OP}, "on", "of" FROM events
WHERE "of" IN (?1, (SELECT origin FROM events WHERE id = ?2)) AND "do" = 'same' AND id < ?2
AND NOT EXISTS (SELECT 1 FROM events b WHERE b."on" = ?1 AND b."do" IN ('create', 'restore') AND b.id > events.id AND b.id < ?2)
ORDER BY id DESC LIMIT 1"""
_LAST = f"""SELECT id, {SAME_OP}, "on", "of" FROM events
WHERE "of" IN (SELECT ?1 UNION SELECT origin FROM events WHERE "on" = ?1) AND "do" = 'same' ORDER BY id DESC LIMIT 1"""
_WENT = """SELECT * FROM events WHERE "on" = ? AND "do" = 'delete' ORDER BY id DESC LIMIT 1"""
_OF = """SELECT * FROM events WHERE "of" IN (?1, ?2) AND "do" IN ('set', 'move') AND op >= ?3 ORDER BY id"""


def samenesses(book: Book) -> Samenesses:
    """Every sameness that holds."""
    return Samenesses((Sameness(*map(str, row)) for row in book.index.rows(_HOLDING)), ())


def merged_into(book: Book, ref: Ref) -> list[Ref]:
    """The records that went into this one, through others too, the last to go first."""
    rows = book.index.rows('SELECT old FROM merged WHERE "type" = ? AND new = ? ORDER BY event DESC', ref)
    return [Ref(ref.plural, str(row[0])) for row in rows]


def ways_of_lines(book: Book, ref: Ref) -> dict[str, set[str]]:
    """Of log lines that are a record's because it is one with another: each name on the way from the written one, by event."""
    rows = book.index.rows('SELECT event, origin FROM event_on WHERE "on" = ? AND origin IS NOT NULL', (str(ref),))
    names, sames = names_of_journal(book.index.rows) if rows else (None, None)
    found: dict[str, set[str]] = {}
    for event, origin in rows:
        if names is not None and sames is not None:
            written = names.follow(str(origin), str(event))
            found.setdefault(str(event), set()).update([written, *(same.kept for same in sames.way(written))])
    return found


def merged_back(book: Book, ref: Ref) -> list[Ref]:
    """Records that are there again though they went into this one, which has their names still (git brought them back)."""
    rows = book.index.rows(
        f"""SELECT r.id FROM keys k JOIN "rec_{ref.plural}" r ON r.id = k.fold
        WHERE k."type" = ? AND k.id = ? AND k.field = 'aliases' AND r.id <> k.id ORDER BY 1""",
        ref,
    )
    return [gone for row in rows if last_of(book, gone := Ref(ref.plural, str(row[0])))]


def merged_twice(book: Book) -> list[tuple[Ref, Ref, Ref]]:
    """Records that have the name of one that went into another: two people merged it at once.

    Each with the one that went, and the one that is it now.
    """
    rows = book.index.rows(
        """SELECT m."type", k.id, m.old, m.new FROM merged m JOIN keys k
        ON k."type" = m."type" AND k.fold = m.old AND k.field = 'aliases' AND k.id <> m.new ORDER BY 1, 2, 3"""
    )
    return [
        (Ref(row[0], row[1]), Ref(row[0], row[2]), Ref(row[0], row[3])) for row in (tuple(map(str, r)) for r in rows)
    ]


class StaleReference(NamedTuple):
    """A reference that still names a record which went: who has it, in which field (`lines.product`), the id it names."""

    holder: Ref
    field: str
    written: str
    gone: Ref
    kept: Ref


def stale_references(book: Book) -> list[StaleReference]:
    """Every reference to a record that was merged, under any name it had."""
    rows = book.index.rows(
        """SELECT DISTINCT r."type", r.id, r.field, r.origin, k.old, k.new, r.to_type FROM merged_keys k
        JOIN refs r ON r.to_type = k."type" AND r.origin = k.fold WHERE k.field IN ('id', 'aliases') ORDER BY 1, 2, 3, 4"""
    )
    return [
        StaleReference(
            Ref(str(row[0]), str(row[1])), str(row[2]), str(row[3]),
            Ref(str(row[6]), str(row[4])), Ref(str(row[6]), str(row[5])),
        )
        for row in rows
    ]  # fmt: skip


def last_fields(book: Book, ref: Ref) -> Fields:
    """The fields of a record that went, as it went; those of one that is there as they are."""
    row = book.index.row(_WENT, (str(ref),))
    found = row_event(row).record if row else None
    if found is None:
        there = book.index.row(f'SELECT 1 FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))
        return dict(book.read_record(ref).fields) if there else {}
    return found


def ended_by(book: Book, event: Event) -> Sameness | None:
    """The sameness that held of a record until this event brought it back."""
    row = book.index.row(_BEFORE, (event.on, event.id))
    return Sameness(*map(str, row)) if row else None


def last_of(book: Book, ref: Ref) -> Sameness | None:
    """The last sameness of a record that went, holding or not; None for one that never did."""
    row = book.index.row(_LAST, (str(ref),))
    return Sameness(*map(str, row)) if row else None


def done_for(book: Book, same: Sameness) -> list[Event]:
    """Every change of a field that a merge made for the record that went, and others made since for its sake, in id order."""
    row = book.index.row('SELECT "of" FROM events WHERE id = ?', (same.id,))
    written = str(row[0]) if row else same.gone
    return [row_event(row) for row in book.index.rows(_OF, (same.gone, written, same.op))]
