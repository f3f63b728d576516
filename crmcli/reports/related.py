"""What hangs on a record: for each collection the first records with a few columns, open ones before closed ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
from crmcli.model.schema import Field, RecordType
from crmcli.query.built_in import is_running
from crmcli.query.sql import Sql
from crmcli.reports.listing import Request, list_records
from crmcli.reports.names import collection_label, has_amount
from crmcli.reports.views import Related, RelatedLine
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from crmcli.model.record import Ref
    from crmcli.reports.table import Table
    from crmcli.store.book import Book

SHOWN = 8
CLOSED_SHOWN = 3
CELLS = 4
FIRST = ("contact", "deal", "task")
"""Collections people look for first; the others follow in the order of their files."""


class Collection(NamedTuple):
    """The records of a type that point at one record through one field."""

    name: str
    type: RecordType
    field: Field

    def condition(self, ref: Ref) -> Sql:
        """The condition on `r` for the collection's records."""
        return Sql(
            'r.id IN (SELECT f.id FROM refs f WHERE f.to_type = ? AND f.to_id = ? AND f."type" = ? AND f.field = ?)',
            (ref.plural, ref.id, self.type.plural, self.field.name),
        )


def collections_of(book: Book, type_: RecordType) -> list[Collection]:
    """The collections a record of the type has, those people look for first in front."""
    found = [
        Collection(field.back or other.plural, other, field)
        for other in book.setup.types.values()
        if not other.embedded
        for field in other.fields.values()
        if field.reference in (type_.name, "*")
    ]
    places = {name: place for place, name in enumerate(FIRST)}
    return sorted(found, key=lambda collection: places.get(collection.type.name, len(places)))


def related_records(book: Book, ref: Ref) -> Iterator[Related]:
    """Every collection of a record that is not empty."""
    type_ = book.type_of(ref)
    for collection in collections_of(book, type_):
        yield from _collection(book, collection, ref)


def _collection(book: Book, collection: Collection, ref: Ref) -> Iterator[Related]:
    among = collection.condition(ref)
    label = collection_label(book, collection.type, collection.name)
    if collection.type.stage is None:
        yield from _listed(book, collection.type, among, label, SHOWN, collection.field.name)
        return
    running = Sql(f"({among.text}) AND {is_running('r')}", among.params)
    if collection.type.name == "task":  # all of them open: their stage says nothing
        yield from _listed(
            book, collection.type, running, label, SHOWN, collection.field.name, collection.type.stage.name
        )
        return
    yield from _listed(book, collection.type, running, label, SHOWN, collection.field.name)
    ended = phrase(book.setup.config.language, "{label}, closed", label=label)
    closed = Sql(f"({among.text}) AND NOT {is_running('r')}", among.params)
    yield from _listed(book, collection.type, closed, ended, CLOSED_SHOWN, collection.field.name)


def _listed(book: Book, type_: RecordType, only: Sql, label: str, limit: int, *without: str) -> Iterator[Related]:
    lines, found = related_lines(book, type_, only, limit=limit, without=without)
    if lines:
        yield Related(label, lines, found)


def related_lines(
    book: Book, type_: RecordType, only: Sql, *, limit: int, without: tuple[str, ...] = ()
) -> tuple[tuple[RelatedLine, ...], int]:
    """Lines for the records a condition finds, and how many there are: title, then the first columns of their list."""
    title = type_.title or "id"
    columns = [name for name in type_.list if name not in (title, *without)][: CELLS + 1]
    request = Request(columns=",".join([title, *columns]), sort=_order(type_), limit=limit, people=True, only=only)
    table = list_records(book, type_, request)
    kinds = _kinds(book, type_)
    stage = type_.stage.name if type_.stage else ""
    place = next((place for place, column in enumerate(table.columns) if column.name == stage), -1)
    lines = tuple(
        RelatedLine(
            ref,
            texts[0] or ref.partition("/")[2],
            tuple(texts[1:]),
            kinds.get(row[place], "") if place > 0 else "",
        )
        for ref, row, texts in zip(table.refs, table.rows, _texts(table), strict=True)
    )
    return lines, table.found


def _texts(table: Table) -> list[list[str]]:
    """Cells for people; columns empty in every row are left out, and what is beyond the first few."""
    rows = [
        ["" if cell is None else column.form.show(cell) if column.form.show else str(cell)
         for column, cell in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]  # fmt: skip
    filled = [place for place in range(len(table.columns)) if place == 0 or any(row[place] for row in rows)]
    return [[row[place] for place in filled[: CELLS + 1]] for row in rows]


def _order(type_: RecordType) -> str:
    """The soonest task, the greatest amount, else by title."""
    if "due" in type_.fields:
        return "due"
    return "-amount" if has_amount(type_) else ""


def _kinds(book: Book, type_: RecordType) -> dict[str, str]:
    return {
        stage.name: stage.kind for pipeline in book.setup.pipelines_of(type_.name) for stage in pipeline.stages.values()
    }
