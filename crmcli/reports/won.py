"""Won and lost: how many, how much, how often, how long (docs/reference/reports.md#won)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.reports.breakdown import breakdown
from crmcli.reports.cells import INTEGER, Cell
from crmcli.reports.figures import DAYS, RATE, average, mean_days, median_days, seconds_between, share, wall_clock
from crmcli.reports.forms import book_money
from crmcli.reports.grouping import fetch, questions, split_groups
from crmcli.reports.labels import figure
from crmcli.reports.money_notes import money_columns, money_notes
from crmcli.reports.selection import has_money, select, staged_type, state

if TYPE_CHECKING:
    from crmcli.reports.grouping import Fetched
    from crmcli.reports.request import Report, ReportRequest
    from crmcli.reports.table import Column
    from crmcli.store.book import Book

PERIOD_FIELD = "closed"


class Closed(NamedTuple):
    """A closed record: `amount` is what its file says, `value` minor units of the book's currency, `cycle` seconds.

    None where there is none; a cycle that would be negative is none.
    """

    id: str
    won: bool
    amount: int | None
    value: int | None
    cycle: int | None


def won_deals(book: Book, request: ReportRequest) -> Report:
    """Count what was won and lost, by any group; `--period` is about `closed`."""
    record_type = staged_type(book.setup, request.type, money=True)
    selection = select(book, record_type, request, period_field=PERIOD_FIELD, own=[state("closed")])
    asked = questions(split_groups(request.by), record_type, selection.env)
    priced = has_money(record_type)
    found = fetch(book, selection, ['r."_kind"', 'r."created"', 'r."closed"', *money_columns(record_type)], asked)
    closed = _closed(book, found)
    return breakdown(
        book,
        selection,
        asked,
        found,
        columns=list(_columns(book, priced=priced)),
        figures=lambda numbers: _figures([closed[number] for number in numbers], priced=priced),
        warnings=_notes(record_type.plural, closed, priced=priced),
    )


def _closed(book: Book, found: Fetched) -> list[Closed]:
    clock = wall_clock(book.zone)
    deals = []
    for name, kind, created, closed, amount, value in found.rows:
        cycle = seconds_between(clock(created), clock(closed)) if created and closed else -1
        deals.append(Closed(name, kind == "won", amount, value, cycle if cycle >= 0 else None))
    return deals


def _columns(book: Book, *, priced: bool) -> Iterable[Column]:
    language, currency = book.setup.config.language, book.setup.config.currency
    yield figure("won", language, INTEGER, bar=True)
    yield figure("lost", language, INTEGER)
    yield figure("rate", language, RATE)
    if priced:
        yield figure("won_amount", language, book_money(currency))
        yield figure("average", language, book_money(currency))
    yield figure("cycle_mean", language, DAYS)
    yield figure("cycle_median", language, DAYS)


def _figures(deals: Sequence[Closed], *, priced: bool) -> tuple[Cell, ...]:
    won = [deal for deal in deals if deal.won]
    values = [deal.value for deal in won if deal.value is not None]
    cycles = [deal.cycle for deal in won if deal.cycle is not None]
    money = (sum(values), average(sum(values), len(values))) if priced else ()
    return (
        len(won),
        len(deals) - len(won),
        share(len(won), len(deals)),
        *money,
        mean_days(cycles),
        median_days(cycles),
    )


def _notes(plural: str, closed: Sequence[Closed], *, priced: bool) -> Iterable[str]:
    """What the figures leave out."""
    won = [deal for deal in closed if deal.won]
    if priced:
        yield from money_notes(f"won {plural}", [(deal.id, deal.amount, deal.value) for deal in won])
    timeless = sum(1 for deal in won if deal.cycle is None)
    if timeless:
        yield f"{timeless} of {len(won)} won {plural} have no creation before their closing: left out of the days"
