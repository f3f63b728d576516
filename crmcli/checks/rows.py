"""Rows inside records that break what their columns need, must keep or may hold once: a hand may leave them so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from crmcli.checks.conditions import must, needed
from crmcli.engines.conditions import ALWAYS, filled_sql
from crmcli.engines.row_question import RowRule, row_rules
from crmcli.errors import BadDataError
from crmcli.model.problem import Problem
from crmcli.query.sql import ALWAYS as TRUE
from crmcli.query.sql import Sql, all_of, negated
from crmcli.store.book import Book

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.model.types.base import SqlValue

SOUND = 'd.archived IS NULL AND d."_problem" = 0'
"""Records whose rows are held to conditions, as alias `d`."""


class Found(NamedTuple):
    """A row: the file it is in, its field and its place there, and what else was asked of it."""

    path: str
    field: str
    pos: int
    values: tuple[SqlValue, ...]

    @property
    def place(self) -> str:
        """As people say it: `lines 2`."""
        return f"{self.field} {self.pos}"


def find_problems(book: Book) -> list[Problem]:
    """Every row without a needed column, and every one that breaks a condition of a column."""
    found: list[Problem] = []
    for row_type in book.setup.types.values():
        if row_type.embedded == "true":
            for rule in _rules(book, row_type):
                found += _broken(book, row_type, rule)
    return found


def _rules(book: Book, row_type: RecordType) -> list[RowRule]:
    columns = row_type.fields.values()
    always = [RowRule(column, "need", TRUE) for column in columns if column.need == ALWAYS and not column.calc]
    try:
        return [*always, *row_rules(book, row_type, "need"), *row_rules(book, row_type, "must")]
    except BadDataError:  # said where the schema is checked
        return always


def _broken(book: Book, row_type: RecordType, rule: RowRule) -> Iterator[Problem]:
    column = rule.column
    filled = filled_sql(row_type, column, book.query_env())
    if rule.word == "need":
        for row in rows_where(book, row_type, all_of([negated(filled), rule.sql, Sql(SOUND)])):
            yield needed(row.path, column, row.place)
        return
    broken = [negated(rule.sql), Sql(SOUND)]
    for row in rows_where(book, row_type, all_of(broken if column.calc else [filled, *broken])):
        yield must(row.path, column, book.setup.config.language, row.place)


def rows_where(book: Book, row_type: RecordType, where: Sql, *more: str) -> Iterator[Found]:
    """The rows a condition on alias `r` (of their record `d`) holds for, with further SQL that is asked of them."""
    for holder in book.setup.types.values():
        if any(field.type == row_type.name and field.embedded for field in holder.fields.values()):
            rows = book.index.rows(
                f"""SELECT {", ".join(['d."_path"', "r.field", "r.pos", *more])}
                FROM "rows_{row_type.plural}" r JOIN "rec_{holder.plural}" d ON d.id = r.id
                WHERE r."type" = ? AND ({where.text}) ORDER BY 1, 2, 3""",
                (holder.plural, *where.params),
            )
            for path, field, pos, *values in rows:
                yield Found(str(path), str(field), int(pos), tuple(values))
