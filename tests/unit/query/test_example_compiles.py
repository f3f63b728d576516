"""Every filter and expression of the example book fits the type it stands at, and is SQL that its index can run."""

from __future__ import annotations

import sqlite3

import pytest

from crmcli.query.arithmetic import dated
from crmcli.query.compile import QueryEnv, compile_value
from crmcli.query.conditions import condition
from crmcli.query.failures import QueryError
from crmcli.query.parser import parse
from crmcli.query.values import value_at
from crmcli.store.setup import load_setup
from tests.places import shared_data_folder
from tests.skips import ABSENT_DATA
from tests.unit.query.book import NOW
from tests.unit.query.example_scopes import Place, Places, scope_at
from tests.unit.query.test_example_book import COUNT, EXPRESSIONS

BOOK = shared_data_folder().parent / "example-book"


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    if not BOOK.is_dir():
        pytest.skip(f"{ABSENT_DATA}: the example book stands beside it")
    return Places(BOOK, load_setup(BOOK, tmp_path_factory.mktemp("state")))


@pytest.fixture(scope="module")
def index(places: Places) -> sqlite3.Connection:
    """Empty tables that know every name: SQLite checks what the compiler wrote."""
    from crmcli.store.index.connection import open_connection
    from crmcli.store.index.tables import create_indexes, create_tables

    base = open_connection(None)
    create_tables(base, places.setup)
    create_indexes(base, places.setup)
    for kind in places.setup.types.values():
        if not kind.embedded:
            base.execute(f'CREATE TEMP TABLE "old_{kind.plural}" AS SELECT * FROM "rec_{kind.plural}" WHERE 0')  # noqa: S608
    return base


def test_the_list_is_whole() -> None:
    assert len(EXPRESSIONS) == COUNT


@pytest.mark.parametrize(("where", "text"), EXPRESSIONS)
def test_compiles(places: Places, index: sqlite3.Connection, where: str, text: str) -> None:
    place = places.place(where, text)
    if place.seat:
        _seat(places, index, place, text)
    else:
        _run(places, index, place, text)


def _seat(places: Places, index: sqlite3.Connection, place: Place, text: str) -> None:
    """A path to a member, or a filter over members."""
    env = QueryEnv(places.setup, NOW, "anna", planned=True)
    try:
        found = compile_value(text, place.type, env).reference
    except QueryError:
        found = ""
    if not found:
        _run(places, index, place._replace(type=places.setup.types["member"]), text)
    else:
        assert found == "member"


def _run(places: Places, index: sqlite3.Connection, place: Place, text: str) -> None:
    hand = (place.hand, "acme") if place.hand else None
    env = QueryEnv(
        places.setup, NOW, "anna", hand=hand, given=place.given, planned=place.planned, grouped=place.grouped
    )
    value = dated(value_at(scope_at(place.type, env, place.source), parse(text)))
    table = f'"{_table(place)}"'
    if value.family == "flag" and not place.grouped:
        sql = condition(scope_at(place.type, env, place.source), parse(text))
        rows = index.execute(f"SELECT r.id FROM {table} r WHERE {sql.text}", sql.params)  # noqa: S608
    else:
        rows = index.execute(f"SELECT {value.text} FROM {table} r", value.params)  # noqa: S608
    assert len(rows.fetchall()) <= 1


def _table(place: Place) -> str:
    if place.source:
        return {"log": "events", "moves": "moves"}[place.source]
    return f"{'rows' if place.type.embedded else 'rec'}_{place.type.plural}"


def test_a_broken_copy_is_told(places: Places) -> None:
    """The check is one: an expression with one wrong letter does not pass."""
    env = QueryEnv(places.setup, NOW)
    with pytest.raises(QueryError, match="order has no field `totel`"):
        compile_value("sum(orders.totel, is:won)", places.setup.types["customer"], env)
