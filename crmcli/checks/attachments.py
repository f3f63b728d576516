"""File fields that name files which are not there."""

from __future__ import annotations

from collections.abc import Iterator

from crmcli.checks.rows import rows_where
from crmcli.model.problem import Problem
from crmcli.model.schema import Field, RecordType
from crmcli.query.sql import Sql, column
from crmcli.store.book import Book

_FILES = ("file", "image")


def find_problems(book: Book) -> list[Problem]:
    """Every file that a record or a row of it names and that is missing under files/."""
    return [
        Problem(
            "file-missing", path, 0, f"{said}: there is no {name}", "put the file back, or take it out of the field"
        )
        for type_ in book.setup.types.values()
        for field in type_.fields.values()
        if field.type in _FILES and not field.calc and type_.embedded != "journal"
        for path, said, name in _named(book, type_, field)
        if not (book.root / name).is_file()
    ]


def _named(book: Book, type_: RecordType, field: Field) -> Iterator[tuple[str, str, str]]:
    """The records that name a file: their path, where in it, the file."""
    own = column("r", field.name)
    if type_.embedded:
        for row in rows_where(book, type_, Sql(f"{own} IS NOT NULL"), own):
            yield row.path, f"{row.place}: {field.name}", str(row.values[0])
        return
    table = f'"rec_{type_.plural}"'
    if field.many:
        text = f"""SELECT r."_path", i.value FROM items i JOIN {table} r ON r.id = i.id
        WHERE i."type" = '{type_.plural}' AND i.field = '{field.name}' ORDER BY 1, 2"""
    else:
        text = f'SELECT r."_path", {own} FROM {table} r WHERE {own} IS NOT NULL ORDER BY 1'
    for path, name in book.index.rows(text):
        yield str(path), field.name, str(name)
