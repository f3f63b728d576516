"""What filters find in the book of conftest.py; it is Friday 2026-11-20, 14:03 in Shanghai, and anna asks."""

from __future__ import annotations

import pytest

from crmcli.model.schema import RecordType
from crmcli.query.compile import asks_archived, compile_filter
from crmcli.query.words import parse_words
from tests.unit.query.book import CUSTOMER, DEAL, ENV, MEMBER, TASK
from tests.unit.query.conftest import Ask

NOBODY: list[str] = []
R, P, T = "renewal", "pump", "tender"
A, L, M = "acme", "a", "mueller"

DEALS: list[tuple[str, list[str]]] = [
    # stages and states
    ("stage:proposal", [R]),
    ("stage:PROPOSAL,won", [P, R]),
    ("stage:方案报价", [R]),
    ("stage<proposal", [T]),
    ("stage>=proposal", [P, R]),
    ("stage:contact..negotiation", [R]),
    ("stage=won", [P]),
    ("stage!=won", [R, T]),
    ("is:open", [R, T]),
    ("is:won", [P]),
    ("is:closed", [P]),
    ("-is:closed", [R, T]),
    ("is:hold,lost", NOBODY),
    ("is:mine", [R]),
    ("is:late", [T]),
    ("late", [T]),
    ("late:no", [P, R]),
    ("stage_days>=10", [R]),
    ("stage_since<-7d", [R]),
    ("closed:2026-q4", [P]),
    # numbers and money; 1000 EUR are 7000 CNY here
    ("amount:5k..", [P, R]),
    ("amount:5k..10k", [P]),
    ("amount>1.2万", NOBODY),
    ("amount>=1.2万", [R]),
    ("amount=7k", [P]),
    ("amount:7000,12000", [P, R]),
    ("amount>=7kCNY", [P, R]),
    ("amount.currency:EUR", [P]),
    ("amount.currency=EUR", [P]),
    ("amount.currency!=EUR", [R, T]),
    ("amount.currency:eur", [P]),
    ("amount:none", [T]),
    ("10k<amount", [R]),
    ("discount>5%", [R]),
    ("discount:10%", [R]),
    ("discount!=10%", [P, T]),
    ("odds:..60%", [R]),
    ("odds>0.5", [P]),
    ("qty:1.5", [R]),
    ("qty<2", [R]),
    ("scores:7", [R]),
    ("scores>6", [R]),
    ("amount * odds >= 6000", [P, R]),
    ("amount*odds>=6001", [P]),
    ("weighted>=6001", [P]),
    ("net<amount", [R]),
    ("amount / 2 = 6000", [R]),
    ("amount - 2000 > 9k", [R]),
    ("amount / 0 = 1", NOBODY),
    ("if(is:won, amount, 0)>0", [P]),
    ("if(is:won, 1, is:open, 2, 3)=2", [R, T]),
    ("abs(discount - 20%)=10%", [R]),
    ("round(qty)=2", [R]),
    ("min(odds, 60%)=0.5", [R]),
    # dates
    ("close:..today", [P, T]),
    ("close:today..fri", [R]),
    ("close:2026-q4", [P, R, T]),
    ("close:2026-11", [R, T]),
    ("close:2026-w47", [T]),
    ("close<2026-11", [P]),
    ("close>2026-10", [R, T]),
    ("close>=2026-10", [P, R, T]),
    ("close<=2026-10", [P]),
    ("close:yesterday", [T]),
    ("close<-30d", [P]),
    ("close:-30d..+7d", [R, T]),
    ("close:下周五", [R]),
    ("close=2026", [P, R, T]),
    ("today>close", [P, T]),
    ("today - close > 30d", [P]),
    ("close - today <= 1w", [P, R, T]),
    ("close + 1mo < today", [P]),
    ("signed:today", [R]),
    ("signed<now", [R]),
    ("signed:..-1h", [R]),
    ("signed<2026-11-20@09:00", NOBODY),
    ("signed:2026-11-20T09:00", [R]),
    ("signed>close", NOBODY),
    ("signed<close", [R]),
    ("signed - 1d < created + 60d", [R]),
    ("created<close", [P, R]),
    ("close - created > 50d", [R]),
    ("month:2026-q4", [R]),
    ("month<2026-12", [R]),
    ("month:2026-12", NOBODY),
    ("month:2026-11", [R]),
    ("month:2026-11-20", [R]),
    ("month=2026-11", [R]),
    ("month:..2026-11", [R]),
    ("month:2026-11..", [R]),
    ("month>2026-11", NOBODY),
    ("month>=2026-11", [R]),
    ("month<=2026-11", [R]),
    ("month<2026-11", NOBODY),
    ("month>2026-10", [R]),
    ("close=month", [R]),  # a month beside a date stands for all its days
    ("month=close", [R]),
    ("signed=month", [R]),
    ("close:{month}", [R]),
    ("close>=month", [R]),
    ("close<=month", [R]),
    ("close>month", NOBODY),
    ("close<month", NOBODY),
    ("created<month", [R]),  # the first of October
    ("month>created", [R]),
    ("week(month)='2026-w44'", [R]),  # of its first day, a Sunday
    ("quarter(month)='2026-q4'", [R]),
    ("if(is:open, month)=2026-11", [R]),
    ("months:2026-11", [R]),
    ("months:2026-q4", [R]),
    ("months<2026-11", [R]),
    ("months:2026-09", NOBODY),
    ("quarter(close)='2026-q4'", [P, R, T]),
    ("month(close)='2026-10'", [P]),
    # references
    ("owner:me", [R]),
    ("owner!=me", [P, T]),
    ("owner=me", [R]),
    ("owner:bob", [P]),
    ("owner=bob", [P]),
    ("owner='Anna Keller'", [R]),
    ("owner:anna@acme.com", [R]),
    ("owner:me,none", [R, T]),
    ("owner:any", [P, R]),
    ("customer:acme-gmbh-7k3f9", [R]),
    ("customer:acme", [R]),
    ("customer:acmetools", [R]),
    ("customer:old-acme", [R]),
    ("customer:13800138000", [R]),
    ("customer:albb", [P]),
    ("customer:阿里", [P]),
    ("customer:customers/acme-gmbh-7k3f9.md", [R]),
    ("customer:nobody", NOBODY),
    ("-customer:acme", [P, T]),
    ("team:bob", [R]),
    ("team:none", [P, T]),
    ("customer.sector:软件", [R]),
    ("customer.sector!=software", [P, T]),
    ("customer.tier<=B", [R]),
    ("customer.owner:me", [R]),
    ("customer.owner.region:west", [R]),
    ("customer.owner:none", [P, T]),
    ("customer.lifecycle>lead", [R]),
    ("customer.is:won", [R]),
    ("customer.tags:vip", [R]),
    ("team.region:East", [R]),
    ("team.boss:me", [R]),
    ("owner=customer.owner", [R]),
    ("priority>customer.tier", [R]),
    ("next_due:any", [R]),
    ("customer.next_due:..today", [P]),
    # choices
    ("priority:high", [R]),
    ("priority>=high", [R]),
    ("priority<normal", [P]),
    ("priority:normal..urgent", [R]),
    ("priority!=low", [R, T]),
    # texts
    ("name:renew", [R]),
    ("name:液压", [P]),
    ("name='Renewal'", [R]),
    ("name='renewal'", NOBODY),
    ("name~'^[RT]'", [R, T]),
    ("rival:any", NOBODY),
    ("名称:tender", [T]),
    # junctions
    ("is:open amount:any", [R]),
    ("is:won OR stage:survey", [P, T]),
    ("(is:won OR stage:survey) owner:any", [P]),
    ("NOT (is:won OR stage:survey)", [R]),
    ("-amount>10k", [P, T]),
    ("-(discount>5%) -(discount<=5%)", [P, T]),
    ("id:tender-33333", [T]),
    ("type:deal", [P, R, T]),
    ("amount:(net / 0.9)", [R]),
]

