"""WHO: ranks in their order, the first with a hit decides."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import pytest

from crmcli.query.who import RANKS, Rank, who_ranks
from crmcli.text.fold import fold
from tests.unit.query.book import CUSTOMER, DEAL, ENV, MEMBER, SETUP, make_index

TYPES = list(SETUP.types.values())


def decide(base: sqlite3.Connection, ranks: Iterable[Rank]) -> tuple[str, list[str]]:
    """The name of the first rank with a hit, and its hits."""
    for rank in ranks:
        hits = sorted(f"{plural}/{identity}" for plural, identity, _ in base.execute(rank.sql, rank.params))
        if hits:
            return rank.name, hits
    return "", []


@pytest.mark.parametrize(
    ("word", "rank", "hits"),
    [
        ("acme-gmbh-7k3f9", "id", ["customers/acme-gmbh-7k3f9"]),
        ("ACME-GMBH-7K3F9", "id", ["customers/acme-gmbh-7k3f9"]),
        ("customers/acme-gmbh-7k3f9", "id", ["customers/acme-gmbh-7k3f9"]),
        ("customers/acme-gmbh-7k3f9.md", "id", ["customers/acme-gmbh-7k3f9"]),
        ("./customers/germany/acme-gmbh-7k3f9.md", "id", ["customers/acme-gmbh-7k3f9"]),
        ("old-acme", "id", ["customers/acme-gmbh-7k3f9"]),
        ("info@acme.com", "key", ["customers/acme-gmbh-7k3f9"]),
        ("Anna@Acme.com", "key", ["members/anna-k2x81"]),
        ("acme.com", "key", ["customers/acme-gmbh-7k3f9"]),
        ("+86 138 0013 8000", "key", ["customers/acme-gmbh-7k3f9"]),
        ("138-0013-8000", "key", ["customers/acme-gmbh-7k3f9"]),
        ("hubspot:12345", "key", ["customers/acme-gmbh-7k3f9"]),
        ("acme-tools gmbh", "name", ["customers/acme-gmbh-7k3f9"]),
        ("ＡＣＭＥ－ＴＯＯＬＳ GMBH", "name", ["customers/acme-gmbh-7k3f9"]),
        ("阿里巴巴", "name", ["customers/a-li-ba-ba-2m8qd"]),
        ("acme-g", "id-prefix", ["customers/acme-gmbh-7k3f9"]),
        ("acmeg", "id-prefix", ["customers/acme-gmbh-7k3f9"]),
        ("a", "id-prefix", ["customers/a-li-ba-ba-2m8qd", "customers/acme-gmbh-7k3f9", "members/anna-k2x81"]),
        ("customer/a", "id-prefix", ["customers/a-li-ba-ba-2m8qd", "customers/acme-gmbh-7k3f9"]),
        ("acmetools", "name-prefix", ["customers/acme-gmbh-7k3f9"]),
        ("阿里", "name-prefix", ["customers/a-li-ba-ba-2m8qd"]),
        ("albb", "pinyin", ["customers/a-li-ba-ba-2m8qd"]),
        ("alibab", "id-prefix", ["customers/a-li-ba-ba-2m8qd"]),
        ("müller", "name-prefix", ["customers/mueller-aaaaa"]),
        ("nobody", "", []),
        ("-", "", []),
        ("%", "", []),
    ],
)
def test_ranks(index: sqlite3.Connection, word: str, rank: str, hits: list[str]) -> None:
    assert decide(index, who_ranks(word, TYPES, ENV)) == (rank, sorted(hits))


@pytest.mark.parametrize(
    ("word", "rank"),
    [
        ("acme-twin-99999", "merged"),
        ("Acme Twin Ltd", "merged"),
        ("twin@acme.example", "merged"),
        ("138 0013 8111", "merged"),
        ("阿里巴巴", "name"),
        ("acme-twin", "merged-prefix"),
        ("acme-t", "name-prefix"),
    ],
)
def test_what_a_merged_record_answered_to_comes_after_names(index: sqlite3.Connection, word: str, rank: str) -> None:
    said = ("acme-twin-99999", fold("Acme Twin Ltd"), "twin@acme.example", fold("+8613800138111"), fold("阿里巴巴"))
    rows = [("customers", "acme-gmbh-7k3f9", "acme-twin-99999", "", "" if n else "id", s) for n, s in enumerate(said)]
    index.executemany("INSERT INTO merged_keys VALUES (?, ?, ?, ?, ?, ?)", rows)
    found, hits = decide(index, who_ranks(word, TYPES, ENV))
    index.execute("DELETE FROM merged_keys")
    assert found == rank
    assert not rank.startswith("merged") or hits == ["customers/acme-gmbh-7k3f9"]


def test_ranks_come_in_their_order() -> None:
    assert [rank.name for rank in who_ranks("acme", TYPES, ENV)] == list(RANKS)


def test_a_type_narrows(index: sqlite3.Connection) -> None:
    assert decide(index, who_ranks("anna", [MEMBER], ENV)) == ("id-prefix", ["members/anna-k2x81"])
    assert decide(index, who_ranks("anna", [CUSTOMER, DEAL], ENV)) == ("", [])


def test_nothing_to_look_in() -> None:
    for word, types in (("", TYPES), ("acme", []), ("customer/", TYPES)):
        assert list(who_ranks(word, types, ENV)) == []


def test_archived_records_count_only_alone() -> None:
    base = make_index(
        {
            "customers": {
                "acme-1": {"name": "Acme", "archived": "2026-01-01"},
                "acme-2": {"name": "Acme"},
                "old-3": {"name": "Old", "archived": "2025-01-01"},
            }
        }
    )
    assert decide(base, who_ranks("acme", [CUSTOMER], ENV)) == ("name", ["customers/acme-2"])
    assert decide(base, who_ranks("acme-1", [CUSTOMER], ENV)) == ("id", ["customers/acme-1"])
    assert decide(base, who_ranks("old", [CUSTOMER], ENV)) == ("name", ["customers/old-3"])


def test_an_earlier_rank_hides_later_ones() -> None:
    base = make_index({"customers": {"beta": {"name": "Zeta"}, "zeta": {"name": "Beta"}, "betamax-1": {"name": "Max"}}})
    assert decide(base, who_ranks("beta", [CUSTOMER], ENV)) == ("id", ["customers/beta"])
    assert decide(base, who_ranks("betam", [CUSTOMER], ENV)) == ("id-prefix", ["customers/betamax-1"])
