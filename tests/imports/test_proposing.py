"""A map proposed from header and values: which field each column gets, and why; saved, it is a map like any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.proposing.accepting import (
    fields_of,
    make_fields,
    proposal_for,
    proposed_map,
    save_copy,
    save_proposal,
    with_fields,
)
from crmcli.actions.importing.proposing.proposal import NothingProposedError, Proposal, TypeUnknownError
from crmcli.errors import USAGE
from crmcli.render import scripts
from crmcli.reports.listing import Request, list_records
from crmcli.store.setup.check import check_engine_files
from crmcli.store.setup.import_map import MapNameError, MapThereError, load_import_map
from tests.books import add, reopen
from tests.imports.desk import Desk, counts

SHEETS = [
    (
        ("公司名称;联系人;手机;邮箱;备注;城市", "Acme;王建国;+49 731 123456;wang@x.example;hm;Ulm"),
        "customer",
        ["name", "contact.name", "contact.phone", "contact.email", "about", "address.city"],
    ),
    (
        ("Vorname;Nachname;Firma;Funktion;Geburtstag;Handy", "Eva;Lang;Acme;Chefin;1980-02-01;0731 123456"),
        "contact",
        ["name", "customer", "position", "birthday", "phone"],
    ),
    (
        ("Opportunity;Account;Amount;Close date;Stage;Owner", "Line 2;Acme;1.234,50 EUR;24.12.2026;needs;Anna Kern"),
        "deal",
        ["name", "customer", "amount", "close", "stage", "owner"],
    ),
    (  # nothing is called so, the values tell
        ("Company;a;b;c;d;e", "Acme;x@y.example;https://acme.example;+49 731 123456;fair;Germany"),
        "customer",
        ["name", "email", "website", "phone", "source", "country"],
    ),
    (("Company;Phone;Size", "Acme;after six;many", "Beta;ask Eva;few"), "customer", ["name", "", ""]),
    (("Customer name;Company", "Acme;Beta"), "customer", ["name", ""]),
]


def proposed(desk: Desk, *lines: str, to: str = "") -> tuple[Proposal, Path]:
    path = desk.file(*lines)
    found = proposal_for(desk.book, path, Asked(to=to))
    assert found is not None
    return found, path


def test_columns_get_their_fields_by_name_and_by_value(desk: Desk) -> None:
    for lines, name, targets in SHEETS:
        found, _ = proposed(desk, *lines)
        assert (found.type.name, [one.target for one in found.columns]) == (name, targets), lines[0]
        assert all(one.why for one in found.columns)
    by_value, _ = proposed(desk, *SHEETS[3][0])
    assert [one.why for one in by_value.columns[1:5]] == [
        "its values are e-mail addresses",
        "its values are web addresses",
        "its values are phone numbers",
        "its values are the options of the field",
    ]
    names, _ = proposed(desk, *SHEETS[1][0])
    assert (names.columns[0].column, names.columns[0].why) == ("Vorname+Nachname", "Vorname and Nachname make one name")
    assert names.missing == {"customer": "make"}


def test_to_says_which_type_and_what_fits_nothing_is_told(desk: Desk) -> None:
    found, _ = proposed(desk, "Company;Person", "Acme;Eva", to="contact")
    assert [one.target for one in found.columns] == ["customer", "name"]
    for lines, to, error in (
        (("x;y", "1;2"), "", NothingProposedError),
        (("Company", "Acme"), "custmer", TypeUnknownError),
    ):
        with pytest.raises(error) as caught:
            proposed(desk, *lines, to=to)
        assert caught.value.exit_code == USAGE


def test_a_saved_proposal_is_a_map_that_may_be_edited(desk: Desk) -> None:
    lines = ('Company;Note "1";Visit', "Acme;a@b.example;13.02.2026", "Beta;c@d.example;14.02.2026")
    found, path = proposed(desk, *lines)
    assert [(one.name, one.type) for one in fields_of(found)] == [("visit", "date")]
    in_no_file = desk.import_file(path, Asked(map=proposed_map(found, path, "fair"), dry_run=True))
    assert counts(in_no_file) == (2, 0, 0, 0)
    assert save_proposal(desk.book, found, path, "fair") == "imports/fair.toml"
    part = load_import_map(desk.root, "fair").own
    assert dict(part.columns) == {"Company": "name", 'Note "1"': "email", "Visit": ""}
    assert counts(desk.take_file(path, by="fair")) == (2, 0, 0, 0)
    for name, error in (("fair", MapThereError), ("../fair", MapNameError)):
        with pytest.raises(error):
            save_proposal(desk.book, found, path, name)
    assert check_engine_files(desk.root) == []


def test_missing_fields_are_added_and_the_schema_keeps_its_comments(desk: Desk) -> None:
    schema = desk.root / "schema" / "customer.toml"
    before = schema.read_text(encoding="utf-8")
    found, _ = proposed(desk, "公司名称;展会;电话二", "Acme;Hannover;+49 731 123456", "Beta;Ulm;+49 731 123457")
    make_fields(desk.book, found)
    after = schema.read_text(encoding="utf-8")
    assert after.startswith(before)
    desk.book = reopen(desk.book)
    field = desk.book.setup.types["customer"].fields["zhan_hui"]
    assert (field.type, dict(field.label)) == ("text", {"": "展会"})
    make_fields(desk.book, found)
    assert schema.read_text(encoding="utf-8") == after


def test_a_number_that_begins_with_a_nought_is_a_code(desk: Desk, shared_data: Path) -> None:
    """Of the exchange's codes most begin with another figure; as numbers the others would lose theirs."""
    path = shared_data / "zh_companies" / "listed.csv"
    found = proposal_for(desk.book, path, Asked())
    assert found is not None
    assert [(one.target, one.new) for one in found.columns] == [
        ("", ("short_name", "text")), ("name", None), ("", ("code", "text")), ("", ("exchange", "text")), ("", ("listed", "date"))
    ]  # fmt: skip
    number, _ = proposed(desk, "Company;Lot", "Acme;12", "Beta;0", "Gamma;0.5")
    assert fields_of(number)[0].type == "decimal"
    spectrum, _ = proposed(desk, *(shared_data / "csv_spectrum/csvs/comma_in_quotes.csv").read_text().splitlines())
    assert (spectrum.type.name, spectrum.columns[0].column) == ("contact", "first+last")