CUSTOMERS: list[tuple[str, list[str]]] = [
    ("lifecycle:lead", [L, M]),
    ("lifecycle<customer", [L, M]),
    ("等级:A", [A]),
    ("tier:a,c", [L, A]),
    ("size:100..200", [A]),
    ("phone:+86-138-0013-8000", [A]),
    ("phone:13800138000", [A]),
    ("email:INFO", [A]),
    ("domain:acme.com", [A]),
    ("region:广东", [L, A]),
    ("region:广东/深圳", [A]),
    ("region=广东", [L]),
    ("region!=广东", [A, M]),
    ("country:DE,CN", [L, A]),
    ("country:Germany", [A]),
    ("parent:acme", [L]),
    ("parent.name:acme", [L]),
    ("contract:2026-12..2027-01", [A]),
    ("contract:2027", NOBODY),
    ("contract<2027", [A]),
    ("contract.end:2026-12", [A]),
    ("contract:any", [A]),
    ("terms<=30d", [A]),
    ("terms<1mo", [A]),
    ("margin>=20%", [A]),
    ("happy>3", [A]),
    ("newsletter", [A]),
    ("newsletter:no", [L]),
    ("newsletter=no", [L]),
    ("-newsletter:yes", [L, M]),
    ("open_at:9:00..10:00", [A]),
    ("open_at<9:00", NOBODY),
    ("checks:licence", [A]),
    ("checks:none", [L, M]),
    ("geo:any", [A]),
    ("address.city:深圳", [A]),
    ("about:FAIR", [A]),
    ("name:acmetools", [A]),
    ("name:müller", [M]),
    ("name:'werke'", [M]),
    ("+vip", [A]),
    ("+VIP", [A]),
    ("-vip", [L, M]),
    ("+intent", [L, A]),
    ("+intent/a", [A]),
    ("tags:intent,vip", [L, A]),
    ("tags:none", [M]),
    ("keys:hubspot:12345", [A]),
    ("aliases:old", [A]),
    ("archived:any", [M]),
    ("is:archived", [M]),
    ("-is:archived", [L, A]),
    ("archived:2026-11", [M]),
    ("by:me", [A]),
    ("by:none", [L, M]),
    ("via:rule", [A]),
    ("via:rule:welcome", [A]),
    ("via:cli", [L]),
    ("touched:..-30d", [A]),
    ("touched:none", [L, M]),
    ("-touched:-30d..", [L, A, M]),
    ("created:2026-10-31", [A]),
    ("created:2026-11-20", [L]),
    ("created:today", [L]),
    ("day(created)='2026-11-20'", [L]),
    ("next_due:any", [L, A]),
    ("next_due<today", NOBODY),
    ("next_due:today", [L]),
    ("owner.role:sales", [A, M]),
    ("owner.role:finance", [M]),
    ("pump", [A]),
    ("液压", [A]),
    ("-液压", [L, A, M]),  # `-word` is a tag
    ('-"液压"', [L, M]),
    ('-"pump" gmbh', NOBODY),
    ("acme-tools", [A]),
    ("50%", NOBODY),
]


