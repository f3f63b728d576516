"""Conditions → SQL: junctions, negation, `:` and the operators, tags, words to find.

What a comparison means for a value depends on its family; each family has a file in `operators/`, loaded when met.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from crmcli.query.failures import QueryError
from crmcli.query.fields import ITSELF, NoValueError, knows
from crmcli.query.paths import on_path, spot_value
from crmcli.query.sql import Sql, all_of, any_of, is_filled, negated
from crmcli.query.tree import (
    Bare,
    Call,
    Compare,
    Group,
    Junction,
    Literal,
    Match,
    Not,
    Path,
    Placeholder,
    Range,
    Tag,
    Word,
)
from crmcli.query.values import value_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Expr, Value
    from crmcli.query.value_sql import ValueSql

OPERATORS = {
    "number": "amount",
    "money": "amount",
    "duration": "amount",
    "date": "date",
    "datetime": "date",
    "month": "date",
    "when": "date",
    "word": "text",
}
"""The file of `operators/` for a family that has not its own name there."""

FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Operators(Protocol):
    """What each file of `operators/` answers."""

    def matches(self, scope: Scope, value: ValueSql, asked: Word | Range) -> Sql:
        """Whether the value matches what stands after `:`; never none or any."""
        ...

    def compares(self, scope: Scope, value: ValueSql, op: str, other: ValueSql, at: Place) -> Sql:
        """Whether `value op other`, for = < <= > >= ~."""
        ...


class NotAConditionError(QueryError):
    """A value stands where a condition is expected."""

    def __init__(self, what: str, at: Place, hint: str) -> None:
        super().__init__(f"{what} alone is no condition", at, hint=hint, expected="a condition")


def condition(scope: Scope, expr: Expr) -> Sql:
    """The SQL of a condition in a scope; NULL counts as false."""
    if isinstance(expr, Junction):
        parts = [condition(scope, term) for term in expr.terms]
        return all_of(parts) if expr.op == "AND" else any_of(parts)
    if isinstance(expr, Not):
        return negated(condition(scope, expr.term))
    if isinstance(expr, Match):
        return matched(scope, expr)
    if isinstance(expr, Compare):
        return compared(scope, expr)
    if isinstance(expr, Tag):
        from crmcli.query.tags import has_tag  # noqa: PLC0415 - only questions with tags

        return has_tag(scope, expr.name, expr.at)
    return _alone(scope, expr)


def _alone(scope: Scope, expr: Expr) -> Sql:
    """A word, a text, a flag, a function: something that may or may not be a condition by itself."""
    if isinstance(expr, Bare) or (isinstance(expr, Literal) and expr.kind == "string"):
        from crmcli.query.search import bare_word, finds  # noqa: PLC0415 - only questions with words to find

        return bare_word(scope, expr) if isinstance(expr, Bare) else finds(scope, expr.text, expr.at)
    if isinstance(expr, Path):
        return on_path(scope, expr, lambda inner, name: _flag(inner, name, expr))
    value = value_at(scope, expr)
    if value.family != "flag":
        raise NotAConditionError("a value", expr.at, _comparing(expr, value))
    return Sql(value.text, value.params)


def _comparing(expr: Expr, value: ValueSql) -> str:
    """How a value becomes a condition."""
    if isinstance(expr, Call):
        from crmcli.query.operators.unfit import KINDS  # noqa: PLC0415 - only on the way to a refusal

        example = {"date": "<-30d", "datetime": "<-30d"}.get(value.family, ">0")
        gives = KINDS.get(value.family, "a value")
        return f"{expr.name}(…) gives {gives}; compare it, as in {expr.name}(…){example}"
    return "compare it, as in close:-30d.. or amount:5k.."


def _flag(scope: Scope, name: str, path: Path) -> Sql:
    said = ".".join(path.names)
    if name == ITSELF:
        raise NotAConditionError(f"`{said}`", path.at, f"write {said}:any, or count({said})>0")
    value = spot_value(scope, name, path.at)
    if value.family != "flag":
        raise NotAConditionError(f"`{said}`", path.at, f"write {said}:any for any value of it")
    return Sql(value.text, value.params)


def matched(scope: Scope, match: Match) -> Sql:
    """`left:value,value`. `none` is the exact opposite of `any`, also at the end of a path."""
    if any(_is(value, "none") for value in match.values):
        rest = tuple(value for value in match.values if not _is(value, "none"))
        filled = Match(match.left, (Word("any"),), match.at)
        none = negated(matched(scope, filled))
        return any_of([none, matched(scope, Match(match.left, rest, match.at))]) if rest else none
    left = match.left
    if isinstance(left, Path):
        return on_path(
            scope, left, lambda inner, name: _match_field(inner, name, match, scope), archived=_on_archived(match)
        )
    value = value_at(scope, left)
    return any_of([match_value(scope, value, asked, match.at) for asked in match.values])


def _is(value: Value, word: str) -> bool:
    return isinstance(value, Word) and not value.quoted and value.text == word


def _on_archived(match: Match) -> bool:
    """Whether a match speaks of archiving itself."""
    name = match.left.names[-1] if isinstance(match.left, Path) else ""
    return name == "archived" or (name == "is" and any(_is(value, "archived") for value in match.values))


def _match_field(scope: Scope, name: str, match: Match, outer: Scope) -> Sql:
    if name == "is":
        from crmcli.query.states import in_state  # noqa: PLC0415 - only questions for states

        return any_of([in_state(scope, asked) for asked in match.values])
    if name == "tags":
        from crmcli.query.tags import matches_tags  # noqa: PLC0415

        return any_of([matches_tags(scope, asked) for asked in match.values])
    value = spot_value(scope, name, match.left.at)
    return any_of([match_value(scope, value, asked, match.at, outer) for asked in match.values])


def match_value(scope: Scope, value: ValueSql, asked: Value, at: Place, outer: Scope | None = None) -> Sql:
    """Whether a value matches one alternative after `:`; of a list, some element."""
    if _is(asked, "any"):
        whole = not value.raw or value.family == "period"
        return is_filled(value.text if whole else value.raw[0], value.params if whole else ())
    if isinstance(asked, Group):
        return compare_values(scope, value, "=", asked.expr, at, outer or scope)
    if value.many:
        return some_item(scope, value, lambda item: match_item(scope, item, asked))
    return match_item(scope, value, asked)


def match_item(scope: Scope, value: ValueSql, asked: Word | Range | Placeholder) -> Sql:
    """Whether one value matches a word, a range, or the value of the record at hand."""
    if isinstance(asked, Word) or (isinstance(asked, Range) and not _at_hand(asked)):
        return operators_of(value).matches(scope, value, asked)
    from crmcli.query.hand import matches_hand, within_hand  # noqa: PLC0415 - only questions with a placeholder

    return matches_hand(scope, value, asked) if isinstance(asked, Placeholder) else within_hand(scope, value, asked)


def _at_hand(asked: Range) -> bool:
    return isinstance(asked.low, Placeholder) or isinstance(asked.high, Placeholder)


def operators_of(value: ValueSql) -> Operators:
    """What comparisons mean for a value's family."""
    name = OPERATORS.get(value.family, value.family)
    return cast("Operators", import_module(f"crmcli.query.operators.{name}"))


