"""SQL functions that compiled filters call; the table of their names is the index's connection's, which registers them."""

from __future__ import annotations

from crmcli.query.sql import SqlArgument
from crmcli.text.fold import fold

FOLD = "crm_fold"
"""Folds a text as names are compared (NFKC, case, hyphens and doubled blanks gone)."""
POWER = "crm_power"
"""A number to the power of another."""


def fold_value(value: object) -> str | None:
    """Fold a column's value; NULL stays NULL."""
    return None if value is None else fold(str(value))


def power(base: float | None, exponent: float | None) -> float | None:
    """A number to the power of another; NULL when one is empty. Not every SQLite is built with a function for it."""
    return None if base is None or exponent is None else float(base**exponent)


def worked(start: object, end: object, calendar: object) -> int | None:
    """Working seconds between two moments; NULL when one is empty."""
    from crmcli.query.elapsed import worked_between  # noqa: PLC0415 - only questions about working time

    return None if start is None or end is None else worked_between(str(start), str(end), str(calendar))


def moved(moment: object, length: object, sign: object, calendar: object) -> str | None:
    """A moment a length later or earlier; NULL when one is empty."""
    from crmcli.query.elapsed import later  # noqa: PLC0415 - only sums of dates and lengths of records

    if moment is None or length is None:
        return None
    return later(str(moment), length if isinstance(length, int) else str(length), 1 if sign == 1 else -1, str(calendar))


def local(moment: object, calendar: object) -> str | None:
    """An instant as files write it; NULL when it is empty."""
    from crmcli.query.elapsed import local_text  # noqa: PLC0415 - only texts with built-in moments

    return None if moment is None else local_text(str(moment), str(calendar))


def exact(program: object, unit: object, *values: SqlArgument) -> int | float | None:
    """What a program of query/exact.py makes of some values."""
    from crmcli.query.exact import work_out  # noqa: PLC0415 - only questions about computed numbers

    return work_out(str(program), unit if isinstance(unit, int) else 1, values)


def months_between(later: object, earlier: object) -> int | None:
    """The whole months between two days; NULL when one is empty."""
    from crmcli.query.months import whole_months  # noqa: PLC0415 - only questions about months

    return None if later is None or earlier is None else whole_months(str(later), str(earlier))


def written(type_name: object, *columns: SqlArgument) -> str | None:
    """A value as it stands in files, from its columns in the index; NULL when it is empty."""
    from crmcli.query.spelling import stored_text  # noqa: PLC0415 - only texts made of other fields

    return stored_text(str(type_name), columns) or None


def folded(text: str, needle: str) -> str:
    """SQL that folds the expression `text` well enough to look for the folded `needle` in it.

    Plain ASCII is folded by SQLite itself, which is several times faster; only where the needle has a blank must
    doubled blanks be collapsed too.
    """
    if " " in needle:
        return f"{FOLD}({text})"
    return f"CASE WHEN {text} GLOB '*[^ -~]*' THEN {FOLD}({text}) ELSE replace(lower({text}), '-', '') END"
