"""Writing Parquet files (Apache Parquet format 2.x) by pyarrow, of the extra `parquet`: typed columns for analysts' programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from crmcli.model.money import Money
from crmcli_formats.xlsx import ExtraMissingError

GROUP = 10_000
"""Rows that are written together."""


_WHOLE, _AMOUNT = 1 << 63, 10**34


def write_table(path: Path, columns: list[str], rows: Iterable[Sequence[object]]) -> int:
    """Write rows; return how many. A column has the one type of its cells, else it is text.

    Money becomes two columns, `amount` (decimal) and `amount.currency`; moments are UTC. Rows are held until their types are known.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise ExtraMissingError("writing Parquet files", "parquet") from None
    held = list(rows)
    kinds = [_kind([row[place] for row in held]) for place in range(len(columns))]
    fields = [field for column, kind in zip(columns, kinds, strict=True) for field in _fields(pa, column, kind)]
    schema = pa.schema(fields)
    source = iter(held)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := list(islice(source, GROUP)):
            arrays = [
                array
                for place, kind in enumerate(kinds)
                for array in _arrays([_cell(row[place], kind) for row in group], kind)
            ]
            writer.write_table(
                pa.table([pa.array(a, f.type) for a, f in zip(arrays, fields, strict=True)], schema=schema)
            )
    return len(held)


def _kind(cells: Sequence[object]) -> type:
    """The one type of a column's cells; whole numbers beside others are numbers, anything else together is text."""
    found = {type(cell) if _fits(cell) else str for cell in cells if cell is not None}
    if found == {int, float}:
        return float
    return found.pop() if len(found) == 1 else str


def _fits(cell: object) -> bool:
    """Whether its own type holds a cell: 64 bits of a whole number, 34 digits of an amount before the point and 4 behind."""
    if isinstance(cell, Money):
        return abs(cell.amount) < _AMOUNT and cell.amount == round(cell.amount, 4)
    return not isinstance(cell, int) or abs(cell) < _WHOLE


def _fields(pa: Any, column: str, kind: type) -> list[Any]:  # noqa: ANN401 - the library has no types
    if kind is Money:
        return [pa.field(column, pa.decimal128(38, 4)), pa.field(f"{column}.currency", pa.string())]
    types = {
        int: pa.int64(),
        float: pa.float64(),
        bool: pa.bool_(),
        date: pa.date32(),
        datetime: pa.timestamp("ms", "UTC"),
    }
    return [pa.field(column, types.get(kind, pa.string()))]


def _arrays(cells: list[object], kind: type) -> list[list[object]]:
    """The values of a column, or of the two that money takes."""
    if kind is not Money:
        return [cells]
    amounts = [cell if isinstance(cell, Money) else None for cell in cells]
    return [[a.amount if a else None for a in amounts], [a.currency if a else None for a in amounts]]


def _cell(cell: object, kind: type) -> object:
    if cell is None or kind is not str:
        return cell
    return cell.isoformat() if isinstance(cell, date) else str(cell)
