# ruff: noqa: S608 - the tables are those of the schema
"""Values written in another notation than files have (`country: Germany`, `amount: 12k`): what `crm set` would make of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmcli.actions.mending import Mending
from crmcli.model.change import Change
from crmcli.model.record import Record, Ref
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused
from crmcli.store.records import BrokenRecordError

if TYPE_CHECKING:
    from crmcli.model.schema import Field
    from crmcli.store.book import Book

_CODES = ("choice", "country", "currency", "language", "timezone", "flag", "region", "taxid", "sku", "color", "account")
_NUMBERS = ("int", "decimal", "percent", "money", "rating")
_ADDRESSES = ("phone", "email", "url", "domain", "handle")
TIMELESS = frozenset([*_CODES, *_NUMBERS, *_ADDRESSES])
"""Types whose typed notations mean the same on every day: `close: fri` is left for who wrote it."""


def find(book: Book) -> Iterator[Mending]:
    """Every value that its field refuses as it stands and reads as typed."""
    for record_type in book.setup.types.values():
        if record_type.embedded:
            continue
        fields = [f for f in record_type.fields.values() if f.type in TIMELESS and not f.calc and not f.reference]
        rows = book.index.rows(f'SELECT id FROM "rec_{record_type.plural}" WHERE "_problem" = 1 ORDER BY id')
        for (name,) in rows:
            try:
                record = book.read_record(Ref(record_type.plural, str(name)))
            except BrokenRecordError:
                continue
            for field in fields:
                yield from _of_field(book, record, field)


def _of_field(book: Book, record: Record, field: Field) -> Iterator[Mending]:
    stored = record.fields.get(field.name)
    if not stored:
        return
    items = [stored] if isinstance(stored, str) else stored
    read = [(item, mended) for item in items if (mended := _mended(book, field, item)) is not None]
    if not read or isinstance(stored, str) == field.many:
        return
    told = ", ".join(f"`{item}` becomes {mended}" for item, mended in read)
    path = book.path_of(record.ref)
    if field.many:
        gone, come = tuple(item for item, _ in read), tuple(mended for _, mended in read)
        change = Change("set", record.ref, field.name, add=come, remove=gone)
    else:
        change = Change("set", record.ref, field.name, to=read[0][1])
    yield Mending("bad-value", path, f"{field.name}: {told}", (change,))


def _mended(book: Book, field: Field, item: str) -> str | None:
    """The stored form of a value that is refused as it stands; None when it is fine, or nobody can read it."""
    kind = type_named(field)
    try:
        kind.check(item, field, book.context)
    except ValueRefused:
        try:
            return kind.parse(item, field, book.context)
        except ValueRefused:
            return None
    return None
