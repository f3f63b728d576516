"""Conditions of fields: those that cannot be asked, and the records that break `need` or `must` (a hand edit, an import)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmcli.checks.expressions import column_of
from crmcli.engines.conditions import ALWAYS, LOCK, MUST, NEED, SHOW, compiled, filled_sql, planned_env, text_of
from crmcli.engines.expressions import ExpressionUnfitError, formula_of
from crmcli.model.problem import Problem
from crmcli.model.schema import label_of
from crmcli.query.failures import QueryError
from crmcli.query.sql import ALWAYS as TRUE
from crmcli.query.sql import Sql, all_of, negated
from crmcli.store.setup.files import read_engine_files
from crmcli.store.setup.source import Source, parse_source

if TYPE_CHECKING:
    from crmcli.errors import CrmError
    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book


def find_problems(book: Book) -> list[Problem]:
    """What is wrong with conditions and defaults in the schema, then the records that break them."""
    types = list(book.setup.types.values())
    wrong = [(t, f, word, error) for t in types for f in t.fields.values() for word, error in _wrong(book, t, f)]
    found = [*_told(book, wrong)] if wrong else []
    for record_type in types:
        if not record_type.embedded:
            found += _broken(book, record_type)
    return found


# ---- the schema --------------------------------------------------------------------------------------------


def _wrong(book: Book, record_type: RecordType, field: Field) -> Iterator[tuple[str, CrmError]]:
    """The words of a field that cannot be asked, each with why."""
    env = planned_env(book)
    for word in (NEED, SHOW, LOCK, MUST):
        text = text_of(field, word)
        if text and text != ALWAYS:
            try:
                compiled(record_type, text, book.query_env() if word == LOCK else env)
            except QueryError as error:
                yield word, error
    default = field.default.strip()
    if default.startswith("(") and default.endswith(")") and not default.startswith("(stage."):
        try:
            formula_of(book, record_type, field, default[1:-1], env)
        except (QueryError, ExpressionUnfitError) as error:
            yield "default", error


def _told(book: Book, wrong: list[tuple[RecordType, Field, str, CrmError]]) -> Iterator[Problem]:
    sources = _sources(book)
    for record_type, field, word, error in wrong:
        source = sources.get(record_type.path)
        if source is None:
            continue
        said = error.sentence if isinstance(error, QueryError) else str(error)
        message = f"{record_type.name}.{field.name}: `{word}`: {said}"
        keys = ("fields", field.name, word)
        problem = source.problem("expression-wrong", keys, message, error.hint or "write it anew")
        if isinstance(error, QueryError):
            problem = problem._replace(column=column_of(source, problem, word, error.text, error))
        yield problem


def _sources(book: Book) -> dict[str, Source]:
    parsed = [parse_source(file)[0] for file in read_engine_files(book.root, ("schema",))]
    return {source.path: source for source in parsed if source is not None}


# ---- the records -------------------------------------------------------------------------------------------


def _broken(book: Book, record_type: RecordType) -> Iterator[Problem]:
    """Records that break a condition; those whose file cannot be read are told elsewhere."""
    language = book.setup.config.language
    for field in record_type.fields.values():
        if field.need and (field.calc or field.need != ALWAYS):
            for path in _paths(book, record_type, field, field.need, filled=False):
                yield _needed(path, field)
        if field.must:
            say = label_of(field.say, language, "") or f"it must keep {field.must}"
            for path in _paths(book, record_type, field, field.must, filled=True):
                yield _must(path, field, say)


def _paths(book: Book, record_type: RecordType, field: Field, text: str, *, filled: bool) -> list[str]:
    """Files of records whose field is filled and whose condition fails, or is empty where the condition holds."""
    env = book.query_env()
    try:
        holds = TRUE if text == ALWAYS else compiled(record_type, text, env)
        has_value = (
            compiled(record_type, f"{field.name}:any", env) if field.embedded else filled_sql(record_type, field, env)
        )
    except QueryError:  # told above, or about a change and not about a state
        return []
    wrong: Sql = all_of([has_value, negated(holds)] if filled else [holds, negated(has_value)])
    rows = book.index.rows(
        f"""SELECT r."_path" FROM "rec_{record_type.plural}" r WHERE r.archived IS NULL AND r."_problem" = 0
        AND ({wrong.text}) ORDER BY 1""",
        wrong.params,
    )
    return [str(row[0]) for row in rows]


def _needed(path: str, field: Field) -> Problem:
    who = path.removesuffix(".md")
    why = "" if field.need == ALWAYS else f": {field.need}"
    remedy = f"fill what it is computed from: {field.calc}" if field.calc else f"fill it: crm set {who} {field.name}=…"
    return Problem("condition-need", path, 0, f"{field.name} is needed and empty{why}", remedy, 0, "warning")


def _must(path: str, field: Field, say: str) -> Problem:
    who = path.removesuffix(".md")
    change = (
        f"change what it is computed from: {field.calc}" if field.calc else f"change it: crm set {who} {field.name}=…"
    )
    return Problem("condition-must", path, 0, f"{field.name}: {say}", change, 0, "warning")
