# ruff: noqa: ARG002 - the protocol's arguments
"""A point on the map."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.model.types.base import Column, Manual, SqlValue, ValueContext, ValueRefused
from crmcli.model.types.single import SingleText

if TYPE_CHECKING:
    from crmcli.model.schema import Field

_PAIR = re.compile(r"([+-]?[0-9]{1,3}(?:\.[0-9]{1,30})?)\s*[,\s]\s*([+-]?[0-9]{1,3}(?:\.[0-9]{1,30})?)").fullmatch
_DECIMALS = 8  # a millimetre


class Geo(SingleText):
    """Latitude and longitude in degrees (WGS 84).

    Latitude comes first, -90…90; longitude is -180…180. At most eight decimals are kept; more are
    cut off.
    """

    name = "geo"
    family = "none"
    matches = "equal"
    manual = Manual("geo: 22.54,114.06", "-90…90,-180…180", "`geo=22.54,114.06` `geo:22.54,114.06`", "`:any` `:none`")

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """Two numbers in range."""
        match = _PAIR(stored.strip().removeprefix("geo:"))
        if not match:
            raise ValueRefused(f"`{stored}` is no point on the map", "latitude and longitude, as in 22.54,114.06")
        latitude, longitude = _degrees(match[1]), _degrees(match[2])
        if abs(float(latitude)) > 90 and abs(float(longitude)) <= 90:
            raise ValueRefused(f"latitude {latitude} is beyond 90", f"latitude comes first: {longitude},{latitude}")
        if abs(float(latitude)) > 90 or abs(float(longitude)) > 180:
            raise ValueRefused(f"`{stored}` is not on the map", "latitude -90…90, longitude -180…180")
        return f"{latitude},{longitude}"

    def columns(self, field: Field) -> tuple[Column, ...]:
        """Latitude and longitude."""
        return (Column(".lat", "REAL"), Column(".lon", "REAL"))

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """Degrees."""
        latitude, _, longitude = stored.partition(",")
        return (float(latitude), float(longitude))

    def from_index(self, values: tuple[SqlValue, ...], field: Field, context: ValueContext) -> str:
        """From degrees."""
        if values[0] is None or values[1] is None:
            return ""
        return f"{_degrees(f'{values[0]:.{_DECIMALS}f}')},{_degrees(f'{values[1]:.{_DECIMALS}f}')}"


def _degrees(text: str) -> str:
    """Without a plus, needless zeros, or more decimals than a millimetre."""
    sign = "-" if text.startswith("-") else ""
    whole, _, fraction = text.lstrip("+-").partition(".")
    fraction = fraction[:_DECIMALS].rstrip("0")
    number = (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")
    return number if number == "0" else sign + number
