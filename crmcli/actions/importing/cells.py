"""From a cell to stored values: value map, date form, then the field's own type, as if a person had typed it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.actions.importing.binding import CREATED, TAGS, Column, Dated
from crmcli.actions.importing.dating import moment_of, read_date
from crmcli.actions.importing.refused import RowRefused
from crmcli.actions.words import TagMalformedError, check_tag
from crmcli.engines import form
from crmcli.errors import CrmError
from crmcli.model.record import Value
from crmcli.model.schema import Field, RecordType
from crmcli.text.yaml_write import canonical_body

if TYPE_CHECKING:
    from crmcli.store.book import Book

_REMEMBERED = 20_000
_AT_COMMAS = re.compile(r"[,;\n]")
_AT_LINES = re.compile(r"\n")
_AT_SEMICOLONS = re.compile(r"[;\n]")
_LISTED = frozenset(
    ["choice", "checklist", "email", "phone", "domain", "id", "country", "language", "currency", "tags"]
)
_OWN_WORDS = frozenset(["text", "markdown"])
"""Types whose cells are rarely the same twice and cheap to read: nothing to remember."""


class Cells:
    """Reads the cells of one import; the same cell in the same column is read once."""

    def __init__(self, book: Book, record_type: RecordType) -> None:
        self._book = book
        self._type = record_type
        self._read: dict[tuple[str, str], Value | RowRefused] = {}

    def value(self, column: Column, cell: str, record_type: RecordType | None = None) -> Value:
        """The stored value of a cell that is not empty ("" when its value map empties it); raises `RowRefused`."""
        owner = record_type or self._type
        if column.field.type in _OWN_WORDS and not column.values:
            return self._convert(column, cell, owner)
        place = (column.name, cell)
        found = self._read.get(place)
        if found is None:
            try:
                found = self._convert(column, cell, owner)
            except RowRefused as refused:
                found = refused
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
            self._read[place] = found
        if isinstance(found, RowRefused):
            raise found
        return found

    def moment(self, dated_column: Dated, cell: str) -> str:
        """The moment a cell of `moves` says; raises `RowRefused`."""
        place = (f"{dated_column.name} →", cell)
        found = self._read.get(place)
        if not isinstance(found, str):
            text = read_form(dated_column.name, dated_column.form, cell) if dated_column.form else cell
            try:
                found = moment_of(text, self._book.zone)
            except ValueError:
                raise RowRefused(dated_column.name, _no_date(cell)) from None
            self._read[place] = found
        return found

    def constant(self, field: Field, text: str) -> Value:
        """The stored value of a word of `set`; raises `CrmError`."""
        value = self._typed(field, text, self._type)
        return [value] if field.many else value

    def _convert(self, column: Column, cell: str, owner: RecordType) -> Value:
        field = column.field
        text = mapped(column, cell)
        if not text:
            return ""
        if column.form:
            text = read_form(column.name, column.form, text)
        try:
            if field is CREATED:
                return moment_of(text, self._book.zone)
            if field.many or field is TAGS:
                pieces = [piece.strip() for piece in split_list(field).split(text)]
                return [self._typed(field, piece, owner) for piece in dict.fromkeys(pieces) if piece]
            return self._typed(field, text, owner)
        except TagMalformedError as error:
            raise RowRefused(column.name, str(error)) from None
        except CrmError as error:
            raise RowRefused(column.name, _short(error, owner, field)) from None
        except ValueError:
            raise RowRefused(column.name, _no_date(text)) from None

    def _typed(self, field: Field, text: str, owner: RecordType) -> str:
        if field is TAGS:
            return check_tag(text.lstrip("+"))
        if field.type == "file" and not text.startswith("files/"):
            raise RowRefused(field.name, f"{text!r} is no file of the book")
        value = form.typed_value(self._book, owner, field, text)
        return canonical_body(value) if field.type == "markdown" else value


def split_list(field: Field) -> re.Pattern[str]:
    """Where the cell of a list field is divided: text only at line ends, references at semicolons, the rest at commas too."""
    if field.reference:
        return _AT_SEMICOLONS
    return _AT_COMMAS if field is TAGS or field.type in _LISTED else _AT_LINES


def mapped(column: Column, cell: str) -> str:
    """A cell as the column's value map calls it; letter case makes no difference where the map does not say the cell itself."""
    if not column.values:
        return cell
    if cell in column.values:
        return column.values[cell]
    folded = cell.casefold()
    return next((there for here, there in column.values.items() if here.casefold() == folded), cell)


def read_form(column: str, shape: str, text: str) -> str:
    """A date written in a `strptime` form, in ISO form; raises `RowRefused`."""
    try:
        return read_date(text, shape)
    except ValueError:
        raise RowRefused(column, f"{text!r} does not read as {shape}") from None


def _no_date(text: str) -> str:
    return f"{text!r} is no date; the map's `dates` says how dates are written when not as 2017-03-01"


def _short(error: CrmError, owner: RecordType, field: Field) -> str:
    """An error about a typed value without the field's name, which the column says."""
    said = str(error).removeprefix(f"{owner.name}.{field.name} ")
    return f"{said} ({error.hint})" if error.hint and len(error.hint) < 80 else said
