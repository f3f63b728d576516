"""Expressions of engine files that cannot be asked: computed fields, conditions, defaults, dynamic tags."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from crmcli.engines.conditions import ALWAYS, LOCK, MUST, NEED, SHOW, compiled, planned_env, text_of
from crmcli.engines.expressions import ExpressionUnfitError, formula_of
from crmcli.model.problem import Problem
from crmcli.query.compile import compile_value
from crmcli.query.computed import ComputedCycleError
from crmcli.query.failures import QueryError
from crmcli.query.fields import UnknownFieldError
from crmcli.query.marks import name_end
from crmcli.store.book import Book
from crmcli.store.setup.files import read_engine_files
from crmcli.store.setup.source import Source, parse_source

if TYPE_CHECKING:
    from crmcli.model.schema import Field, RecordType

Refusal = QueryError | ExpressionUnfitError


class Written(NamedTuple):
    """An expression of an engine file: its file, what it belongs to (as `deal.net`), its place, its text, what asks it."""

    path: str
    owner: str
    keys: tuple[str, ...]
    text: str
    ask: Callable[[], object]

    @property
    def word(self) -> str:
        """The word it stands after."""
        return self.keys[-1]


def find_problems(book: Book) -> list[Problem]:
    """Every expression that cannot be asked, with its place in its file."""
    wrong = [(written, error) for written in _written(book) if (error := _refusal(written)) is not None]
    sources = _sources(book) if wrong else {}
    return [
        _placed(written, error, sources[written.path], sources) for written, error in wrong if written.path in sources
    ]


def _written(book: Book) -> Iterator[Written]:
    """The expressions of the schema and of the rules that lists and changes ask."""
    for type_ in book.setup.types.values():
        for field in type_.fields.values():
            yield from _of_field(book, type_, field)
    for tag in book.setup.tags.values():
        for word, text in (("where", tag.where), ("but", tag.but)):
            if text:
                ask = partial(compiled, book.setup.types[tag.type], text, book.query_env())
                yield Written(tag.path, f"tag.{tag.name}", ("tag", tag.name, word), text, ask)


def _of_field(book: Book, type_: RecordType, field: Field) -> Iterator[Written]:
    """What a field says in the language, each asked where it is when it counts: of a change, or of what is there."""
    env = book.query_env()
    planned = env if type_.embedded else planned_env(book)
    texts = {word: text for word in (NEED, SHOW, LOCK, MUST) if (text := text_of(field, word)) and text != ALWAYS}
    asks: dict[str, Callable[[], object]] = {
        word: partial(compiled, type_, text, env if word == LOCK else planned) for word, text in texts.items()
    }
    if field.calc:
        texts["calc"], asks["calc"] = field.calc, partial(compile_value, field.name, type_, env)
    default = field.default.strip()
    if default.startswith("(") and default.endswith(")") and not default.startswith("(stage."):
        texts["default"] = default[1:-1]
        asks["default"] = partial(formula_of, book, type_, field, default[1:-1], planned)
    for word, text in texts.items():
        yield Written(type_.path, f"{type_.name}.{field.name}", ("fields", field.name, word), text, asks[word])


def _refusal(written: Written) -> Refusal | None:
    """Why an expression cannot be asked; None where it can, or where the trouble is in another one that it names."""
    try:
        written.ask()
    except ExpressionUnfitError as error:
        return error
    except ComputedCycleError as error:  # told once, of the first of its fields
        return error if error.names[0] == error.names[-1] and written.owner == min(error.names) else None
    except QueryError as error:
        return error if error.text == written.text else None
    return None


def _sources(book: Book) -> dict[str, Source]:
    parsed = (parse_source(file)[0] for file in read_engine_files(book.root, ("schema", "rules")))
    return {source.path: source for source in parsed if source is not None}


def _placed(written: Written, error: Refusal, source: Source, sources: Mapping[str, Source]) -> Problem:
    said = error.sentence if isinstance(error, QueryError) else str(error)
    message = f"{written.owner}: `{written.word}`: {said}"
    if written.word in ("calc", "where", "but") and _is_score(error, sources):
        remedy = "nothing to do: it is kept for the day it acts"
        problem = source.problem("engine-later", written.keys, message, remedy, warning=True)
    else:
        problem = source.problem("expression-wrong", written.keys, message, error.hint or "write it anew")
    if not isinstance(error, QueryError):
        return problem
    return problem._replace(column=_column_of(source, problem, written, error))


def _is_score(error: Refusal, sources: Mapping[str, Source]) -> bool:
    """Whether an unknown name is that of a score, or its band: scores are read, and not added up yet."""
    if not isinstance(error, UnknownFieldError):
        return False
    name = error.text[error.column : name_end(error.text, error.column)].removesuffix("_band")
    return any(name in source.table.get("score", ()) for source in sources.values())


def _column_of(source: Source, problem: Problem, written: Written, error: QueryError) -> int:
    """Where in its line the trouble of the expression begins; its word where it is not written as it is read."""
    line = source.text.split("\n")[problem.line - 1]
    start = line.find(written.text, problem.column - 1 + len(written.word))
    return start + error.column + 1 if start >= 0 and error.text == written.text else problem.column
