"""SQL text with its bound parameters, and the few ways pieces of it are put together.

Truth has two values only. A piece that is NULL counts as false, which AND and OR keep true to by themselves; what is
negated goes through `negated`, where NULL becomes true.
"""

from __future__ import annotations

from collections.abc import Iterable

from crmcli.light import NamedTuple

SqlArgument = str | int | float | None


class Sql(NamedTuple):
    """A condition (or expression), the values of its question marks in order, and warnings for people.

    `old`: the plurals whose `old_<plural>` tables it names.
    """

    text: str
    params: tuple[SqlArgument, ...] = ()
    warnings: tuple[str, ...] = ()
    old: tuple[str, ...] = ()


ALWAYS = Sql("1")
NEVER = Sql("0")
_SIDE_BY_SIDE = 8
"""How many conditions are written one after the other."""


def quoted_name(name: str) -> str:
    """A table's or column's name, quoted."""
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """A text of the setup (never of a person's question) as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def column(alias: str, name: str) -> str:
    """A column of the table that `alias` stands for."""
    return f"{alias}.{quoted_name(name)}"


def table(plural: str) -> str:
    """The table of a record type."""
    return quoted_name(f"rec_{plural}")


def all_of(parts: Iterable[Sql]) -> Sql:
    """Every part holds."""
    return _joined(list(parts), " AND ", ALWAYS)


def any_of(parts: Iterable[Sql]) -> Sql:
    """At least one part holds."""
    return _joined(list(parts), " OR ", NEVER)


def negated(part: Sql) -> Sql:
    """The exact opposite: also true where the part is NULL."""
    return Sql(f"({part.text}) IS NOT TRUE", part.params)


def is_filled(text: str, params: tuple[SqlArgument, ...] = ()) -> Sql:
    """Whether an expression has a value."""
    return Sql(f"{text} IS NOT NULL", params)


def one_of(text: str, params: tuple[SqlArgument, ...], choices: list[SqlArgument]) -> Sql:
    """Whether an expression equals one of some values."""
    if not choices:
        return NEVER
    if len(choices) == 1:
        return Sql(f"{text} = ?", (*params, choices[0]))
    return Sql(f"{text} IN ({', '.join('?' * len(choices))})", (*params, *choices))


def _joined(parts: list[Sql], word: str, empty: Sql) -> Sql:
    """The parts with a word between; many in halves, since SQLite reads each word as one level more."""
    if len(parts) < 2:
        return parts[0] if parts else empty
    if len(parts) > _SIDE_BY_SIDE:
        middle = len(parts) // 2
        return _joined([_joined(half, word, empty) for half in (parts[:middle], parts[middle:])], word, empty)
    return Sql(word.join(f"({part.text})" for part in parts), tuple(p for part in parts for p in part.params))
