"""Every sentence of a screen has its Chinese, with the same braces; none is left over."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from string import Formatter

import pytest

from crmcli.text.chinese_phrases import CHINESE
from crmcli.text.phrases import counted, phrase
from tests.places import ROOT


def braces(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def literals() -> Iterator[str]:
    """All texts of modules that say phrases, and, apart, those handed to `phrase` as they stand."""
    for path in (ROOT / "crmcli").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "import" in text and "phrase" in text and path.name not in ("phrases.py", "chinese_phrases.py"):
            yield from (
                n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Constant) and isinstance(n.value, str)
            )


def handed() -> Iterator[str]:
    for path in (ROOT / "crmcli").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "phrase":
                said = call.args[1]
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    yield said.value


def test_every_phrase_has_its_chinese_and_is_said_somewhere() -> None:
    assert set(handed()) <= set(CHINESE)
    assert set(CHINESE) <= set(literals())


@pytest.mark.parametrize("english", CHINESE)
def test_the_braces_are_the_same(english: str) -> None:
    assert braces(CHINESE[english]) == braces(english)


def test_the_language_decides() -> None:
    assert phrase("en", "{days} late", days="3 days") == phrase("fr", "{days} late", days="3 days") == "3 days late"
    assert phrase("zh-Hans", "{days} late", days=counted("zh-Hans", 3, "day")) == "逾期 3 天"
    assert [counted("en", number, "day") for number in (1, 2, 1200)] == ["1 day", "2 days", "1,200 days"]
