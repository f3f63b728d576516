"""`--columns`, `--sort`, `--limit` and totals, wherever rows come from."""

from __future__ import annotations

import json
import shlex
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.contract.cases import CASES, Case
from tests.contract.conftest import Ask

FIXED = [
    case for case in CASES
    if "json" in case.formats and "tsv" in case.formats and case.name not in ("crm TYPES", "crm show", "crm sql")
    and "--limit" not in case.line
    and case.name != "crm resolve"  # nothing is left to resolve in this book; tests/team asks it
]  # fmt: skip


def rows(ask: Ask, *words: str) -> list[dict[str, Any]]:
    shown = ask(*words, "--format", "json")
    assert shown.code == 0, shown.err
    found: list[dict[str, Any]] = json.loads(shown.out)
    return found


@pytest.mark.parametrize("case", FIXED, ids=lambda case: case.line)
def test_fixed_tables_take_all_three(ask: Ask, case: Case) -> None:
    everything = rows(ask, *case.words, "--limit", "0")
    first, *_, last = everything[0]
    chosen = rows(ask, *case.words, "--columns", f"{last},{first},{last}")
    assert list(chosen[0]) == [last, first]
    ordered = rows(ask, *case.words, "--limit", "0", "--sort", f"-{first}")
    assert sorted(map(json.dumps, ordered)) == sorted(map(json.dumps, everything))
    if not case.name.endswith("board"):  # whose limit is the cards of a stage
        shown = rows(ask, *case.words, "--sort", f"-{first}", "--limit", "2")
        assert shown == ordered[:2], "sorted first, cut then"
    refused = ask(*case.words, "--columns", "nonsense_", "--format", "csv")
    assert (refused.code, refused.out) == (2, "")
    assert "there is no column 'nonsense_' here" in refused.err


def test_columns_and_order_may_be_expressions(ask: Ask) -> None:
    won = "sum(deals.amount, is:won)"
    found = rows(ask, "customers", "--columns", f"id,{won},count(deals)", "--sort", f"-{won},id")
    assert [*found[0]] == ["id", won, "count(deals)"]
    amounts = [Decimal(row[won]["amount"]) for row in found]
    assert amounts == sorted(amounts, reverse=True)
    nothing = [row["id"] for row in found if not Decimal(row[won]["amount"])]
    assert nothing == sorted(nothing)
    deals = rows(ask, "deals", "is:won", "customer:eiswerk", "--columns", "amount")
    eiswerk = next(row for row in found if row["id"].startswith("eiswerk"))
    assert Decimal(eiswerk[won]["amount"]) == sum(Decimal(row["amount"]["amount"]) for row in deals)


def test_totals_are_in_the_currency_of_the_book_and_name_what_has_no_rate(ask: Ask, rich_book: Path) -> None:
    rates = [line.split("\t") for line in (rich_book / "rates.tsv").read_text(encoding="utf-8").splitlines()]
    rate = max((day, value) for day, code, value, *_ in rates if code == "CNY" and day <= "2027-01-15")[1]
    total = (Decimal(500_000) * Decimal(rate)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    words = shlex.split("deals id:no-rate,qingdao-line --columns 'name,amount,sum(lines.qty)' --format plain")
    shown = ask(*words)
    *_, last = shown.out.splitlines()
    assert last.split() == ["total", f"{total:,}", "EUR", "4"]
    assert shown.err == "warning: 1 record has no rate in rates.tsv: left out of the totals (no-rate)\n"
    assert ask(*words[:-1], "tsv").err == ""  # scripts get no totals


def test_ids_need_no_columns(ask: Ask) -> None:
    assert ask("tag", "list", "--columns", "count", "--format", "ids").out == ask("tag", "list", "--format", "ids").out


def test_a_screen_becomes_rows_where_columns_are_named(ask: Ask) -> None:
    lines = ask("today", "--columns", "id,group").out.splitlines()
    assert lines[0].split()[:2] == ["id", "group"]
    assert len(lines) > 3
