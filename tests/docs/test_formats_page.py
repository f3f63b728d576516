"""docs/reference/formats.md is what the formats make of the collected files."""

from __future__ import annotations

from pathlib import Path

from crmcli_formats.registry import MODULES
from docs.generate_formats import PAGE, page


def test_the_page_is_current(shared_data: Path) -> None:
    text = page(shared_data)
    assert PAGE.read_text("utf-8") == text, "run: python docs/generate_formats.py"
    assert all(f"\n| `{name}` | " in text for name in MODULES)
    assert str(shared_data) not in text
