"""Rows go in whole, whatever columns they leave empty and however many share a shape."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.store.index.filled import Value, insert_filled, insert_mapped

COLUMNS = ("id", "some text", "number")
ROWS = st.lists(
    st.tuples(st.none() | st.text(max_size=3), st.none() | st.text(max_size=3), st.none() | st.integers(0, 9))
)


def table() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute('CREATE TABLE "rows" ("id", "some text", "number")')
    return connection


def held(connection: sqlite3.Connection) -> list[str]:
    return sorted(repr(row) for row in connection.execute('SELECT * FROM "rows"'))


@given(ROWS)
def test_what_went_in_is_there(rows: list[tuple[str | None, str | None, int | None]]) -> None:
    connection = table()
    full = [("x" if row == (None, None, None) else row[0], *row[1:]) for row in rows]
    insert_filled(connection, "rows", COLUMNS, full)
    assert held(connection) == sorted(repr(row) for row in full)


@pytest.mark.parametrize("count", [1, 3, 4, 9])
def test_many_shapes_of_few_rows(count: int) -> None:
    connection = table()
    shapes: list[dict[int, Value]] = [{0: "a"}, {1: "b"}, {2: 3}, {0: "a", 1: "b"}, {1: "b", 0: "c"}, {2: None, 0: "d"}]
    insert_mapped(connection, "rows", COLUMNS, [shape for shape in shapes for _ in range(count)])
    whole = [
        ("a", None, None),
        (None, "b", None),
        (None, None, 3),
        ("a", "b", None),
        ("c", "b", None),
        ("d", None, None),
    ]
    assert held(connection) == sorted(repr(row) for row in whole * count)


def test_a_row_that_is_there_may_be_passed_over() -> None:
    connection = table()
    connection.execute('CREATE UNIQUE INDEX one ON "rows" ("id")')
    insert_filled(connection, "rows", COLUMNS, [("a", None, 1)])
    insert_filled(connection, "rows", COLUMNS, [("a", "second", None), ("b", None, 2)], "INSERT OR IGNORE")
    assert held(connection) == ["('a', None, 1)", "('b', None, 2)"]
