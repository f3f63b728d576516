"""Cells that mean other records: by id, key or whole name; missing ones made, left out or refused; in any order."""

from __future__ import annotations

import itertools

import pytest

from crmcli.actions.identity.merge import merge
from tests.imports.desk import Desk, counts

DEALS = """\
to      = "deal"
same    = ["name"]
columns = {{ n = "name", c = "customer", o = "owner", p = "people" }}
missing = {{ customer = "{policy}" }}
"""
TREE = 'to = "customer"\nsame = ["name"]\ncolumns = { n = "name", p = "parent" }\nmissing = { parent = "%s" }\n'


def customers(desk: Desk, *names: str) -> None:
    desk.map('to = "customer"\ncolumns = { n = "name", m = "email" }\n', "customers")
    lines = [f"{name},{name.split()[0].lower()}@x.example" for name in names]
    desk.take("n,m", *lines, by="customers")


@pytest.mark.parametrize("word", ["Acme GmbH", "ACME gmbh", "acme@x.example", "[[ID]]", "ID"])
def test_a_record_is_found_by_name_key_or_id(desk: Desk, word: str) -> None:
    customers(desk, "Acme GmbH", "Acme Tools")
    name = desk.one("customers", "Acme GmbH").ref.id
    desk.map(DEALS.format(policy="fail"))
    outcome = desk.take("n,c,o,p", f"Arm,{word.replace('ID', name)},,")
    assert counts(outcome) == (1, 0, 0, 0)
    assert desk.one("deals", "Arm").text("customer") == name


@pytest.mark.parametrize("word", ["Acme", "acme-gmbh", "albb", "me"])
def test_nobody_is_guessed(desk: Desk, word: str) -> None:
    customers(desk, "Acme GmbH", "阿里巴巴")
    desk.map(DEALS.format(policy="fail"))
    outcome = desk.take("n,c,o,p", f"Arm,{word},,", "Leg,Acme GmbH,,")
    assert desk.rejected(outcome) == [("2", "c", f"no customer answers to '{word}'")]
    assert counts(outcome) == (1, 0, 0, 1)


def test_a_name_of_several_is_refused(desk: Desk) -> None:
    (desk.root / "customers").mkdir()
    for name in ("one", "two"):
        (desk.root / "customers" / f"{name}.md").write_text("---\nname: Acme\n---\n", encoding="utf-8")
    desk.map(DEALS.format(policy="make"))
    assert desk.rejected(desk.take("n,c,o,p", "Arm,Acme,,")) == [("2", "c", "'Acme' may be 2 customers: one, two")]


def test_make_makes_each_record_once(desk: Desk) -> None:
    desk.map(DEALS.format(policy="make"))
    outcome = desk.take("n,c,o,p", "Arm,Acme,,", "Leg,ACME,,", "Head,Beta,,")
    assert counts(outcome) == (3, 0, 0, 0)
    assert outcome.beside == {"customers": 2}
    acme = desk.one("customers", "Acme")
    assert [deal.text("customer") for deal in desk.records("deals")[::2]] == [acme.ref.id, acme.ref.id]
    assert acme.text("lifecycle") == "lead", "a record that is made has its type's defaults"
    assert counts(desk.take("n,c,o,p", "Arm,Acme,,", "Leg,ACME,,", "Head,Beta,,")) == (0, 0, 3, 0)


def test_nothing_is_made_for_a_refused_row(desk: Desk) -> None:
    desk.map(DEALS.format(policy="make"))
    outcome = desk.take("n,c,o,p", "Arm,Acme,Nobody,", ",Beta,,")
    assert counts(outcome) == (0, 0, 0, 2)
    assert desk.records("customers") == []


def test_skip_leaves_the_reference_out_and_counts_it(desk: Desk) -> None:
    desk.map(DEALS.format(policy="skip"))
    outcome = desk.take("n,c,o,p", "Arm,Acme,,")
    assert counts(outcome) == (1, 0, 0, 0)
    assert outcome.skipped == 1
    assert desk.one("deals", "Arm").text("customer") == ""


def test_lists_of_references_are_divided_at_semicolons(desk: Desk) -> None:
    desk.map('to = "contact"\ncolumns = { n = "name" }\n', "contacts")
    desk.take("n", '"Wei, Li"', "Bo", by="contacts")
    desk.map(DEALS.format(policy="fail"))
    desk.take("n,c,o,p", 'Arm,,,"Wei, Li; Bo"')
    both = sorted(record.ref.id for record in desk.records("contacts"))
    assert desk.one("deals", "Arm").items("people") == both


@pytest.mark.parametrize("order", list(itertools.permutations(["Root,", "Mid,Root", "Leaf,Mid"])))
def test_rows_may_refer_to_rows_below(desk: Desk, order: tuple[str, ...]) -> None:
    desk.map(TREE % "fail")
    assert counts(desk.take("n,p", *order)) == (3, 0, 0, 0)
    ids = {record.text("name"): record.ref.id for record in desk.records("customers")}
    assert desk.one("customers", "Leaf").text("parent") == ids["Mid"]
    assert desk.one("customers", "Mid").text("parent") == ids["Root"]
    assert counts(desk.take("n,p", *order)) == (0, 0, 3, 0)


