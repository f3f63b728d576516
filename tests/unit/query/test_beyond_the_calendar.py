"""A value no function has an answer for makes that answer empty, and never a list fail: years far off, numbers too great."""

from __future__ import annotations

import sqlite3

import pytest

from crmcli.model.schema import Hours
from crmcli.query.compile import compile_value
from crmcli.store.index.connection import open_connection
from tests.unit.query.book import CUSTOMER, DEAL, ENV, SETUP, make_index

OFFICE = Hours("office", (((540, 720), (780, 1020)),) * 5 + ((), ()))  # 7 h a day
WITH_HOURS = ENV._replace(setup=SETUP._replace(config=SETUP.config._replace(hours={"office": OFFICE})))
CLOSES = {"last-1": "9999-12-31", "first-2": "0001-01-01", "near-3": "2026-11-23", "old-4": "1900-01-01"}


@pytest.fixture(scope="module")
def index() -> sqlite3.Connection:
    deals = {
        key: {"close": close, "customer": "acme-1", "created": "2026-11-20T09:00:00+08:00"}
        for key, close in CLOSES.items()
    }
    return make_index({"customers": {"acme-1": {"name": "Acme"}}, "deals": deals})


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("(close - today) / 1wh", {"near-3": 7.0}),  # today is the Friday before
        ("today - close > 3wd", dict.fromkeys(CLOSES, 0)),  # in no case true: over a century is not counted
        ("close + 8wd", {"near-3": "2026-12-03", "first-2": "0001-01-11", "old-4": "1900-01-11"}),
        ("months(close - today)", {"last-1": 95677, "first-2": -24310, "near-3": 0, "old-4": -1522}),
        ("months(close - created)", {"last-1": 95677, "first-2": -24310, "near-3": 0, "old-4": -1522}),
    ],
)
def test_one_odd_date_leaves_the_others(index: sqlite3.Connection, expression: str, found: dict[str, object]) -> None:
    value = compile_value(expression, DEAL, WITH_HOURS)
    rows = dict(index.execute(f"SELECT r.id, {value.text} FROM rec_deals r", value.params).fetchall())  # noqa: S608
    assert rows == dict.fromkeys(CLOSES) | found


def test_a_weight_too_great_for_a_number_does_not_count(index: sqlite3.Connection) -> None:
    value = compile_value("decay(deals.close, 3d)", CUSTOMER, ENV)
    row = index.execute(f"SELECT {value.text} FROM rec_customers r", value.params).fetchone()  # noqa: S608
    ahead = 3 - (14 * 60 + 3) / 1440  # days from now to the beginning of the 23rd; those long past weigh nothing
    assert row[0] == pytest.approx(2 ** (ahead / 3))


@pytest.mark.parametrize(
    "asked",
    [
        "crm_power(0.5, -3000)",
        "crm_exact('=1e200 =1e200 *', 1)",
        """crm_local('9999-12-31T23:00:00Z', '["Asia/Shanghai",null]')""",
        """crm_later('9999-12-31', '1mo', 1, '["UTC",null]')""",
        "crm_months('no day', '2026-11-20')",
    ],
)
def test_no_answer_is_empty(asked: str) -> None:
    assert open_connection(None).execute(f"SELECT {asked}").fetchone() == (None,)
