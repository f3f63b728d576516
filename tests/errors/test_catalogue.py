"""Every problem code and every exit code has a reproducer, every reproducer a code, and the page is made from them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmcli import errors
from tests.errors.catalogue import FOLDER, PAGE, PAGES, page, titles
from tests.places import ROOT

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
MAKERS = {"Problem", "problem", "_problem", "_broken", "FrontMatterError", "_file_problem", "MapWordError"}
"""What makes problems: the value, and functions named after it. Their code is a text among the first two arguments."""

EXITS_WITHOUT_REPRODUCER = {errors.WAITING}
"""Approvals are not there yet."""


def _codes() -> Iterator[str]:
    for path in sorted((ROOT / "crmcli").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and _name(call.func) in MAKERS:
                yield from filter(None, map(_code, call.args[:2]))


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _code(argument: ast.expr) -> str:
    value = argument.value if isinstance(argument, ast.Constant) else ""
    return value if isinstance(value, str) and CODE.fullmatch(value) else ""


def test_every_code_has_a_reproducer() -> None:
    codes = set(_codes()) | {"unreadable"}
    assert len(codes) > 50
    found = titles()
    assert {code for code in codes if code not in found} == set()


def test_every_reproducer_shows_its_code() -> None:
    for name in PAGES[1:]:
        text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
        for section in text.split("\n## `")[1:]:
            code = section.split("`")[0]
            shown = section.split("```console")[1]
            assert f" {code} " in shown or code == "format-newer", f"{name}: {code}"


def test_every_exit_code_is_shown() -> None:
    text = (FOLDER / "commands.md").read_text(encoding="utf-8")
    shown = {int(code) for code in re.findall(r"^= (\d+)$", text, re.MULTILINE)}
    known = set(range(errors.FAILED, errors.WAITING + 1))
    assert shown == known - EXITS_WITHOUT_REPRODUCER


def test_no_message_is_a_defect() -> None:
    for path in FOLDER.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert "Traceback" not in text
        assert "should not have happened" not in text


def test_the_page_is_made_from_the_reproducers(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


def test_all_pages_are_on_it() -> None:
    assert {path.stem for path in Path(FOLDER).glob("*.md")} == set(PAGES)
