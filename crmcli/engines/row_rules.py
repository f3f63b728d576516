"""What a row inside a record must keep: `need`, `must` and `unique` of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.engines.rows import RowRefusedError
from crmcli.errors import VetoedError
from crmcli.model.schema import label_of
from crmcli.model.types.base import ValueRefused
from crmcli.model.types.row import Cells, checked_cells, shown_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.engines.row_question import RowQuestions, RowRule
    from crmcli.model.record import Record, Ref
    from crmcli.model.schema import Field
    from crmcli.store.book import Book


class RowColumnEmptyError(VetoedError):
    """A row without a column that is needed."""

    def __init__(self, ref: Ref, field: Field, number: int, named: str, name: str) -> None:
        super().__init__(f"{ref}: {field.name} {number} needs {named}", hint=f"give it with the row: {name}=…")


class RowRuleBrokenError(VetoedError):
    """A row that breaks `must` of a column."""

    def __init__(self, ref: Ref, place: str, why: str, column: Field, path: str) -> None:
        super().__init__(f"{ref}: {place}: {why}", hint=f"{column.must} is the rule of {column.name} in {path}")


class RowValueTakenError(VetoedError):
    """A `unique` value of a column that another row of the record has."""

    def __init__(self, ref: Ref, place: str, named: str, other: str) -> None:
        super().__init__(
            f"{ref}: {place}: {named} stands in {other} already", hint=f"change {other} instead of adding a row"
        )


def check_rows(questions: RowQuestions, field: Field, before: Record, after: Record) -> None:
    """Raise what the rows of a field that were not there before break: exit 7, or 2 for a value that is none."""
    book = questions.book
    known = before.items(field.name)
    fresh = [(number, item) for number, item in enumerate(after.items(field.name), 1) if item not in known]
    asking = _Asking(questions, field, after)
    for number, item in fresh:
        cells = _cells(book, field, number, item)
        _needs(book, after.ref, field, number, cells)
        asking.check(number, item, cells)
    unique = [column for column in book.setup.types[field.type].fields.values() if column.unique]
    if fresh and unique:
        _unique(book, field, [number for number, _ in fresh], after, unique)


def _cells(book: Book, field: Field, number: int, item: str) -> Cells:
    try:
        return checked_cells(item, book.setup.types[field.type].fields, book.context)
    except ValueRefused as refusal:
        raise RowRefusedError(field, number, refusal) from None


def _needs(book: Book, ref: Ref, field: Field, number: int, cells: Cells) -> None:
    for column in book.setup.types[field.type].fields.values():
        if column.need == "true" and not column.calc and not cells.get(column.name):
            raise RowColumnEmptyError(ref, field, number, _named(book, column), column.name)


def _named(book: Book, column: Field) -> str:
    label = label_of(column.label, book.setup.config.language, column.name)
    return column.name if label == column.name else f"{column.name} ({label})"


class _Asking:
    """The conditions of columns, asked of one row of a record after another."""

    def __init__(self, questions: RowQuestions, field: Field, after: Record) -> None:
        self._questions = questions
        self._book = questions.book
        self._field = field
        self._type = self._book.setup.types[field.type]
        self._after = after

    def check(self, number: int, item: str, cells: Cells) -> None:
        """Raise the first condition a row breaks; `must` is asked where its column is filled, or computed."""
        for rule in self._questions.rules(self._type, "need"):
            if not rule.column.calc and not cells.get(rule.column.name) and self._holds(rule, item):
                named = _named(self._book, rule.column)
                raise RowColumnEmptyError(self._after.ref, self._field, number, named, rule.column.name)
        for rule in self._questions.rules(self._type, "must"):
            if (rule.column.calc or cells.get(rule.column.name)) and not self._holds(rule, item):
                why, place = self._why(rule.column, cells), f"{self._field.name} {number}"
                raise RowRuleBrokenError(self._after.ref, place, why, rule.column, self._type.path)

    def _holds(self, rule: RowRule, item: str) -> bool:
        found = self._questions.ask(self._type, self._after, item, f"({rule.sql.text})", rule.sql.params)
        return bool(found[0])

    def _why(self, column: Field, cells: Cells) -> str:
        say = label_of(column.say, self._book.setup.config.language, "")
        if column.calc:
            return say or f"{column.name} must keep {column.must}"
        shown = shown_cell(column, cells.get(column.name, ""), self._book.context)
        return f"{say} ({column.name}: {shown})" if say else f"{column.name} is {shown} and must keep {column.must}"


def _unique(book: Book, field: Field, fresh: list[int], after: Record, unique: list[Field]) -> None:
    for column in unique:
        values = list(_values(book, field, after, column))
        for number in fresh:
            value = values[number - 1]
            other = values.index(value) + 1 if value else number
            if other == number and value in values[number:]:
                other = number + 1 + values[number:].index(value)
            if value and other != number:
                named = f"{column.name} {shown_cell(column, value, book.context)}"
                raise RowValueTakenError(after.ref, f"{field.name} {number}", named, f"{field.name} {other}")


def _values(book: Book, field: Field, after: Record, column: Field) -> Iterator[str]:
    """A column of all rows, "" where it is empty or cannot be read."""
    columns = book.setup.types[field.type].fields
    for item in after.items(field.name):
        try:
            yield checked_cells(item, columns, book.context).get(column.name, "")
        except ValueRefused:
            yield ""
