"""`{path}`: of the row itself, of the record named as at hand, of what an engine gives; compared by value."""

from __future__ import annotations

import pytest

from crmcli.model.schema import DynamicTag, Field
from crmcli.query.env import QueryEnv
from crmcli.query.fields import UnknownFieldError
from crmcli.query.value_sql import ValueSql
from tests.unit.query.shop import Shop

OF_THE_ROW = [
    ("customer", "deals.amount>{budget}", ["bolt"]),
    ("customer", "count(deals, amount<{budget})>1", ["acme"]),
    ("customer", "count(contacts, customer.name:{name})=2", ["acme"]),
    ("deal", "amount:{customer.budget}..", ["gone", "seal"]),
    ("deal", "amount:..{customer.budget}", ["pump", "valve"]),
    ("deal", "amount:500..{customer.budget}", ["pump", "valve"]),
    ("deal", "count(customer.deals, owner:{owner} id!={id})>0", []),
    ("deal", "count(customer.deals, id!={id})>0", ["gone", "pump", "valve"]),
    ("deal", "owner:{customer.owner}", ["pump"]),
    ("deal", "owner={customer.owner}", ["pump"]),
    ("deal", "-owner:{customer.owner}", ["gone", "seal", "valve"]),
    ("deal", "owner:{team}", ["seal"]),
    ("deal", "team:{customer.owner}", ["seal"]),
    ("deal", "count(customer.deals, priority>{priority})>0", ["pump"]),
    ("deal", "close:{span}", []),
    ("deal", "span:{close}", []),
    ("deal", "span:{span}", ["pump"]),
    ("task", "on:{for.boss}", []),
]
AT_HAND = [
    ("member", "within({region}, regions)", ("customer", "acme"), ["anna"]),
    ("member", "id:{owner}", ("customer", "bolt"), ["bob"]),
    ("member", "count(customers, tier:{tier})>0", ("customer", "bolt"), ["bob"]),
    ("customer", "owner:{owner} id!={id}", ("deal", "seal"), ["acme"]),
    ("customer", "name:{name}", ("customer", "bolt"), ["bolt"]),
    ("task", "on:{customer}", ("deal", "pump"), ["t2"]),
    ("customer", "region:{regions}", ("member", "anna"), ["acme"]),
    ("deal", "close:{away.end}..", ("member", "bob"), ["pump"]),
    ("deal", "owner:{owner}", ("deal", "nobody"), []),
    ("deal", "owner!={owner}", ("deal", "nobody"), ["gone", "pump", "seal", "valve"]),
]


@pytest.mark.parametrize(("kind", "words", "ids"), OF_THE_ROW)
def test_of_the_row_itself(shop: Shop, kind: str, words: str, ids: list[str]) -> None:
    assert shop.find(kind, words) == ids


@pytest.mark.parametrize(("kind", "words", "hand", "ids"), AT_HAND)
def test_of_a_record_at_hand(shop: Shop, kind: str, words: str, hand: tuple[str, str], ids: list[str]) -> None:
    assert shop.find(kind, words, hand=hand) == ids


def test_a_value_with_signs_of_the_language_is_only_a_value(shop: Shop) -> None:
    """Nothing at hand is read as an expression or as SQL."""
    named = ValueSql("""'x'' OR name:any'""")
    assert shop.find("customer", "name:{who}", given={"who": named}) == []
    assert shop.find("customer", "id!={id}", hand=("customer", "x' OR '1'='1")) == ["acme", "bolt", "cold"]


def test_given_names(shop: Shop) -> None:
    started = ValueSql("'2026-11-11T00:00:00Z'", family="datetime")
    assert shop.find("customer", "count(log, kind:call at>={started})>0", given={"started": started}) == ["acme"]
    assert shop.find("customer", "count(log, kind:visit at>={started})>0", given={"started": started}) == []
    other = ValueSql("'acme'", family="reference", reference="customer")
    assert shop.find("customer", "owner!=other.owner", given={"other": other}) == ["bolt", "cold"]
    assert shop.find("customer", "owner:{other.owner}", given={"other": other}) == ["acme"]
    score = ValueSql("7", family="number")
    assert shop.find("customer", "fit>=6 tier:A", given={"fit": score}) == ["acme"]


def test_an_unknown_name_says_where_it_was_looked_up(shop: Shop) -> None:
    env: QueryEnv = shop.env
    assert env.hand is None
    with pytest.raises(UnknownFieldError, match="deal has no field `ownr`"):
        shop.find("customer", "owner:{ownr}", hand=("deal", "pump"))


def test_in_a_tag_the_record_at_hand_is_the_one_that_is_tagged(shop: Shop) -> None:
    """Asked of a customer's deals, `{amount}` is the deal's, not the customer's."""
    rule = DynamicTag("top", "deal", {}, "count(customer.deals, amount>{amount})=0", "", "rules/tags.toml")
    setup = shop.book.setup._replace(tags={"top": rule})
    assert shop.find("deal", "+top -is:archived", setup=setup) == ["pump", "seal"]
    assert shop.find("customer", "count(deals, +top)=1", setup=setup) == ["acme", "bolt"]
    assert shop.find("customer", "deals.tags:top", setup=setup) == ["acme", "bolt"]


def test_in_a_computed_field_it_is_the_one_that_has_the_field(shop: Shop) -> None:
    deal = shop.type("deal")
    rank = Field("rank", "int", calc="count(customer.deals, amount>{amount})")
    setup = shop.book.setup._replace(
        types={**shop.book.setup.types, "deal": deal._replace(fields={**deal.fields, "rank": rank})}
    )
    assert shop.find("customer", "count(deals, rank=0)=1", setup=setup) == ["acme", "bolt"]
