"""Which records a report is about: a type, filter words, a period, and what the report itself asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.light import NamedTuple
from crmcli.query.compile import asks_archived, compile_filter
from crmcli.query.env import QueryEnv
from crmcli.query.fields import is_field
from crmcli.query.sql import Sql
from crmcli.query.tree import Bare, Junction, Literal, Match, Not, Path, Word
from crmcli.query.words import parse_words
from crmcli.reports.period import Period, read_period

if TYPE_CHECKING:
    from crmcli.model.schema import Pipeline, RecordType, Setup
    from crmcli.query.tree import Expr
    from crmcli.reports.request import ReportRequest
    from crmcli.store.book import Book

USUAL = "deal"
"""The type a report is about when none is named, if the book has it and it fits."""
MONEY = "amount"


class StagelessTypeError(UsageError):
    """A report about stages was asked of a type that has none."""

    def __init__(self, type_name: str, fitting: Sequence[str]) -> None:
        hint = f"types with a pipeline: {', '.join(fitting)}" if fitting else "pipelines/NAME.toml gives a type stages"
        said = f"{type_name} has no pipeline" if type_name else "this book has no pipeline"
        super().__init__(f"{said} to report on", hint=hint)


class Selection(NamedTuple):
    """Records of a type: the condition in the language, and as SQL on alias `r`."""

    type: RecordType
    env: QueryEnv
    condition: Expr | None
    where: Sql
    period: Period | None = None


def staged_type(setup: Setup, asked: str, *, money: bool = False) -> RecordType:
    """The type asked for; else the deal; else the first with a pipeline (and an amount, if `money`).

    Raises `StagelessTypeError` (exit 2).
    """
    fitting = [t for t in setup.types.values() if t.stage is not None and pipelines_of(setup, t)]
    if asked:
        found = next((t for t in fitting if t.name == asked), None)
    else:
        able = [t for t in fitting if has_money(t)] if money else fitting
        ranked = sorted(able or fitting, key=lambda t: (t.name != USUAL, not has_money(t)))
        found = next(iter(ranked), None)
    if found is None:
        raise StagelessTypeError(asked, [t.name for t in fitting])
    return found


def pipelines_of(setup: Setup, record_type: RecordType) -> list[Pipeline]:
    """The pipelines a type's records may be in, in the order of their files."""
    named = setup.pipelines.get(record_type.stage.pipeline) if record_type.stage else None
    return [named] if named else setup.pipelines_of(record_type.name)


def has_money(record_type: RecordType) -> bool:
    """Whether the type has the field `amount`, and it is money."""
    field = record_type.fields.get(MONEY)
    return field is not None and field.type == "money" and not field.many


def question_env(book: Book, texts: Sequence[str]) -> QueryEnv:
    """What the report's question is asked in; who asks is found out only where the words may need it."""

    def tags() -> set[str]:
        return {str(row[0]) for row in book.index.rows("SELECT DISTINCT tag FROM tags")}

    me = book.me if any(re.search(r"\bm(e|ine)\b", text) for text in texts) else ""
    return QueryEnv(book.setup, book.now(), me, tags, rate=book.rate)


def select(
    book: Book, record_type: RecordType, request: ReportRequest, *, period_field: str, own: Sequence[Expr] = ()
) -> Selection:
    """Join filter words, period and the report's own conditions.

    Archived records are left out, as lists leave them out, unless the words speak of archiving.
    """
    env = question_env(book, (*request.words, *request.by))
    period = read_period(request.period, env.now, book.setup.config.week) if request.period else None
    words = parse_words(request.words)
    found = compile_filter(words, record_type, env)
    parts = [*([quotable(words, record_type)] if words is not None else []), *own]
    if period:
        parts.append(period.condition(period_field))
    condition = all_hold(parts)
    return Selection(record_type, env, condition, whole(condition, record_type, env, found.warnings), period)


def whole(condition: Expr | None, record_type: RecordType, env: QueryEnv, warnings: tuple[str, ...] = ()) -> Sql:
    """The SQL of a condition as a list asks it: without archived records unless it speaks of them."""
    found = compile_filter(condition, record_type, env)
    if asks_archived(condition):
        return Sql(found.text, found.params, warnings)
    return Sql(f'({found.text}) AND r."archived" IS NULL', found.params, warnings)


def all_hold(parts: Sequence[Expr]) -> Expr | None:
    """Every one of some conditions, joined flat; None of none."""
    terms: list[Expr] = []
    for part in parts:
        terms += part.terms if isinstance(part, Junction) and part.op == "AND" else (part,)
    return Junction("AND", tuple(terms)) if len(terms) > 1 else next(iter(terms), None)


def state(*kinds: str) -> Expr:
    """The condition `is:…`."""
    return Match(Path(("is",)), tuple(Word(kind) for kind in kinds))


def quotable(expr: Expr, record_type: RecordType) -> Expr:
    """The same condition with the words to find in quotes, so that it can be printed as one word of a shell."""
    if isinstance(expr, Bare):
        return Path((expr.text,)) if is_field(record_type, expr.text) else Literal("string", expr.text)
    if isinstance(expr, Junction):
        return Junction(expr.op, tuple(quotable(term, record_type) for term in expr.terms))
    return Not(quotable(expr.term, record_type)) if isinstance(expr, Not) else expr
