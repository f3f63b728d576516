"""`old.` and `changed()` on a plan's tables, filled by hand as the planning engine fills them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crmcli.query.compile import compile_filter
from crmcli.query.items import NotKeptError
from crmcli.query.parser import parse
from crmcli.query.step import OldCollectionError
from tests.unit.query.shop import Shop

OLD: dict[str, dict[str, dict[str, object]]] = {
    "deals": {"pump": {"stage": "contact", "close": "2026-11-10", "amount": 90000, "amount.book": 90000,
                       "amount.currency": "CNY", "owner": "bob", "team": '["bob"]', "_kind": "open", "people": '["ben"]'},
              "seal": {}},
    "members": {"bob": {"name": "Robert", "_fold": "robert", "boss": None}},
    "customers": {},
    "contacts": {}, "orders": {"o1": {"total.book": 999, "customer": "acme", "_kind": "won"}},
}  # fmt: skip
"""What deals/pump, members/bob and orders/o1 were; deals/seal is being made."""


@pytest.fixture
def planned(shop: Shop) -> Iterator[Shop]:
    connection = shop.book.index.connection
    for plural, rows in OLD.items():
        connection.execute(f'CREATE TEMP TABLE "old_{plural}" AS SELECT * FROM "rec_{plural}" WHERE 0')  # noqa: S608
        for name, fields in rows.items():
            columns = ", ".join(f'"{column}"' for column in ("id", *fields))
            marks = ", ".join("?" * (len(fields) + 1))
            connection.execute(
                f'INSERT INTO temp."old_{plural}" ({columns}) VALUES ({marks})',  # noqa: S608
                (name, *fields.values()),
            )
    yield shop
    for plural in OLD:
        connection.execute(f'DROP TABLE temp."old_{plural}"')


FOUND = [
    ("old.stage:contact", ["gone", "pump"]),  # the others are what they are; seal was nothing
    ("old.stage:none", ["seal"]),
    ("stage!=old.stage", ["pump", "seal"]),
    ("changed(stage)", ["pump", "seal"]),
    ("changed(priority)", ["pump"]),
    ("changed(close)", ["pump"]),
    ("changed(name)", ["pump", "seal"]),
    ("close>old.close", ["pump"]),
    ("old.is:open", ["gone", "pump"]),
    ("amount > old.amount * 1.1", ["pump"]),
    ("amount - old.amount = 100", ["pump"]),
    ("changed(amount)", ["pump", "seal"]),
    ("changed(team)", ["seal"]),
    ("old.team:bob", ["pump"]),
    ("old.people.name:ben", ["pump"]),
    ("people.name:ben", []),
    ("old.owner:bob", ["pump", "valve"]),
    ("old.owner.name:Robert", ["pump", "valve"]),
    ("old.owner.boss:any", []),
    ("owner.boss:any", ["valve"]),
    ("old.customer.revenue>700", ["valve"]),  # pump's customer was empty in the plan's table
    ("count(customer.deals, owner:{old.owner})>0", ["pump", "valve"]),
    ("-changed(stage) -is:archived", ["valve"]),
]


@pytest.mark.parametrize(("words", "ids"), FOUND)
def test_finds(planned: Shop, words: str, ids: list[str]) -> None:
    kind = planned.type("deal")
    asked = compile_filter(parse(words), kind, planned.env._replace(planned=True))
    rows = planned.book.index.rows(f'SELECT r.id FROM "rec_deals" r WHERE {asked.text}', asked.params)  # noqa: S608
    assert sorted(str(row[0]) for row in rows) == ids


def test_says_which_tables_it_needs(planned: Shop) -> None:
    env = planned.env._replace(planned=True)
    assert compile_filter(parse("old.owner.boss:any changed(close)"), planned.type("deal"), env).old == (
        "deals",
        "members",
    )
    assert compile_filter(parse("close:any"), planned.type("deal"), env).old == ()


def test_computed_fields_of_then(planned: Shop) -> None:
    """What the customer's revenue was, with an order as it was."""
    value = planned.value("customer", "acme", "old.revenue", planned=True)
    assert value == 999 + 70050
    assert planned.find("customer", "changed(revenue)", planned=True) == ["acme"]


@pytest.mark.parametrize("words", ["old.log.kind:call", "old.lines.qty>1", "old.moves:any", "count(log, old.text:x)>0",
                                   "sum(old.lines.net)>1", "old.listed>5"])  # fmt: skip
def test_what_keeps_no_former_state(planned: Shop, words: str) -> None:
    with pytest.raises(OldCollectionError):
        planned.find("deal", words, planned=True)


@pytest.mark.parametrize("words", ["old.tags:vip"])
def test_tags_before_are_not_kept(planned: Shop, words: str) -> None:
    with pytest.raises(NotKeptError):
        planned.find("deal", words, planned=True)
