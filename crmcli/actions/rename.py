"""Give a record another id: its file is renamed, the old id stays as an alias, references follow (STORE rule 3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmcli.engines.outcome import Outcome
from crmcli.engines.plan import UNDO
from crmcli.engines.road import Request, carry_out
from crmcli.errors import ConflictError
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.model.schema import Field
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused
from crmcli.model.types.row import column_named, read_cells, written
from crmcli.store.hand_renames import hand_renames

if TYPE_CHECKING:
    from crmcli.store.book import Book


class IdUsedError(ConflictError):
    """Another record had that id once, and the journal still tells of it."""

    def __init__(self, ref: Ref) -> None:
        super().__init__(
            f"{ref} was another record once; the journal could not tell the two apart", hint="choose another id"
        )


def rename(book: Book, ref: Ref, name: str, *, dry_run: bool = False, via: str = "cli") -> Outcome:
    """Rename a record to the id `name` and relink every reference to it, as one op.

    A file that a hand renamed already is taken over as it is. Raises `IdMalformedError` (exit 2), `IdTakenError` and
    `IdUsedError` (exit 5).
    """
    new = Ref(ref.plural, name)

    def changes() -> list[Change]:
        if new == ref:
            return []
        made = "SELECT 1 FROM events WHERE \"on\" = ? AND \"do\" IN ('create', 'restore') LIMIT 1"
        if book.index.row(made, (str(new),)):
            raise IdUsedError(new)
        own = [Change("rename", ref, to=name), Change("set", ref, "aliases", add=(ref.id,), remove=(name,))]
        return [*own, *_relinked(book, ref, name)]

    return carry_out(book, changes, Request("rename", via=via, rules=UNDO, dry_run=dry_run))


def renamed_by_hand(book: Book, word: str, name: str) -> Ref | None:
    """The record that `word` names and whose file lies under the id `name` already."""
    pairs = hand_renames(book)
    return next((old for old, new in pairs if new.id == name and word in (old.id, str(old))), None)


def _relinked(book: Book, old: Ref, name: str) -> Iterator[Change]:
    """Changes that point every reference to `old` at its new id."""
    rows = book.index.rows(
        'SELECT DISTINCT "type", id, field FROM refs WHERE to_type = ? AND to_id = ? ORDER BY 1, 2, 3', old
    )
    for plural, holder, field_name in dict.fromkeys((row[0], row[1], str(row[2]).partition(".")[0]) for row in rows):
        ref = Ref(str(plural), str(holder))
        field = book.type_of(ref).fields[field_name]
        present = book.read_record(ref).fields
        key = next((key for key in (field.name, *field.was) if key in present), field.name)
        value = present.get(key, [])
        if isinstance(value, str):
            now = _pointing(book, field, value, old, name)
            if now != value:
                yield Change("set", ref, key, to=now)
            continue
        pairs = [(item, _pointing(book, field, item, old, name)) for item in value]
        changed = [(item, now) for item, now in pairs if item != now]
        if changed:
            yield Change(
                "set", ref, key, add=tuple(now for _, now in changed), remove=tuple(item for item, _ in changed)
            )


def _pointing(book: Book, field: Field, stored: str, old: Ref, name: str) -> str:
    """The stored reference, at the new id where it was at the old one; in a row every column that refers."""
    if field.embedded:
        return _row_pointing(book, field, stored, old, name)
    try:
        found = type_named(field).check(stored, field, book.context)
    except ValueRefused:
        return stored
    if found == old.id:
        return name
    return f"{old.plural}/{name}" if found == str(old) else stored


def _row_pointing(book: Book, field: Field, stored: str, old: Ref, name: str) -> str:
    columns = book.setup.types[field.type].fields
    try:
        cells = read_cells(stored)
        known = {word: column_named(columns, word) for word in cells}
        now = {
            word: _pointing(book, column, value, old, name) if (column := known[word]) and column.reference else value
            for word, value in cells.items()
        }
        return stored if now == cells else written(now, columns)
    except ValueRefused:
        return stored
