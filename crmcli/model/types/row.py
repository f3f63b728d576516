# ruff: noqa: ARG002 - the protocol's arguments
"""Rows inside a record: one flow map a line, its columns those of an embedded record type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from crmcli.model.types.base import Column, Manual, SqlValue, ValueContext, ValueRefused
from crmcli.model.types.refusal import did_you_mean
from crmcli.model.types.registry import type_named
from crmcli.model.types.single import SingleText
from crmcli.model.types.text import one_line
from crmcli.text.flow import parse_flow_map
from crmcli.text.yaml_write import render_flow_map

if TYPE_CHECKING:
    from crmcli.model.schema import Field

Cells = dict[str, str]
"""Stored values of a row by column; "" is a column that was left empty on purpose."""

_AS_IN = "write column=value words, as in product=arm qty=3"


class Row(SingleText):
    """A row of an embedded record type: one `{column: value, …}` a line, in the order of the schema.

    Each column is typed, checked and compared as its own type says; columns the schema does not have are kept as they
    stand. Typed, a row is words (`product=arm qty=3 note="two words"`) or a map; a column it leaves out takes its default,
    `column=` leaves it empty. `need`, `must` and `say` of a column are held for each row, `unique` among the rows of a
    record. Two rows of a record never say the same: a second one is refused.
    """

    name = "row"
    family = "none"
    matches = "equal"
    manual = Manual(
        "- {product: arm-2m8qd, qty: 3, price: 4821.00 CNY}",
        "each column",
        "`lines+='product=arm qty=3'`, `lines.2.qty=5`, `lines-=2`",
        "`count(lines, …)`",
    )

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """Words, or a flow map, of values as people type them; emptied columns stay as `''`."""
        columns = columns_of(field, context)
        cells: Cells = {}
        for word, value in _typed_cells(typed.strip()):
            column = typed_column(columns, word, field)
            if column.name in cells:
                raise ValueRefused(f"{column.name} stands twice", "give it once")
            cells[column.name] = typed_cell(column, value, context)
        return written(cells, columns, empty=True)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A flow map; the columns of the schema in canonical form and in its order, then unknown ones."""
        columns = columns_of(field, context)
        return written(checked_cells(stored, columns, context), columns)

    def columns(self, field: Field) -> tuple[Column, ...]:
        """None: rows have a table of their own."""
        return ()

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """Nothing."""
        return ()

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """The values one after another, as their columns show them."""
        columns = columns_of(field, context)
        cells = parse_flow_map(stored) or {"": stored}
        return ", ".join(shown_cell(columns.get(name), value, context) for name, value in cells.items())

    def from_index(self, values: tuple[SqlValue, ...], field: Field, context: ValueContext) -> str:
        """Nothing: rows are read from their own table."""
        return ""


def columns_of(field: Field, context: ValueContext) -> Mapping[str, Field]:
    """The columns of a field's rows, computed ones included, in the order of the schema."""
    found = context.types.get(field.type)
    return found.fields if found else {}


def read_cells(stored: str, *, empty: bool = False) -> Cells:
    """The columns of a row as they stand there; raises `ValueRefused` for what is no row. `empty` keeps emptied ones."""
    cells = parse_flow_map(stored, empty=empty)
    if cells is None:
        raise ValueRefused(
            "this is no row", "write it on one line, without maps or lists in it, as in {product: arm-2m8qd, qty: 3}"
        )
    return cells


def checked_cells(stored: str, columns: Mapping[str, Field], context: ValueContext, *, empty: bool = False) -> Cells:
    """The columns of a row in canonical form, former names as present ones; raises `ValueRefused` naming the column."""
    cells: Cells = {}
    for name, value in read_cells(stored, empty=empty).items():
        column = column_named(columns, name)
        key = column.name if column else one_line(name)
        if key in cells:
            raise ValueRefused(f"{key} stands twice", "keep one")
        cells[key] = checked_cell(column, name, value, context) if value else ""
    return cells


