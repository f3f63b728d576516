"""How a cell of a report reads: for scripts, as JSON, for people.

A cell holds a plain Python value (the type beside each form); None is empty. A form is chosen per column, so a list
of 100,000 rows pays for conversion only where a column needs one.
"""

import re
from collections.abc import Callable
from typing import Any

from crmcli.light import NamedTuple

Cell = Any
"""A cell's value: text, a number, a tuple for money, None. What it may be is said by its column's form."""


class Form(NamedTuple):
    """Three readings of a cell that is not None; None in place of a function: the value as it stands.

    `script` is the text of tsv, csv and plain; `json` a value the json module takes; `show` the text for people.
    `right` says that people compare the values by their right edge.
    """

    script: Callable[[Cell], str] | None = None
    json: Callable[[Cell], object] | None = None
    show: Callable[[Cell], str] | None = None
    right: bool = False


def group_digits(digits: str) -> str:
    """Put a comma between thousands; the fraction stays: `1234567.5` → `1,234,567.5`."""
    whole, point, fraction = digits.partition(".")
    return re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", whole) + point + fraction


def plain_number(value: float) -> str:
    """A number without exponent or trailing zeros, to six places."""
    return str(value) if isinstance(value, int) else f"{value:.6f}".rstrip("0").rstrip(".")


def show_number(value: float) -> str:
    """A number for people: grouped, at most two places."""
    return group_digits(str(value) if isinstance(value, int) else f"{value:.2f}".rstrip("0").rstrip("."))


def show_share(value: float) -> str:
    """A fraction as percent, two places, so that a column's points stand under one another: 0.6315 → `63.15%`."""
    return f"{value * 100:.2f}%"


def show_span(seconds: float) -> str:
    """A length of time in its largest two units: `57d`, `3d 4h`, `20min`."""
    parts = []
    rest = round(abs(seconds))
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return ("-" if seconds < 0 else "") + " ".join(parts[:2] if parts else ["0d"])


TEXT = Form()
"""str, shown as it stands; also dates (`2026-11-20`), ids, choices."""
INTEGER = Form(script=str, show=lambda value: group_digits(str(value)), right=True)
"""int"""
NUMBER = Form(script=plain_number, show=show_number, right=True)
"""int or float"""
SHARE = Form(script=plain_number, show=show_share, right=True)
"""float, a fraction: 0.5 is 50 %"""
SPAN = Form(script=str, show=show_span, right=True)
"""int, seconds"""
FLAG = Form(script=lambda value: "yes" if value else "no", json=bool, show=lambda value: "yes" if value else "no")
"""0 or 1"""
LIST = Form(script=", ".join, show=", ".join)
"""list of str"""
