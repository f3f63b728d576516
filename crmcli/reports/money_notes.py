"""The amount of a record as reports ask for it, and what is said of those that cannot be added up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from crmcli.reports.selection import has_money

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType

NAMED = 3
"""How many records without a rate are named."""


def money_columns(record_type: RecordType) -> tuple[str, str]:
    """SQL for the amount as written and in the book's currency, in minor units; NULLs for a type without money."""
    return ('r."amount"', 'r."amount.book"') if has_money(record_type) else ("NULL", "NULL")


def money_notes(what: str, amounts: Sequence[tuple[str, int | None, int | None]]) -> Iterable[str]:
    """Name the records without a rate, and count those without an amount; each is (id, amount, book amount)."""
    rateless = [name for name, amount, value in amounts if amount is not None and value is None]
    empty = sum(1 for _, amount, _ in amounts if amount is None)
    if rateless:
        named = ", ".join(rateless[:NAMED]) + (", …" if len(rateless) > NAMED else "")
        yield f"{len(rateless)} of {len(amounts)} {what} have no rate in rates.tsv: left out of the sums ({named})"
    if empty:
        yield f"{empty} of {len(amounts)} {what} have no amount"
