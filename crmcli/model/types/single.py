# ruff: noqa: ARG002 - the protocol's arguments, most types need few of them
"""What most types share: one TEXT column that holds the stored form, typed as it is stored, shown as it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.types.base import Column, Manual, SqlValue, ValueContext

if TYPE_CHECKING:
    from crmcli.model.schema import Field


class SingleText:
    """The base of a type that says only what is special about it."""

    name = ""
    family = "text"
    matches = "contains"
    manual = Manual("", "", "", "")
    ordered = False  # a B-tree without being asked for one

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """Typed as stored."""
        return self.check(typed.strip(), field, context)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """Return the canonical form."""
        raise NotImplementedError

    def columns(self, field: Field) -> tuple[Column, ...]:
        """One TEXT column; a B-tree for keys and where the field asks."""
        return (Column("", "TEXT", self.ordered or wants_tree(field)),)

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """The stored form."""
        return (stored,)

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """The stored form."""
        return stored

    def from_index(self, values: tuple[SqlValue, ...], field: Field, context: ValueContext) -> str:
        """The column's text."""
        return "" if values[0] is None else str(values[0])


def wants_tree(field: Field) -> bool:
    """Whether the field asks for a B-tree: `index`, `unique` or a `key`."""
    return field.indexed or field.unique or field.key > 0
