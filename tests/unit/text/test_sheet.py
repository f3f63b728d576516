"""Sheets read back what was written into them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crmcli.text.sheet import read_sheet, write_sheet

CELL = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from("|\\\n\t\r# ")).map(
    lambda text: text.strip(" ")
)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6))
def test_cells_come_back(rows: list[tuple[str, ...]]) -> None:
    kept = [(f"id{place}", *row) for place, row in enumerate(rows)]
    text = write_sheet(["remark | one", "two"], ["id", "name", "amount", "note"], kept)
    read = read_sheet(text)
    assert read.columns == ["id", "name", "amount", "note"]
    assert [tuple(row.cells) for row in read.rows] == kept
    assert [row.line for row in read.rows] == list(range(4, 4 + len(rows)))


def test_columns_stand_under_one_another() -> None:
    text = write_sheet([], ["id", "name"], [["a", "液压"], ["long-id", "x"]])
    assert text == "id      | name\na       | 液压\nlong-id | x\n"
    wide = write_sheet([], ["name", "id"], [["液压", "a"], ["x", "b"]])
    assert wide == "name | id\n液压 | a\nx    | b\n"


def test_remarks_and_empty_lines_say_nothing() -> None:
    read = read_sheet("\ufeff# one\n\nid|name\n  # two\na|  b c \n")
    assert (read.line, read.columns, read.rows) == (3, ["id", "name"], [(5, ["a", "b c"])])
    assert read_sheet("# only\n") == (0, [], [])


def test_escapes() -> None:
    assert read_sheet("id\n\\| \\\\ \\n \\q \\").rows[0].cells == ["| \\ \n \\q \\"]
