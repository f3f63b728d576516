"""Every filter and expression of the example book reads, and prints as something that reads the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.query.parser import parse
from crmcli.query.printer import print_expr
from tests.places import shared_data_folder
from tests.skips import ABSENT_DATA
from tests.unit.query.book_expressions import collect

KEPT = Path(__file__).with_name("example_expressions.tsv")
"""What `collect` finds in the example book: where, a tab, the expression."""

EXPRESSIONS = [tuple(line.split("\t")) for line in KEPT.read_text(encoding="utf-8").splitlines()]
COUNT = 278


def test_none_is_missing() -> None:
    assert len(EXPRESSIONS) == COUNT


def test_they_are_those_of_the_book() -> None:
    book = shared_data_folder().parent / "example-book"
    if not book.is_dir():
        pytest.skip(f"{ABSENT_DATA}: the example book stands beside it")
    assert collect(book) == EXPRESSIONS


@pytest.mark.parametrize(("where", "text"), EXPRESSIONS)
def test_reads(where: str, text: str) -> None:
    tree = parse(text)
    assert parse(print_expr(tree)) == tree, where
