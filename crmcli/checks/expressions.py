"""Computed fields and dynamic tags that cannot be asked: a name that is none, a wrong kind, a cycle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.problem import Problem
from crmcli.store import disk
from crmcli.store.book import Book
from crmcli.store.setup.files import EngineFile, read_engine_files
from crmcli.store.setup.source import Source, parse_source

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.query.env import QueryEnv
    from crmcli.query.failures import QueryError


class Written(NamedTuple):
    """An expression of an engine file: whose it is, its place, its text, what asks it."""

    path: str
    keys: tuple[str, ...]
    text: str
    ask: Callable[[], object]

    @property
    def owner(self) -> str:
        """What the expression belongs to, as `deal.net`."""
        return self.keys[-2]


def find_problems(book: Book) -> list[Problem]:
    """Every expression that cannot be asked, with its place in its file."""
    env = book.query_env()._replace(planned=True)
    found: list[Problem] = []
    sources: dict[str, Source | None] = {}
    for type_ in book.setup.types.values():
        for written in _of_type(type_, env):
            found += _problem(book, type_.name, written, sources)
    for tag in book.setup.tags.values():
        type_ = book.setup.types[tag.type]
        for word, text in (("where", tag.where), ("but", tag.but)):
            if text:
                asked = Written(tag.path, ("tag", tag.name, word), text, partial(_ask_condition, text, type_, env))
                found += _problem(book, "tag", asked, sources)
    return found


def _of_type(type_: RecordType, env: QueryEnv) -> Iterator[Written]:
    for field in type_.fields.values():
        if field.calc:
            keys = ("fields", field.name, "calc")
            yield Written(type_.path, keys, field.calc, partial(_ask_value, field.name, type_, env))


def _ask_condition(text: str, type_: RecordType, env: QueryEnv) -> object:
    from crmcli.query.compile import compile_filter  # noqa: PLC0415 - only in books with expressions
    from crmcli.query.parser import parse  # noqa: PLC0415

    return compile_filter(parse(text), type_, env)


def _ask_value(text: str, type_: RecordType, env: QueryEnv) -> object:
    from crmcli.query.compile import compile_value  # noqa: PLC0415 - only in books with expressions
    from crmcli.query.parser import parse  # noqa: PLC0415

    return compile_value(parse(text), type_, env)


def _problem(book: Book, owner: str, written: Written, sources: dict[str, Source | None]) -> Iterator[Problem]:
    from crmcli.query.failures import QueryError  # noqa: PLC0415

    try:
        written.ask()
    except QueryError as error:
        if _is_its_own(error, f"{owner}.{written.owner}", written):
            yield from _placed(book, owner, written, error, sources, warning=_is_score(book, error))


def _is_its_own(error: QueryError, name: str, written: Written) -> bool:
    """Whether the trouble is in this expression, not in a computed field it names; a cycle is its first field's."""
    from crmcli.query.computed import ComputedCycleError  # noqa: PLC0415 - only on the way to a problem

    if isinstance(error, ComputedCycleError):
        return error.names[0] == error.names[-1] and name == min(error.names)
    return error.text == written.text


def _is_score(book: Book, error: QueryError) -> bool:
    """Whether an unknown name is that of a score, or its band: scores are read, and not added up yet."""
    from crmcli.query.fields import UnknownFieldError  # noqa: PLC0415 - only on the way to a problem
    from crmcli.query.marks import name_end  # noqa: PLC0415

    if not isinstance(error, UnknownFieldError):
        return False
    name = error.text[error.column : name_end(error.text, error.column)].removesuffix("_band")
    sources = (parse_source(file)[0] for file in read_engine_files(book.root, ("rules",)))
    return any(source is not None and name in source.table.get("score", ()) for source in sources)


def _placed(
    book: Book,
    owner: str,
    written: Written,
    error: QueryError,
    sources: dict[str, Source | None],
    *,
    warning: bool = False,
) -> Iterator[Problem]:
    if written.path not in sources:
        content = disk.read_whole(book.root / written.path)
        sources[written.path] = parse_source(EngineFile(written.path, content))[0]
    source = sources[written.path]
    if source is None:
        return
    code = "engine-later" if warning else "expression-wrong"
    message = f"{owner}.{written.owner}: `{written.keys[-1]}`: {error.sentence}"
    remedy = "nothing to do: it is kept for the day it acts" if warning else error.hint or "write it anew"
    problem = source.problem(code, written.keys, message, remedy, warning=warning)
    yield problem._replace(column=column_of(source, problem, written.keys[-1], written.text, error))


def column_of(source: Source, problem: Problem, word: str, text: str, error: QueryError) -> int:
    """Where in its line the trouble of the expression `text` begins; its word where it is not written as it is read."""
    line = source.text.split("\n")[problem.line - 1]
    start = line.find(text, problem.column - 1 + len(word))
    return start + error.column + 1 if start >= 0 and error.text == text else problem.column
