"""`months(a - b)`: the whole months between two dates; of any other length, its months of 30.4375 days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from crmcli.query.sql import SqlArgument
from crmcli.query.value_sql import ValueSql
from crmcli.query.values import value_at

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.tree import Call

MONTH = 2_629_800
"""Seconds: 30.4375 days."""


def months_value(scope: Scope, call: Call) -> ValueSql:
    """SQL for the months of a length; between two dates by the calendar."""
    from crmcli.query.arithmetic import day_text  # noqa: PLC0415
    from crmcli.query.calls import WrongArgumentsError  # noqa: PLC0415 - calls names this module

    value = value_at(scope, call.args[0]) if len(call.args) == 1 else None
    if value is None or value.family != "duration" or value.working:
        raise WrongArgumentsError("months", "one length of time, as in months(today - created)", call.at)
    label = f"months({value.label})" if value.label else ""
    if not value.ends or value.number is not None:
        return ValueSql(f"CAST(({value.text}) / {MONTH} AS INTEGER)", value.params, "number", label=label)
    texts, params = list[str](), list[SqlArgument]()
    for end in value.ends:
        text = day_text(scope, end)
        texts.append(text)
        params += end.params * text.count(end.text)
    return ValueSql(f"crm_months({', '.join(texts)})", tuple(params), "number", label=label)


def whole_months(later: str, earlier: str) -> int:
    """How many months can be added to `earlier` before `later` is passed; negative when it is the later one.

    31 January and a month is the last of February, so from there to 28 February is one month.
    """
    end, start = date.fromisoformat(later), date.fromisoformat(earlier)
    if end < start:
        return -whole_months(earlier, later)
    from crmcli.text.moments import shift_months  # noqa: PLC0415

    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (shift_months(start, months) > end)
