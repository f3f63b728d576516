# ruff: noqa: S608 - the tables are of this folder
"""Columns, sort keys and groups."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from crmcli.model.schema import RecordType
from crmcli.model.types import type_named
from crmcli.query.compile import compile_sort, compile_value
from crmcli.query.failures import QueryError
from crmcli.query.sql import SqlArgument
from tests.unit.query.book import CONTEXT, CUSTOMER, DEAL, ENV, TASK

Cell = SqlArgument


def column(index: sqlite3.Connection, text: str, record_type: RecordType, params: tuple[Cell, ...] = ()) -> list[Cell]:
    sql = f'SELECT {text} FROM "rec_{record_type.plural}" r ORDER BY r.id'
    return [row[0] for row in index.execute(sql, params)]


@pytest.mark.parametrize(
    ("path", "record_type", "family", "label", "cells"),
    [
        ("name", DEAL, "text", "名称", ["液压 pump", "Renewal", "Tender"]),
        ("amount", DEAL, "money", "金额", [700000, 1200000, None]),
        ("owner", DEAL, "reference", "owner", ["bob-12345", "anna-k2x81", None]),
        ("owner.region", DEAL, "text", "owner region", ["East", "West", None]),
        ("customer.sector", DEAL, "choice", "customer sector", ["trade", "software", None]),
        ("customer.owner.region", DEAL, "text", "customer owner region", [None, "West", None]),
        ("amount.currency", DEAL, "text", "金额 currency", ["EUR", "CNY", None]),
        ("quarter(close)", DEAL, "text", "quarter(close)", ["2026-q4"] * 3),
        ("month(close)", DEAL, "text", "month(close)", ["2026-10", "2026-11", "2026-11"]),
        ("week(close)", DEAL, "text", "week(close)", ["2026-w40", "2026-w48", "2026-w47"]),
        ("year(created)", DEAL, "text", "year(created)", ["2026", "2026", None]),
        ("month(created)", CUSTOMER, "text", "month(created)", ["2026-11", "2026-10", None]),
        ("day(created)", CUSTOMER, "text", "day(created)", ["2026-11-20", "2026-10-31", None]),
        ("stage", DEAL, "stage", "stage", ["won", "proposal", "survey"]),
        ("odds", DEAL, "number", "odds", [1000000, 500000, None]),
        ("amount*odds", DEAL, "money", "amount * odds", [700000.0, 600000.0, None]),
        ("weighted", DEAL, "money", "weighted", [700000.0, 600000.0, None]),
        ("net", DEAL, "money", "net", [None, 1080000.0, None]),
        ("stage_days", DEAL, "number", "stage_days", [None, 10, None]),
        ("late", DEAL, "flag", "late", [0, 0, 1]),
        ("type", DEAL, "text", "type", ["deal"] * 3),
        ("next_due", DEAL, "datetime", "next_due", [None, "2026-11-25T01:00:00Z", None]),
        ("next_due", CUSTOMER, "datetime", "next_due", ["2026-11-20T01:00:00Z", "2026-11-25T01:00:00Z", None]),
        ("tags", CUSTOMER, "text", "tags", ['["intent/b"]', '["intent/a","vip"]', None]),
        ("keys", CUSTOMER, "text", "keys", [None, '["hubspot:12345"]', None]),
        ("contract.end", CUSTOMER, "date", "contract end", [None, "2026-12-31", None]),
        ("if(is:won, amount)", DEAL, "money", "if(is:won, amount)", [700000, None, None]),
        ("is:won", DEAL, "flag", "is:won", [1, 0, 0]),
        ("close + 1mo", DEAL, "date", "close + 1mo", ["2026-11-02", "2026-12-27", "2026-12-19"]),
    ],
)
def test_values(
    index: sqlite3.Connection, path: str, record_type: RecordType, family: str, label: str, cells: list[Cell]
) -> None:
    value = compile_value(path, record_type, ENV)
    assert column(index, value.text, record_type, value.params) == cells
    assert (value.family, value.label) == (family, label)


def test_months_end_safely(index: sqlite3.Connection) -> None:
    for text, later in (("2026-01-31", "2026-02-28"), ("2024-01-31", "2024-02-29"), ("2026-03-31", "2026-04-30")):
        value = compile_value(f"{text} + 1mo", DEAL, ENV)
        assert index.execute(f"SELECT {value.text}", value.params).fetchone() == (later,)


def test_references_show_titles(index: sqlite3.Connection) -> None:
    assert column(index, compile_value("owner", DEAL, ENV).shown, DEAL) == ["Bob", "Anna Keller", None]
    assert column(index, compile_value("customer.owner", DEAL, ENV).shown, DEAL) == [None, "Anna Keller", None]
    assert column(index, compile_value("on", TASK, ENV).shown, TASK) == ["Renewal", "Acme-Tools GmbH", "阿里巴巴"]
    assert column(index, compile_value("by", CUSTOMER, ENV).shown, CUSTOMER) == [None, "Anna Keller", None]


@pytest.mark.parametrize(
    ("path", "stored"),
    [
        ("amount", ["1000.00 EUR", "12000.00 CNY", ""]),
        ("odds", ["100%", "50%", ""]),
        ("customer.contract", ["", "2026-01-01..2026-12-31", ""]),
        ("customer.terms", ["", "30d", ""]),
        ("customer.newsletter", ["no", "yes", ""]),
    ],
)
def test_raw_columns_make_the_stored_form(index: sqlite3.Connection, path: str, stored: list[str]) -> None:
    value = compile_value(path, DEAL, ENV)
    assert value.field is not None
    rows = index.execute(f"SELECT {', '.join(value.raw)} FROM rec_deals r ORDER BY r.id").fetchall()
    assert [type_named(value.field).from_index(row, value.field, CONTEXT) for row in rows] == stored


@pytest.mark.parametrize(
    ("words", "order"),
    [
        (["name"], ["renewal", "tender", "pump"]),
        (["-amount"], ["renewal", "pump", "tender"]),
        (["amount"], ["pump", "renewal", "tender"]),
        (["-close,name"], ["renewal", "tender", "pump"]),
        (["priority"], ["pump", "renewal", "tender"]),
        (["-priority"], ["renewal", "pump", "tender"]),
        (["stage"], ["tender", "renewal", "pump"]),
        (["owner"], ["renewal", "pump", "tender"]),
        (["owner.region", "-id"], ["pump", "renewal", "tender"]),
        (["-quarter(close)", "-close"], ["renewal", "tender", "pump"]),
        ([], ["pump", "renewal", "tender"]),
    ],
)
def test_orders(index: sqlite3.Connection, words: list[str], order: list[str]) -> None:
    sort = compile_sort(words, DEAL, ENV)
    rows = index.execute(f"SELECT r.id FROM rec_deals r ORDER BY {sort.text}", sort.params)
    assert [row[0].split("-")[0] for row in rows] == order


def test_days_are_those_of_the_zone() -> None:
    """The clocks of Berlin go back on 2026-10-25 at 01:00 UTC."""
    env = ENV._replace(now=datetime(2026, 11, 20, tzinfo=ZoneInfo("Europe/Berlin")))
    day = compile_value("day(created)", DEAL, env)
    base = sqlite3.connect(":memory:")
    for instant, local in (
        ("2026-10-24T21:59:59Z", "2026-10-24"),
        ("2026-10-24T22:00:00Z", "2026-10-25"),
        ("2026-10-25T22:30:00Z", "2026-10-25"),
        ("2026-10-25T23:00:00Z", "2026-10-26"),
        ("1999-01-01T23:00:00Z", "1999-01-02"),
    ):
        found = base.execute(f"SELECT {day.text} FROM (SELECT ? AS created) r", (instant,)).fetchone()
        assert found == (local,), instant


def test_every_day_lies_in_its_iso_week() -> None:
    week = compile_value("week(close)", DEAL, ENV)
    base = sqlite3.connect(":memory:")
    days = "WITH RECURSIVE d(close) AS (SELECT '2019-12-01' UNION ALL SELECT date(close, '+1 day') FROM d LIMIT 3000)"
    for day, written in base.execute(f"{days} SELECT close, {week.text} FROM d r"):
        year, number, _ = datetime.fromisoformat(day).isocalendar()
        assert written == f"{year}-w{number:02d}", day


@pytest.mark.parametrize(
    "path", ["team.region", "deals.amount", "owner.nobody", "close.end", "on.name", "name + 1", "sum(x)"]
)
def test_refuses(path: str) -> None:
    with pytest.raises(QueryError):
        compile_value(path, DEAL, ENV)