@pytest.mark.parametrize(("words", "found"), DEALS, ids=[words for words, _ in DEALS])
def test_deals(ask: Ask, words: str, found: list[str]) -> None:
    assert ask(words) == found


@pytest.mark.parametrize(("words", "found"), CUSTOMERS, ids=[words for words, _ in CUSTOMERS])
def test_customers(ask: Ask, words: str, found: list[str]) -> None:
    assert ask(words, CUSTOMER) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("on:deals/renewal-11111", ["call"]),
        ("on:acme", ["mail"]),
        ("on:customers/acme", ["mail"]),
        ("is:late", ["ring"]),
        ("is:mine", ["call"]),
        ("due:today", ["ring"]),
        ("due:..today is:open", ["ring"]),
        ("on:none", []),
    ],
)
def test_tasks(ask: Ask, words: str, found: list[str]) -> None:
    assert ask(words, TASK) == found


def test_every_filter_and_its_opposite_part_the_book(ask: Ask) -> None:
    for record_type, cases in ((DEAL, DEALS), (CUSTOMER, CUSTOMERS)):
        everything = ask("id:any", record_type)
        for words, found in cases:
            if words.startswith("-") or words.replace("-", "").isalpha() or "%" in words[:3]:
                continue
            assert sorted(ask(f"NOT ({words})", record_type) + found) == sorted(everything), words


def test_no_words_ask_for_all() -> None:
    assert parse_words([]) is None
    assert parse_words(["", " "]) is None
    assert compile_filter(None, DEAL, ENV).text == "1"


def test_nobody_asks() -> None:
    nobody = ENV._replace(me="")
    for words in ("owner:me", "is:mine", "owner=me"):
        tree = parse_words([words])
        assert compile_filter(tree, DEAL, nobody).text == "0", words
    assert "IS NOT TRUE" in compile_filter(parse_words(["owner!=me"]), DEAL, nobody).text


def test_unknown_tags_only_warn() -> None:
    asked = compile_filter(parse_words(["+vpi", "-churned", "+intent"]), CUSTOMER, ENV)
    assert asked.warnings == ("no record has the tag vpi; did you mean vip?",)


def test_tags_may_come_from_a_function() -> None:
    env = ENV._replace(tags=lambda: {"vip"})
    assert compile_filter(parse_words(["+vip"]), CUSTOMER, env).warnings == ()


@pytest.mark.parametrize(
    ("words", "speaks"),
    [
        ("is:archived", True),
        ("-is:archived,won", True),
        ("a OR archived:2026", True),
        ("archived>2026", True),
        ("is:won", False),
        ("name:archived", False),
        ("archived", False),
    ],
)
def test_knows_when_a_filter_speaks_of_archiving(words: str, speaks: bool) -> None:
    assert asks_archived(parse_words([words])) is speaks


@pytest.mark.parametrize("record_type", [CUSTOMER, DEAL, TASK, MEMBER])
def test_values_are_bound_never_written(record_type: RecordType) -> None:
    for evil in ("x'); DROP TABLE tags; --", 'x" OR 1', "1 -- ?"):
        asked = compile_filter(parse_words([f'"{evil.replace(chr(34), chr(34) * 2)}"']), record_type, ENV)
        assert evil not in asked.text
        assert asked.text.count("?") == len(asked.params)
