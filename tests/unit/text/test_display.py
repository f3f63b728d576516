from __future__ import annotations

import json
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from crmcli.text.display import clip, pad, safe, width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Acme 南山　路 é 🙂", "Acme 南山　路 é 🙂"),
        ("\x1b[31mred\x07", "␛[31mred␇"),
        ("\x9b31m", "<U+009B>31m"),
        ("a\u202eb\u2066c", "a<U+202E>b<U+2066>c"),
        ("a\u200bb\ufeffc\u2060\u00ad", "a<U+200B>b<U+FEFF>c<U+2060><U+00AD>"),
        ("a\nb\r\nc\td\u2028e\x85", "a↵b↵c␉d<U+2028>e<U+0085>"),
        ("\ud800", "<U+D800>"),
        ("\x7f\x00", "␡␀"),
        ("a\u200db", "a<U+200D>b"),
        ("👩\u200d👧 می\u200cخواهم", "👩\u200d👧 می\u200cخواهم"),
        ("\u3164x", "<U+3164>x"),
        ("[bold]x[/bold]", "[bold]x[/bold]"),
    ],
)
def test_what_acts_is_shown(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_several_lines_may_stay() -> None:
    assert safe("a\r\nb\tc\x1b", multiline=True) == "a\nb\tc␛"
    assert safe("a\nb", newline=" ") == "a b"


def test_naughty_strings_are_harmless(shared_data: Path) -> None:
    strings = json.loads((shared_data / "naughty_strings" / "blns.json").read_text(encoding="utf-8"))
    assert len(strings) > 400
    for text in strings:
        shown = safe(text)
        assert not [char for char in shown if category(char) in ("Cc", "Cs", "Zl", "Zp")]
        assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f")
        assert shown.encode().decode() == shown
        assert width(clip(shown, 20)) <= 20


@given(st.text())
def test_safe_text_is_safe(text: str) -> None:
    shown = safe(text)
    assert safe(shown) == shown
    assert not [char for char in shown if category(char) in ("Cc", "Cs", "Zl", "Zp")]


frequent = st.one_of(
    st.text(st.characters(max_codepoint=0x4FF, exclude_categories=("Cc", "Cf"))), st.text("南山路，。（）カな한é–…→ ")
)


@given(frequent)
def test_the_fast_path_measures_as_wcwidth_does(text: str) -> None:
    assert width(text) == wcswidth(text)


@given(st.text(), st.integers(0, 12))
def test_clipped_text_fits(text: str, cells: int) -> None:
    shown = safe(text)
    clipped = clip(shown, cells)
    assert width(clipped) <= cells
    assert clipped == shown or width(shown) > cells
    assert clipped == shown or not cells or clipped.endswith("…")


def test_cells() -> None:
    assert width("南山 ab") == 7
    assert width("👨‍👩‍👧") == 2
    assert clip("南山路1号", 5) == "南山…"
    assert clip("南山路1号", 4) == "南…"
    assert clip("abcdef", 4) == "abc…"
    assert clip("abcdef", 4, ellipsis="") == "abcd"
    assert [pad("南", 5), pad("南", 5, "right"), pad("南", 5, "center"), pad("南山路", 5)] == [
        "南   ",
        "   南",
        " 南  ",
        "南山路",
    ]
