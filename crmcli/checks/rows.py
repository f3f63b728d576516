"""Rows inside records that break what their columns need or must keep: a hand edit or an import may leave them so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmcli.engines.row_rules import RowRule, row_rules
from crmcli.errors import BadDataError
from crmcli.model.problem import Problem
from crmcli.model.schema import label_of
from crmcli.query.sql import column
from crmcli.store.book import Book

if TYPE_CHECKING:
    from crmcli.model.schema import Field, RecordType


def find_problems(book: Book) -> list[Problem]:
    """Every row without a needed column, and every one that breaks a condition of a column."""
    found: list[Problem] = []
    for row_type in book.setup.types.values():
        if row_type.embedded != "true":
            continue
        found += _empty(book, row_type)
        try:
            rules = [*row_rules(book, row_type, "need"), *row_rules(book, row_type, "must")]
        except BadDataError:
            continue  # said where the engine files are checked
        for rule in rules:
            found += _broken(book, row_type, rule)
    return found


def _empty(book: Book, row_type: RecordType) -> Iterator[Problem]:
    for needed in row_type.fields.values():
        if needed.need == "true" and not needed.calc:
            for path, field, pos in _rows(book, row_type, f"{column('r', needed.name)} IS NULL", ()):
                yield _needed(path, field, pos, needed)


def _broken(book: Book, row_type: RecordType, rule: RowRule) -> Iterator[Problem]:
    name = column("r", rule.column.name)
    if rule.word == "need":
        where = "1" if rule.column.calc else f"{name} IS NULL"
        for path, field, pos in _rows(book, row_type, f"{where} AND ({rule.sql.text})", rule.sql.params):
            yield _needed(path, field, pos, rule.column, rule.column.need)
        return
    where = "1" if rule.column.calc else f"{name} IS NOT NULL"
    for path, field, pos in _rows(book, row_type, f"{where} AND ({rule.sql.text}) IS NOT TRUE", rule.sql.params):
        said = label_of(rule.column.say, book.setup.config.language, "") or f"it must keep {rule.column.must}"
        message = f"{field} {pos}: {rule.column.name}: {said}"
        who = path.removesuffix(".md")
        way = f"crm edit {who}" if rule.column.calc else f"crm set {who} {field}.{pos}.{rule.column.name}=…"
        yield Problem("condition-must", path, 0, message, f"mend it: {way}", 0, "warning")


def _rows(
    book: Book, row_type: RecordType, where: str, params: tuple[str | int | float | None, ...]
) -> Iterator[tuple[str, str, int]]:
    """Path, field and place of the rows a condition on alias `r` holds for, but for those of archived records."""
    for record_type in book.setup.types.values():
        if any(field.type == row_type.name and field.embedded for field in record_type.fields.values()):
            rows = book.index.rows(
                f"""SELECT d."_path", r.field, r.pos FROM "rows_{row_type.plural}" r JOIN "rec_{record_type.plural}" d ON d.id = r.id
                WHERE r."type" = ? AND d.archived IS NULL AND d."_problem" = 0 AND {where} ORDER BY 1, 2, 3""",
                (record_type.plural, *params),
            )
            yield from ((str(path), str(field), int(pos)) for path, field, pos in rows)


def _needed(path: str, field: str, pos: int, needed: Field, why: str = "") -> Problem:
    fill = f"fill it: crm set {path.removesuffix('.md')} {field}.{pos}.{needed.name}=…"
    message = f"{field} {pos}: {needed.name} is needed and empty"
    if why:
        return Problem("condition-need", path, 0, f"{message}: {why}", fill, 0, "warning")
    return Problem("needed-empty", path, 0, message, fill, 0, "warning")
