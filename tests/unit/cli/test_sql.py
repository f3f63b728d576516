"""`crm sql`: reading, and only reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.memory import Crm


def test_a_question_is_answered(crm: Crm) -> None:
    assert crm("sql", "select id, tier from customers_view order by id limit 2").out == "id\ttier\nacme\tA\nglobex\tB\n"


def test_a_question_may_come_on_stdin(crm: Crm) -> None:
    assert crm("sql", "-", "--format", "jsonl", stdin="select 1 as one, null as none").out == '{"one":1,"none":null}\n'


def test_the_path_is_of_a_fresh_index(crm: Crm) -> None:
    assert Path(crm("sql", "--path").out.strip()).is_file()


@pytest.mark.parametrize(
    "statement",
    [
        "delete from tags",
        "drop view deals_view",
        "create table x (y)",
        "attach 'other.db' as other",
        "pragma query_only = 0",
        "pragma journal_mode = delete",
        "vacuum",
        "insert into meta values ('a', 'b')",
    ],
)
def test_whatever_does_more_than_read_is_refused(crm: Crm, book: Path, statement: str) -> None:
    shown = crm("sql", statement)
    assert shown.code == 2
    assert shown.err.startswith("crm: error: sql: ")
    assert not (book / "other.db").exists()
    assert crm("sql", "select count(*) as n from tags").out == "n\n1\n"


def test_nonsense_is_a_usage_error(crm: Crm) -> None:
    shown = crm("sql", "selct 1")
    assert (shown.code, shown.err.splitlines()[0]) == (2, 'crm: error: sql: near "selct": syntax error')
