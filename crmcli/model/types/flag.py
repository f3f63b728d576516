# ruff: noqa: ARG002 - the protocol's arguments
"""Yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.types.base import Column, Manual, SqlValue, ValueContext, ValueRefused
from crmcli.model.types.single import SingleText, wants_tree

if TYPE_CHECKING:
    from crmcli.model.schema import Field

_YES = frozenset(["yes", "y", "true", "on", "1", "是", "有", "对"])
_NO = frozenset(["no", "n", "false", "off", "0", "否", "无", "不"])


class Flag(SingleText):
    """Yes or no.

    Files may also say true or false, in any letter case; the command line takes y, n, 1, 0, on, off, 是, 否 too.
    """

    name = "flag"
    family = "flag"
    matches = "equal"
    manual = Manual("newsletter: yes", "yes or no", "`newsletter=yes`", "bare, `:yes` `:no`")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """Any usual word for yes or no."""
        word = typed.strip().casefold()
        if word in _YES or word in _NO:
            return "yes" if word in _YES else "no"
        raise ValueRefused(f"`{typed}` is neither yes nor no", "write yes or no")

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """yes, no, true, false."""
        word = stored.casefold()
        if word in ("yes", "true"):
            return "yes"
        if word in ("no", "false"):
            return "no"
        raise ValueRefused(f"`{stored}` is neither yes nor no", "write yes or no")

    def columns(self, field: Field) -> tuple[Column, ...]:
        """0 or 1."""
        return (Column("", "INTEGER", wants_tree(field)),)

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """0 or 1."""
        return (1 if stored == "yes" else 0,)

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """Yes or no in the book's language."""
        if context.language.startswith("zh"):
            return "是" if stored == "yes" else "否"
        return stored

    def from_index(self, values: tuple[SqlValue, ...], field: Field, context: ValueContext) -> str:
        """From 0 or 1."""
        return "" if values[0] is None else ("yes" if values[0] else "no")
