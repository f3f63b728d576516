"""Choices: by name or label in any language, letter case aside; ordered as the schema lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.failures import QueryError
from crmcli.query.fields import ordinal
from crmcli.query.operators.unfit import UnfitComparisonError, written
from crmcli.query.sql import Sql, SqlArgument, one_of
from crmcli.query.tree import Word
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Bound, Range
    from crmcli.query.value_sql import ValueSql

KEEPS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class UnknownOptionError(QueryError):
    """The field has no such option."""

    def __init__(self, field: str, word: str, names: list[str], speakable: list[str], at: Place) -> None:
        from crmcli.text.nearest import nearest  # noqa: PLC0415 - only on the way to a refusal

        near = next(iter(nearest(word, names) or nearest(word, speakable)), "")
        listed = ", ".join(names)
        hint = f"did you mean `{near}`? {field} has {listed}" if near else f"{field} has {listed}"
        super().__init__(f"`{field}` has no option `{word}`", at, hint=hint, expected=listed, nearest=near)


def names_of(value: ValueSql) -> list[str]:
    """The options' names in their order."""
    return [option.name for option in value.field.options] if value.field else []


def option_named(value: ValueSql, word: str, at: Place) -> str:
    """The name of the option that is called or labelled `word`."""
    options = value.field.options if value.field else ()
    wanted = fold(word)
    for option in options:
        if option.name == word or fold(option.name) == wanted:
            return option.name
    for option in options:
        if any(fold(label) == wanted for label in option.label.values()):
            return option.name
    speakable = [text for option in options for text in (option.name, *option.label.values())]
    raise UnknownOptionError(value.field.name if value.field else value.label, word, names_of(value), speakable, at)


def matches(scope: Scope, value: ValueSql, asked: Word | Range) -> Sql:
    """One option, or a run of them in their order."""
    del scope
    if isinstance(asked, Word) and value.matches == "via":
        return _via(value, asked)
    if isinstance(asked, Word):
        return Sql(f"{value.text} = ?", (*value.params, option_named(value, asked.text, asked.at)))
    names = names_of(value)
    low = 0 if asked.low is None else names.index(_read(value, asked.low))
    high = len(names) if asked.high is None else names.index(_read(value, asked.high)) + 1
    return one_of(value.text, value.params, list[SqlArgument](names[low:high]))


def _read(value: ValueSql, end: Bound) -> str:
    word = written(end)
    return option_named(value, word.text, word.at)


def _via(value: ValueSql, word: Word) -> Sql:
    """How something came to be: `rule` is any rule, `rule:welcome` that one."""
    head, _, name = word.text.partition(":")
    kind = option_named(value, head, word.at)
    if name:
        return Sql(f"{value.text} = ?", (*value.params, f"{kind}:{name}"))
    same = f"{value.text} = ? OR substr({value.text}, 1, {len(kind) + 1}) = ?"
    return Sql(same, (*value.params, kind, *value.params, f"{kind}:"))


def compares(scope: Scope, value: ValueSql, op: str, other: ValueSql, at: Place) -> Sql:
    """Equal, or before and after in the order of the options."""
    del scope
    if op == "~":
        raise UnfitComparisonError(value, op, other, at)
    if other.word:
        name, names = option_named(value, other.word, at), names_of(value)
        place = names.index(name)
        kept = [name] if op == "=" else [n for i, n in enumerate(names) if KEEPS[op](i, place)]
        return one_of(value.text, value.params, list[SqlArgument](kept))
    if other.family != "choice":
        raise UnfitComparisonError(value, op, other, at)
    params = (*value.params, *other.params)
    if op == "=":
        return Sql(f"{value.text} = {other.text}", params)
    return Sql(f"{ordinal(value.text, names_of(value))} {op} {ordinal(other.text, names_of(other))}", params)
