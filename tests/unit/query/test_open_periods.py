"""A period that is open on one side lies in everything on that side (docs/reference/fields.md, period)."""

from __future__ import annotations

import pytest

from crmcli.query.compile import compile_filter
from crmcli.query.words import parse_words
from tests.unit.query.book import CUSTOMER, ENV, make_index

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
]


@pytest.mark.parametrize(("words", "found"), FOUND)
def test_open_ends(words: str, found: list[str]) -> None:
    records = {name: {"contract": contract} for name, contract in CONTRACTS.items()} | {"none": {}}
    index = make_index({"customers": records})
    asked = compile_filter(parse_words([words]), CUSTOMER, ENV)
    sql = f"SELECT r.id FROM rec_customers r WHERE {asked.text} ORDER BY r.id"  # noqa: S608
    assert [row[0] for row in index.execute(sql, asked.params)] == found
