"""Texts made of other fields: `'{name}（{region}）'`. `{{` and `}}` are the braces themselves.

An empty field is nothing; a reference is the title of what it points at; numbers, money, dates and choices stand as in
files; the items of a list are joined by `, `.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.failures import ExpressionSyntaxError
from crmcli.query.inline import inlined
from crmcli.query.marks import is_name_part, is_name_start
from crmcli.query.parser import path_of
from crmcli.query.place import Place
from crmcli.query.sql import quoted_text
from crmcli.query.value_sql import ValueSql
from crmcli.query.values import value_at

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.tree import Literal, Path

AS_THEY_STAND = frozenset(["text", "date", "choice", "stage", "time"])


def template_value(scope: Scope, literal: Literal) -> ValueSql:
    """The text of a template as SQL; empty when nothing at all is left."""
    pieces = [
        quoted_text(piece) if isinstance(piece, str) else f"coalesce({spelled(scope, value_at(scope, piece))}, '')"
        for piece in template_pieces(literal)
    ]
    return ValueSql(f"nullif({' || '.join(pieces) or quoted_text('')}, '')", matches="contains")


def template_pieces(literal: Literal) -> list[str | Path]:
    """The texts and paths of a template in order."""
    found: list[str | Path] = []
    text, at, kept = literal.text, 0, ""
    while at < len(text):
        char = text[at]
        if char in "{}" and text[at + 1 : at + 2] == char:
            kept, at = kept + char, at + 2
        elif char == "{":
            end = text.find("}", at)
            found += [kept, _path(text[at + 1 : end] if end > 0 else "", literal, at)]
            kept, at = "", end + 1
        else:
            kept, at = kept + char, at + 1
    return [piece for piece in (*found, kept) if piece]


def _path(written: str, literal: Literal, offset: int) -> Path:
    at = Place(literal.at.text, literal.at.column + 1 + offset)
    names = written.split(".")
    if not all(is_name_start(name[:1]) and all(map(is_name_part, name)) for name in names):
        raise ExpressionSyntaxError(
            f"`{{{written}` names no field", "a path as in {name} or {owner.name}", at, hint="a brace itself is `{{`"
        )
    return path_of(written, at)


def spelled(scope: Scope, value: ValueSql) -> str:
    """SQL for a value as text."""
    if value.many:
        return f"(SELECT group_concat(j.value, ', ') FROM json_each({inlined(value).text}) j)"
    if value.shown:
        return value.shown
    if value.field is not None and value.raw and (len(value.raw) > 1 or value.family not in AS_THEY_STAND):
        return f"crm_written({quoted_text(value.field.type)}, {', '.join(value.raw)})"
    return _spelled(scope, value, inlined(value).text)


def _spelled(scope: Scope, value: ValueSql, text: str) -> str:
    """SQL for what is no stored field, by its family."""
    if value.family == "money":
        currency = quoted_text(scope.setup.config.currency)
        return f"crm_written('money', {text}, {currency}, {text})"
    if value.family == "number":
        return f"crm_written('decimal', {text} * {1_000_000 // value.scale})"
    if value.family == "duration":
        return written_length(text)
    if value.family == "datetime":
        return f"crm_local({text}, {_zone(scope)})"
    if value.family == "month":
        return f"substr({text}, 1, 7)"
    return f"crm_written('flag', {text})" if value.family == "flag" else text


def written_length(seconds: str) -> str:
    """SQL for a length in seconds in the largest unit that holds it, to the minute: `3d`, `5h`, `90min`."""
    return (
        f"CASE WHEN ({seconds}) % 86400 = 0 THEN (({seconds}) / 86400) || 'd' "
        f"WHEN ({seconds}) % 3600 = 0 THEN (({seconds}) / 3600) || 'h' "
        f"ELSE CAST(round(({seconds}) / 60.0) AS INTEGER) || 'min' END"
    )


def _zone(scope: Scope) -> str:
    from crmcli.query.calendars import calendar_text  # noqa: PLC0415 - only texts with built-in moments

    return quoted_text(calendar_text(None, scope.env.now.tzinfo))
