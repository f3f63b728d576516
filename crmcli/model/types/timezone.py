# ruff: noqa: ARG002 - the protocol's arguments
"""Time zones of the IANA database."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from crmcli.model.types.base import Manual, ValueContext, ValueRefused
from crmcli.model.types.refusal import nearest_name
from crmcli.model.types.single import SingleText

if TYPE_CHECKING:
    from crmcli.model.schema import Field

_ALSO = {
    "北京": "Asia/Shanghai",
    "北京时间": "Asia/Shanghai",
    "beijing": "Asia/Shanghai",
    "上海": "Asia/Shanghai",
    "深圳": "Asia/Shanghai",
    "shenzhen": "Asia/Shanghai",
    "香港": "Asia/Hong_Kong",
    "台北": "Asia/Taipei",
    "东京": "Asia/Tokyo",
    "东京时间": "Asia/Tokyo",
}


class Timezone(SingleText):
    """A time zone of the IANA database, `Asia/Shanghai`; the city alone may be typed where it is unique."""

    name = "timezone"
    manual = Manual("timezone: Asia/Shanghai", "IANA", "`timezone=Asia/Shanghai` `shanghai`", "`:` contains")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """A name or its last part, any letter case."""
        word = typed.strip()
        folded = word.casefold().replace(" ", "_")
        if folded in _ALSO:
            return _ALSO[folded]
        found = _by_folded_name().get(folded, ())
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueRefused(f"`{word}` may be {', '.join(found)}", "write the whole name")
        raise _no_zone(word)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A name."""
        if stored in _all_zones():
            return stored
        raise _no_zone(stored)


@cache
def _all_zones() -> frozenset[str]:
    from zoneinfo import available_timezones  # noqa: PLC0415

    return frozenset(available_timezones())


@cache
def _by_folded_name() -> dict[str, tuple[str, ...]]:
    """Whole names to themselves, cities to every zone that ends so."""
    whole = {zone.casefold(): (zone,) for zone in _all_zones()}
    cities: dict[str, tuple[str, ...]] = {}
    for zone in sorted(_all_zones()):
        city = zone.rpartition("/")[2].casefold()
        cities[city] = (*cities.get(city, ()), zone)
    return cities | whole


def _no_zone(word: str) -> ValueRefused:
    near = nearest_name(word, sorted(_by_folded_name()))
    near = _by_folded_name()[near][0] if near else ""
    return ValueRefused(
        f"`{word}` is no time zone", f"did you mean {near}?" if near else "as in Europe/Oslo or Asia/Shanghai"
    )
