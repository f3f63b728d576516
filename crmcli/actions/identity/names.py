"""The present names of records that stored references name, where they were renamed or merged since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.actions.relinking import target_of
from crmcli.model.record import Ref
from crmcli.model.types.base import ValueRefused
from crmcli.model.types.row import column_named, read_cells

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book


class PresentNames:
    """Looks names up, each once."""

    def __init__(self, book: Book) -> None:
        self._book = book
        rows = book.index.rows('SELECT "type", old, new FROM followed')
        self._followed = {Ref(str(row[0]), str(row[1])): Ref(str(row[0]), str(row[2])) for row in rows}

    def part(self, gone: Ref, aliases: Iterable[str]) -> None:
        """Let a record that went stand for itself, under all its names."""
        for name in (gone.id, *aliases):
            self._followed[Ref(gone.plural, name)] = gone

    def of(self, ref: Ref) -> Ref:
        """The record that a name means now."""
        return self._followed.get(ref, ref)

    def item(self, record_type: RecordType, key: str, item: str) -> str:
        """An item of a record's field with every reference in it under its present name."""
        field = next((f for f in record_type.fields.values() if key in (f.name, *f.was)), None)
        return self.stored(field, item) if field is not None else item

    def stored(self, field: Field, item: str) -> str:
        """The same of a field's item."""
        if field.embedded:
            return self._row(field, item)
        target = target_of(self._book, field, item) if field.reference else None
        return item if target is None else str(self.of(target))

    def targets(self, field: Field, item: str) -> list[Ref]:
        """The records that an item refers to, as they are called now."""
        if field.embedded:
            columns = self._book.setup.types[field.type].fields
            try:
                cells = read_cells(item)
            except ValueRefused:
                return []
            pairs = [(column_named(columns, name), value) for name, value in cells.items()]
            return [ref for column, value in pairs if column for ref in self.targets(column, value)]
        target = target_of(self._book, field, item) if field.reference else None
        return [] if target is None else [self.of(target)]

    def _row(self, field: Field, row: str) -> str:
        """What a row says, whatever the order of its columns."""
        columns = self._book.setup.types[field.type].fields
        try:
            cells = read_cells(row)
        except ValueRefused:
            return row
        now = [
            (name, self.stored(column, value) if (column := column_named(columns, name)) else value)
            for name, value in cells.items()
        ]
        return repr(sorted(now))
