"""Sums and products without rounding: the program a computed field is worked out by, and how SQL runs it.

Binary fractions cannot hold 0.7, so `price * (1 - discount)` in SQL may fall a cent short. A computed number is
therefore one call of `crm_exact(program, unit, values…)`: fractions of whole numbers all through, rounded once at the
end to the field's unit, half to even. A program is a list of words in reverse Polish order: `#2/100` is the second
value counted in hundredths, `=0.7` a number, and `+ - * / ~` are the operations, `~` the negative.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crmcli.query.sql import SqlArgument, quoted_text
from crmcli.query.tree import Arith, Call, Literal, Negative
from crmcli.query.values import value_at

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.tree import Expr
    from crmcli.query.value_sql import ValueSql

NUMBERS = frozenset(["number", "money"])
_MOST = 2**63 - 1


def exact_sql(scope: Scope, expr: Expr, value: ValueSql, unit: int) -> tuple[str, tuple[SqlArgument, ...]]:
    """SQL for a number or amount in whole `unit`ths: rounded once, half to even; empty when a part of it is.

    `value` is what the expression was compiled to.
    """
    if isinstance(expr, Call) and expr.name == "if":
        return _chosen(scope, expr, unit)
    program, leaves = list[str](), list["ValueSql"]()
    _write(scope, expr, value, program, leaves)
    values = "".join(f", {leaf.text}" for leaf in leaves)
    params = tuple(param for leaf in leaves for param in leaf.params)
    return f"crm_exact({quoted_text(' '.join(program))}, {unit}{values})", params


def _chosen(scope: Scope, call: Call, unit: int) -> tuple[str, tuple[SqlArgument, ...]]:
    """`if(…)` at the top: each value is worked out exactly."""
    from crmcli.query.conditions import condition  # noqa: PLC0415 - conditions are made of values

    parts, params = [], list[SqlArgument]()
    for test, chosen in zip(call.args[::2], call.args[1::2], strict=False):
        asked = condition(scope, test)
        text, own = exact_sql(scope, chosen, value_at(scope, chosen), unit)
        parts.append(f"WHEN {asked.text} THEN {text}")
        params += (*asked.params, *own)
    if len(call.args) % 2:
        text, own = exact_sql(scope, call.args[-1], value_at(scope, call.args[-1]), unit)
        parts.append(f"ELSE {text}")
        params += own
    return f"CASE {' '.join(parts)} END", tuple(params)


def _write(scope: Scope, expr: Expr, value: ValueSql, program: list[str], leaves: list[ValueSql]) -> None:
    """Append what works `expr` out; what is no sum or product of numbers is a value, the same one once."""
    if isinstance(expr, Literal) and expr.kind == "number":
        program.append(f"={value.number}")
    elif isinstance(expr, Negative):
        _write(scope, expr.term, value_at(scope, expr.term), program, leaves)
        program.append("~")
    elif isinstance(expr, Arith):
        left, right = value_at(scope, expr.left), value_at(scope, expr.right)
        if {left.family, right.family} <= NUMBERS:
            _write(scope, expr.left, left, program, leaves)
            _write(scope, expr.right, right, program, leaves)
            program.append(expr.op)
        else:
            _write_value(value, program, leaves)
    else:
        _write_value(value, program, leaves)


def _write_value(value: ValueSql, program: list[str], leaves: list[ValueSql]) -> None:
    if value not in leaves:
        leaves.append(value)
    program.append(f"#{leaves.index(value)}/{value.scale}")


def work_out(program: str, unit: int, values: tuple[SqlArgument, ...]) -> int | float | None:
    """Run a program; None when a value is empty or something is divided by 0. A result too great is a float."""
    if None in values:
        return None
    stack: list[tuple[int, int]] = []
    for kind, number, place in _steps(program):
        if kind == "#":
            value = values[place]
            top, bottom = (value, 1) if isinstance(value, int) else _fraction(value)
            stack.append((top, bottom * number[0]))
        elif kind == "=":
            stack.append(number)
        elif kind == "~":
            stack[-1] = (-stack[-1][0], stack[-1][1])
        else:
            right, left = stack.pop(), stack.pop()
            if kind == "/" and not right[0]:
                return None
            stack.append(_joined(kind, left, right))
    top, bottom = stack.pop()
    found = _rounded(top * unit, bottom)
    return found if -_MOST <= found <= _MOST else float(found)


def _joined(op: str, left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
    (a, b), (c, d) = left, right
    if op == "*":
        return a * c, b * d
    if op == "/":
        return (a * d, b * c) if c > 0 else (-a * d, -b * c)
    return (a * d + c * b if op == "+" else a * d - c * b), b * d


def _fraction(value: SqlArgument) -> tuple[int, int]:
    """A value of a column; a float is the shortest decimal that stands for it, as 0.7."""
    from decimal import Decimal  # noqa: PLC0415 - only averages and the like

    return Decimal(repr(float(value or 0))).as_integer_ratio()


def _rounded(top: int, bottom: int) -> int:
    """A fraction (the bottom positive) as the nearest whole number, the even one of two as near."""
    whole, rest = divmod(top, bottom)
    return whole + (2 * rest > bottom or (2 * rest == bottom and whole % 2 == 1))


@lru_cache(maxsize=64)
def _steps(program: str) -> tuple[tuple[str, tuple[int, int], int], ...]:
    """The words of a program, read: kind, number (of a value, how many make 1), place of a value."""
    from decimal import Decimal  # noqa: PLC0415

    steps = []
    for word in program.split(" "):
        if word[0] == "=":
            steps.append(("=", Decimal(word[1:]).as_integer_ratio(), 0))
        elif word[0] == "#":
            place, _, scale = word[1:].partition("/")
            steps.append(("#", (int(scale), 1), int(place)))
        else:
            steps.append((word, (0, 1), 0))
    return tuple(steps)
