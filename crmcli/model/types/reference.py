# ruff: noqa: ARG002 - the protocol's arguments
"""Pointing at other records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.ids import is_stem
from crmcli.model.types.base import Manual, ValueContext, ValueRefused
from crmcli.model.types.single import SingleText

if TYPE_CHECKING:
    from crmcli.model.schema import Field


class Reference(SingleText):
    """A record of one type: its id in files, `[[id]]` too so that the folder opens as a vault; any WHO when typed.

    Only the shape is looked at here; that the record exists is found when all files have been read.
    """

    name = "reference"
    family = "reference"
    matches = "equal"
    ordered = True
    manual = Manual(
        "customer: acme-7k3f9", "a record of the type", "`customer=acme` (WHO)", "`:` WHO, `customer.name` a path"
    )

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """Whom WHO means."""
        return context.resolve(field.reference or field.type, _unlinked(typed.strip()))

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """An id, or a link to one."""
        if is_stem(stored):
            return stored
        stem = _unlinked(stored).rpartition("/")[2].removesuffix(".md")
        if is_stem(stem) and (stored.startswith("[[") or "/" not in stored):
            return stem
        raise ValueRefused(
            f"`{stored}` is no id of a record",
            f"a {field.reference or field.type}'s file name without .md, as in acme-7k3f9",
        )


class AnyReference(SingleText):
    """A record of any type: the folder of its type, a slash, its id."""

    name = "any"
    family = "reference"
    matches = "equal"
    ordered = True
    manual = Manual("on: deals/acme-2p9dk", "a record", "`on=deals/acme` (WHO)", "`:` WHO")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """Whom WHO means."""
        return context.resolve("*", _unlinked(typed.strip()))

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """`plural/id`, or a link to it."""
        plural, slash, stem = _unlinked(stored).removesuffix(".md").partition("/")
        if slash and is_stem(stem) and plural and plural == plural.strip() and plural.isprintable():
            return f"{plural}/{stem}"
        raise ValueRefused(f"`{stored}` names no record", "a type's folder and an id, as in deals/acme-2p9dk")


def _unlinked(text: str) -> str:
    """`[[id]]` and `[[id|what is shown]]` without the link."""
    if text.startswith("[[") and text.endswith("]]"):
        return text[2:-2].partition("|")[0].strip()
    return text
