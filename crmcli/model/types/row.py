# ruff: noqa: ARG002 - the protocol's arguments
"""Rows inside a record, carried as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.types.base import Column, Manual, SqlValue, ValueContext, ValueRefused
from crmcli.model.types.single import SingleText
from crmcli.model.types.text import one_line

if TYPE_CHECKING:
    from crmcli.model.schema import Field


class Row(SingleText):
    """A row of an embedded record type, one `{column: value, …}` a line.

    It is read and kept; its columns have types of their own.
    """

    name = "row"
    family = "none"
    matches = "equal"
    manual = Manual("- {product: arm-2m8qd, qty: 3}", "one line", "`crm edit`", "`count(lines, …)`")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """Refuse: rows are written in the file."""
        raise ValueRefused("rows are not typed on the command line", "edit the record, one {column: value, …} a line")

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """One line, as it stands."""
        return one_line(stored)

    def columns(self, field: Field) -> tuple[Column, ...]:
        """None: rows have a table of their own."""
        return ()

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """Nothing."""
        return ()

    def from_index(self, values: tuple[SqlValue, ...], field: Field, context: ValueContext) -> str:
        """Nothing: rows are read from the file."""
        return ""
