"""Records that break `need` or `must` of a field: a hand edit or an import may leave them so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmcli.checks.remedies import remedy
from crmcli.engines.conditions import ALWAYS, compiled, filled_sql
from crmcli.model.problem import Problem
from crmcli.model.schema import label_of
from crmcli.query.failures import QueryError
from crmcli.query.sql import ALWAYS as TRUE
from crmcli.query.sql import all_of, negated
from crmcli.store.book import Book

if TYPE_CHECKING:
    from crmcli.model.schema import Field, RecordType


def find_problems(book: Book) -> list[Problem]:
    """Every record without a field that is needed, and every one that breaks a condition of a field."""
    types = [type_ for type_ in book.setup.types.values() if not type_.embedded]
    return [problem for type_ in types for field in type_.fields.values() for problem in _broken(book, type_, field)]


def _broken(book: Book, type_: RecordType, field: Field) -> Iterator[Problem]:
    if field.need:
        for path in _paths(book, type_, field, field.need, filled=False):
            yield needed(path, field)
    if field.must:
        for path in _paths(book, type_, field, field.must, filled=True):
            yield must(path, field, book.setup.config.language)


def _paths(book: Book, type_: RecordType, field: Field, text: str, *, filled: bool) -> list[str]:
    """Files of records whose field is filled and whose condition fails, or is empty where the condition holds."""
    env = book.query_env()
    try:
        holds = TRUE if text == ALWAYS else compiled(type_, text, env)
        has_value = filled_sql(type_, field, env)
    except QueryError:  # told where the schema is checked, or about a change and not about a state
        return []
    wrong = all_of([has_value, negated(holds)] if filled else [holds, negated(has_value)])
    rows = book.index.rows(
        f"""SELECT r."_path" FROM "rec_{type_.plural}" r WHERE r.archived IS NULL AND r."_problem" = 0
        AND ({wrong.text}) ORDER BY 1""",
        wrong.params,
    )
    return [str(row[0]) for row in rows]


def needed(path: str, field: Field, row: str = "") -> Problem:
    """A needed field is empty; `row` names the row whose column it is (`lines 1`)."""
    always = field.need == ALWAYS
    code = "needed-empty" if always and not field.calc else "condition-need"
    message = f"{_in(row)}{field.name} is needed and empty{'' if always else f': {field.need}'}"
    return Problem(code, path, 0, message, remedy("fill", field, path, _dotted(row)), 0, "warning")


def must(path: str, field: Field, language: str, row: str = "") -> Problem:
    """A field breaks its `must`, told in the company's own sentence where there is one."""
    said = label_of(field.say, language, "") or f"it must keep {field.must}"
    change = remedy("change", field, path, _dotted(row))
    return Problem("condition-must", path, 0, f"{_in(row)}{field.name}: {said}", change, 0, "warning")


def _in(row: str) -> str:
    return f"{row}: " if row else ""


def _dotted(row: str) -> str:
    return f"{row.replace(' ', '.')}." if row else ""
