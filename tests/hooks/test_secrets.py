from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.store.secrets import Secrets, SecretsFormatError, SecretsOpenError, find_secrets


def keep(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    path = tmp_path / "secrets.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return tmp_path


def test_the_file_comes_before_the_environment(tmp_path: Path) -> None:
    config = keep(tmp_path, 'A = "from file"\nN = 7\n')
    environ = {"A": "from environment", "B": "also", "C": ""}
    assert find_secrets(["A", "B", "N", "C", "D?", "E"], config, environ) == Secrets(
        {"A": "from file", "B": "also", "N": "7"}, ("C", "E"), frozenset({"A", "N"})
    )


def test_without_a_file_the_environment_counts(tmp_path: Path) -> None:
    assert find_secrets(["A"], tmp_path, {"A": "x"}) == Secrets({"A": "x"}, ())


def test_without_needs_the_file_is_not_looked_at(tmp_path: Path) -> None:
    assert find_secrets([], keep(tmp_path, "broken", 0o777), {}) == Secrets({}, ())


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o606, 0o660, 0o610])
def test_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(SecretsOpenError) as refused:
        find_secrets(["A"], keep(tmp_path, 'A = "x"', mode), {"A": "y"})
    assert f"{mode:04o}" in str(refused.value)
    assert refused.value.hint.startswith("make it yours alone: chmod 600")


@pytest.mark.parametrize("text", ["A = ", "A = [1]", 'A = "\\u0000"', "A = 1\nA = 2\n", "[book]\nA = 1\n"])
def test_what_is_no_list_of_texts_is_refused_without_showing_values(tmp_path: Path, text: str) -> None:
    with pytest.raises(SecretsFormatError):
        find_secrets(["A"], keep(tmp_path, text), {})


def test_a_broken_line_does_not_show_its_value(tmp_path: Path) -> None:
    with pytest.raises(SecretsFormatError) as refused:
        find_secrets(["A"], keep(tmp_path, 'A = "hidden-value" rest'), {})
    assert "hidden" not in str(refused.value)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "secrets.toml").mkdir(mode=0o700)
    with pytest.raises(SecretsFormatError, match="not a regular file"):
        find_secrets(["A"], tmp_path, {})
