"""The environment in which git reaches another machine."""

from __future__ import annotations

import pytest

from crmcli.store.network import environment, settings_in, unasked


def test_settings_are_read_as_git_prints_them() -> None:
    text = "core.bare\nfalse\0core.sshcommand\nssh -i a\nb\0user.email\0branch.Main.remote\none\0core.bare\ntrue\0"
    assert settings_in(text) == {
        "core.bare": "true",
        "core.sshcommand": "ssh -i a\nb",
        "user.email": "true",
        "branch.Main.remote": "one",
    }


def test_what_a_hook_of_git_has_set_leads_nobody_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_QUARANTINE_PATH"):
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("GIT_SSH_COMMAND", "mine")
    assert "elsewhere" not in environment().values()
    assert environment()["GIT_SSH_COMMAND"] == "mine"


@pytest.mark.parametrize(
    ("variables", "settings", "command"),
    [
        ({}, {}, "ssh -o BatchMode=yes"),
        ({"GIT_SSH_COMMAND": "mine -4"}, {"core.sshcommand": "theirs"}, "mine -4 -o BatchMode=yes"),
        ({}, {"core.sshcommand": "theirs"}, "theirs -o BatchMode=yes"),
        ({"GIT_SSH": "plink"}, {}, None),
        ({}, {"ssh.variant": "putty"}, None),
    ],
)
def test_ssh_asks_nobody(
    variables: dict[str, str], settings: dict[str, str], command: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_SSH", "GIT_SSH_COMMAND"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = unasked(settings)
    assert found.get("GIT_SSH_COMMAND") == command
    assert (found["GIT_TERMINAL_PROMPT"], found["GIT_ASKPASS"], found["SSH_ASKPASS"]) == ("0", "", "")
