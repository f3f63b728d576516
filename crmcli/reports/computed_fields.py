"""The computed fields of one record: worked out now, for its page and for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.compile import compile_value
from crmcli.query.failures import QueryError
from crmcli.reports.cells import TEXT
from crmcli.reports.forms import form_of

if TYPE_CHECKING:
    from crmcli.model.record import Ref
    from crmcli.model.schema import RecordType
    from crmcli.query.value_sql import ValueSql
    from crmcli.reports.cells import Cell
    from crmcli.store.book import Book


def shown_computed(book: Book, ref: Ref, type_: RecordType) -> dict[str, str]:
    """What people read, by the name of the field; empty ones are left out."""
    found = {}
    for name, value, cell in _cells(book, ref, type_):
        form = TEXT if value.shown else form_of(value, book.context, book.zone)
        found[name] = form.show(cell) if form.show else str(cell)
    return found


def json_computed(book: Book, ref: Ref, type_: RecordType) -> dict[str, object]:
    """What scripts read, by the name of the field; references as ids, empty ones are left out."""
    found: dict[str, object] = {}
    for name, value, cell in _cells(book, ref, type_, titles=False):
        form = form_of(value, book.context, book.zone)
        found[name] = form.json(cell) if form.json else cell
    return found


def _cells(book: Book, ref: Ref, type_: RecordType, *, titles: bool = True) -> list[tuple[str, ValueSql, Cell]]:
    """Name, value and cell of every filled computed field, asked at once.

    One that cannot be asked is left out: `crm check` says where and why.
    """
    fields = [field for field in type_.fields.values() if field.calc]
    if not fields:
        return []
    env, asked = book.query_env(), []
    for field in fields:
        try:
            value = compile_value(field.name, type_, env)
        except QueryError:
            continue
        pieces = (value.shown,) if titles and value.shown else value.raw or (value.text,)
        asked.append((field.name, value, pieces))
    text = ", ".join(piece for _, _, pieces in asked for piece in pieces)
    row = book.index.row(f'SELECT {text} FROM "rec_{type_.plural}" r WHERE r.id = ?', (ref.id,)) if asked else None
    found, start = [], 0
    for name, value, pieces in asked if row is not None else ():
        cells = tuple(row)[start : start + len(pieces)] if row is not None else ()
        start += len(pieces)
        if cells[0] is not None:
            found.append((name, value, cells[0] if len(cells) == 1 else cells))
    return found
