"""Values in engine files, read by the field types themselves, so that a zone or a length is what it is in a record."""

from __future__ import annotations

from datetime import UTC

from crmcli.clock import now
from crmcli.model.schema import Config, Field
from crmcli.model.types.base import ValueContext, ValueRefused
from crmcli.model.types.registry import type_named


def check_value(type_name: str, text: str, config: Config) -> str:
    """Return the canonical form of a value of a plain type; raise `ValueRefused`."""
    field = Field(type_name, type_name)
    return type_named(field).check(text, field, _context(config))


def check_typed(field: Field, text: str, config: Config) -> str:
    """Return why a value of `field` as typed is none, or ""."""
    try:
        type_named(field).parse(text, field, _context(config))
    except ValueRefused as refused:
        return refused.why
    return ""


def _context(config: Config) -> ValueContext:
    book = (config.currency, config.country, config.timezone, config.language)
    return ValueContext(*book, now(UTC), lambda _type, who: who, lambda _ref: True)
