"""Words about rows inside a record: `lines+='product=arm qty=3'`, `lines.2.qty=5`, `lines-=2`, `lines=@file`, `lines=`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.actions.attach import read_text_file
from crmcli.engines.row_question import RowQuestions
from crmcli.engines.rows import RowRefusedError, completed, refuse_twin
from crmcli.errors import UsageError
from crmcli.model.change import Change
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused
from crmcli.model.types.row import Cells, checked_cells, read_cells, typed_cell, typed_column, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.record import Record
    from crmcli.model.schema import Field
    from crmcli.store.book import Book


class RowNumberError(UsageError):
    """A row number there is none of."""

    def __init__(self, record: Record, field: Field, number: str) -> None:
        count = len(record.items(field.name))
        has = f"its rows are 1 to {count}; `crm show {record.ref}` numbers them" if count > 1 else ""
        super().__init__(
            f"{record.ref} has no {field.name} {number}",
            hint=has or ("its only row is 1" if count else f"it has no rows; {field.name}+='column=value …' adds one"),
        )


class RowNotFoundError(UsageError):
    """No row has the columns given."""

    def __init__(self, record: Record, field: Field, typed: str) -> None:
        super().__init__(
            f"{record.ref} has no {field.name} with {typed}", hint=f"`crm show {record.ref}` numbers its rows"
        )


class RowsManyError(UsageError):
    """Several rows have the columns given."""

    def __init__(self, field: Field, typed: str, numbers: list[int]) -> None:
        listed = ", ".join(map(str, numbers))
        super().__init__(f"{field.name} {listed} have {typed}", hint=f"name one: {field.name}-={numbers[0]}")


class RowPartError(UsageError):
    """`lines.2=…`, or `lines.qty=…`: a column is changed by row number and name."""

    def __init__(self, field: Field, typed: str) -> None:
        super().__init__(
            f"`{field.name}.{typed}` names no column of a row", hint=f"give both, as in {field.name}.2.qty=5"
        )


def row_changes(book: Book, record: Record, field: Field, operator: str, value: str) -> list[Change]:
    """The changes that `field=…`, `field+=…` or `field-=…` make to rows."""
    present = record.items(field.name)
    if operator == "-=" and not value.strip():
        return []
    if operator == "-=":
        return [Change("set", record.ref, field.name, remove=tuple(_meant(book, record, field, value)))]
    questions, kept = RowQuestions(book), present if operator == "+=" else []
    rows: list[str] = []
    for number, typed in enumerate(_typed_rows(value), len(kept) + 1):
        row = completed(questions, record, field, _parsed(book, field, number, typed), number)
        others = [_plain(book, field, other) for other in [*kept, *rows]]
        refuse_twin(book, field, _plain(book, field, row), number, others)
        rows.append(row)
    if operator == "+=":
        return [Change("set", record.ref, field.name, add=tuple(rows))] if rows else []
    stay = {plain for row in rows if (plain := _plain(book, field, row)) in present}
    gone = tuple(item for item in present if item not in stay)
    fresh = tuple(row for row in rows if _plain(book, field, row) not in stay)
    return [Change("set", record.ref, field.name, add=fresh, remove=gone)] if fresh or gone else []


def part_changes(book: Book, record: Record, field: Field, inner: str, value: str) -> list[Change]:
    """`lines.2.qty=5`: one column of one row; empty takes its value out."""
    number, _, name = inner.partition(".")
    if not number.isdecimal() or not name:
        raise RowPartError(field, inner)
    present = record.items(field.name)
    old = _numbered(record, field, number)
    place = int(number)
    columns = book.setup.types[field.type].fields
    try:
        column = typed_column(columns, name, field)
        cells: Cells = read_cells(old, empty=True)
        for known in (column.name, *column.was):
            cells.pop(known, None)
        cells[column.name] = typed_cell(column, value, book.context)
        empty = dict.fromkeys((other for other, known in columns.items() if known.default and other not in cells), "")
        new = written(cells | empty, columns, empty=True)
    except ValueRefused as refusal:
        raise RowRefusedError(field, place, refusal) from None
    plain = _plain(book, field, new)
    if plain == old:
        return []
    refuse_twin(book, field, plain, place, [item if n != place else "" for n, item in enumerate(present, 1)])
    return [Change("set", record.ref, field.name, add=(new,), remove=(old,))]


def _typed_rows(value: str) -> Iterator[str]:
    """The rows of a word, one a line: `@file` reads them from a file; a leading `- `, blank lines and comments do not count."""
    text = read_text_file(Path(value[1:]).expanduser()) if value.startswith("@") else value
    for line in text.splitlines():
        row = line.strip().removeprefix("- ").strip()
        if row and not row.startswith("#"):
            yield row


def _parsed(book: Book, field: Field, number: int, typed: str) -> str:
    try:
        return type_named(field).parse(typed, field, book.context)
    except ValueRefused as refusal:
        raise RowRefusedError(field, number, refusal) from None


def _plain(book: Book, field: Field, item: str) -> str:
    columns = book.setup.types[field.type].fields
    try:
        return written(checked_cells(item, columns, book.context), columns)
    except ValueRefused:
        return item


def _numbered(record: Record, field: Field, number: str) -> str:
    """The row of that number, from 1."""
    present = record.items(field.name)
    if not 1 <= int(number) <= len(present):
        raise RowNumberError(record, field, number)
    return present[int(number) - 1]


def _meant(book: Book, record: Record, field: Field, value: str) -> list[str]:
    """The present rows that are meant: by their numbers, or each by what its columns hold."""
    words = value.replace("，", ",").split(",")
    if all(word.strip().isdecimal() for word in words):
        return [_numbered(record, field, word.strip()) for word in words]
    return [_matching(book, record, field, typed) for typed in _typed_rows(value)]


def _matching(book: Book, record: Record, field: Field, typed: str) -> str:
    """The one row that has every column given; a column given empty is empty there."""
    columns = book.setup.types[field.type].fields
    wanted = read_cells(_parsed(book, field, 0, typed), empty=True)
    present = record.items(field.name)
    found = []
    for number, item in enumerate(present, 1):
        try:
            cells = checked_cells(item, columns, book.context)
        except ValueRefused:
            continue
        if all(cells.get(name, "") == value for name, value in wanted.items()):
            found.append(number)
    if not found:
        raise RowNotFoundError(record, field, typed)
    if len(found) > 1:
        raise RowsManyError(field, typed, found)
    return present[found[0] - 1]
