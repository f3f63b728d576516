"""An import once more: what only the file changed is taken, what only people changed stays, what both did is asked."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.outcome import ImportOutcome, ValuesKeptError
from crmcli.actions.importing.three_way import Verdict, settle, settle_items
from crmcli.actions.set import set_fields
from crmcli.actions.undo import undo
from crmcli.errors import BAD_DATA
from tests.books import reopen
from tests.imports.desk import Desk, counts

MAP = """to = "customer"
same = ["name"]
[columns]
n = "name"
size = "size"
mail = "email"
city = "address.city"
street = "address.street"
p = "contact.name"
r = "contact.role"
"""
HEADER = "n,size,mail,city,street,p,r"


def write(desk: Desk, *words: str, who: str = "Acme", plural: str = "customers") -> None:
    set_fields(desk.book, [desk.one(plural, who).ref], list(words))
    desk.book = reopen(desk.book)


def take(desk: Desk, *lines: str, prefer: str = "", by: str = "test") -> ImportOutcome:
    outcome = desk.import_file(desk.file(HEADER, *lines), Asked(by, prefer=prefer))
    desk.book = reopen(desk.book)
    return outcome


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """Imported once: Acme with 10 people, its mail, its address and Eva."""
    desk.map(MAP)
    take(desk, "Acme,10,a@x.example,Kiel,Hafen 1,Eva,buyer")
    return desk


def test_what_only_people_changed_stays(filled: Desk) -> None:
    write(filled, "size=12", "email-=a@x.example", "address.city=Bonn")
    write(filled, "role=decider", who="Eva", plural="contacts")
    outcome = take(filled, "Acme,10,a@x.example,Kiel,Hafen 1,Eva,buyer")
    assert (counts(outcome), outcome.kept, outcome.op) == ((0, 0, 1, 0), 0, "")
    acme = filled.one("customers", "Acme")
    assert (acme.text("size"), acme.items("email"), acme.text("address")) == ("12", [], "{street: Hafen 1, city: Bonn}")
    assert filled.one("contacts", "Eva").text("role") == "decider"


def test_what_only_the_file_changed_is_taken(filled: Desk) -> None:
    write(filled, "country=DE", "email+=own@x.example")
    outcome = take(filled, "Acme,11,b@x.example,Kiel,Hafen 2,Eva,decider")
    assert (counts(outcome), outcome.kept) == ((0, 1, 0, 0), 0)
    acme = filled.one("customers", "Acme")
    assert (acme.text("size"), acme.items("email")) == ("11", ["own@x.example", "b@x.example"])
    assert acme.text("address") == "{street: Hafen 2, city: Kiel}"
    assert filled.one("contacts", "Eva").text("role") == "decider"


def test_what_both_changed_stays_is_listed_and_taken_when_asked(filled: Desk) -> None:
    write(filled, "size=12", "address.city=Bonn")
    row = "Acme,11,a@x.example,Ulm,Hafen 2,Eva,buyer"
    outcome = take(filled, row)
    acme = filled.one("customers", "Acme")
    assert (acme.text("size"), acme.text("address")) == ("12", "{street: Hafen 2, city: Bonn}"), (
        "the street is no conflict"
    )
    assert (outcome.kept, ValuesKeptError(outcome).exit_code) == (2, BAD_DATA)
    with Path(outcome.conflicts).open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert [(one["field"], one["before"], one["here"], one["file"]) for one in listed] == [
        ("size", "10", "12", "11"),
        ("address.city", "Kiel", "Bonn", "Ulm"),
    ]
    assert take(filled, row).kept == 2, "told until somebody decides"
    quiet = take(filled, row, prefer="ours")
    assert (quiet.kept, quiet.decided, quiet.op, quiet.conflicts) == (2, True, "", "")
    take(filled, row, prefer="theirs")
    acme = filled.one("customers", "Acme")
    assert (acme.text("size"), acme.text("address")) == ("11", "{street: Hafen 2, city: Ulm}")
    assert counts(take(filled, row)) == (0, 0, 1, 0)


def test_what_another_map_or_nobody_gave_is_nobodys_to_overwrite(filled: Desk) -> None:
    filled.map(MAP, "other")
    outcome = take(filled, "Acme,11,,,,,", by="other")
    assert (outcome.kept, filled.one("customers", "Acme").text("size")) == (1, "10")
    write(filled, "size=")
    assert take(filled, "Acme,11,,,,,", by="other").kept == 0
    assert filled.one("customers", "Acme").text("size") == "11"


def test_an_import_that_was_undone_gave_nothing(filled: Desk) -> None:
    take(filled, "Acme,11,,,,,")
    undo(filled.book)
    filled.book = reopen(filled.book)
    take(filled, "Acme,11,,,,,")
    assert filled.one("customers", "Acme").text("size") == "11"


def test_a_dry_run_names_what_would_stay(filled: Desk) -> None:
    write(filled, "size=12")
    outcome = filled.take(HEADER, "Acme,11,,,,,", dry_run=True)
    [line] = outcome.preview
    assert (line.what, outcome.kept) == ("kept", 1)
    assert line.text.endswith(": size here 12, in the file 11, before 10")


TEXT = st.sampled_from(["", "a", "b", "c"])


@given(TEXT, TEXT, TEXT.filter(bool))
def test_the_law_of_three_versions(base: str, ours: str, theirs: str) -> None:
    found = settle(base, ours, theirs)
    expected = {
        (True, True): Verdict.KEEP if ours == theirs else Verdict.CONFLICT,
        (True, False): Verdict.KEEP,
        (False, True): Verdict.TAKE,
        (False, False): Verdict.KEEP,
    }
    assert found is expected[ours != base, theirs != base]


ITEMS = st.lists(st.sampled_from("abcde"), unique=True)


@given(ITEMS, ITEMS, ITEMS)
def test_items_merge_like_sets(base: list[str], ours: list[str], theirs: list[str]) -> None:
    add, remove = settle_items(base, ours, theirs)
    after = (set(ours) - set(remove)) | set(add)
    for item in "abcde":
        before, here, there = item in base, item in ours, item in theirs
        assert (item in after) == (there if here == before else here)
