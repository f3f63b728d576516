"""A period that is open on one side lies in everything on that side (docs/reference/fields.md, period)."""

from __future__ import annotations

import sqlite3

import pytest

from crmcli.query.compile import compile_filter
from crmcli.query.env import Scope
from crmcli.query.operators.none import OnlyFilledError
from crmcli.query.operators.period import matches
from crmcli.query.tree import Word
from crmcli.query.value_sql import ValueSql
from crmcli.query.words import parse_words
from tests.unit.query.book import CUSTOMER, DEAL, ENV, SETUP, TASK, field, make_index

CONTRACTS = {
    "until": "..2026-11-30",
    "since": "2026-11-20..",
    "both": "2026-01-01..2026-11-20",
}
FOUND = [
    ("contract:today", ["both", "since", "until"]),
    ("contract:2025", ["until"]),
    ("contract:2027", ["since"]),
    ("contract:2026-12..", ["since"]),
    ("contract:..2026-10", ["both", "until"]),
    ("contract:2026-11-21..2026-11-30", ["since", "until"]),
    ("contract<2026-12", ["both", "until"]),
    ("contract>2026-10", ["since"]),
    ("-contract:2025", ["both", "none", "since"]),
    ("contract:any", ["both", "since", "until"]),
    ("contract:{contract}", ["both", "since", "until"]),
    ("term:2025", ["until"]),  # computed
    ("term:{contract}", ["both", "since", "until"]),
    ("term<2026-12", ["both", "until"]),
    ("term.start:none term:any", ["until"]),
    ("term.end<2026-11-30", ["both"]),
    ("running:2027", ["since"]),
    ("if(contract.end:any, contract):2025", ["until"]),
]
TERM = field("term", "period", calc="contract")
RUNNING = field("running", "period", calc="if(contract.end:none, term)")
KIND = CUSTOMER._replace(fields={**CUSTOMER.fields, "term": TERM, "running": RUNNING})
COMPUTED = ENV._replace(setup=SETUP._replace(types={**SETUP.types, "customer": KIND}))


@pytest.mark.parametrize(("words", "found"), FOUND)
def test_open_ends(words: str, found: list[str]) -> None:
    records = {name: {"contract": contract} for name, contract in CONTRACTS.items()} | {"none": {}}
    index = make_index({"customers": records})
    asked = compile_filter(parse_words([words]), KIND, COMPUTED)
    sql = f"SELECT r.id FROM rec_customers r WHERE {asked.text} ORDER BY r.id"  # noqa: S608
    assert [row[0] for row in index.execute(sql, asked.params)] == found


def test_the_period_of_a_record_of_any_type(index: sqlite3.Connection) -> None:
    """A task is on a deal, whose contract is its customer's, or on a customer."""
    through = DEAL._replace(fields={**DEAL.fields, "contract": field("contract", "period", calc="customer.contract")})
    task = TASK._replace(fields={**TASK.fields, "over": field("over", "period", calc="on.contract")})
    env = ENV._replace(setup=SETUP._replace(types={**SETUP.types, "deal": through, "task": task}))
    for words, found in (("over:2026-06", ["call-1", "mail-2"]), ("over:2027", []), ("over:none", ["ring-3"])):
        asked = compile_filter(parse_words([words]), task, env)
        rows = index.execute(f"SELECT r.id FROM rec_tasks r WHERE {asked.text} ORDER BY r.id", asked.params)  # noqa: S608
        assert [row[0] for row in rows] == found


def test_a_period_of_many_types_at_once_has_no_known_ends() -> None:
    value = ValueSql("x", family="period", label="first(on.contract)")
    with pytest.raises(OnlyFilledError, match="can only be asked whether it is filled"):
        matches(Scope(CUSTOMER, ENV), value, Word("2026"))
