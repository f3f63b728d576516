"""SQL functions that compiled filters call; the index's connection registers them."""

from __future__ import annotations

from collections.abc import Callable

from crmcli.text.fold import fold

FOLD = "crm_fold"
"""Folds a text as names are compared (NFKC, case, hyphens and doubled blanks gone)."""


def fold_value(value: object) -> str | None:
    """Fold a column's value; NULL stays NULL."""
    return None if value is None else fold(str(value))


SQL_FUNCTIONS: tuple[tuple[str, int, Callable[[object], str | None]], ...] = ((FOLD, 1, fold_value),)
"""Name, number of arguments, function; all deterministic. `REGEXP` is the connection's own."""


def folded(text: str, needle: str) -> str:
    """SQL that folds the expression `text` well enough to look for the folded `needle` in it.

    Plain ASCII is folded by SQLite itself, which is several times faster; only where the needle has a blank must
    doubled blanks be collapsed too.
    """
    if " " in needle:
        return f"{FOLD}({text})"
    return f"CASE WHEN {text} GLOB '*[^ -~]*' THEN {FOLD}({text}) ELSE replace(lower({text}), '-', '') END"
