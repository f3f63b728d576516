"""Conditions through collections, lists, rows, the log, any type: some element is so. Against the records by hand."""

from __future__ import annotations

import pytest

from crmcli.query.conditions import condition
from crmcli.query.env import LOG, MOVES
from crmcli.query.parser import parse
from tests.unit.query.example_scopes import scope_at
from tests.unit.query.shop import Shop

FOUND = [
    ("customer", "contacts.role:decider", ["acme"]),  # bolt's decider is archived
    ("customer", "-contacts.role:decider", ["bolt", "cold"]),
    ("customer", "contacts.role!=decider", ["bolt", "cold"]),
    ("customer", "contacts.archived:any", ["bolt"]),
    ("customer", "contacts:any", ["acme", "bolt"]),
    ("customer", "contacts:none", ["cold"]),
    ("customer", "contacts:amy", ["acme"]),
    ("customer", "deals.amount:2k..", ["bolt"]),
    ("customer", "deals.金额:2k..", ["bolt"]),
    ("customer", "商机.金额:2k..", ["bolt"]),
    ("customer", "deals.is:won", ["acme"]),
    ("customer", "deals.is:archived", ["bolt"]),
    ("customer", "deals.owner.boss:anna", ["acme"]),
    ("customer", "deals.owner.is:away", ["acme"]),
    ("customer", "deals.team:anna", ["bolt"]),
    ("customer", "deals.team.role:finance", ["acme", "bolt"]),
    ("customer", "deals.lines.product:leg", ["acme"]),
    ("customer", "deals.lines.product.name:Arm", ["acme"]),
    ("customer", "deals.lines.net>700", ["acme"]),
    ("customer", "deals.lines:any", ["acme"]),
    ("customer", "orders.payments.amount>500", ["acme"]),
    ("customer", "orders.total:none", ["cold"]),  # none is the exact opposite of any, also at the end of a path
    ("customer", "branches:any", ["acme"]),
    ("customer", "parent.tier:A", ["bolt"]),
    ("customer", "tasks.for:anna", ["acme"]),
    ("customer", "log.kind:call", ["acme"]),
    ("customer", "log.via:rule", ["acme"]),
    ("customer", "log.text:液压", ["acme"]),
    ("customer", "log.at:2026-08", ["bolt"]),
    ("customer", "log:none", ["cold"]),
    ("customer", "-log.direction:out", ["acme", "cold"]),
    ("customer", "log.campaign.budget:any", ["acme", "bolt"]),
    ("customer", "log.with.role:decider", ["acme"]),
    ("customer", "deals.moves.to:won", ["acme"]),
    ("customer", "count(deals)=0", ["cold"]),
    ("customer", "count(deals, owner.boss:anna)>0", ["acme"]),
    ("customer", "count(deals, lines.qty>1.8)>0", ["acme"]),
    ("customer", "sum(orders.total)>budget", []),
    ("customer", "revenue>=1000 first_order<2026-04", ["acme"]),
    ("deal", "people.role:decider", ["pump"]),
    ("deal", "team:bob", ["pump", "seal"]),
    ("deal", "team.boss:anna", ["pump", "seal"]),
    ("deal", "lines.discount:none", ["gone", "seal"]),
    ("deal", "lines.qty>1.8", ["pump"]),
    ("deal", "log.field:close", ["pump"]),
    ("deal", "log.field:none", ["gone", "seal"]),
    ("deal", "moves.to:won", ["valve"]),
    ("deal", "moves.to>=won", ["valve"]),
    ("deal", "moves.from:contact", ["pump", "valve"]),
    ("deal", "moves.days>9", ["valve"]),
    ("deal", "customer.contacts.role:user", ["gone", "pump", "seal", "valve"]),
    ("deal", "customer.revenue>1000", ["pump", "valve"]),
    ("deal", "stage.odds:20%..50%", ["gone", "pump", "seal"]),
    ("task", "on.owner:anna", ["t1", "t2"]),
    ("task", "on.customer.tier:A", ["t1"]),
    ("task", "on.customer:any", ["t1", "t3"]),
    ("task", "on.is:won", ["t2"]),
    ("task", "on.stage:proposal", ["t1"]),
    ("task", "on.amount:900..", ["t1"]),
    ("task", "on:acme", ["t2"]),
    ("task", "on.type:order", ["t3"]),
    ("task", "on.name:o4", ["t3"]),
    ("task", "on.lines.product:leg", ["t1"]),
    ("member", "is:away", ["bob"]),
    ("member", "-is:away", ["anna"]),
    ("member", "reports:any", ["anna"]),
    ("member", "todo.on.tier:A", ["anna"]),
    ("member", "team_deals.amount>2k", ["anna", "bob"]),
    ("campaign", "touches.kind:browse", ["fair"]),
    ("campaign", "touches:none", ["mail"]),
    ("contact", "meetings.by:bob", ["amy"]),
    ("product", "lines.deal.is:won", ["arm"]),
    ("product", "lines:none", ["rod"]),
]


@pytest.mark.parametrize(("kind", "words", "ids"), FOUND)
def test_finds(shop: Shop, kind: str, words: str, ids: list[str]) -> None:
    assert shop.find(kind, words) == ids


def test_every_filter_and_its_opposite_part_the_book(shop: Shop) -> None:
    for kind, words, ids in FOUND:
        everything = shop.find(kind, "id:any")
        assert sorted([*shop.find(kind, f"-({words})"), *ids]) == everything, words


def test_the_log_of_a_record_is_not_looked_for_in_all_events(shop: Shop) -> None:
    """Events are found by their ids; only what lines say in a field of their own is read line by line, once."""
    for words in (
        "count(log)>0",
        "log.kind:call",
        "count(moves, to:customer)>0",
        "deals.amount:5k..",
        "count(orders)>1",
    ):
        assert all("SCAN" not in step or " r" in step or "SCAN q" in step for step in _plan(shop, words)), words


def _plan(shop: Shop, words: str) -> list[str]:
    from crmcli.query.compile import compile_filter
    from crmcli.query.words import parse_words

    asked = compile_filter(parse_words([words]), shop.type("customer"), shop.env)
    sql = f'EXPLAIN QUERY PLAN SELECT r.id FROM "rec_customers" r WHERE {asked.text}'  # noqa: S608
    steps = [str(row[3]) for row in shop.book.index.rows(sql, asked.params)]
    return [step for step in steps if step not in ("SCAN CONSTANT ROW", "SCAN p", "SCAN part")]


def test_lines_and_stage_changes_as_tables(shop: Shop) -> None:
    def found(text: str, table: str, source: str) -> int:
        asked = condition(scope_at(shop.type("deal"), shop.env, source), parse(text))
        rows = shop.book.index.rows(f"SELECT count(*) FROM {table} r WHERE {asked.text}", asked.params)  # noqa: S608
        return int(rows[0][0])

    assert found("kind:browse page~'^/product'", "events", LOG) == 1
    assert found("field:close", "events", LOG) == 3
    assert found("on.customer.tier:A kind:visit", "events", LOG) == 1
    assert found("to:won", "moves", MOVES) == 1
    assert found("to>=proposal from:contact", "moves", MOVES) == 2
