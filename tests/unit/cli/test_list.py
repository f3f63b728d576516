"""`crm TYPES FILTER…` on a small book."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.memory import Crm


def test_default_columns_are_the_id_and_the_schema_s_list(crm: Crm) -> None:
    assert crm("deals").out == (
        "id\tname\tcustomer\tstage\tamount\n"
        "pilot\tPilot\tglobex\ttalk\t950.50 EUR\n"
        "renewal\tRenewal\tacme\toffer\t12000.00 EUR\n"
    )


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["customers"], ["acme", "globex"]),
        (["customer", "list"], ["acme", "globex"]),
        (["客户", "list", "tier:A"], ["acme"]),
        (["customers", "-vip"], ["globex"]),
        (["customers", "is:archived"], ["old"]),
        (["customers", "archived:any"], ["old"]),
        (["deals", "customer.tier:A"], ["renewal"]),
        (["deals", "amount:..1k"], ["pilot"]),
        (["deals", "--sort", "-amount"], ["renewal", "pilot"]),
        (["deals", "--sort", "amount", "--limit", "1"], ["pilot"]),
        (["hot"], []),
    ],
)
def test_what_is_found_and_in_which_order(crm: Crm, words: list[str], ids: list[str]) -> None:
    shown = crm(*words, "--format", "ids")
    assert shown.code == 0
    assert shown.out.split() == ids


def test_json_has_every_asked_column_by_its_name_typed(crm: Crm) -> None:
    asked = "id,customer.name,amount,close,big,tags,stage"
    rows = json.loads(crm("deals", "--columns", asked, "--format", "json").out)
    assert rows == [
        {
            "id": "pilot",
            "customer.name": "Globex",
            "amount": {"amount": "950.50", "currency": "EUR"},
            "close": None,
            "big": None,
            "tags": None,
            "stage": "talk",
        },
        {
            "id": "renewal",
            "customer.name": "Acme GmbH",
            "amount": {"amount": "12000.00", "currency": "EUR"},
            "close": "2026-12-01",
            "big": True,
            "tags": None,
            "stage": "offer",
        },
    ]
    assert [*rows[0]] == asked.split(",")


def test_people_see_titles_labels_and_totals(crm: Crm) -> None:
    assert crm("deals", "--format", "table").out.splitlines() == [
        "id       name     customer   stage    amount EUR",
        "────────────────────────────────────────────────",
        "pilot    Pilot    Globex     Talking      950.50",
        "renewal  Renewal  Acme GmbH  offer     12,000.00",
        "────────────────────────────────────────────────",
        "total                                  12,950.50",
    ]


def test_a_limit_says_what_there_is_more(crm: Crm) -> None:
    assert crm("customers", "--format", "table", "--limit", "1").out.endswith("\nshowing 1 of 2\n")


def test_an_empty_answer_is_fine_unless_some_is_asked_for(crm: Crm) -> None:
    assert crm("customers", "tier:A", "-vip").code == 0
    shown = crm("customers", "tier:A", "-vip", "--some")
    assert (shown.code, shown.out, shown.err) == (3, "", "crm: error: nothing found\n")


def test_explain_shows_the_question(crm: Crm) -> None:
    shown = crm("deals", "amount:5k..", "--explain")
    assert 'FROM "rec_deals" r\nWHERE' in shown.out
    assert "-- ?1 = 500000" in shown.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["deals", "--columns", "id,,x"], "--columns 'id,,x': a column's name is missing"),
        (["deals", "--columns", "amont"], "deal has no field `amont`"),
        (["deals", "--formt", "x"], "crm deals has no option --formt"),
    ],
)
def test_wrong_columns_are_usage_errors(crm: Crm, words: list[str], sentence: str) -> None:
    shown = crm(*words)
    assert shown.code == 2
    assert shown.err.splitlines()[0] == f"crm: error: {sentence}"


def test_a_noun_that_is_its_own_plural_filters_without_a_verb(crm: Crm) -> None:
    assert crm("gear").out == "id\tname\n"
    assert crm("gear", "name:x", "--format", "ids").code == 0


def test_a_record_whose_file_has_a_problem_is_marked(crm: Crm, book: object) -> None:
    from pathlib import Path

    path = Path(str(book)) / "deals/pilot.md"
    path.write_text(path.read_text(encoding="utf-8").replace("950.50 EUR", "lots"), encoding="utf-8")
    assert "! pilot  " in crm("deals", "--format", "table").out


VISIT = """\
plural = "visits"
title = "what"
list = ["when", "what"]
[fields]
what = { type = "text" }
when = { type = "date" }
about = { type = "markdown" }
"""


@pytest.fixture
def visits(crm: Crm, book: Path) -> Crm:
    (book / "schema/visit.toml").write_text(VISIT, encoding="utf-8")
    (book / "visits").mkdir()
    bodies = {"a": "# Why **now**\n\nthree presses\n", "b": "", "c": "plain\tand simple\nmore\n"}
    for (name, body), when in zip(bodies.items(), ("when: 2026-12-03\n", "", "when: 2026-11-30\n"), strict=True):
        (book / f"visits/{name}.md").write_text(f"---\nwhat: {name}\n{when}---\n\n{body}", encoding="utf-8")
    return crm


def test_a_list_that_begins_with_a_day_is_in_the_order_of_days_those_without_last(visits: Crm) -> None:
    assert visits("visits", "--format", "ids").out.split() == ["c", "a", "b"]
    assert visits("visits", "--format", "ids", "--sort", "what").out.split() == ["a", "b", "c"]
    assert visits("visits", "--format", "ids", "--columns", "what").out.split() == ["c", "a", "b"]


def test_a_body_is_its_first_line_for_people_and_whole_for_scripts(visits: Crm) -> None:
    asked = ("visits", "--columns", "what,about", "--format")
    rows = visits(*asked, "plain").out.splitlines()[2:]
    assert [row.split(maxsplit=1) for row in rows] == [["c", "plain and simple"], ["a", "Why **now**"], ["b"]]
    assert json.loads(visits(*asked, "json").out) == [
        {"what": "c", "about": "plain\tand simple\nmore"},
        {"what": "a", "about": "# Why **now**\n\nthree presses"},
        {"what": "b", "about": None},
    ]
    assert visits(*asked, "tsv").out.splitlines()[1] == "c\tplain\\tand simple\\nmore"
