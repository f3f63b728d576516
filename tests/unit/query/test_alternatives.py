"""Values side by side: the result of `if(…)` and `min(a, b)` is what all of them are, and is asked as they are."""

from __future__ import annotations

import sqlite3

import pytest

from crmcli.query.aggregated import UnfitAggregateError
from crmcli.query.arithmetic import MixedWorkingError
from crmcli.query.calls import WrongArgumentsError
from crmcli.query.compile import compile_filter, compile_sort, compile_value
from crmcli.query.env import QueryEnv
from crmcli.query.failures import QueryError
from crmcli.query.words import parse_words
from tests.unit.query.book import CUSTOMER, DEAL, ENV, SETUP, field
from tests.unit.query.test_working_time import OFFICE

LEVELS = ("low", "normal", "high", "urgent")
MOOD = field("mood", "choice", options=LEVELS, calc="if(name:pump, 'urgent', name:Renewal, 'low')")
LEADER = field("leader", "member", calc="if(is:open, owner, customer.owner)")
KIND = DEAL._replace(fields={**DEAL.fields, "mood": MOOD, "leader": LEADER})
IN_HOURS = SETUP.config._replace(hours={"office": OFFICE})
ASKING = ENV._replace(setup=SETUP._replace(types={**SETUP.types, "deal": KIND}, config=IN_HOURS))
P, R, T = "pump", "renewal", "tender"
"""Of anna and open: renewal, priority high, mood low. Of bob and won: pump, priority low, mood urgent. Tender is open."""


def asked(index: sqlite3.Connection, words: str, env: QueryEnv = ASKING) -> list[str]:
    found = compile_filter(parse_words([words]), KIND, env)
    rows = index.execute(f"SELECT r.id FROM rec_deals r WHERE {found.text} ORDER BY r.id", found.params)  # noqa: S608
    return [str(row[0]).split("-")[0] for row in rows]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("if(is:open, owner, customer.owner):me", [R]),
        ("if(is:won, owner, customer.owner):bob", [P]),
        ("if(is:open, customer.owner, owner)=me", [R]),
        ("leader:anna", [R]),
        ("leader.region:West", [R]),
        ("if(is:open, priority, mood):high", [R]),
        ("if(is:won, mood, priority)>=high", [P, R]),
        ("if(is:open, mood, priority)>=normal", []),
        ("if(amount>1万, priority, mood):normal..", [P, R]),
        ("min(priority, mood)=low", [P, R]),
        ("max(priority, mood)=high", [R]),
        ("max(priority, mood):urgent", [P]),
        ("min(priority, mood):none", [T]),
        ("if(is:won, name, rival):PUMP", [P]),
        ("if(is:won, name, 'none of it'):of", [R, T]),
        ("if(is:open, priority, customer.sector):tra", [P]),
        ("if(is:open, 1wd, 3wd) < now - stage_since", [R]),  # seven working days
        ("max(3wd, 8wd) < now - stage_since", []),
        ("if(is:open, customer.contract, customer.contract):2026-06", [R]),
        ("if(is:open, stage, stage)>=proposal", [P, R]),
    ],
)
def test_asked_as_each_of_them(index: sqlite3.Connection, words: str, found: list[str]) -> None:
    assert asked(index, words) == found


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("if(is:open, owner, customer):me", WrongArgumentsError),
        ("if(is:open, team, team):bob", WrongArgumentsError),
        ("min(priority, customer.sector)=low", WrongArgumentsError),
        ("min(owner, customer.owner)=me", UnfitAggregateError),
        ("max(stage, stage)=won", UnfitAggregateError),
        ("if(is:open, 3wd, 3d) < now - stage_since", MixedWorkingError),
    ],
)
def test_what_has_nothing_in_common_is_refused(index: sqlite3.Connection, words: str, error: type[QueryError]) -> None:
    with pytest.raises(error):
        asked(index, words)


def test_options_are_sorted_in_their_order(index: sqlite3.Connection) -> None:
    for key, order in (("max(priority, mood)", [R, P, T]), ("-if(is:open, priority, mood)", [P, R, T])):
        sort = compile_sort([key], KIND, ASKING)
        rows = index.execute(f"SELECT r.id FROM rec_deals r ORDER BY {sort.text}", sort.params)  # noqa: S608
        assert [str(row[0]).split("-")[0] for row in rows] == order


def test_a_length_is_shown_and_compared_as_its_field(index: sqlite3.Connection) -> None:
    value = compile_value("if(tier:A, terms, terms)", CUSTOMER, ASKING)
    row = index.execute(f"SELECT {', '.join(value.raw)} FROM rec_customers r WHERE tier = 'A'").fetchone()  # noqa: S608
    assert row == (30 * 86400, 0, "30d")


def test_the_title_of_a_record_is_shown(index: sqlite3.Connection) -> None:
    value = compile_value("if(is:open, owner, customer.owner)", KIND, ASKING)
    rows = index.execute(f"SELECT {value.shown} FROM rec_deals r ORDER BY r.id").fetchall()  # noqa: S608
    assert rows == [(None,), ("Anna Keller",), (None,)]
