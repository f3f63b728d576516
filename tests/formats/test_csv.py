"""CSV and TSV: what is read, on which line, and how a file that is none is told from one that is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli_formats.csv import (
    Table,
    TableEmptyError,
    TableHeaderError,
    write_rows,
)
from crmcli_formats.lines import TableEncodingError, TableForeignError
from crmcli_formats.sheets import Row

ALSO_READ_OTHERWISE = "location_coordinates"
"""Its expected JSON is not what RFC 4180 says of its bytes."""


def rows_of(path: Path) -> list[Row]:
    with Table(path) as table:
        return list(table)


def written(folder: Path, content: bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(content)
    return path


def test_the_spectrum_of_csv_files_is_read_as_expected(shared_data: Path) -> None:
    folder = shared_data / "csv_spectrum"
    names = sorted(path.stem for path in (folder / "csvs").glob("*.csv"))
    assert len(names) == 12
    for name in names:
        expected = json.loads((folder / "json" / f"{name}.json").read_text(encoding="utf-8"))
        with Table(folder / "csvs" / f"{name}.csv") as table:
            found = [dict(zip(table.header, row.cells, strict=True)) for row in table]
        if name != ALSO_READ_OTHERWISE:
            told = [{k: v.replace("\r\n", "\n") for k, v in row.items()} for row in found]
            assert told == [{k: v.replace("\r\n", "\n") for k, v in row.items()} for row in expected], name


def test_real_files_are_taken_apart(shared_data: Path) -> None:
    with Table(shared_data / "maven_crm" / "sales_pipeline.csv") as table:
        assert table.separator == ","
        rows = list(table)
    assert len(rows) == 8800
    assert not any(row.trouble for row in rows)
    assert rows[-1].line == 8801


@pytest.mark.parametrize(
    ("content", "separator"),
    [
        (b"a,b\n1,2\n", ","),
        (b"a;b\n1,5;2\n", ";"),
        (b"a\tb\n1,5\t2;3\n", "\t"),
        (b'name;"street, number";city\nx;"a, b";c\n', ";"),
        (b"sep=;\na,x;b\n1;2\n", ";"),
        (b"one\n1,5\n", ","),
        (b"a|b\n1,5|2;3\n", "|"),
    ],
)
def test_the_separator_is_found(tmp_path: Path, content: bytes, separator: str) -> None:
    with Table(written(tmp_path, content)) as table:
        assert table.separator == separator


def test_a_mark_at_the_beginning_and_windows_line_ends_leave_no_trace(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbfname,city\r\nZo\xc3\xab,K\xc3\xb6ln\r\n")
    with Table(path) as table:
        assert table.header == ["name", "city"]
        assert [row.cells for row in table] == [["Zoë", "Köln"]]


def test_rows_know_the_line_they_begin_on(tmp_path: Path) -> None:
    path = written(tmp_path, b'a,b\n"x\ny",1\n\n,\n2,3\n')
    assert rows_of(path) == [Row(2, ["x\ny", "1"]), Row(6, ["2", "3"])]


def test_a_ragged_row_says_so_and_the_others_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,b\n1\n1,2,3\n4,5\n")
    assert rows_of(path) == [
        Row(2, ["1"], "1 cell, the first row has 2"),
        Row(3, ["1", "2", "3"], "3 cells, the first row has 2"),
        Row(4, ["4", "5"]),
    ]


def test_a_misquoted_row_says_so_and_the_others_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, b'a,b\n"q"z,1\n2,3\n4,"open\n5,6\n')
    rows = rows_of(path)
    assert [(row.line, bool(row.trouble)) for row in rows] == [(2, True), (3, False), (4, True)]
    assert "text after a closing quote" in rows[0].trouble
    assert rows[2].trouble == "the quote opened on line 4 is never closed"
    assert rows[2].cells == ['4,"open\n5,6']


def test_a_cell_without_end_is_one_row_of_trouble(tmp_path: Path) -> None:
    path = written(tmp_path, b'a,b\n"open,1\n' + b"2,3\n" * 40_000)
    rows = rows_of(path)
    assert "a closing quote is probably missing" in rows[0].trouble
    assert rows[-1] == Row(40_002, ["2", "3"])


def test_a_byte_that_is_no_utf8_is_named_with_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,b\n1,2\nM\xfcller,\x81\n")
    with pytest.raises(TableEncodingError, match=r"table\.csv:3:2: byte 0xfc, which is not UTF-8"):
        rows_of(path)


def test_a_nul_is_named_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(TableEncodingError, match=r"table\.csv:2:3: a NUL byte"):
        rows_of(written(tmp_path, b"a,b\n1,\x002\n"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04....", "an Excel file"),
        (b"\xd0\xcf\x11\xe0....", "an old Excel file"),
        (b"%PDF-1.7", "a PDF"),
        (b"<!DOCTYPE html><table>", "a web page"),
        (b'<?xml version="1.0"?><vcards/>', "XML"),
    ],
)
def test_other_kinds_of_files_are_named(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(TableForeignError, match=said):
        rows_of(written(tmp_path, content))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_columns(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(TableEmptyError, match="is empty"):
        rows_of(written(tmp_path, content))


def test_a_header_that_cannot_be_read_stops(tmp_path: Path) -> None:
    with pytest.raises(TableHeaderError, match=r"table\.csv:1: text after a closing quote"):
        rows_of(written(tmp_path, b'"a"x,b\n1,2\n'))


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@given(st.integers(2, 4).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=6)))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    header = [f"c{number}" for number in range(len(rows[0]))]
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    path.write_text(write_rows([header, *rows]), encoding="utf-8", newline="")
    with Table(path) as table:
        assert table.header == header
        assert [row.cells for row in table] == [row for row in rows if any(row)]
