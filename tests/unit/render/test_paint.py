"""Lines of spans."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crmcli.render.paint import paint
from crmcli.text.bars import bar, shares
from crmcli.text.display import safe, width
from crmcli.text.lines import Span, cell, clip_line, line, line_width, sides, wrapped

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z", "M")), max_size=40)


def test_a_style_is_a_colour_and_never_needed() -> None:
    lines = [line("a ", Span("late", "late"), Span("  ", "dim"))]
    assert paint(lines, colour=False) == ["a late"]
    assert paint(lines, colour=True) == ["a \x1b[31mlate\x1b[0m"]


def test_text_from_records_never_acts() -> None:
    for colour in (True, False):
        assert "␛]0;" in paint([line(Span("\x1b]0;title\x07", "late"))], colour=colour)[0]


@given(TEXTS, st.integers(1, 60))
def test_a_cell_is_exactly_as_wide_as_asked(text: str, cells: int) -> None:
    assert width(cell(safe(text), cells).text) == cells


@given(TEXTS, TEXTS, st.integers(1, 90))
def test_sides_fill_the_line(left: str, right: str, cells: int) -> None:
    assert line_width(sides(line(safe(left)), line(safe(right)), cells)) == cells


@given(st.lists(TEXTS, max_size=4), st.integers(0, 60))
def test_a_clipped_line_fits(texts: list[str], cells: int) -> None:
    assert line_width(clip_line(line(*map(safe, texts)), cells)) <= cells


@given(TEXTS, st.integers(8, 60))
def test_wrapping_loses_no_letter_and_fits(text: str, cells: int) -> None:
    lines = wrapped(safe(text), cells)
    assert "".join(lines) == safe(text)
    assert max(map(width, lines)) <= cells


def test_wrapping_breaks_at_blanks_and_between_wide_letters() -> None:
    assert wrapped("one two three", 9) == ["one two", "three"]
    assert wrapped("液压项目第二期", 8, indent=0) == ["液压项目", "第二期"]
    assert wrapped("a\nb", 20, indent=2) == ["  a", "  b"]


def test_bars_show_even_little() -> None:
    assert bar(1.0, 4) == "████"
    assert bar(0.5, 4) == "██"
    assert bar(0.001, 4) == "▏"
    assert bar(0.0, 4) == bar(-1.0, 4) == ""
    assert shares([1.0, None, 4.0, -2.0]) == [0.25, 0.0, 1.0, 0.0]
    assert shares([]) == []
    assert shares([None, 0.0]) == [0.0, 0.0]
