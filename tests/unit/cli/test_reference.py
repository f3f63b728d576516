"""docs/reference/cli.md says what the commands say."""

from __future__ import annotations

import runpy

from tests.places import ROOT


def test_the_reference_is_current() -> None:
    generator = runpy.run_path(str(ROOT / "docs" / "generate_cli.py"))
    written = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    assert written == generator["page"](), "run `python docs/generate_cli.py`"
