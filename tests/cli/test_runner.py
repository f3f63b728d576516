"""The runner itself, on commands that need no crm."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.runner.check import TranscriptError, check_page
from tests.cli.runner.compare import keep_wildcards, matches
from tests.cli.runner.page import PageError, Shown, parse_page, write_page
from tests.cli.runner.session import Session, SessionError

PAGE = """\
# A page

```sh setup
mkdir -p inner
```

```console
$ cd inner; echo out; echo words >&2; false
out
! words
= 1
$ cat <<'END'
> $ no command
>
> = 3
> END
\\$ no command

\\= 3
$ basename "$PWD"
inner
```

```sh
echo never run
```
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "page.md"
    path.write_text(text, encoding="utf-8")
    return path


def _root(folder: Path) -> Path:
    root = folder / "root"
    root.mkdir()
    return root


def test_a_page_that_holds_passes_and_is_left_alone(tmp_path: Path) -> None:
    path = _write(tmp_path, PAGE)
    check_page(path, _root(tmp_path), update=True)
    assert path.read_text(encoding="utf-8") == PAGE
    check_page(path, _root(tmp_path / "root"))


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("\nout\n", "\nin\n"),
        ("! words", "! silence"),
        ("= 1\n", ""),
        ("! words\n", ""),
        ('"\ninner\n', '"\ninner\nmore\n'),
    ],
)
def test_a_page_that_says_something_else_fails_and_can_be_updated(tmp_path: Path, said: str, instead: str) -> None:
    path = _write(tmp_path, PAGE.replace(said, instead))
    with pytest.raises(TranscriptError, match="1 of its commands differ"):
        check_page(path, _root(tmp_path))
    check_page(path, _root(tmp_path / "root"), update=True)
    assert path.read_text(encoding="utf-8") == PAGE


def test_a_failing_setup_is_never_updated_away(tmp_path: Path) -> None:
    text = PAGE.replace("mkdir -p inner", "false")
    path = _write(tmp_path, text)
    with pytest.raises(TranscriptError):
        check_page(path, _root(tmp_path), update=True)
    assert path.read_text(encoding="utf-8") == text


def test_a_command_with_a_syntax_error_fails_alone(tmp_path: Path) -> None:
    broken, fine = Session(tmp_path).run(["echo (", "echo on"])
    assert broken.code != 0
    assert fine == Shown(("on",))


def test_a_command_that_ends_the_shell_is_named(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="exit 3"):
        Session(tmp_path).run(["exit 3", "echo never"])


def test_each_command_has_its_own_seed_and_the_clock_stands(tmp_path: Path) -> None:
    shown = Session(tmp_path).run(["echo $CRM_RANDOM $CRM_NOW"] * 2)
    assert [step.stdout for step in shown] == [("1 2026-11-20T14:03:11+01:00",), ("2 2026-11-20T14:03:11+01:00",)]


def test_places_of_the_run_are_named(tmp_path: Path) -> None:
    source = tmp_path / "elsewhere"
    source.mkdir()
    root = _root(tmp_path)
    [shown] = Session(root, {"MAVEN": str(source)}).run(['echo "$PWD $MAVEN/x"'])
    assert shown.stdout == ("ROOT/book $MAVEN/x",)


def test_the_environment_of_the_machine_does_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_BOOK", "somewhere")
    monkeypatch.setenv("EDITOR", "vim")
    [variables, name] = Session(tmp_path).run(['echo "$CRM_BOOK$EDITOR"', "git config user.email"])
    assert variables.stdout == ("",)
    assert name.stdout == ("anna@example.com",)


def test_crm_has_no_more_rights_than_anybody(tmp_path: Path) -> None:
    commands = ["crm init . --no-git --no-input --quiet", "touch may; chmod 000 may", "crm attach anna may"]
    shown = Session(tmp_path).run(commands)[-1]
    assert shown.code == 2
    assert shown.stderr[0].endswith("is not readable")


@pytest.mark.parametrize(
    ("expected", "actual", "holds"),
    [
        (["a[..]c"], ["abc"], True),
        (["a[..]c"], ["ab"], False),
        (["[...]", "z"], ["x", "y", "z"], True),
        (["[...]"], [], True),
        (["a"], ["a", ""], False),
        (["(.*)"], ["x"], False),
    ],
)
def test_wildcards(expected: list[str], actual: list[str], *, holds: bool) -> None:
    assert matches(expected, actual) is holds


def test_an_update_keeps_the_wildcards_that_hold() -> None:
    kept = keep_wildcards(Shown(("id-[..]", "old")), Shown(("id-7k3f9", "new")))
    assert kept.stdout == ("id-[..]", "new")


@pytest.mark.parametrize("text", ["```console\n$ x\n", "```console\nno command\n```\n"])
def test_a_block_without_end_or_command_is_refused(text: str) -> None:
    with pytest.raises(PageError):
        parse_page(text)


@pytest.mark.parametrize("line", ["$ x", "! x", "!", "= 3", "> x", ">", "\\x", "```", "", "plain", "= not a code"])
def test_every_line_of_output_can_be_written_and_read_back(line: str) -> None:
    shown = Shown((line,), (line,), 2)
    page = parse_page("```console\n$ x\n```\n")
    [step] = parse_page(write_page(page, {0: shown})).steps
    assert step.expected == shown
