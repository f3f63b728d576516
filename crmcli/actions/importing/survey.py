"""How a file writes numbers and dates: its columns are looked through once before its rows are taken.

Only columns whose field holds a number or a date, and for which the map names no form, are looked at. What a column
proves is told; what it leaves open is said by the person (`--decimal`, `--dates`), else asked, else refused: nothing
is written on a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.binding import Binding, Column, Dated
from crmcli.actions.importing.cells import mapped
from crmcli.errors import UsageError
from crmcli.text.notation import COMMA, DAY_FIRST, DateProof, NumberProof, Unproven
from crmcli_formats.sheets import Row

NUMBERS = frozenset(["int", "decimal", "money", "percent", "rating"])
DATES = frozenset(["date", "datetime"])
_SHOWN = 10
"""Columns whose notation is told."""


class NotationUnprovenError(UsageError):
    """No cell of a column tells how it is to be read."""

    def __init__(self, path: Path, open_: Unproven) -> None:
        readings = " or ".join(dict.fromkeys(open_.readings.values()))
        answers = " or ".join(f"--{open_.what} {answer}" for answer in open_.readings)
        super().__init__(
            f"{path}:{open_.line}: {open_.column}: {open_.cell!r} may be {readings}, and no cell of the column tells which",
            hint=f"say how the file is written: {answers}",
        )


def is_asked(binding: Binding) -> bool:
    """Whether any column is to be looked at."""
    return bool(_numbers(binding) or _dates(binding))


def survey(path: Path, rows: Iterable[Row], binding: Binding, asked: Asked) -> tuple[Binding, list[str]]:
    """The binding with the notation of each column, and sentences about it; raises `NotationUnprovenError` (exit 2)."""
    numbers = [(column, NumberProof()) for column in _numbers(binding)]
    dates = [(column, DateProof()) for column in _dates(binding)]
    looked = [(column.position, column.values, number.see) for column, number in numbers]
    looked += [(column.position, getattr(column, "values", {}), date.see) for column, date in dates]
    for row in rows:
        if not row.trouble:
            for position, values, see in looked:
                cell = row.cells[position].strip()
                if cell:
                    see(mapped(values, cell), row.line)
    found: dict[int, tuple[str, str]] = {}
    for column, number in numbers:
        found[column.position] = (_decided(path, asked.decimal or number.verdict(column.name), asked), "")
    for dated, date in dates:
        found[dated.position] = ("", _decided(path, asked.dates or date.verdict(dated.name), asked))
    return _with(binding, found), list(_told(numbers, dates, found))


def _decided(path: Path, verdict: str | Unproven, asked: Asked) -> str:
    if isinstance(verdict, str):
        return verdict
    answer = asked.ask(verdict) if asked.ask else ""
    if answer not in verdict.readings:
        raise NotationUnprovenError(path, verdict)
    return answer


def _told(
    numbers: list[tuple[Column, NumberProof]],
    dates: list[tuple[Column | Dated, DateProof]],
    found: dict[int, tuple[str, str]],
) -> Iterator[str]:
    for column, number in numbers[:_SHOWN]:
        sign = found[column.position][0]
        proof = number.comma if sign == COMMA else number.point
        if number.comma and number.point:
            both = f"a decimal comma{_by(number.comma)} and with a point{_by(number.point)}"
            yield f"{column.name}: numbers with {both}{'' if sign else ': read as they stand'}"
        elif sign == COMMA or (proof and COMMA in proof[0]):
            yield f"{column.name}: numbers with a decimal {'comma' if sign == COMMA else 'point'}{_by(proof)}"
    for dated, date in dates[:_SHOWN]:
        order = found[dated.position][1]
        if date.day_first and date.month_first:
            both = f"the day first{_by(date.day_first)} and with the month first{_by(date.month_first)}"
            yield f"{dated.name}: dates with {both}{'' if order else ': read as they stand'}"
        elif order:
            proof = (date.day_first or date.pointed) if order == DAY_FIRST else date.month_first
            yield f"{dated.name}: dates with the {'day' if order == DAY_FIRST else 'month'} first{_by(proof)}"


def _by(proof: tuple[str, int] | None) -> str:
    return f" ({proof[0]} in line {proof[1]})" if proof else ""


def _numbers(binding: Binding) -> list[Column]:
    columns = chain(binding.columns, *(part.columns for part in binding.parts))
    return [column for column in columns if column.field.type in NUMBERS]


def _dates(binding: Binding) -> list[Column | Dated]:
    columns = chain(binding.columns, *(part.columns for part in binding.parts))
    own: list[Column | Dated] = [c for c in columns if c.field.type in DATES and not c.form]
    return [*own, *(dated for dated in binding.dated if not dated.form)]


def _with(binding: Binding, found: dict[int, tuple[str, str]]) -> Binding:
    def noted(column: Column) -> Column:
        decimal, order = found.get(column.position, ("", ""))
        return column._replace(decimal=decimal, order=order)

    return binding._replace(
        columns=tuple(noted(column) for column in binding.columns),
        parts=tuple(part._replace(columns=tuple(noted(column) for column in part.columns)) for part in binding.parts),
        dated=tuple(dated._replace(order=found.get(dated.position, ("", ""))[1]) for dated in binding.dated),
    )
