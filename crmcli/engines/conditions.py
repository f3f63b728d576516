"""The conditions that the fields of a type carry (`need show lock must`), compiled once for all records of an op."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from crmcli.errors import BadDataError

if TYPE_CHECKING:
    from collections.abc import Collection

    from crmcli.errors import CrmError
    from crmcli.model.schema import Field, RecordType
    from crmcli.query.env import QueryEnv
    from crmcli.query.sql import Sql
    from crmcli.store.book import Book

NEED, SHOW, LOCK, MUST = "need", "show", "lock", "must"
ALWAYS = "true"


class ConditionWrongError(BadDataError):
    """A condition or expression of a field that cannot be asked: nothing is written past a rule nobody can read."""

    def __init__(self, record_type: RecordType, field: Field, word: str, error: CrmError) -> None:
        super().__init__(
            f"{record_type.path}: `{word}` of {field.name} cannot be asked: {error}",
            hint="mend it there; `crm check` names every one that is wrong",
        )


class Condition(NamedTuple):
    """One condition of a field: its word, its text as written, and its SQL on alias `r`."""

    word: str
    field: Field
    text: str
    sql: Sql


def text_of(field: Field, word: str) -> str:
    """A field's condition under a word as written, "" for none."""
    return str(getattr(field, word))


class Conditions:
    """Compiles the conditions of types, each once: those of the planned state and those of the present one."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._found: dict[tuple[str, str, bool], list[Condition]] = {}

    def of(self, record_type: RecordType, word: str, *, planned: bool = False) -> list[Condition]:
        """All conditions of a type under a word, without those that are simply true.

        Raises `ConditionWrongError` (exit 6) for one that cannot be asked.
        """
        key = (record_type.name, word, planned)
        if key not in self._found:
            env = planned_env(self._book) if planned else self._book.query_env()
            self._found[key] = [
                Condition(word, field, text, _compiled(record_type, field, word, text, env))
                for field in record_type.fields.values()
                if (text := text_of(field, word)) and text != ALWAYS
            ]
        return self._found[key]


def _compiled(record_type: RecordType, field: Field, word: str, text: str, env: QueryEnv) -> Sql:
    from crmcli.query.failures import QueryError  # noqa: PLC0415 - types with conditions only

    try:
        return compiled(record_type, text, env)
    except QueryError as error:
        raise ConditionWrongError(record_type, field, word, error) from None


def compiled(record_type: RecordType, text: str, env: QueryEnv) -> Sql:
    """The SQL of a condition on alias `r`; raises `QueryError`."""
    from crmcli.query.compile import compile_filter  # noqa: PLC0415 - types with conditions only
    from crmcli.query.parser import parse  # noqa: PLC0415

    return compile_filter(parse(text), record_type, env)


def planned_env(book: Book) -> QueryEnv:
    """What questions are asked in while a change is planned: `old.` and `changed()` have a meaning there."""
    return book.query_env()._replace(planned=True)


def holding(book: Book, record_type: RecordType, sql: Sql, ids: Collection[str]) -> set[str]:
    """The ids among `ids` for which a condition holds, in the index as it is."""
    rows = book.index.rows(
        f'SELECT r.id FROM "rec_{record_type.plural}" r '
        f"WHERE r.id IN (SELECT value FROM json_each(?)) AND ({sql.text})",
        (json.dumps(list(ids)), *sql.params),
    )
    return {str(row[0]) for row in rows}


def filled_sql(record_type: RecordType, field: Field, env: QueryEnv) -> Sql:
    """Whether a field has a value, computed ones included."""
    from crmcli.query.sql import Sql as SqlText  # noqa: PLC0415
    from crmcli.query.sql import column  # noqa: PLC0415

    if field.calc:
        return compiled(record_type, f"{field.name}:any", env)
    from crmcli.model.types import type_named  # noqa: PLC0415

    suffixes = [""] if field.many or field.type in ("checklist", "markdown") else None
    suffixes = suffixes or [part.suffix for part in type_named(field).columns(field)]
    return SqlText(" OR ".join(f"{column('r', field.name + suffix)} IS NOT NULL" for suffix in suffixes))
