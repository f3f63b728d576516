"""Exchange rates of the book: `rates.tsv`, one `date currency book-units-per-one` a line (SETTLED 5)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from crmcli.model.money import decimals
from crmcli.model.problem import Problem
from crmcli.store import disk

FILE = "rates.tsv"


_SMALLEST, _LARGEST = Decimal("1e-12"), Decimal("1e12")
_LONGEST = 60
"""Letters of a rate: beyond these bounds no currency was ever worth anything."""


class Rates(NamedTuple):
    """Rates by currency, each in date order."""

    currency: str
    days: Mapping[str, list[str]]
    values: Mapping[str, list[Decimal]]
    problems: tuple[Problem, ...] = ()

    def latest(self, currency: str, day: str) -> Decimal | None:
        """The newest rate on or before `day`."""
        place = bisect_right(self.days.get(currency, []), day) - 1
        return self.values[currency][place] if place >= 0 and day else None

    def in_book_currency(self, minor: int, currency: str, day: str) -> int | None:
        """Minor units of the book's currency at the latest rate on or before `day`; None without a rate."""
        if currency == self.currency:
            return minor
        rate = self.latest(currency, day)
        if rate is None:
            return None
        amount = Decimal(minor).scaleb(-decimals(currency)) * rate
        return int(amount.scaleb(decimals(self.currency)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def read_rates(root: Path, currency: str) -> Rates:
    """Read `rates.tsv`; a line that is no rate is a problem and is passed over."""
    try:
        lines = disk.read_whole(root / FILE).decode("utf-8").splitlines()
    except FileNotFoundError:
        return Rates(currency, {}, {})
    except OSError as error:
        remedy = "put the file itself there, readable by you"
        problem = Problem("bad-rates", FILE, 0, f"cannot be read: {error.strerror}", remedy)
        return Rates(currency, {}, {}, (problem,))
    except UnicodeDecodeError as error:
        place = error.object.count(b"\n", 0, error.start) + 1
        why = f"byte {error.object[error.start]:#04x} is not UTF-8"
        problem = Problem("bad-rates", FILE, place, why, "save it as UTF-8")
        return Rates(currency, {}, {}, (problem,))
    found: dict[str, list[tuple[str, Decimal]]] = {}
    problems = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith(("#", "date")):
            continue
        parsed = _parse(line)
        if parsed is None:
            problems.append(
                Problem(
                    "bad-rates", FILE, number, f"not a rate: {line[:_LONGEST]!r}", "write: 2026-11-20<tab>USD<tab>7.12"
                )
            )
        else:
            found.setdefault(parsed[1], []).append((parsed[0], parsed[2]))
    ordered = {code: sorted(pairs) for code, pairs in found.items()}
    return Rates(
        currency,
        {code: [day for day, _ in pairs] for code, pairs in ordered.items()},
        {code: [rate for _, rate in pairs] for code, pairs in ordered.items()},
        tuple(problems),
    )


def _parse(line: str) -> tuple[str, str, Decimal] | None:
    parts = line.split()
    try:
        day, currency, rate = parts
        value = Decimal(rate)
    except (ValueError, InvalidOperation):
        return None
    if len(day) != 10 or not value.is_finite() or not _SMALLEST <= value <= _LARGEST or len(rate) > _LONGEST:
        return None
    return day, currency.upper(), value
