"""Values of `unique` fields that two records share, and of `unique` columns that two rows of a record share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from crmcli.checks.rows import rows_where
from crmcli.model.problem import Problem
from crmcli.model.types import type_named
from crmcli.model.types.base import value_suffixes
from crmcli.query.sql import Sql, column
from crmcli.store.book import Book

if TYPE_CHECKING:
    from crmcli.model.schema import Field, RecordType
    from crmcli.model.types.base import SqlValue


def find_problems(book: Book) -> list[Problem]:
    """Every record that shares a unique value with an earlier one, and every row with an earlier one of its record."""
    found: list[Problem] = []
    for type_ in book.setup.types.values():
        for field in type_.fields.values():
            if field.unique and not field.calc and type_.embedded != "journal":
                found += _twin_rows(book, type_, field) if type_.embedded else _twins(book, type_, field)
    return found


def _twins(book: Book, type_: RecordType, field: Field) -> Iterator[Problem]:
    table = f'"rec_{type_.plural}"'
    if field.many:
        text = f"""SELECT r."_path", min(j.id), i.value FROM items i JOIN items j ON j."type" = i."type" AND j.field = i.field
            AND j.value = i.value AND j.id < i.id JOIN {table} r ON r.id = i.id
            WHERE i."type" = '{type_.plural}' AND i.field = '{field.name}' GROUP BY 1, 3"""
    else:
        text = f"""SELECT a."_path", min(b.id), {_columns("a", field)} FROM {table} a JOIN {table} b
            ON {_meeting(field, "a", "b")} AND b.id < a.id GROUP BY a.id ORDER BY 1"""
    for path, other, *cells in book.index.rows(text):
        value = str(cells[0]) if field.many else _stored(book, field, cells)
        message = f"{field.name} {value!r} belongs to {type_.plural}/{other} too"
        yield Problem("not-unique", str(path), 0, message, "correct one of the two")


def _twin_rows(book: Book, row_type: RecordType, field: Field) -> Iterator[Problem]:
    same_record = 'b."type" = r."type" AND b.id = r.id AND b.field = r.field AND b.pos < r.pos'
    other = f'(SELECT min(b.pos) FROM "rows_{row_type.plural}" b WHERE {same_record} AND {_meeting(field, "r", "b")})'
    for row in rows_where(book, row_type, Sql(f"{other} IS NOT NULL"), other, _columns("r", field)):
        first, *cells = row.values
        message = f"{row.place}: {field.name} {_stored(book, field, cells)!r} stands in {row.field} {first} already"
        yield Problem("not-unique", row.path, 0, message, "correct one of the two")


def _columns(alias: str, field: Field) -> str:
    suffixes = [own.suffix for own in type_named(field).columns(field)] or [""]
    return ", ".join(column(alias, field.name + suffix) for suffix in suffixes)


def _meeting(field: Field, one: str, other: str) -> str:
    """SQL for two aliases having the same value."""
    names = [field.name + suffix for suffix in value_suffixes(type_named(field).columns(field))]
    filled = " OR ".join(f"{column(one, name)} IS NOT NULL" for name in names)
    return " AND ".join([*(f"{column(other, name)} IS {column(one, name)}" for name in names), f"({filled})"])


def _stored(book: Book, field: Field, cells: Sequence[SqlValue]) -> str:
    """A value as it stands in the file."""
    return type_named(field).from_index(tuple(cells), field, book.context) or str(cells[0])
