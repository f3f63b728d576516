# ruff: noqa: ANN401 - any attribute of a field
"""Contexts and fields that the tests of field types share. Now is Friday 2026-11-20, 14:03:11 in Berlin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from crmcli.model.schema import Field, Option
from crmcli.model.types.base import ValueContext, ValueRefused
from crmcli.model.types.registry import type_named

NOW = datetime(2026, 11, 20, 13, 3, 11, tzinfo=UTC)
OPTIONS = (
    Option("software", {"en": "Software", "zh": "软件"}),
    Option("robotics", {"en": "Robotics", "zh": "机器人"}),
    Option("A", {"": "Prime"}),
)


def resolve(type_name: str, who: str) -> str:
    """Stand in for WHO: what was asked as an id, or somebody else's."""
    stem = f"{who}-7k3f9" if who.isascii() and who.isalpha() and who.islower() and len(who) < 20 else "nobody-00000"
    return f"deals/{stem}" if type_name == "*" else stem


def context(
    currency: str = "EUR", country: str = "DE", timezone: str = "Europe/Berlin", language: str = "en"
) -> ValueContext:
    """A book's context; a German one unless said otherwise."""
    return ValueContext(
        currency, country, timezone, language, NOW.astimezone(ZoneInfo(timezone)), resolve, lambda _: True
    )


GERMAN = context()
CHINESE = context("CNY", "CN", "Asia/Shanghai", "zh")
NOWHERE = context(country="", timezone="UTC")


def field(type_name: str, **more: Any) -> Field:
    """A field of a type; `reference` for a reference to customers."""
    plain = Field("field", type_name, options=OPTIONS)
    if type_name == "reference":
        plain = plain._replace(type="customer", reference="customer")
    return plain._replace(**more)


def parse(type_name: str, typed: str, book: ValueContext = GERMAN, **more: Any) -> str:
    """What is stored for what was typed, or `refused: why | hint`."""
    of = field(type_name, **more)
    try:
        return type_named(of).parse(typed, of, book)
    except ValueRefused as refused:
        return f"refused: {refused.why} | {refused.hint}"


def check(type_name: str, stored: str, book: ValueContext = GERMAN, **more: Any) -> str:
    """The canonical form of what a file holds, or `refused: why | hint`."""
    of = field(type_name, **more)
    try:
        return type_named(of).check(stored, of, book)
    except ValueRefused as refused:
        return f"refused: {refused.why} | {refused.hint}"


def index(type_name: str, stored: str, book: ValueContext = GERMAN) -> tuple[object, ...]:
    """The index columns of a canonical form."""
    of = field(type_name)
    return type_named(of).index(stored, of, book)


def show(type_name: str, stored: str, book: ValueContext = GERMAN, **more: Any) -> str:
    """The form for people."""
    of = field(type_name, **more)
    return type_named(of).show(stored, of, book)


def rows(table: str) -> list[tuple[str, ...]]:
    """The lines of a table whose cells are separated by two blanks or more."""
    lines = [line.strip() for line in table.strip().splitlines() if line.strip()]
    return [tuple(cell.strip() for cell in line.split("  ") if cell.strip()) for line in lines]
