"""A desk to import at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.imports.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A fresh book outside git, and a fixed clock."""
    monkeypatch.setenv("CRM_NOW", "2026-11-20T14:03:11+01:00")
    return Desk(tmp_path)
