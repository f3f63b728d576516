"""Where things are: the repository, its packages, the shared data."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE_ROOTS = (ROOT, ROOT / "formats", ROOT / "hooks", ROOT / "tui")
PACKAGES = (
    ROOT / "crmcli",
    ROOT / "formats" / "crmcli_formats",
    ROOT / "hooks" / "crmcli_hooks",
    ROOT / "tui" / "crmcli_tui",
)
MAIN = ROOT / "crmcli" / "cli" / "main.py"
SAMPLE = ROOT / "sample-data"

GENERATED = frozenset({"build", "dist", "demo-book", "__pycache__", "node_modules"})
"""Folders no test of sources or pages looks into, beside those that begin with a dot."""


def shared_data_folder() -> Path:
    """Where the real data sets are: `CRM_TEST_DATA`, else `../shared/data` beside the repository."""
    named = os.environ.get("CRM_TEST_DATA")
    return Path(named).resolve() if named else ROOT.parent / "shared" / "data"


def own_files(*suffixes: str) -> list[Path]:
    """The repository's files with one of `suffixes` (all files when none is given), sorted, without generated ones."""
    found: list[Path] = []
    for folder, subfolders, names in os.walk(ROOT):
        hidden = [name for name in subfolders if name.startswith(".") and name != ".ci"]
        subfolders[:] = [name for name in subfolders if name not in GENERATED and name not in hidden]
        found += [Path(folder, name) for name in names if not suffixes or name.endswith(suffixes)]
    return sorted(found)
