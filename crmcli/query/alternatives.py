"""Values side by side, of which one is taken: `if(c, a, b)` and `min(a, b)`.

What all of them share the result has too: the record type it points at, the options it is one of, what `:` means for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.aggregated import ORDERED, UnfitAggregateError
from crmcli.query.arithmetic import alike_lengths, dated, natural
from crmcli.query.calls import WrongArgumentsError
from crmcli.query.conditions import condition
from crmcli.query.fields import ordinal
from crmcli.query.inline import without_params
from crmcli.query.shared import shared
from crmcli.query.sql import Sql, SqlArgument, quoted_text
from crmcli.query.value_sql import ValueSql
from crmcli.query.values import value_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.query.env import Scope
    from crmcli.query.tree import Call


def choose(scope: Scope, call: Call) -> ValueSql:
    """The first value whose condition holds, else the last; empty when there is no last."""
    if len(call.args) < 2:
        raise WrongArgumentsError("if", "a condition and a value", call.at)
    asked = [condition(scope, arg) for arg in call.args[: len(call.args) // 2 * 2 : 2]]
    rest = (call.args[-1],) if len(call.args) % 2 else ()
    values = _alike(scope, [value_at(scope, arg) for arg in (*call.args[1::2], *rest)], call)
    params = list[SqlArgument]()
    for number, value in enumerate(values):
        params += (*(asked[number].params if number < len(asked) else ()), *value.params)
    plain = [Sql(without_params(test.text, test.params)) for test in asked]
    return values[0]._replace(
        text=_case(asked, [value.text for value in values]),
        params=tuple(params),
        raw=tuple(_case(plain, texts) for texts in zip(*(value.raw for value in values), strict=True)),
        shown=_case(plain, [value.shown for value in values]) if values[0].shown else "",
        sort=_case(plain, [value.sort for value in values]) if values[0].sort else "",
    )


def _case(tests: Sequence[Sql], texts: Sequence[str]) -> str:
    """SQL for the text that goes with the first test that holds; one more text is for the rest."""
    parts = [f"WHEN {test.text} THEN {text}" for test, text in zip(tests, texts, strict=False)]
    return f"CASE {' '.join([*parts, *(f'ELSE {text}' for text in texts[len(tests) :])])} END"


def extreme(scope: Scope, call: Call) -> ValueSql:
    """The least or greatest of several values, options by their order; empty when one is empty."""
    given = [value_at(scope, arg) for arg in call.args]
    values = _alike(scope, given, call)
    params = tuple(param for value in values for param in value.params)
    first, listed = values[0], any(value.family == "choice" for value in given)
    if listed and first.family != "choice":
        raise WrongArgumentsError(call.name, "values with the same options", call.at)
    if not listed and first.family not in ORDERED:
        raise UnfitAggregateError(call.name, first.family, call.at)
    texts = [value.text for value in values]
    if listed and first.field is not None:
        names = [option.name for option in first.field.options]
        least = f"{call.name}({', '.join(ordinal(text, names) for text in texts)})"
        cases = " ".join(f"WHEN {place} THEN {quoted_text(name)}" for place, name in enumerate(names))
        text = f"CASE {least} {cases} END"
        return first._replace(text=text, params=params, raw=(), sort=ordinal(text, names) if not params else "")
    return first._replace(text=f"{call.name}({', '.join(texts)})", params=params, raw=(), shown="", sort="")


def _alike(scope: Scope, values: list[ValueSql], call: Call) -> list[ValueSql]:
    """Values in one family and unit; numbers among money are amounts of it."""
    values = [dated(value) for value in values]
    families = {value.family for value in values}
    if families <= {"number", "money"}:
        scale = max(value.scale for value in values if "money" not in families or value.family == "money")
        if "money" in families:
            return [_money(value, scale) for value in values]
        return [ValueSql(natural(value), value.params, "number") for value in values]
    if len(families) > 1 or len({value.reference for value in values}) > 1 or any(value.many for value in values):
        raise WrongArgumentsError(call.name, "values of one kind", call.at)
    working = next((value for value in values if value.working), None)
    if working is not None:
        values = [alike_lengths(scope, value, working, call.at)[0] for value in values]
    return _described(values)


def _money(value: ValueSql, scale: int) -> ValueSql:
    text = value.text if value.family == "money" else f"({natural(value)} * {scale})"
    return ValueSql(text, value.params, "money", scale=scale)


def _described(values: list[ValueSql]) -> list[ValueSql]:
    """The values with what all of them share, and nothing else."""
    common = shared(values)
    whole = common.field is not None and len({len(value.raw) for value in values}) == 1
    shown, sorted_ = all(value.shown for value in values), all(value.sort for value in values)
    return [
        common._replace(
            text=value.text,
            params=value.params,
            raw=value.raw if whole else (),
            shown=value.shown if shown else "",
            sort=value.sort if sorted_ else "",
        )
        for value in values
    ]
