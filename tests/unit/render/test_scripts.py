"""The stable contract for scripts, as laws and as examples."""

from __future__ import annotations

import csv as csv_module
import json
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.render.scripts import csv, ids, json_array, json_text, jsonl, tsv
from crmcli.reports.cells import FLAG, INTEGER, Form
from crmcli.reports.table import Column, Table
from crmcli.text.display import safe
from crmcli.text.spreadsheet import guarded

MONEY = Form(script=lambda cell: f"{cell} EUR", json=lambda cell: {"amount": str(cell), "currency": "EUR"})
COLUMNS = (Column("name", "Name"), Column("n", "N", INTEGER), Column("ok", "OK", FLAG), Column("sum", "Sum", MONEY))
TABLE = Table(COLUMNS, [("Bär & Söhne", 1200, 1, 5), (None, None, None, None)], refs=["deals/b", "deals/c"])
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
ROWS = st.lists(st.tuples(st.none() | TEXTS, st.none() | TEXTS), max_size=6)


def two_columns(rows: list[tuple[str | None, str | None]]) -> Table:
    return Table((Column("a", "A"), Column("b", "B")), rows)


def test_tsv_has_one_header_line_and_converted_cells() -> None:
    assert "".join(tsv(TABLE)) == "name\tn\tok\tsum\nBär & Söhne\t1200\tyes\t5 EUR\n\t\t\t\n"


def test_json_keeps_types_and_says_null() -> None:
    assert json.loads("".join(json_array(TABLE))) == [
        {"name": "Bär & Söhne", "n": 1200, "ok": True, "sum": {"amount": "5", "currency": "EUR"}},
        {"name": None, "n": None, "ok": None, "sum": None},
    ]


def test_an_empty_array_is_an_array() -> None:
    assert "".join(json_array(two_columns([]))) == "[]\n"


def test_more_rows_than_a_chunk_are_one_array() -> None:
    rows = [(str(number), "x") for number in range(4500)]
    assert len(json.loads("".join(json_array(two_columns(list(rows)))))) == 4500
    assert "".join(tsv(two_columns(list(rows)))).count("\n") == 4501


def test_ids_are_of_records_else_the_first_cell() -> None:
    assert "".join(ids(TABLE)) == "b\nc\n"
    assert "".join(ids(two_columns([("West", "1")]))) == "West\n"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("a\tb", "a\\tb"),
        ("a\nb", "a\\nb"),
        ("a\\b", "a\\\\b"),
        ("a\rb", "a\\rb"),
        ("\x1b[31m", "␛[31m"),
        ("\u202e", "<U+202E>"),
    ],
)
def test_tsv_escapes_what_would_break_a_line_or_act(cell: str, written: str) -> None:
    assert "".join(tsv(two_columns([(cell, "x")]))).splitlines()[1] == f"{written}\tx"


@given(ROWS)
def test_tsv_is_always_a_line_a_row_and_harmless(rows: list[tuple[str | None, str | None]]) -> None:
    lines = "".join(tsv(two_columns(rows))).split("\n")
    assert len(lines) == len(rows) + 2
    assert all(line.count("\t") == 1 for line in lines[:-1])
    assert all(safe(line.replace("\t", "")) == line.replace("\t", "") for line in lines)


@given(ROWS)
def test_jsonl_gives_back_every_text_and_is_harmless(rows: list[tuple[str | None, str | None]]) -> None:
    text = "".join(jsonl(two_columns(rows)))
    found = [tuple(json.loads(line).values()) for line in text.split("\n")[:-1]]
    assert found == [tuple(cell or None for cell in row) for row in rows]  # an empty text is null
    assert all(safe(line) == line for line in text.split("\n"))


@given(ROWS)
def test_csv_is_read_back_by_the_csv_module(rows: list[tuple[str | None, str | None]]) -> None:
    text = "".join(csv(two_columns(rows)))
    read = list(csv_module.reader(StringIO(text, newline="")))[1:]
    assert read == [[safe(guarded(cell or ""), multiline=True) for cell in row] for row in rows]


def test_one_value_on_one_line() -> None:
    assert json_text({"a": "液压\x1b\u202e"}) == '{"a":"液压\\u001b\\u202e"}'
