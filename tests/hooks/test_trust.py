from __future__ import annotations

import os
from pathlib import Path

import pytest

from crmcli.engines.hooks.header import load_hooks
from crmcli.engines.hooks.site import HookSite
from crmcli.store.trust import (
    TrustFileError,
    TrustInsideBookError,
    config_folder,
    distrust,
    hook_names,
    read_hook,
    trust,
    trusted_content,
    trusted_hash,
)
from tests.hooks.conftest import WriteHook

HEADER = "on deal move"


def trouble(site: HookSite, name: str) -> str:
    return read_hook(site.root, name).trouble


def test_a_link_is_no_hook(site: HookSite, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("#!/bin/sh\n# crm: on deal move\n")
    outside.chmod(0o755)
    (site.root / "hooks" / "tell").symlink_to(outside)
    assert trouble(site, "tell") == "is a symbolic link"
    hooks, problems = load_hooks(site)
    assert hooks == []
    assert [p.message for p in problems] == ["hooks/tell is a symbolic link"]


def test_hooks_folder_that_is_a_link_holds_none(site: HookSite, tmp_path: Path) -> None:
    (site.root / "hooks").rmdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "tell").write_text("#!/bin/sh\n# crm: on deal move\n")
    (site.root / "hooks").symlink_to(elsewhere)
    assert trouble(site, "tell") == "is a symbolic link"


def test_a_pipe_is_no_hook_and_hangs_nothing(site: HookSite) -> None:
    os.mkfifo(site.root / "hooks" / "tell")
    assert trouble(site, "tell") == "is not a regular file"


@pytest.mark.parametrize("name", ["two words", "-rf", "a;b", "esc\x1b[31m", "nl\n", "x" * 61, "_x", "$(id)", "a'b"])
def test_hostile_names_are_refused_and_shown_harmlessly(site: HookSite, name: str) -> None:
    path = site.root / "hooks" / name
    path.write_text("#!/bin/sh\n# crm: on deal move\n")
    path.chmod(0o755)
    hooks, problems = load_hooks(site)
    assert hooks == []
    assert len(problems) == 1
    assert problems[0].message.isprintable()
    assert "has a name that is not letters" in problems[0].message


def test_plain_names_in_any_script(site: HookSite, write_hook: WriteHook) -> None:
    for name in ("tell", "10-tell.sh", "通知"):
        write_hook(name, HEADER)
    assert [hook.name for hook in load_hooks(site)[0]] == ["10-tell.sh", "tell", "通知"]


def test_what_is_left_alone(site: HookSite) -> None:
    for name in ("README.md", "notes.txt", ".tell.swp", "tell~", "tell.bak"):
        (site.root / "hooks" / name).write_text("")
    (site.root / "hooks" / "lib").mkdir()
    assert hook_names(site.root) == []


def test_a_book_without_hooks(tmp_path: Path) -> None:
    assert hook_names(tmp_path) == []


def test_not_executable_is_a_problem(site: HookSite, write_hook: WriteHook) -> None:
    write_hook("tell", HEADER)
    (site.root / "hooks" / "tell").chmod(0o644)
    hooks, problems = load_hooks(site)
    assert hooks == []
    assert [(p.message, p.remedy) for p in problems] == [("hooks/tell is not executable", "chmod +x hooks/tell")]


def test_trust_is_kept_privately_with_its_content(site: HookSite, write_hook: WriteHook) -> None:
    write_hook("tell", HEADER)
    file = read_hook(site.root, "tell")
    assert trusted_hash(site.config, site.root, "tell") == file.sha256
    assert trusted_content(site.config, file.sha256) == file.content
    assert (site.config / "trusted-hooks.json").stat().st_mode & 0o777 == 0o600
    assert (site.config / "trusted-hooks").stat().st_mode & 0o777 == 0o700
    assert distrust(site.config, site.root, "tell")
    assert trusted_hash(site.config, site.root, "tell") == ""
    assert not distrust(site.config, site.root, "tell")


def test_trust_given_through_a_link_to_the_book_is_of_the_same_book(
    site: HookSite, write_hook: WriteHook, tmp_path: Path
) -> None:
    write_hook("tell", HEADER)
    (tmp_path / "link").symlink_to(site.root)
    assert trusted_hash(site.config, tmp_path / "link", "tell")


def test_a_book_cannot_hold_its_own_trust(site: HookSite, write_hook: WriteHook) -> None:
    write_hook("tell", HEADER, trusted=False)
    inside = site.root / ".crm" / "config"
    with pytest.raises(TrustInsideBookError):
        trust(inside, site.root, read_hook(site.root, "tell"))
    with pytest.raises(TrustInsideBookError):
        trusted_hash(inside, site.root, "tell")


def test_a_list_that_others_may_write_is_not_believed(site: HookSite, write_hook: WriteHook) -> None:
    write_hook("tell", HEADER)
    (site.config / "trusted-hooks.json").chmod(0o622)
    with pytest.raises(TrustFileError, match="may be written by others"):
        trusted_hash(site.config, site.root, "tell")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"books": 3}', '{"books": {"/b": 3}}'])
def test_a_list_that_is_none_is_not_believed(site: HookSite, content: str) -> None:
    path = site.config / "trusted-hooks.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(TrustFileError, match="is not what crm writes"):
        trusted_hash(site.config, site.root, "tell")


def test_kept_content_that_was_tampered_with_is_not_shown(site: HookSite, write_hook: WriteHook) -> None:
    write_hook("tell", HEADER)
    sha256 = read_hook(site.root, "tell").sha256
    (site.config / "trusted-hooks" / sha256).write_bytes(b"other")
    assert trusted_content(site.config, sha256) is None
    assert trusted_content(site.config, "../../x") is None


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"CRM_CONFIG": "/c", "XDG_CONFIG_HOME": "/x"}, "/c"),
        ({"XDG_CONFIG_HOME": "/x"}, "/x/crm"),
    ],
)
def test_config_folder(environ: dict[str, str], folder: str) -> None:
    assert config_folder(environ) == Path(folder)


def test_config_folder_of_the_system() -> None:
    assert config_folder({"XDG_CONFIG_HOME": "relative"}).name == "crm"
