"""On a terminal: one screenful, widths with Chinese text, a numbered choice."""

from __future__ import annotations

from pathlib import Path

import pytest
from wcwidth import wcswidth

from tests.contract.conftest import Ask
from tests.contract.terminal import on_terminal
from tests.environment import NOW


@pytest.fixture(autouse=True)
def in_the_book(ask: Ask) -> Ask:
    return ask


@pytest.fixture
def customers(own: Ask) -> Ask:
    """The book with 287 customers."""
    there = len(own("customers", "--format", "ids").out.split())
    for number in range(287 - there):
        text = f"---\nname: Filler {number}\ncreated: {NOW}\n---\n"
        Path(f"customers/filler-{number}.md").write_text(text, encoding="utf-8")
    return own


def test_a_list_shows_one_screenful_and_says_so(customers: Ask) -> None:
    shown = on_terminal("customers", "--columns", "name", columns=60)
    assert shown.code == 0
    assert shown.lines[-1] == "showing 40 of 287"
    assert [line.split()[0] for line in shown.lines[2:42]] == [str(number) for number in range(1, 41)]
    assert on_terminal("customers", "--columns", "name", "--limit", "0").lines[-1].startswith("287  ")
    assert len(customers("customers", "--format", "ids").out.split()) == 287


@pytest.mark.usefixtures("customers")
@pytest.mark.parametrize(("limit", "rows", "said"), [("", 287, "287 found."), ("5", 5, "5 of 287 found.")])
def test_a_sheet_holds_every_row_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, rows: int, said: str
) -> None:
    monkeypatch.setenv("EDITOR", f'sh -c \'cp "$0" "{tmp_path}/sheet"\'')
    assert on_terminal("customers", "edit", "--columns", "name", *(["--limit", limit] if limit else [])).code == 0
    lines = (tmp_path / "sheet").read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"# crm customers: {said}"
    assert len([line for line in lines if not line.startswith("#")]) == rows + 1  # the heading


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize(
    "words",
    [
        "deals",
        "deals +华北 --columns name,customer,headline,amount",
        "find 十二",
        "tag show 华北",
        "today",
        "board sales",
    ],
)
def test_lines_fit_the_terminal_and_columns_stand_under_one_another(words: str, columns: int) -> None:
    shown = on_terminal(*words.split(), columns=columns)
    assert shown.code == 0
    drawn = [line for line in shown.lines if not line.startswith("warning: ")]
    assert max(map(wcswidth, drawn)) <= columns


def test_a_column_after_chinese_text_stands_where_it_should() -> None:
    lines = on_terminal("deals", "+华北", "stage:proposal,contact", "--columns", "name,stage", columns=60).lines
    lines += on_terminal("deals", "id:no-rate", "--columns", "name,stage", columns=60).lines
    chinese = next(line for line in lines if "罐装线" in line)
    heading = next(line for line in lines if "Stage" in line)
    assert wcswidth(chinese[: chinese.index("Proposal")]) == wcswidth(heading[: heading.index("Stage")])


def test_an_ambiguous_word_is_a_numbered_choice() -> None:
    shown = on_terminal("show", "青岛", "--format", "ids", typed="9\nx\n1\n")
    assert shown.code == 0
    first, second, *rest = shown.lines
    assert first.split()[:3] == ["1", "customers/qingdao", "青岛啤酒"]
    assert second.split()[0] == "2"
    assert "青岛蓝湾食品有限公司" in second
    assert "".join(rest) == "which one? [1-2] " * 3 + "qingdao"


def test_an_empty_answer_declines() -> None:
    shown = on_terminal("show", "青岛", typed="\n")
    assert (shown.code, shown.lines[-1]) == (1, "which one? [1-2] crm: error: nothing changed")


def test_nobody_is_asked_where_nobody_answers(ask: Ask) -> None:
    for shown in (ask("show", "青岛"), ask("show", "青岛", "--no-input")):
        assert (shown.code, shown.out) == (4, "")
        error, first, second, hint = shown.err.splitlines()
        assert error == "crm: error: '青岛' is the name-prefix of 2 records:"
        assert first.startswith("  customers/qingdao  青岛啤酒  Lead")
        assert second.split()[1] == "青岛蓝湾食品有限公司"
        assert second.count(" · ") > 0
        assert hint == "hint: name one by its id"


def test_a_row_number_means_the_last_list_of_this_terminal(ask: Ask) -> None:
    assert ask("show", "1", "--format", "ids").code == 3
