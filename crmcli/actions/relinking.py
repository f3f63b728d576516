"""Pointing references at another record: in fields, in lists, in the columns of rows, in references to any type."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.errors import VetoedError
from crmcli.model.keys import key_of
from crmcli.model.record import Ref
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused
from crmcli.model.types.row import column_named, read_cells, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.actions.drafts import Drafts
    from crmcli.model.schema import Field
    from crmcli.store.book import Book


class RowsAlikeError(VetoedError):
    """Rows that differ only in whom they refer to would say the same."""

    def __init__(self, holder: Ref, field: Field, one: int, other: int) -> None:
        super().__init__(
            f"{holder}: {field.name} {one} and {other} would say the same, and one of them would be lost",
            hint=f"join them first, or let a column say what is different: crm set {holder} {field.name}.{one}.COLUMN=…",
        )


class Aim(NamedTuple):
    """Names of a record (ids, the present one and former ones) and the id that is to stand in their place."""

    plural: str
    olds: frozenset[str]
    new: str


def relink(book: Book, drafts: Drafts, old: Ref, aim: Aim, more: Mapping[str, object], but: frozenset[Ref]) -> None:
    """Point every reference to `old` at the aim, except those of the records `but`.

    Raises `RowsAlikeError` (exit 7).
    """
    for holder, field in holders(book, old):
        if holder not in but:
            relink_field(book, drafts, holder, field, aim, more)


def holders(book: Book, ref: Ref) -> list[tuple[Ref, Field]]:
    """Every record that refers to this one, with the field that does, in order."""
    rows = book.index.rows(
        'SELECT DISTINCT "type", id, field FROM refs WHERE to_type = ? AND to_id = ? ORDER BY 1, 2, 3', ref
    )
    named = dict.fromkeys((Ref(str(row[0]), str(row[1])), str(row[2]).partition(".")[0]) for row in rows)
    return [(holder, book.type_of(holder).fields[name]) for holder, name in named]


def relink_field(book: Book, drafts: Drafts, holder: Ref, field: Field, aim: Aim, more: Mapping[str, object]) -> None:
    """Point the references in one field at the aim."""
    key = key_of(field, drafts.fields(holder))
    value = drafts.fields(holder).get(key, [])
    if isinstance(value, str):
        now = pointing(book, field, value, aim)
        if now != value:
            drafts.put(holder, key, now, more)
        return
    pairs = [(item, pointing(book, field, item, aim)) for item in value]
    changed = [(item, now) for item, now in pairs if item != now]
    if field.embedded:
        refuse_alike(holder, field, [now for _, now in pairs])
    add, remove = tuple(dict.fromkeys(now for _, now in changed)), tuple(item for item, _ in changed)
    drafts.swap(holder, key, add, remove, more)


def empty_field(book: Book, drafts: Drafts, holder: Ref, field: Field, aim: Aim, more: Mapping[str, object]) -> None:
    """Take the references out of one field of a record that would point at itself."""
    key = key_of(field, drafts.fields(holder))
    value = drafts.fields(holder).get(key, [])
    gone = [item for item in drafts.items(holder, key) if pointing(book, field, item, aim) != item]
    if gone and isinstance(value, str):
        drafts.put(holder, key, None, more)
    else:
        drafts.swap(holder, key, (), tuple(gone), more)


def refuse_alike(holder: Ref, field: Field, rows: list[str]) -> None:
    """Raise `RowsAlikeError` (exit 7) when two rows say the same."""
    for place, row in enumerate(rows):
        if row in rows[:place]:
            raise RowsAlikeError(holder, field, rows.index(row) + 1, place + 1)


def pointing(book: Book, field: Field, stored: str, aim: Aim) -> str:
    """The stored reference, at the new id where it was at an old one; in a row every column that refers."""
    if field.embedded:
        return _row_pointing(book, field, stored, aim)
    found = target_of(book, field, stored)
    if found is None or found.plural != aim.plural or found.id not in aim.olds:
        return stored
    return aim.new if field.reference != "*" else f"{aim.plural}/{aim.new}"


def target_of(book: Book, field: Field, stored: str) -> Ref | None:
    """The record that a stored reference names; None for what is none."""
    try:
        found = type_named(field).check(stored, field, book.context)
    except ValueRefused:
        return None
    if field.reference == "*":
        plural, _, name = found.partition("/")
        return Ref(plural, name)
    target = book.setup.types.get(field.reference)
    return Ref(target.plural, found) if target else None


def _row_pointing(book: Book, field: Field, stored: str, aim: Aim) -> str:
    columns = book.setup.types[field.type].fields
    try:
        cells = read_cells(stored)
        known = {word: column_named(columns, word) for word in cells}
        now = {
            word: pointing(book, column, value, aim) if (column := known[word]) and column.reference else value
            for word, value in cells.items()
        }
        return stored if now == cells else written(now, columns)
    except ValueRefused:
        return stored
