"""The rows inside a record as a small table: stored and computed columns, and totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.schema import label_of
from crmcli.model.types.row import column_named
from crmcli.query.failures import QueryError
from crmcli.reports.cells import TEXT, Cell, Form
from crmcli.reports.forms import form_of
from crmcli.reports.row_cells import row_object
from crmcli.reports.table import Column, Table
from crmcli.text.flow import parse_flow_map
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.model.record import Record
    from crmcli.model.schema import Field, RecordType
    from crmcli.query.value_sql import ValueSql
    from crmcli.store.book import Book

_OF = 'r."type" = ? AND r.id = ? AND r.field = ?'


class _Picked(NamedTuple):
    """A column of the rows: what it is, the SQL expressions of its cell, how it reads."""

    field: Field
    value: ValueSql
    pieces: tuple[str, ...]
    form: Form


def rows_tables(book: Book, record: Record, type_: RecordType) -> Iterator[Table]:
    """A table for every field of rows that is not empty, under the field's label; row numbers are those of the file."""
    for field in type_.fields.values():
        if field.embedded and record.items(field.name):
            yield _table(book, record, field)


def _table(book: Book, record: Record, field: Field) -> Table:
    row_type = book.setup.types[field.type]
    language = book.setup.config.language
    picked = [pick for column in row_type.fields.values() for pick in _picked(book, row_type, column)]
    asked = _asked(book, record, field, picked)
    written = [parse_flow_map(item) for item in record.items(field.name)]
    rows: list[list[Cell]] = [list(asked.get(pos, [None] * len(picked))) for pos in range(1, len(written) + 1)]
    shown = [place for place in range(len(picked)) if any(row[place] is not None for row in rows)]
    totals = _totals(book, record, field, [picked[place] for place in shown]) if len(rows) > 1 else ()
    columns = [Column(picked[n].field.name, _label(picked[n].field, language), picked[n].form) for n in shown]
    unknown = list(
        dict.fromkeys(name for cells in written for name in cells or {"": ""} if _is_unknown(row_type, name))
    )
    columns += [Column(name, name) for name in unknown]
    return Table(
        tuple(columns),
        [
            [*(row[place] for place in shown), *((cells or {"": item}).get(name) for name in unknown)]
            for row, cells, item in zip(rows, written, record.items(field.name), strict=True)
        ],
        title=_label(field, language),
        found=len(rows),
        totals=(*totals, *(None for _ in unknown)) if totals else (),
        warnings=_left_out(field, language, picked, rows) if totals else (),
        bad=frozenset(n for n, cells in enumerate(written) if _is_bad(row_type, picked, cells, rows[n])),
    )


def _label(field: Field, language: str) -> str:
    return label_of(field.label, language, field.name)


def _is_unknown(row_type: RecordType, name: str) -> bool:
    column = column_named(row_type.fields, name)
    return column is None or bool(column.calc)


def _is_bad(
    row_type: RecordType, picked: Sequence[_Picked], cells: dict[str, str] | None, row: Sequence[Cell]
) -> bool:  # fmt: skip
    """Whether the file says something that the index could not take."""
    if cells is None:
        return True
    empty = {pick.field.name for pick, cell in zip(picked, row, strict=True) if cell is None and not pick.field.calc}
    columns = (column_named(row_type.fields, name) for name, value in cells.items() if value)
    return any(column is not None and column.name in empty for column in columns)


def _picked(book: Book, row_type: RecordType, column: Field) -> Iterator[_Picked]:
    """How a column is asked; nothing for a computed one that cannot be."""
    from crmcli.query.compile import compile_value  # noqa: PLC0415 - only for records with rows

    try:
        value = compile_value(column.name, row_type, book.query_env())
    except QueryError:
        return
    if value.shown:
        yield _Picked(column, value, (value.shown,), TEXT)
    else:
        yield _Picked(column, value, value.raw or (value.text,), form_of(value, book.context, book.zone))


def _asked(book: Book, record: Record, field: Field, picked: Sequence[_Picked]) -> dict[int, list[Cell]]:
    """The cells of the rows by their place."""
    row_type = book.setup.types[field.type]
    pieces = ", ".join(["r.pos", *(piece for pick in picked for piece in pick.pieces)])
    params = [param for pick in picked if not pick.value.raw for param in pick.value.params]
    found = book.index.rows(
        f'SELECT {pieces} FROM "rows_{row_type.plural}" r WHERE {_OF} ORDER BY r.pos',
        [*params, *record.ref, field.name],
    )
    return {int(row[0]): list(_cells(tuple(row)[1:], picked)) for row in found}


def _cells(row: Sequence[Cell], picked: Sequence[_Picked]) -> Iterator[Cell]:
    start = 0
    for pick in picked:
        end = start + len(pick.pieces)
        yield row[start] if end - start == 1 or row[start] is None else tuple(row[start:end])
        start = end


def _totals(book: Book, record: Record, field: Field, picked: Sequence[_Picked]) -> tuple[Cell, ...]:
    """Sums of what adds up: numbers and computed money; a price for one piece does not, unless nothing is computed."""
    computed = any(pick.field.calc and pick.value.family == "money" for pick in picked)
    summed = [
        pick.field.type in ("int", "decimal") or (pick.value.family == "money" and bool(pick.field.calc) == computed)
        for pick in picked
    ]
    if not any(summed):
        return ()
    pieces = ", ".join(f"sum({pick.value.text})" for pick, wanted in zip(picked, summed, strict=True) if wanted)
    params = [p for pick, wanted in zip(picked, summed, strict=True) if wanted for p in pick.value.params]
    plural = book.setup.types[field.type].plural
    row = book.index.row(f'SELECT {pieces} FROM "rows_{plural}" r WHERE {_OF}', [*params, *record.ref, field.name])
    sums = iter(tuple(row) if row is not None else ())
    return tuple(
        _total(book, pick, next(sums, None)) if wanted else None for pick, wanted in zip(picked, summed, strict=True)
    )


def _left_out(
    field: Field, language: str, picked: Sequence[_Picked], rows: Sequence[Sequence[Cell]]
) -> tuple[str, ...]:
    """Rows with an amount that has no rate into the book's currency: sums cannot hold them."""
    places = [n for n, pick in enumerate(picked) if pick.value.family == "money" and len(pick.pieces) > 1]
    numbers = [
        str(number)
        for number, row in enumerate(rows, 1)
        if any(row[place] is not None and row[place][2] is None for place in places)
    ]
    if not numbers:
        return ()
    named = f"{_label(field, language)} {', '.join(numbers)}"
    return (phrase(language, "{rows}: no rate in rates.tsv, left out of the totals", rows=named),)


def _total(book: Book, pick: _Picked, total: Cell) -> Cell:
    """A sum as a cell of its column: money as minor units and the book's currency where the column has both."""
    if total is None or len(pick.pieces) == 1:
        return total
    return (total, book.setup.config.currency, total)


def rows_objects(book: Book, record: Record, field: Field) -> list[object]:
    """The rows of a field as JSON objects, computed columns included."""
    row_type = book.setup.types[field.type]
    picked = [pick for column in row_type.fields.values() if column.calc for pick in _picked(book, row_type, column)]
    asked = _asked(book, record, field, picked) if picked else {}
    found: list[object] = []
    for pos, item in enumerate(record.items(field.name), 1):
        row = row_object(book, row_type, item)
        if isinstance(row, dict):
            for pick, cell in zip(picked, asked.get(pos, []), strict=False):
                row[pick.field.name] = pick.form.json(cell) if cell is not None and pick.form.json else cell
        found.append(row)
    return found
