"""`crm tui` where it cannot run: what is missing, and what to do."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from crmcli.cli.main import run
from crmcli.cli.session import Session


def crm(*words: str) -> tuple[int, str]:
    """Run a command with streams that are no terminal: its exit code and what it says."""
    said = io.StringIO()
    code = run(words, Session(os.environ, io.StringIO(), io.StringIO(), said))
    return code, said.getvalue()


def test_without_a_terminal(root: Path) -> None:
    code, said = crm("tui", "--book", str(root))
    assert code == 2
    assert said == ("crm: error: crm tui needs a terminal\nhint: `crm today` writes the same queue anywhere\n")


def test_without_textual(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in ("textual", "crmcli_tui")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "textual", None)
    code, said = crm("tui", "--book", str(root))
    assert code == 2
    assert said == ("crm: error: crm tui needs textual, which is not installed\nhint: pip install 'crmcli[tui]'\n")


def test_a_theme_that_does_not_exist(root: Path) -> None:
    code, said = crm("tui", "--book", str(root), "--theme", "pink")
    assert code == 2
    assert said == "crm: error: --theme: no theme 'pink'\nhint: themes are dark, light, contrast\n"


def test_config_shows_what_is_set_for_it_and_says_where(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = tmp_path / "crm" / "config.toml"
    file.parent.mkdir()
    shown = io.StringIO()
    file.write_text('[tui]\ntheme = "light"\nkeys.today.log = "w"\n')
    assert run(("config", "tui", "--book", str(root)), Session(os.environ, io.StringIO(), shown, io.StringIO())) == 0
    assert shown.getvalue() == "theme = light, keys.today.log = w\n"
    code, said = crm("config", "tui", "dark", "--book", str(root))
    assert code == 2
    assert f"edit {file}: [tui]" in said
