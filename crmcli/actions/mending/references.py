# ruff: noqa: S608 - the tables are those of the schema
"""References that name a record by its whole name instead of its id (`customer: Acme GmbH`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmcli.actions.mending import Mending
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused
from crmcli.store.records import BrokenRecordError
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book


def find(book: Book) -> Iterator[Mending]:
    """Dangling references whose text is the name of exactly one record of the type."""
    for record_type in book.setup.types.values():
        fields = [f for f in record_type.fields.values() if f.reference in book.setup.types and not f.calc]
        if record_type.embedded or not fields:
            continue
        for name in _suspects(book, record_type):
            try:
                record = book.read_record(Ref(record_type.plural, name))
            except BrokenRecordError:
                continue
            for field in fields:
                stored = record.fields.get(field.name)
                for item in [stored] if isinstance(stored, str) else stored or []:
                    target = _meant(book, field, item)
                    if target:
                        change = (
                            Change("set", record.ref, field.name, add=(target,), remove=(item,))
                            if isinstance(stored, list)
                            else Change("set", record.ref, field.name, to=target)
                        )
                        what = f"{field.name}: `{item}` is {target}"
                        yield Mending("dangling-reference", book.path_of(record.ref), what, (change,))


def _suspects(book: Book, record_type: RecordType) -> list[str]:
    """Records with a value that is refused, or a reference that points at nothing."""
    rows = book.index.rows(
        f"""SELECT id FROM "rec_{record_type.plural}" WHERE "_problem" = 1 UNION SELECT r.id FROM refs r WHERE r."type" = ?
        AND NOT EXISTS (SELECT 1 FROM files f WHERE f."ref" = r.to_type || '/' || r.to_id) ORDER BY 1""",
        (record_type.plural,),
    )
    return [str(row[0]) for row in rows]


def _meant(book: Book, field: Field, item: str) -> str:
    """The id of the one record whose name the text is; "" when it points at a record already, or several are called so."""
    target = book.setup.types[field.reference]
    try:
        name = type_named(field).check(item, field, book.context)
    except ValueRefused:
        name = item
    if book.index.row(f'SELECT 1 FROM "rec_{target.plural}" WHERE id = ?', (name,)) is not None:
        return ""
    aliased = "SELECT 1 FROM keys WHERE \"type\" = ? AND field = 'aliases' AND fold = ?"
    if book.index.row(aliased, (target.plural, name)) is not None:
        return ""
    found = book.index.rows(f'SELECT id FROM "rec_{target.plural}" WHERE "_fold" = ? LIMIT 2', (fold(item),))
    return str(found[0][0]) if len(found) == 1 else ""