def some_item(scope: Scope, value: ValueSql, ask: Callable[[ValueSql], Sql]) -> Sql:
    """Whether some item of a list field is as asked."""
    from crmcli.query.items import in_row, item_of, items_in_row, items_table  # noqa: PLC0415 - only about lists

    alias = scope.new_alias()
    asked = ask(item_of(scope, value, alias))
    if in_row(scope, value):
        found = f"SELECT 1 FROM {items_in_row(scope, value)} {alias} WHERE {asked.text}"
        return Sql(f"EXISTS ({found})", asked.params)
    source, rows = items_table(scope, value, alias)
    chosen = f"SELECT {alias}.id FROM {source} {alias} WHERE {rows} AND ({asked.text})"
    return Sql(f"{scope.alias}.id IN ({chosen})", asked.params)


def compared(scope: Scope, compare: Compare) -> Sql:
    """`left op right`; `!=` is the exact opposite of `=`."""
    left, op, right = compare.left, compare.op, compare.right
    if op == "!=":
        return negated(compared(scope, Compare(left, "=", right, compare.at)))
    if op in FLIPPED and _is_constant(scope, left) and not _is_constant(scope, right):
        left, op, right = right, FLIPPED[op], left
    if not isinstance(left, Path) or _is_constant(scope, left):
        return compare_values(scope, value_at(scope, left), op, right, compare.at, scope)
    return on_path(
        scope,
        left,
        lambda inner, name: _compare_field(inner, name, op, right, compare.at, scope),
        archived=left.names[-1] == "archived",
    )


def _is_constant(scope: Scope, expr: Expr) -> bool:
    if isinstance(expr, Path):
        return len(expr.names) == 1 and not expr.old and not _is_name(scope, expr.names[0])
    return isinstance(expr, (Literal, Placeholder))


def _is_name(scope: Scope, name: str) -> bool:
    if knows(scope, name):
        return True
    from crmcli.query.steps import step_of  # noqa: PLC0415 - names that are no field

    return step_of(scope, name) is not None


def _compare_field(scope: Scope, name: str, op: str, right: Expr, at: Place, outer: Scope) -> Sql:
    if name in ("is", "tags"):
        raise NotAConditionError(f"`{name}`", at, f"write {name}:… with a colon")
    value = spot_value(scope, name, at)
    if name == ITSELF and op != "=":
        raise NoValueError(scope.type.plural, outer.type.name, at)
    return compare_values(scope, value, op, right, at, outer)


def compare_values(scope: Scope, value: ValueSql, op: str, right: Expr, at: Place, outer: Scope) -> Sql:
    """`value op right`, with `right` read in the scope the question was asked in."""
    other = value_at(outer, right, value)
    if value.many:
        return some_item(scope, value, lambda item: operators_of(value).compares(scope, item, op, other, at))
    return operators_of(value).compares(scope, value, op, other, at)
