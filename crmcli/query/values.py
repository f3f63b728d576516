"""Expressions that have a value: fields, constants, sums, functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.failures import ExpressionSyntaxError
from crmcli.query.fields import knows
from crmcli.query.paths import check_path, path_value
from crmcli.query.tree import Arith, Call, Literal, Negative, Path, Placeholder
from crmcli.query.value_sql import ValueSql

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Expr

NAMED = frozenset(["choice", "stage", "reference", "flag"])
"""Families whose values are names: a bare word beside them is one; so it is beside codes such as countries."""


def value_at(scope: Scope, expr: Expr, like: ValueSql | None = None) -> ValueSql:
    """The value of an expression; `like` is what it is compared with, and says what a bare word or a number means."""
    if isinstance(expr, Path):
        return _path(scope, expr, like)
    if isinstance(expr, Literal):
        return _literal(scope, expr, like)
    if isinstance(expr, Call):
        from crmcli.query.calls import call_value  # noqa: PLC0415 - only questions with functions

        return call_value(scope, expr)
    if isinstance(expr, (Arith, Negative)):
        from crmcli.query.arithmetic import arith_value, negative_value  # noqa: PLC0415 - only questions with sums

        return arith_value(scope, expr) if isinstance(expr, Arith) else negative_value(scope, expr)
    if isinstance(expr, Placeholder):
        from crmcli.query.hand import hand_value  # noqa: PLC0415 - only questions with a placeholder

        return hand_value(scope, expr)
    return _truth(scope, expr)


def _truth(scope: Scope, expr: Expr) -> ValueSql:
    """A condition as a value: yes or no."""
    from crmcli.query.conditions import condition  # noqa: PLC0415 - conditions are made of values

    asked = condition(scope, expr)
    return ValueSql(f"(({asked.text}) IS TRUE)", asked.params, "flag")


def _path(scope: Scope, path: Path, like: ValueSql | None) -> ValueSql:
    check_path(scope, path)
    if path.old:
        from crmcli.query.old import old_value  # noqa: PLC0415 - only where a change is judged

        return old_value(scope, path)
    if len(path.names) == 1 and not knows(scope, path.names[0]):
        word = path.names[0]
        span = _date_word(scope, word)
        if span is not None:
            return span
        if like is not None:
            _refuse_word(word, like, path.at)
        if like is not None and (like.family in NAMED or (like.family == "text" and like.matches != "contains")):
            return ValueSql("?", (word,), "word", word=word, written="word")
        if like is not None and like.family == "text":
            raise UnquotedTextError(word, like.field.name if like.field else "name", path.at)
    return path_value(scope, path.names, path.at)


def _refuse_word(word: str, like: ValueSql, at: Place) -> None:
    """Raise where a word after an operator is surely not meant as a field."""
    if word in ("none", "any"):
        raise AfterColonError(word, like.field.name if like.field else like.label, at)
    if like.family in ("date", "datetime", "month", "period", "when"):
        from crmcli.query.constants import no_date  # noqa: PLC0415

        refusal = no_date(word, at)
        if refusal.nearest:
            raise refusal


class AfterColonError(ExpressionSyntaxError):
    """`none` or `any` after an operator."""

    def __init__(self, word: str, field: str, at: Place) -> None:
        super().__init__(f"`{word}` stands after an operator", "a value", at, hint=f"write {field}:{word}")


class UnquotedTextError(ExpressionSyntaxError):
    """After an operator, a word that is no field stands beside a text."""

    def __init__(self, word: str, field: str, at: Place) -> None:
        super().__init__(
            f"`{word}` is no field",
            "a field or a quoted text",
            at,
            hint=f"write '{word}' for the text; in a shell the whole goes into quotes, as \"{field}='{word}'\"",
        )


def _date_word(scope: Scope, word: str) -> ValueSql | None:
    from crmcli.query.constants import span_value  # noqa: PLC0415 - only for names that are no field
    from crmcli.query.whens import read_span  # noqa: PLC0415

    span = read_span(word, scope.env)
    return span_value(span, word) if span else None


def _literal(scope: Scope, literal: Literal, like: ValueSql | None) -> ValueSql:
    from crmcli.query.constants import constant, when_constant  # noqa: PLC0415

    dated = like is not None and like.family in ("date", "datetime", "month", "period", "when")
    if dated and literal.kind == "number" and literal.text.isdigit() and len(literal.text) == 4:
        return when_constant(literal.text, literal.at, scope.env)
    if like is not None and like.family == "time" and literal.kind == "date":
        return ValueSql("?", (literal.text.rjust(5, "0"),), "time", word=literal.text, written="date")
    return constant(literal, scope)