def checked_cell(column: Field | None, name: str, value: str, context: ValueContext) -> str:
    """A stored value in canonical form; one of an unknown or computed column as it stands."""
    try:
        if column is None or column.calc:
            return one_line(value)
        return type_named(column).check(value, column, context)
    except ValueRefused as refused:
        raise ValueRefused(f"{name}: {refused.why}", refused.hint or "mend it, or take it out") from None


def column_named(columns: Mapping[str, Field], name: str) -> Field | None:
    """The column a file means: by its name, or a former one."""
    return columns.get(name) or next((column for column in columns.values() if name in column.was), None)


def typed_column(columns: Mapping[str, Field], word: str, field: Field) -> Field:
    """The column a person means: by its name, a former one, or its label; raises `ValueRefused`."""
    folded = word.casefold()
    labels = (c for c in columns.values() if folded in {text.casefold() for text in c.label.values()})
    found = column_named(columns, word) or next(labels, None)
    if found is None:
        known = {name: name for name, column in columns.items() if not column.calc}
        listed = f"its columns are {', '.join(known)}" if known else "it has none"
        raise ValueRefused(f"a {field.type} has no column `{word}`", did_you_mean(word, known, listed))
    if found.calc:
        raise ValueRefused(f"{found.name} is computed", "change what it is computed from")
    return found


def typed_cell(column: Field, typed: str, context: ValueContext) -> str:
    """The stored form of one typed value, "" for none; raises `ValueRefused` naming the column."""
    if not typed:
        return ""
    try:
        return type_named(column).parse(typed, column, context)
    except ValueRefused as refused:
        raise ValueRefused(f"{column.name}: {refused.why}", refused.hint) from None


def shown_cell(column: Field | None, stored: str, context: ValueContext) -> str:
    """A value for people; one its column cannot hold as it stands."""
    if column is None or column.calc:
        return stored
    kind = type_named(column)
    try:
        return kind.show(kind.check(stored, column, context), column, context)
    except ValueRefused:
        return stored


def written(cells: Mapping[str, str], columns: Mapping[str, Field], *, empty: bool = False) -> str:
    """The row as it stands in files; `empty` writes emptied columns too, as `''`. Raises `ValueRefused`."""
    names = [*(name for name in columns if name in cells), *(name for name in cells if name not in columns)]
    kept = {name: cells[name] for name in names if empty or cells[name]}
    if not any(kept.values()):
        raise ValueRefused("the row is empty", _AS_IN)
    text = render_flow_map(kept, empty=empty)
    if parse_flow_map(text, empty=empty) != kept:
        raise ValueRefused("an invisible character in the row", "take it out")
    return text


def _typed_cells(text: str) -> Iterator[tuple[str, str]]:
    """A row as typed, taken apart: a flow map, or words; a value ends where the next `column=` begins."""
    if text.startswith("{"):
        yield from read_cells(text, empty=True).items()
        return
    rest = text.replace("＝", "=")
    while rest:
        name, equals, rest = rest.partition("=")
        if not equals or not name or any(map(str.isspace, name)):
            raise ValueRefused(f"`{name.strip()[:40]}` is no column=value", _AS_IN)
        value, rest = _typed_value(rest)
        yield name, value
        rest = rest.strip()


def _typed_value(text: str) -> tuple[str, str]:
    """The value that `text` begins with, and the words after it."""
    if text[:1] in ("'", '"'):
        value, closed, rest = text[1:].partition(text[0])
        if not closed or (rest and not rest[0].isspace()):
            raise ValueRefused(f"a quote {text[0]} without its end", f"close it: {text[0]}two words{text[0]}")
        return value, rest
    at = text.find("=")
    while at >= 0:
        head = text[:at]
        cut = max((place for place, letter in enumerate(head) if letter.isspace()), default=-1)
        if 0 <= cut < at - 1:
            return text[:cut].strip(), text[cut:]
        at = text.find("=", at + 1)
    return text.strip(), ""