def test_rows_below_may_be_meant_by_their_keys(desk: Desk) -> None:
    desk.map('to = "customer"\nid = "erp"\ncolumns = { i = "keys", n = "name", p = "parent" }\n')
    assert counts(desk.take("i,n,p", "2,Leaf,1", "1,Root,")) == (2, 0, 0, 0)
    assert desk.one("customers", "Leaf").text("parent") == desk.one("customers", "Root").ref.id


def test_what_no_row_brings_is_refused_with_what_hangs_on_it(desk: Desk) -> None:
    desk.map(TREE % "fail")
    outcome = desk.take("n,p", "Leaf,Mid", "Mid,Nobody", "Alone,")
    assert counts(outcome) == (1, 0, 0, 2)
    assert sorted(desk.rejected(outcome)) == [
        ("2", "p", "no customer answers to 'Mid'"),
        ("3", "p", "no customer answers to 'Nobody'"),
    ]


def test_what_no_row_brings_is_made_once(desk: Desk) -> None:
    desk.map(TREE % "make")
    outcome = desk.take("n,p", "A,Root", "B,Root", "C,B")
    assert counts(outcome) == (3, 0, 0, 0)
    assert outcome.beside == {"customers": 1}
    root = desk.one("customers", "Root").ref.id
    assert [desk.one("customers", name).text("parent") for name in "AB"] == [root, root]


def test_a_row_of_its_own_comes_before_making_one(desk: Desk) -> None:
    desk.map(TREE % "make")
    outcome = desk.take("n,p", "A,Root", "Root,")
    assert outcome.beside == {}
    assert len(desk.records("customers")) == 2


def test_a_circle_is_refused(desk: Desk) -> None:
    desk.map(TREE % "make")
    outcome = desk.take("n,p", "A,B", "B,A", "C,")
    assert counts(outcome) == (1, 0, 0, 2)
    assert {why for _, _, why in desk.rejected(outcome)} == {
        "it refers to 'a', which in turn refers to it", "it refers to 'b', which in turn refers to it",
    }  # fmt: skip


LEADS = """\
to      = "customer"
same    = ["name"]
columns = { firm = "name", who = "contact.name", job = "contact.role", mail = "contact.email" }
"""


def test_a_row_may_hold_a_second_record(desk: Desk) -> None:
    desk.map(LEADS)
    lines = ("firm,who,job,mail", "Acme,Li Wei,buyer,li@x.example", "Acme,Bo,coach,", "Beta,,,")
    outcome = desk.take(*lines)
    assert counts(outcome) == (2, 1, 0, 0), "the second row of Acme brings a contact more"
    assert outcome.beside == {"contacts": 2}
    acme = desk.one("customers", "Acme").ref.id
    assert desk.fields("contacts", "name", "customer", "role") == [("Bo", acme, "coach"), ("Li Wei", acme, "buyer")]
    before = desk.files()
    assert counts(desk.take(*lines)) == (0, 0, 3, 0)
    assert desk.files() == before


def test_the_second_record_is_changed_where_it_differs(desk: Desk) -> None:
    desk.map(LEADS)
    desk.take("firm,who,job,mail", "Acme,Li Wei,buyer,")
    assert counts(desk.take("firm,who,job,mail", "Acme,LI WEI,coach,")) == (0, 1, 0, 0)
    assert desk.fields("contacts", "name", "role") == [("LI WEI", "coach")]


def test_a_second_record_needs_its_title(desk: Desk) -> None:
    desk.map(LEADS)
    outcome = desk.take("firm,who,job,mail", "Acme,,buyer,")
    assert desk.rejected(outcome) == [("2", "who", "empty, though the row has more of a contact")]
    assert desk.records("customers") == []


def test_what_was_merged_is_not_made_again(desk: Desk) -> None:
    """A row of the file that the twin came from is the record it went into, by key and by name; a reference to it too."""
    desk.map(
        'to = "contact"\nsame = ["email"]\ncolumns = { name = "name", mail = "email", firm = "customer" }\n'
        'missing = { customer = "make" }\n'
    )
    desk.take("name,mail,firm", "Bo Li,bo@acme.de,Acme", "Li Bo,li@acme.de,Acme Germany")
    kept, gone = desk.one("customers", "Acme"), desk.one("customers", "Acme Germany")
    one, other = desk.one("contacts", "Bo Li"), desk.one("contacts", "Li Bo")
    merge(desk.book, kept.ref, [gone.ref])
    merge(desk.book, one.ref, [other.ref])
    desk.take("name,mail,firm", "Li Bo,li@acme.de,Acme Germany", "Zoe,zoe@acme.de,Acme Germany")
    assert desk.fields("contacts", "name", "customer") == [("Li Bo", kept.ref.id), ("Zoe", kept.ref.id)]
    assert desk.fields("customers", "name") == [("Acme",)]
