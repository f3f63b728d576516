"""Tags that a filter keeps: asked like any other, wherever a tag is asked."""

from __future__ import annotations

import pytest

from crmcli.model.schema import DynamicTag, Setup
from crmcli.query.compile import QueryEnv, compile_filter
from crmcli.query.in_files import FileExpressionError
from crmcli.query.words import parse_words
from tests.unit.query.shop import Shop

TAGS = {
    "big": ("customer", "revenue>=1000", ""),
    "active": ("customer", "count(log, at:2026-10-05..)>0", "tier:B"),
    "top": ("customer", "+big +vip", "+cold"),
    "cold": ("customer", "log:none", ""),
    "意向/高": ("customer", "deals.stage:proposal", ""),
    "sales/hot": ("customer", "revenue>=1000", ""),
    "urgent": ("deal", "priority:urgent", ""),
    "loop": ("customer", "+pool", ""),
    "pool": ("customer", "tier:A OR tags:loop", ""),
    "wrong": ("customer", "revenu>5", ""),
}


def env_of(shop: Shop) -> QueryEnv:
    setup: Setup = shop.book.setup._replace(
        tags={name: DynamicTag(name, of, {}, where, but, "rules/tags.toml") for name, (of, where, but) in TAGS.items()}
    )
    return shop.env._replace(setup=setup, tags=frozenset(["vip", "意向/低"]))


FOUND = [
    ("customer", "+big", ["acme"]),
    ("customer", "-big", ["bolt", "cold"]),
    ("customer", "+BIG", ["acme"]),
    ("customer", "-Big", ["bolt", "cold"]),
    ("customer", "tags:big", ["acme"]),
    ("customer", "+active", ["acme"]),
    ("customer", "+top", ["acme"]),
    ("customer", "+意向", ["acme"]),
    ("customer", "+意向/高", ["acme"]),
    ("customer", "tags:any", ["acme", "cold"]),
    ("customer", "tags:none", ["bolt"]),
    ("customer", "count(deals, +urgent)=1", ["acme"]),
    ("customer", "count(deals, +Urgent)=1", ["acme"]),
    ("customer", "+Sales", ["acme"]),
    ("customer", "+sales/HOT", ["acme"]),
    ("deal", "customer.tags:big", ["pump", "valve"]),
    ("deal", "+urgent", ["valve"]),
    ("deal", "+big", []),  # a tag of customers
]


@pytest.mark.parametrize(("kind", "words", "ids"), FOUND[:9] + FOUND[11:])
def test_finds(shop: Shop, kind: str, words: str, ids: list[str]) -> None:
    assert shop.find(kind, words, **env_of(shop)._asdict()) == ids


@pytest.mark.parametrize(("kind", "words", "ids"), FOUND[9:11])
def test_any_tag_at_all(shop: Shop, kind: str, words: str, ids: list[str]) -> None:
    env = env_of(shop)
    tags = {name: tag for name, tag in env.setup.tags.items() if name not in ("loop", "pool", "wrong")}
    env = env._replace(setup=env.setup._replace(tags=tags))
    assert shop.find(kind, words, **env._asdict()) == ids


def test_a_cycle_is_refused(shop: Shop) -> None:
    with pytest.raises(FileExpressionError) as told:
        shop.find("customer", "+loop", **env_of(shop)._asdict())
    assert told.value.sentence == "rules/tags.toml: these need each other: +loop → +pool → +loop"


def test_a_tag_that_cannot_be_asked_says_its_file(shop: Shop) -> None:
    with pytest.raises(FileExpressionError) as told:
        shop.find("customer", "+wrong", **env_of(shop)._asdict())
    assert str(told.value) == "rules/tags.toml: customer has no field `revenu`\n  revenu>5\n  ^"
    assert told.value.nearest == "revenue"


def test_a_mistyped_dynamic_tag_is_suggested(shop: Shop) -> None:
    asked = compile_filter(parse_words(["+activ"]), shop.type("customer"), env_of(shop))
    assert asked.warnings == ("no record has the tag activ; did you mean active?",)


@pytest.mark.parametrize("words", ["+BIG", "+Sales", "+VIP"])
def test_a_tag_in_another_letter_case_is_no_unknown_one(shop: Shop, words: str) -> None:
    assert compile_filter(parse_words([words]), shop.type("customer"), env_of(shop)).warnings == ()
