"""docs/reference/fields.md is the one the types make."""

from __future__ import annotations

from crmcli.model.types.registry import TYPE_NAMES
from docs.generate_fields import PAGE, page


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python docs/generate_fields.py"


def test_every_type_has_its_section() -> None:
    text = page()
    assert all(f"\n## {name}\n" in text for name in (*TYPE_NAMES, "record type", "embedded type"))
