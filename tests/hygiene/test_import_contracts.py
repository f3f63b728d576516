"""Imports point one way: the contracts of pyproject.toml hold, and cover every library that has an owner."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib

from tests.places import ROOT, SOURCE_ROOTS

OWNED = {
    "typer", "rich", "textual", "sqlite3", "sqlite_utils", "pydantic", "phonenumbers", "pycountry", "stdnum",
    "ruamel", "pypinyin", "wcwidth", "dateutil", "tomlkit",
}  # fmt: skip


def test_the_contracts_hold() -> None:
    path = os.pathsep.join(map(str, SOURCE_ROOTS))
    checked = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "0 broken" in checked.stdout


def test_every_owned_library_has_a_contract() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    forbidden = {name for contract in contracts for name in contract.get("forbidden_modules", ())}
    assert forbidden >= OWNED


def test_every_package_of_the_program_has_its_layer() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = " ".join(settings["tool"]["importlinter"]["contracts"][0]["layers"])
    named = {name.removeprefix("crmcli.") for name in layers.replace("|", " ").split()}
    present = {
        path.stem for path in (ROOT / "crmcli").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert present - {"__init__", "__main__"} <= named