def exported(desk: Desk, type_name: str, columns: str) -> Path:
    """What `crm export csv` writes of a type."""
    found = list_records(desk.book, desk.book.setup.types[type_name], Request([], columns, "", None, people=False))
    path = desk.folder / "list.csv"
    path.write_text("".join(scripts.csv(scripts.one_item_a_line(found))), encoding="utf-8", newline="")
    return path


def test_an_exported_list_comes_back_by_its_ids(desk: Desk) -> None:
    """Lists, references, tags and what is read from the stage: nothing is new; a row is its id's whatever it is called now."""
    acme = add(desk.book, "customer", "Acme", "phone=+49 731 123456", "phone+=+49 731 123457", "+vip", "+eu/south")
    add(desk.book, "customer", "Acme")
    people = [add(desk.book, "contact", name).id for name in ("Eva", "Bo")]
    add(desk.book, "deal", "Line", f"customer={acme.id}", f"people={people[0]}", f"people+={people[1]}")
    desk.book = reopen(desk.book)
    for name, columns, rows in (
        ("customer", "id,name,phone,tags,created,owner,lifecycle", 2),
        ("deal", "id,name,customer,people,stage,odds,category,created", 1),
    ):
        path = exported(desk, name, columns)
        found = proposal_for(desk.book, path, Asked(to=name))
        assert found is not None
        assert {one.column for one in found.columns if one.target} == set(columns.split(","))
        assert counts(desk.import_file(path, Asked(map=proposed_map(found, path, "own")))) == (0, 0, rows, 0)
        desk.book = reopen(desk.book)
    path = exported(desk, "customer", "id,name,tags")
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace(f"{acme.id},Acme", f"{acme.id},Apex").replace("vip", "key") + "nobody,Zeta,\n", "utf-8"
    )
    save_proposal(desk.book, found := found_for(desk, path), path, "own")
    assert [one.target for one in found.columns] == ["id", "name", "tags"]
    outcome = desk.import_file(path, Asked("own", prefer="theirs"))
    assert counts(outcome) == (0, 1, 1, 1)
    assert desk.rejected(outcome) == [("5", "id", "there is no customer 'nobody'; an empty cell makes a new one")]
    desk.book = reopen(desk.book)
    assert desk.fields("customers", "name", "tags") == [("Acme", ""), ("Apex", "eu/south key vip")]
    assert check_engine_files(desk.root) == []


def found_for(desk: Desk, path: Path) -> Proposal:
    found = proposal_for(desk.book, path, Asked())
    assert found is not None
    return found


def test_new_fields_take_no_name_that_means_something(desk: Desk) -> None:
    found, path = proposed(desk, "Company;id;Type;Labels", "Acme;77;x;* mine")
    assert [(one.name, one.type) for one in fields_of(found)] == [
        ("customer_id", "int"), ("customer_type", "text"), ("labels", "text")
    ]  # fmt: skip
    make_fields(desk.book, found)
    desk.book = reopen(desk.book)
    assert check_engine_files(desk.root) == []
    assert counts(desk.import_file(path, Asked(map=proposed_map(with_fields(found), path, "")))) == (1, 0, 0, 0)


def test_a_file_that_a_map_knows_needs_no_proposal(desk: Desk) -> None:
    path = desk.file("First Name,Last Name,URL,Connected On", "Ada,King,https://linkedin.com/in/ada,1 May 2024")
    assert proposal_for(desk.book, path, Asked()) is None
    assert proposal_for(desk.book, path, Asked("google")) is None
    assert save_copy(desk.book, path, Asked(), "mine") == "imports/mine.toml"
    own, shipped = load_import_map(desk.root, "mine").own, load_import_map(desk.root, "linkedin").own
    assert (own.columns, own.header, own.shipped, shipped.shipped) == (shipped.columns, shipped.header, False, True)
