# ruff: noqa: ARG002 - the protocol's arguments
"""Postal addresses: a few known parts in one line, merged as a block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.types.base import Column, Manual, SqlValue, ValueContext, ValueRefused
from crmcli.model.types.refusal import did_you_mean
from crmcli.model.types.single import SingleText
from crmcli.model.types.text import one_line
from crmcli.text.flow import parse_flow_map
from crmcli.text.yaml_write import render_flow_map

if TYPE_CHECKING:
    from crmcli.model.schema import Field

PARTS = ("street", "extra", "district", "city", "province", "zip", "country")
"""The parts of an address, from near to far, as they are written and shown."""

_OTHER_NAMES = {
    "line1": "street", "line2": "extra", "state": "province", "region": "province", "county": "district",
    "town": "city",
    "postcode": "zip", "postal_code": "zip", "plz": "zip", "街道": "street", "区": "district", "城市": "city",
    "市": "city",
    "省": "province", "省份": "province", "邮编": "zip", "国家": "country",
}  # fmt: skip


class Address(SingleText):
    """A postal address: `street extra district city province zip country`, whatever of these there is.

    It is one line in the file and one value in the journal; `address.city=深圳` changes one part. `country` is a
    country code of ISO 3166-1. Typed without braces, the whole text is the street.
    """

    name = "address"
    manual = Manual(
        "address: {street: 南山路 1 号, city: 深圳, zip: 518000}",
        "the known parts",
        "`address.city=深圳`, `address='{…}'`",
        "`.city` `.zip` … contain",
    )

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """A flow map, or a street."""
        text = typed.strip()
        if text.startswith("{"):
            return _written(_parts(text), context)
        return _written({"street": text}, context)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A flow map of known parts, in their order."""
        if stored.isprintable() and _is_canonical(stored):
            return one_line(stored)
        return _written(_parts(stored.strip()), context)

    def columns(self, field: Field) -> tuple[Column, ...]:
        """The whole, and each part."""
        return (Column("", "TEXT"), *(Column(f".{part}", "TEXT") for part in PARTS))

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """A JSON object, and each part, None when it has none."""
        import json  # noqa: PLC0415 - read paths do without

        parts = _read(stored) or {}
        return (json.dumps(parts, ensure_ascii=False), *(parts.get(part) for part in PARTS))

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """The parts in the order of an envelope: from the street on, or in Chinese from the country down."""
        parts = _read(stored)
        if parts is None:
            return stored
        if context.language.startswith("zh"):
            order = ("country", "province", "city", "district", "street", "extra", "zip")
            return " ".join(parts[part] for part in order if part in parts)
        return ", ".join(parts[part] for part in PARTS if part in parts)

    def from_index(self, values: tuple[SqlValue, ...], field: Field, context: ValueContext) -> str:
        """From the parts."""
        parts = {part: str(value) for part, value in zip(PARTS, values[1:], strict=True) if value is not None}
        return render_flow_map(parts) if parts else ""


def set_part(stored: str, part: str, typed: str, context: ValueContext) -> str:
    """Change one part of the address `stored` ("" for none yet); empty `typed` takes it out; "" when none is left."""
    parts = _parts(stored) if stored else {}
    name = part_named(part)
    value = typed.strip()
    parts.pop(name, None)
    if value:
        parts[name] = value
    return _written(parts, context) if parts else ""


def part_of(stored: str, part: str) -> str:
    """One part of the address `stored`, "" for none; raises `ValueRefused` for a part that no address has."""
    return (_parts(stored) if stored else {}).get(part_named(part), "")


def part_named(name: str) -> str:
    """The part meant by `name`, its other names included; refuse an unknown one with the nearest."""
    word = name.casefold()
    part = _OTHER_NAMES.get(word, word)
    if part in PARTS:
        return part
    known = {part: part for part in PARTS} | _OTHER_NAMES
    raise ValueRefused(f"an address has no part `{name}`", did_you_mean(word, known, f"parts: {', '.join(PARTS)}"))


def _read(stored: str) -> dict[str, str] | None:
    return _plain(stored) or parse_flow_map(stored)


def _plain(stored: str) -> dict[str, str] | None:
    """The parts of a flow map without any quoting, fast; None for every other."""
    if stored[:1] != "{" or stored[-1:] != "}":
        return None
    parts: dict[str, str] = {}
    for pair in stored[1:-1].split(", "):
        name, _, value = pair.partition(": ")
        if (
            not value
            or name in parts
            or name not in PARTS
            or not _SPECIAL.isdisjoint(value)
            or value != value.strip(" -")
        ):
            return None
        parts[name] = value
    return parts


def _is_canonical(stored: str) -> bool:
    """Whether `stored` is as `_written` writes it, as far as can be told fast."""
    parts = _plain(stored)
    if not parts or "country" in parts:
        return False
    return list(parts) == [part for part in PARTS if part in parts]


_SPECIAL = frozenset(",:[]{}#&*!|>'\"%@`?\\\ufeff\ufffe\uffff")


def _parts(text: str) -> dict[str, str]:
    found = parse_flow_map(text)
    if found is None:
        raise ValueRefused("this is no address", "write it on one line, as in {street: 南山路 1 号, city: 深圳}")
    parts: dict[str, str] = {}
    for name, value in found.items():
        part = part_named(name)
        if part in parts:
            raise ValueRefused(f"the address has two parts `{part}`", "keep one")
        parts[part] = value
    return parts


def _part(text: str) -> str:
    """One part; what only an escape could write in a flow map is refused."""
    bad = next((letter for letter in text if letter in "\ufeff\ufffe\uffff"), "")
    if bad:
        raise ValueRefused(f"an invisible character (U+{ord(bad):04X}) in the address", "take it out")
    return one_line(text)


def _written(parts: dict[str, str], context: ValueContext) -> str:
    kept = {part: _part(parts[part]) for part in PARTS if parts.get(part, "").strip()}
    if not kept:
        raise ValueRefused("the address is empty", f"parts: {', '.join(PARTS)}")
    if "country" in kept:
        from crmcli.model.types.country import country_code  # noqa: PLC0415 - only for addresses that name one

        kept["country"] = country_code(kept["country"], context.language)
    return render_flow_map(kept)
