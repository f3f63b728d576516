"""A list shows the records that a plain walk over the files finds, and a column what the walk comes to."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from crmcli.store.book import Book
from tests.oracle import examples
from tests.oracle.asked import TYPES
from tests.oracle.asking import UNSURE, Asked, ask_index, ask_oracle, column_index, column_oracle, differ, written
from tests.oracle.book import BOOKS, BookOf
from tests.oracle.expressions import column, condition
from tests.oracle.readers import World
from tests.oracle.schema import write_engine_files

FILTERS = st.sampled_from(TYPES).flatmap(lambda kind: st.builds(Asked, st.just(kind), condition(kind, 2)))
COLUMNS = st.sampled_from(TYPES).flatmap(lambda kind: st.builds(Asked, st.just(kind), column(kind)))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("oracle")
    write_engine_files(folder)
    return folder


@given(BOOKS, st.lists(FILTERS, min_size=12, max_size=12), st.lists(COLUMNS, min_size=3, max_size=3))
@examples(gate=30)
def test_the_index_answers_as_the_walk_does(
    root: Path, book: BookOf, filters: list[Asked], columns: list[Asked]
) -> None:
    with written(root, book) as (opened, world):
        ask_all(opened, world, filters, columns)


def ask_all(opened: Book, world: World, filters: list[Asked], columns: list[Asked]) -> None:
    for asked in filters:
        found, expected = ask_index(opened, asked), ask_oracle(world, asked)
        event("left to floating point" if expected == UNSURE else "found some" if found else "found none")
        assert expected in (found, UNSURE), asked.told(world, found, expected)
    for asked in columns:
        cells, told = column_index(opened, asked), column_oracle(world, asked)
        assert not differ(cells, told), asked.told(world, cells, told)
