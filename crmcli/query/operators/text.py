"""Texts: `:` contains (or what the field's type says), `=` exact, `~` a regular expression."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from crmcli.query.constants import WrongValueError
from crmcli.query.context import stored_form
from crmcli.query.functions import folded
from crmcli.query.operators.unfit import NoRangeError, UnfitComparisonError
from crmcli.query.sql import Sql, any_of
from crmcli.query.tree import Range
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Word
    from crmcli.query.value_sql import ValueSql


def matches(scope: Scope, value: ValueSql, asked: Word | Range) -> Sql:
    """Contains, equals or lies within, by the field's type."""
    if isinstance(asked, Range):
        raise NoRangeError(value, asked.at)
    if value.matches == "contains":
        return contains(value, asked.text)
    return _same(value, _canonical(scope, value, asked.text, asked.at))


def compares(scope: Scope, value: ValueSql, op: str, other: ValueSql, at: Place) -> Sql:
    """Exact equality, order, or a regular expression."""
    if other.family not in ("text", "word") and (op, other.family) != ("=", "reference"):
        raise UnfitComparisonError(value, op, other, at)
    if op == "~":
        return _fits(value, other, at)
    if op != "=":
        params = (*value.params, *other.params)
        return Sql(f"lower({value.text}) {op} lower({other.text})", params)
    if other.written not in ("string", "word"):
        return Sql(f"{value.text} = {other.text}", (*value.params, *other.params))
    exact = other.word if value.matches == "contains" else _canonical(scope, value, other.word, at)
    return Sql(f"{value.text} = ?", (*value.params, unicodedata.normalize("NFC", exact)))


def contains(value: ValueSql, text: str) -> Sql:
    """Whether a text has another in it, letter case, width and hyphens aside."""
    needle = fold(text)
    if not needle:
        return Sql(f"instr({value.text}, ?) > 0", (*value.params, text))
    haystack = value.folded or folded(value.text, needle)
    return Sql(f"instr({haystack}, ?) > 0", (*value.params * max(haystack.count(value.text), 1), needle))


def _canonical(scope: Scope, value: ValueSql, text: str, at: Place) -> str:
    return stored_form(value.field, text, scope.env, at) if value.field else text


def _same(value: ValueSql, stored: str) -> Sql:
    """Equal; for places and languages, or below it; for `via`, or one of that kind."""
    equal = Sql(f"{value.text} = ?", (*value.params, stored))
    joints = {"within": "/-", "via": ":"}.get(value.matches, "")
    below = [
        Sql(f"substr({value.text}, 1, {len(stored) + 1}) = ?", (*value.params, stored + joint)) for joint in joints
    ]
    return any_of([equal, *below])


def _fits(value: ValueSql, other: ValueSql, at: Place) -> Sql:
    from crmcli.text.patterns import PatternRefusedError, matcher  # noqa: PLC0415 - only questions with a regular expression

    try:
        matcher(other.word)
    except PatternRefusedError as error:
        raise WrongValueError(
            f"no regular expression: {error}", at, "put a `\\` before ( ) [ ] * + ? . meant as they are"
        ) from None
    return Sql(f"{value.text} REGEXP {other.text}", (*value.params, *other.params))
