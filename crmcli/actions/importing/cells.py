"""From a cell to stored values: value map, date form, then the field's own type, as if a person had typed it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmcli.actions.importing.binding import CREATED, TAGS, Column, Dated
from crmcli.actions.importing.dating import moment_of, read_date
from crmcli.actions.importing.refused import RowRefused
from crmcli.actions.words import TagMalformedError, check_tag
from crmcli.engines.form import typed_value
from crmcli.engines.kept_tags import refuse_kept
from crmcli.errors import CrmError
from crmcli.model.record import Value
from crmcli.model.schema import Field, RecordType
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused
from crmcli.text.notation import iso_date, plain_number
from crmcli.text.yaml_write import canonical_body

if TYPE_CHECKING:
    from crmcli.store.book import Book

EVERY_OTHER = "*"
REMEMBERED = 20_000
"""Different cells of a column that are read once only."""
_TRIED = 2_000
_AT_COMMAS = re.compile(r"[,;\n]| ::: ")
_AT_LINES = re.compile(r"\n")
_AT_SEMICOLONS = re.compile(r"[;\n]")
_LISTED = frozenset(["choice", "checklist", "email", "phone", "domain", "id", "country", "language", "currency"])


class CellReader:
    """Reads the cells of one column. Values that come again are read once; where they do not, none are kept."""

    def __init__(self, book: Book, record_type: RecordType, column: Column) -> None:
        self._setup = book.setup
        self._type = record_type
        self._column = column
        self._field = field = column.field
        self._context = book.context
        self._zone = book.zone
        self._parse = type_named(field).parse
        self._split = split_list(field)
        self._is_single = not field.many and field is not CREATED
        mended = column.values or column.form or column.decimal or field.type in ("date", "datetime")
        self._mend = self._mended if mended else None
        self._read: dict[str, Value | RowRefused] | None = {}
        self._left = _TRIED
        if field.type in ("text", "markdown") and field is not TAGS and not column.values:
            self._read = None  # cheaper to read than to look up

    def value(self, cell: str) -> Value:
        """The stored value of a cell that is not empty ("" when its value map empties it); raises `RowRefused`."""
        known = self._read
        if known is None:
            return self._convert(cell)
        found = known.get(cell)
        if found is None:
            try:
                found = self._convert(cell)
            except RowRefused as refused:
                found = refused
            self._remember(known, cell, found)
        else:
            self._left += 1
        if isinstance(found, RowRefused):
            raise found
        return found

    def _remember(self, known: dict[str, Value | RowRefused], cell: str, found: Value | RowRefused) -> None:
        self._left -= 1
        if self._left < 0:  # most cells are new ones: an id, an address
            self._read = None
        elif len(known) < REMEMBERED:
            known[cell] = found

    def _mended(self, cell: str) -> str:
        """A cell as a person would type it; "" where its value map empties it."""
        column = self._column
        text = mapped(column.values, cell)
        if column.form and text:
            return read_form(column.name, column.form, text)
        if column.decimal and text:
            return plain_number(text, column.decimal)
        return iso_date(text, column.order) if text and self._field.type in ("date", "datetime") else text

    def _convert(self, cell: str) -> Value:
        column, field = self._column, self._field
        text = self._mend(cell) if self._mend else cell
        if not text:
            return ""
        try:
            if self._is_single:
                return self._typed(text)
            if field is CREATED:
                return moment_of(text, self._zone)
            pieces = [piece.strip() for piece in self._split.split(text)]
            return [self._typed(piece) for piece in dict.fromkeys(pieces) if piece]
        except ValueRefused as refusal:
            raise RowRefused(column.name, _in_words(text, refusal)) from None
        except (TagMalformedError, CrmError) as error:
            raise RowRefused(column.name, str(error)) from None
        except ValueError:
            raise RowRefused(column.name, no_date(text)) from None

    def _typed(self, text: str) -> str:
        field = self._field
        if field is TAGS:
            tag = check_tag(text.lstrip("+"))
            refuse_kept(self._setup, self._type, [tag])
            return tag
        value = self._parse(text, field, self._context)
        return canonical_body(value) if field.type == "markdown" else value


class DayReader:
    """Reads the cells of a column that dates a stage."""

    def __init__(self, book: Book, dated: Dated) -> None:
        self._dated = dated
        self._zone = book.zone
        self._read: dict[str, str] = {}

    def moment(self, cell: str) -> str:
        """The moment a cell says; raises `RowRefused`."""
        found = self._read.get(cell)
        if found is None:
            dated = self._dated
            text = read_form(dated.name, dated.form, cell) if dated.form else iso_date(cell, dated.order)
            try:
                found = moment_of(text, self._zone)
            except ValueError:
                raise RowRefused(dated.name, no_date(cell)) from None
            if len(self._read) < REMEMBERED:
                self._read[cell] = found
        return found


def constant(book: Book, record_type: RecordType, field: Field, text: str) -> Value:
    """The stored value of a word of `set`; raises `CrmError`."""
    value = check_tag(text.lstrip("+")) if field is TAGS else typed_value(book, record_type, field, text)
    if field is TAGS:
        refuse_kept(book.setup, record_type, [value])
    return [value] if field.many else value


def split_list(field: Field) -> re.Pattern[str]:
    """Where the cell of a list is divided: texts only at line ends, references at semicolons too, the rest also at commas."""
    if field.reference:
        return _AT_SEMICOLONS
    return _AT_COMMAS if field is TAGS or field.type in _LISTED else _AT_LINES


def mapped(values: Mapping[str, str], cell: str) -> str:
    """A cell as its column's value map calls it; letter case makes no difference where the map lacks the very cell.

    `*` stands for every cell that it lacks.
    """
    if not values:
        return cell
    if cell in values:
        return values[cell]
    folded = cell.casefold()
    other = values.get(EVERY_OTHER, cell)
    return next((there for here, there in values.items() if here.casefold() == folded), other)


def read_form(column: str, shape: str, text: str) -> str:
    """A date written in a `strptime` form, in ISO form; raises `RowRefused`."""
    try:
        return read_date(text, shape)
    except ValueError:
        raise RowRefused(column, f"{text!r} does not read as {shape}") from None


def no_date(text: str) -> str:
    """Why a cell dates nothing."""
    return f"{text!r} is no date; the map's `dates` says how dates are written when not as 2017-03-01"


def _in_words(text: str, refusal: ValueRefused) -> str:
    shown = text if len(text) <= 60 else f"{text[:59]}…"
    hint = f" ({refusal.hint})" if refusal.hint and len(refusal.hint) < 80 else ""
    return f"{refusal.why}{hint}" if shown in refusal.why else f"{shown!r}: {refusal.why}{hint}"
