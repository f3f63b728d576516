"""The form engine for rows inside records: defaults of columns, no two rows that say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.engines.form import default_of, is_path
from crmcli.errors import UsageError, VetoedError
from crmcli.model.types.base import ValueRefused
from crmcli.model.types.row import Cells, checked_cell, checked_cells, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.engines.row_question import RowQuestions
    from crmcli.model.change import Change
    from crmcli.model.record import Record
    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book


class RowRefusedError(UsageError):
    """A row with a value its column cannot hold, or that is no row."""

    def __init__(self, field: Field, number: int, refusal: ValueRefused) -> None:
        super().__init__(f"{field.name} {number}: {refusal.why}", hint=refusal.hint)


class RowTwiceError(VetoedError):
    """Two rows of a record that say the same."""

    def __init__(self, field: Field, row_type: RecordType, number: int, other: int) -> None:
        counted = next((c.name for c in row_type.fields.values() if c.type in ("decimal", "int") and not c.calc), "")
        place = f"{field.name}.{other}.{counted}=…" if counted else f"{field.name} {other}"
        super().__init__(
            f"{field.name} {number} says the same as {field.name} {other}",
            hint=f"raise {place} instead, or let a column say what is different"
            if counted
            else f"keep {place}, or let a column say what is different",
        )


class RowsEqualError(VetoedError):
    """One of two equal rows was to be changed or taken out."""

    def __init__(self, field: Field, number: int, other: int) -> None:
        super().__init__(
            f"{field.name} {number} and {other} say the same, so one alone cannot be changed",
            hint="let one of them say what is different, in the file",
        )


def completed(questions: RowQuestions, record: Record, field: Field, item: str, number: int) -> str:
    """A row of `record` with the defaults of the columns it does not name, those left empty on purpose kept as `''`.

    `number` is its place, from 1, for the message. Raises `RowRefusedError` (exit 2).
    """
    book = questions.book
    row_type = book.setup.types[field.type]
    try:
        cells = checked_cells(item, row_type.fields, book.context, empty=True)
        for column in row_type.fields.values():
            if column.default and column.name not in cells:
                value = _default(questions, row_type, column, cells, record)
                if value:
                    cells[column.name] = value
        return written(cells, row_type.fields, empty=True)
    except ValueRefused as refusal:
        raise RowRefusedError(field, number, refusal) from None


def completed_plainly(questions: RowQuestions, record: Record, field: Field, item: str, number: int) -> str:
    """A completed row as files have it: without the columns left empty on purpose. Raises `RowRefusedError` (exit 2)."""
    try:
        return _plain(questions.book, field, completed(questions, record, field, item, number))
    except ValueRefused as refusal:
        raise RowRefusedError(field, number, refusal) from None


def settled(questions: RowQuestions, record: Record, field: Field, change: Change) -> Change:
    """A change of rows as it is journaled: rows that come are completed, those that go named as they stand.

    Raises `RowRefusedError` (exit 2), and `RowTwiceError` (exit 7) for a row that is there already.
    """
    book, present = questions.book, record.items(field.name)
    gone = tuple(_standing(book, field, item, present) for item in change.remove)
    _refuse_half(field, present, gone)
    kept = [item for item in present if item not in gone]
    added: list[str] = []
    for item in change.add:
        number = len(kept) + len(added) + 1
        row = completed_plainly(questions, record, field, item, number)
        refuse_twin(book, field, row, number, [*kept, *added])
        added.append(row)
    return change._replace(add=tuple(added), remove=gone)


def filled(questions: RowQuestions, record: Record, field: Field) -> list[str]:
    """The rows of a record in the making, completed."""
    rows: list[str] = []
    for number, item in enumerate(record.items(field.name), 1):
        row = completed_plainly(questions, record, field, item, number)
        refuse_twin(questions.book, field, row, number, rows)
        rows.append(row)
    return rows


def _refuse_half(field: Field, present: Sequence[str], gone: Sequence[str]) -> None:
    """Equal rows that a hand made go together: the journal could not say which of them went."""
    for item in gone:
        if gone.count(item) < present.count(item):
            first = present.index(item)
            raise RowsEqualError(field, first + 1, present.index(item, first + 1) + 1)


def refuse_twin(book: Book, field: Field, row: str, number: int, others: Sequence[str]) -> None:
    """Raise `RowTwiceError` (exit 7) when a row stands among the others already: the journal keeps rows as a set."""
    if row in others:
        raise RowTwiceError(field, book.setup.types[field.type], number, others.index(row) + 1)


def in_place(before: Sequence[str], change: Change, after: Sequence[str]) -> list[str]:
    """The rows of `after` in their order, one that takes another's place standing there."""
    places = [place for place, item in enumerate(before) if item in change.remove]
    result: list[str | None] = [None if item in change.remove else item for item in before]
    fresh = [item for item in after if item not in before or item in change.remove]
    for place, item in zip(places, fresh, strict=False):
        result[place] = item
    return [item for item in result if item is not None] + fresh[len(places) :]


def _plain(book: Book, field: Field, item: str) -> str:
    columns = book.setup.types[field.type].fields
    return written(checked_cells(item, columns, book.context), columns)


def _standing(book: Book, field: Field, item: str, present: Sequence[str]) -> str:
    """The present row that is meant; one that was typed in the same command stands completed."""
    if item in present:
        return item
    try:
        return _plain(book, field, item)
    except ValueRefused:
        return item


# ---- defaults ----------------------------------------------------------------------------------------------


def _default(questions: RowQuestions, row_type: RecordType, column: Field, cells: Cells, record: Record) -> str:
    """The default of a column for a row as far as it is known, "" for none; raises `ValueRefused`."""
    book = questions.book
    if not column.default.startswith("(") or is_path(book, row_type, column):
        value = default_of(book, row_type, column, cells)
    else:
        value = questions.default(row_type, column, cells, record)
    return checked_cell(column, column.name, value, book.context) if value else ""
