"""The book that most tests of the query language ask."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping

import pytest

from crmcli.model.record import Value
from crmcli.model.schema import RecordType
from crmcli.query.compile import compile_filter
from crmcli.query.words import parse_words
from crmcli.store.book import open_book
from tests.unit.query.book import DEAL, ENV, Rows, make_index
from tests.unit.query.shop import NOW as SHOP_NOW
from tests.unit.query.shop import Shop, write_shop

Ask = Callable[..., list[str]]
Records = Mapping[str, Mapping[str, Value]]

MEMBERS: Records = {
    "anna-k2x81": {"name": "Anna Keller", "region": "West", "email": ["anna@acme.com"], "role": ["sales"]},
    "bob-12345": {"name": "Bob", "region": "East", "boss": "anna-k2x81", "role": ["sales", "finance"]},
}
CUSTOMERS: Records = {
    "acme-gmbh-7k3f9": {
        "name": "Acme-Tools GmbH",
        "lifecycle": "customer",
        "tier": "A",
        "sector": "software",
        "size": "120",
        "phone": ["+8613800138000"],
        "email": ["info@acme.com"],
        "domain": ["acme.com"],
        "region": "广东/深圳/南山",
        "country": "DE",
        "owner": "anna-k2x81",
        "contract": "2026-01-01..2026-12-31",
        "terms": "30d",
        "margin": "20%",
        "happy": "4",
        "newsletter": "yes",
        "open_at": "09:30",
        "checks": ["licence"],
        "geo": "22.54,114.06",
        "address": "{street: 南山路 1 号, city: 深圳}",
        "about": "Met at the fair.",
        "tags": ["vip", "intent/a"],
        "keys": ["hubspot:12345"],
        "aliases": ["old-acme"],
        "created": "2026-10-31T23:30:00+08:00",
        "touched": "2026-10-01T02:00:00Z",
        "by": "anna-k2x81",
        "via": "rule:welcome",
        "log": "wants a 液压 pump",
    },
    "a-li-ba-ba-2m8qd": {
        "name": "阿里巴巴",
        "tier": "C",
        "sector": "trade",
        "parent": "acme-gmbh-7k3f9",
        "newsletter": "no",
        "region": "广东",
        "country": "CN",
        "tags": ["intent/b"],
        "created": "2026-11-19T16:30:00Z",
        "via": "cli",
        "_pinyin": "alibaba",
        "_initials": "albb",
    },
    "mueller-aaaaa": {"name": "MÜLLER  Ｗerke", "archived": "2026-11-01", "owner": "bob-12345"},
}
DEALS: Records = {
    "renewal-11111": {
        "name": "Renewal",
        "customer": "acme-gmbh-7k3f9",
        "stage": "proposal",
        "amount": "12000.00 CNY",
        "close": "2026-11-27",
        "signed": "2026-11-20T09:00:00+08:00",
        "month": "2026-11",
        "months": ["2026-10", "2026-11"],
        "odds": "50%",
        "discount": "10%",
        "priority": "high",
        "owner": "anna-k2x81",
        "team": ["bob-12345"],
        "qty": "1.5",
        "scores": ["3", "7"],
        "created": "2026-10-01T08:00:00+08:00",
        "stage_since": "2026-11-10T02:00:00Z",
    },
    "pump-22222": {
        "name": "液压 pump",
        "customer": "a-li-ba-ba-2m8qd",
        "stage": "won",
        "amount": "1000.00 EUR",
        "close": "2026-10-02",
        "odds": "100%",
        "priority": "low",
        "owner": "bob-12345",
        "closed": "2026-10-02T03:00:00Z",
        "created": "2026-09-02T03:00:00Z",
    },
    "tender-33333": {"name": "Tender", "pipeline": "project", "stage": "survey", "close": "2026-11-19"},
}
TASKS: Records = {
    "call-1": {"text": "call", "on": "deals/renewal-11111", "due": "2026-11-25T09:00:00+08:00", "for": "anna-k2x81"},
    "mail-2": {"text": "mail", "on": "customers/acme-gmbh-7k3f9", "due": "2026-11-19T09:00:00+08:00", "stage": "done"},
    "ring-3": {"text": "ring", "on": "customers/a-li-ba-ba-2m8qd", "due": "2026-11-20T09:00:00+08:00"},
}
ROWS: Rows = {"members": MEMBERS, "customers": CUSTOMERS, "deals": DEALS, "tasks": TASKS, "notes": {}}


@pytest.fixture(scope="session")
def index() -> sqlite3.Connection:
    """The book's index."""
    return make_index(ROWS)


@pytest.fixture(scope="session")
def ask(index: sqlite3.Connection) -> Ask:
    """Ask a filter as it is typed; answers the first part of each id."""

    def answer(words: str, record_type: RecordType = DEAL) -> list[str]:
        asked = compile_filter(parse_words([words]), record_type, ENV)
        sql = f'SELECT r.id FROM "rec_{record_type.plural}" r WHERE {asked.text} ORDER BY r.id'  # noqa: S608
        return [row[0].split("-")[0] for row in index.execute(sql, asked.params)]

    return answer


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The dealer's book in its real index."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_NOW", SHOP_NOW)
        book = open_book(write_shop(tmp_path_factory.mktemp("shop")), me="anna")
        yield Shop(book)
