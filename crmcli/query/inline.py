"""Parameters written into the SQL: a computed field's expression is the schema's, and stands in several places."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crmcli.query.sql import SqlArgument, quoted_text
from crmcli.query.value_sql import ValueSql

_PARTS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\?""")


def inlined(value: ValueSql) -> ValueSql:
    """The same value without parameters."""
    ends = tuple(inlined(end) for end in value.ends)
    return value._replace(text=without_params(value.text, value.params), params=(), ends=ends)


def without_params(text: str, params: tuple[SqlArgument, ...]) -> str:
    """SQL with its values in the place of their question marks; quoted texts and names stay."""
    if not params:
        return text
    left = iter(params)
    return _PARTS.sub(lambda part: _literal(left) if part[0] == "?" else part[0], text)


def _literal(left: Iterator[SqlArgument]) -> str:
    value = next(left)
    if value is None:
        return "NULL"
    return quoted_text(value) if isinstance(value, str) else repr(value)
