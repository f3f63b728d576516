"""Puts one question to the index, through the list that people see, and to the walk over the records."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from crmcli.errors import CrmError
from crmcli.query.parser import parse
from crmcli.reports.listing import Request, list_records
from crmcli.store.book import Book, open_book
from tests.oracle.book import BookOf, write_book
from tests.oracle.days import ZONE, Length, instant
from tests.oracle.evaluator import Evaluator
from tests.oracle.readers import PLACES, Money, World, half_even
from tests.oracle.values import TooCloseError, Worth

ME = "m1"
UNSURE = "floating point decides"
NO_RATE = "no rate"


class Asked(NamedTuple):
    """A filter or a column of a type."""

    kind: str
    text: str

    def told(self, world: World, found: object, expected: object) -> str:
        """The expression, the records and both answers."""
        lines = [f"{self.kind}: {self.text}", f"now {world.now.isoformat()}", f"index  {found}", f"oracle {expected}"]
        lines += [repr(row) for rows in world.records.values() for row in rows.values()]
        lines += [f"{row} on {row.ons}" for row in world.lines]
        lines += [f"{move.whole.ref if move.whole else ''} {move.values}" for move in world.moves]
        return "\n".join([*lines, f"rates {world.rates}"])


@contextmanager
def written(root: Path, book: BookOf) -> Iterator[tuple[Book, World]]:
    """Put a book on disk, open it, and read it the plain way; the clock stands where the book says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_NOW", book.now)
        write_book(root, book)
        with closing((opened := open_book(root, me=ME)).index):
            yield opened, World(root, book.now, ME)


def ask_index(book: Book, asked: Asked) -> list[str] | str:
    """The ids a list shows."""
    try:
        table = list_records(book, book.setup.types[asked.kind], Request((asked.text,), "id"))
    except CrmError as refused:
        return refusal(refused)
    return sorted(row[0] for row in table.rows)


def refusal(refused: CrmError) -> str:
    return NO_RATE if "rates.tsv has no rate" in str(refused) else f"refused: {refused}"


def ask_oracle(world: World, asked: Asked) -> list[str] | str:
    """The ids that hold, as a list shows them: without archived ones unless the filter speaks of them."""
    walk, tree = Evaluator(world), parse(asked.text)
    if without_rate(world, asked.text):
        return NO_RATE
    speaks = walk.speaks(tree)
    found = []
    for row in world.records[asked.kind].values():
        walk.root = row
        try:
            if (speaks or not row.values["archived"]) and walk.holds(tree, row):
                found.append(row.name)
        except TooCloseError:
            return UNSURE
    return sorted(found)


def without_rate(world: World, text: str) -> bool:
    """Whether an amount is in a currency that no line of rates.tsv reaches: then the question is refused."""
    return any(world.rate(currency, world.now.date()) is None for currency in re.findall(r"\d[km]?(USD|JPY)", text))


# ---- columns ---------------------------------------------------------------------------------------------------------

EVERYTHING = "archived:any OR archived:none"
Cells = dict[str, Any]


def column_index(book: Book, asked: Asked) -> Cells | str:
    """What a list shows for each record, archived ones too, as JSON has it."""
    try:
        table = list_records(book, book.setup.types[asked.kind], Request((EVERYTHING,), f"id,{asked.text}"))
    except CrmError as refused:
        return refusal(refused)
    form = table.columns[1].form
    return {row[0]: row[1] if row[1] is None or form.json is None else form.json(row[1]) for row in table.rows}


def column_oracle(world: World, asked: Asked) -> Cells | str:
    walk, tree = Evaluator(world), parse(asked.text)
    if without_rate(world, asked.text):
        return NO_RATE
    found = {}
    for row in world.records[asked.kind].values():
        walk.root = row
        try:
            found[row.name] = shown(walk.worth(tree, row))
        except TooCloseError:
            return UNSURE
    return found


def shown(worth: Worth) -> Any:  # noqa: ANN401, PLR0911 - what JSON holds
    """A value as JSON has it: amounts with their currency, moments with the book's offset, references as ids."""
    item = worth.one
    if item is None:
        return None
    if isinstance(item, Money):
        places = PLACES[item.currency]
        return {"amount": f"{float(item.minor) / 10**places:.{places}f}", "currency": item.currency}
    if worth.kind == "money":
        return {"amount": f"{float(half_even(item)) / 100:.2f}", "currency": "EUR"}
    if worth.kind == "ref":
        return item.partition("/")[2]
    if worth.kind == "stage":
        return item[0]
    if isinstance(item, Length):
        return f"{item.number}{item.unit}"
    if worth.field is not None and worth.field.type == "month":
        return str(item)[:7]
    if isinstance(item, datetime):
        return item.astimezone(ZONE).isoformat()
    return item.isoformat() if isinstance(item, date) else item


def alike(one: object, other: object) -> bool:
    """The same, numbers and amounts up to what floating point does to them."""
    if isinstance(one, dict) and isinstance(other, dict) and one["currency"] == other["currency"]:
        return abs(Fraction(one["amount"]) - Fraction(other["amount"])) <= Fraction(1, 10**9) * abs(
            Fraction(one["amount"])
        ) or (abs(Fraction(one["amount"]) - Fraction(other["amount"])) <= Fraction(1, 100))
    if isinstance(one, (int, float)) and isinstance(other, (Fraction, int)):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(one, str) and isinstance(other, str) and other[10:11] == "T":
        return instant(one) == instant(other)  # a stored moment is shown as it is written
    return one == other


def differ(found: Cells | str, expected: Cells | str) -> bool:
    if UNSURE in (found, expected):
        return False
    if isinstance(found, str) or isinstance(expected, str):
        return found != expected
    return found.keys() != expected.keys() or any(not alike(found[name], expected[name]) for name in found)
