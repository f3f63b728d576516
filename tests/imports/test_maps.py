"""What is wrong with a map is told with its line, before anything is written."""

from __future__ import annotations

import pytest

from crmcli.errors import BAD_DATA, USAGE, CrmError
from crmcli.store.setup.import_map import (
    MapBrokenError,
    MapMissingError,
    MapPartMissingError,
    MapWordError,
    load_import_map,
)
from tests.imports.desk import Desk

GOOD = 'columns = { n = "name" }'
WRONG = [
    ('to = "custmer"\n' + GOOD, "1: there is no record type `custmer`; did you mean `customer`?"),
    (GOOD, "1: it does not say which records the rows are"),
    ('to = "customer"\ncolumns = { nam = "name" }', "2: the file has no column `nam`"),
    ('to = "customer"\ncolumns = { n = "nmae" }', "2: customer has no field `nmae`; did you mean `name`?"),
    ('to = "customer"\ncolumns = { twice = "name" }', "2: the file has 2 columns called `twice`"),
    ('to = "customer"\ncolumns = { "n+mm" = "name" }', "2: the file has no column `mm`; did you mean `m`?"),
    ('to = "customer"\ncolumns = { "n+twice" = "name" }', "2: the file has 2 columns called `twice`"),
    ('to = "customer"\n' + 'columns = { "n+m" = "phone" }', "a phone maps each of the columns to it"),
    ('to = "deal"\ncolumns = { "n+m" = "close" }', "2: deal.close is no text that several columns make; a date takes one"),
    ('to = "deal"\ncolumns = { n = "stage.x" }', "2: `stage` is neither an address of deal nor a record type"),
    ('to = "product"\ncolumns = { n = "task.text" }', "2: task has no field that points at a product"),
    ('to = "customer"\ncolumns = { n = "contact.role" }', "2: a contact beside the row needs its name"),
    ('to = "customer"\nset = { sauce = "fair" }\n' + GOOD, "2: customer has no field `sauce`; did you mean `source`?"),
    ('to = "deal"\nset = { amount = "(2 + 2)" }\n' + GOOD, "2: amount: an import sets a value, not an expression"),
    ('to = "customer"\nsame = ["phone"]\n' + GOOD, "2: same: `phone` is filled by none of the columns"),
    ('to = "customer"\nsame = ["name+about"]\ncolumns = { n = "name", m = "about" }', "2: same: `about` is filled by none"),
    ('to = "customer"\n' + GOOD + '\nvalues = { m = { a = "b" } }', "3: values speaks of `m`, which is not among columns"),
    ('to = "customer"\n' + GOOD + '\ndates = { n = "%Y-%m-%d" }', "3: customer.name is no date"),
    ('to = "deal"\ncolumns = { n = "close" }\ndates = { n = "%Q" }', '3: "%Q" is no form of a date'),
    ('to = "deal"\ncolumns = { n = "close" }\ndates = { n = "%d.%m." }', "year, month and day must be in it"),
    ('to = "customer"\n' + GOOD + '\nmissing = { owner = "skip" }', "3: missing: `owner` is no reference that a column fills"),
    ('to = "contact"\n' + GOOD + '\nmoves = { m = "lead" }', "3: contact has no stages"),
    ('to = "customer"\n' + GOOD + '\nmoves = { m = "needs" }', "3: no pipeline of customer has a stage `needs`"),
    ('to = "customer"\n' + GOOD + '\nmoves = { when = "lead" }', "3: the file has no column `when`"),
]  # fmt: skip
BROKEN = [
    ('to = "customer"\ncolums = { n = "name" }', "2: test has no word `colums`; did you mean `columns`?"),
    (
        'to = "customer"\nmissing = { owner = "perhaps" }\n' + GOOD,
        "2: `owner` of missing must be one of fail, make, skip",
    ),
    ("to = customer", "1: not valid TOML: this is no value"),
    ('[file.rows]\nto = "customer"\nsame = "name"', "3: `same` of test.file.rows must be a list of names"),
]


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[said[:40] for _, said in WRONG])
def test_a_word_that_fits_nothing_is_told_with_its_line(desk: Desk, text: str, said: str) -> None:
    desk.map(text)
    before = desk.files()
    with pytest.raises(MapWordError) as caught:
        desk.take("n,m,twice,twice", "Acme,1,2,3")
    assert said in str(caught.value)
    assert str(caught.value).startswith("imports/test.toml:")
    assert caught.value.exit_code == USAGE
    assert desk.files() == before


@pytest.mark.parametrize(("text", "said"), BROKEN, ids=[said[:40] for _, said in BROKEN])
def test_a_broken_map_is_told_with_every_line(desk: Desk, text: str, said: str) -> None:
    desk.map(text)
    with pytest.raises(MapBrokenError) as caught:
        desk.take("n,m", "Acme,1")
    assert said in str(caught.value)
    assert caught.value.exit_code == BAD_DATA


def test_all_that_is_wrong_is_told_at_once(desk: Desk) -> None:
    desk.map('to = "customer"\ncolums = { n = "name" }\nsamme = ["name"]\n')
    with pytest.raises(MapBrokenError) as caught:
        load_import_map(desk.root, "test")
    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["2", "3"]


def test_a_map_that_is_not_there_is_named_with_the_nearest(desk: Desk) -> None:
    desk.map(GOOD, "hubspot")
    with pytest.raises(MapMissingError) as caught:
        load_import_map(desk.root, "hubsopt")
    assert caught.value.hint == "did you mean `hubspot`?"


def test_without_a_map_the_maps_are_listed(desk: Desk) -> None:
    desk.map(GOOD, "hubspot")
    with pytest.raises(MapMissingError) as caught:
        desk.take("n", "Acme", by="")
    assert caught.value.hint == (
        "name one with --as: hubspot, google, linkedin, outlook, pipedrive, salesforce, zh-sales"
    )


def test_a_part_is_chosen_by_the_files_name(desk: Desk) -> None:
    desk.map(
        '[file.Customers]\nto = "customer"\ncolumns = { n = "name" }\n[file.people]\nto = "contact"\ncolumns = { n = "name" }\n'
    )
    desk.take_file(desk.file("n", "Acme", name="customers.csv"))
    desk.take_file(desk.file("n", "Li", name="export.csv"), "test.people")
    assert len(desk.records("customers")) == len(desk.records("contacts")) == 1
    with pytest.raises(
        MapPartMissingError,
        match=r"imports/test\.toml has no \[file\.peple\]: it has Customers, people; did you mean people",
    ):
        desk.take_file(desk.file("n", "Li", name="peple.csv"))


def test_the_type_of_the_command_wins(desk: Desk) -> None:
    desk.map('to = "customer"\ncolumns = { n = "name" }\n')
    desk.take("n", "Acme", to="contacts")
    assert [record.text("name") for record in desk.records("contacts")] == ["Acme"]


def test_the_example_maps_are_read(desk: Desk) -> None:
    leads = """\
to      = "customer"
set     = { lifecycle = "lead", source = "fair" }
same    = ["phone", "name"]
values  = { "职务" = { "总经理" = "decider", "采购" = "buyer" } }
[columns]
"客户名称" = "name"
"联系人" = "contact.name"
"职务" = "contact.role"
"手机" = "phone"
"规模" = "size"
"备注" = "about"
"序号" = ""
"""
    desk.map(leads, "leads")
    outcome = desk.take(
        "序号,客户名称,联系人,职务,手机,省市,规模,备注",
        "1,深圳海棠机器人,李伟,总经理,+86 138 0013 8000,广东,120,展会认识",
        by="leads",
    )
    assert outcome.new == 1
    customer = desk.one("customers", "深圳海棠机器人")
    assert customer.items("phone") == ["+8613800138000"]
    assert desk.fields("contacts", "name", "role", "customer") == [("李伟", "decider", customer.ref.id)]


def test_every_refusal_says_what_to_do(desk: Desk) -> None:
    for text, _ in BROKEN:
        desk.map(text)
        with pytest.raises(CrmError) as caught:
            load_import_map(desk.root, "test")
        assert caught.value.hint
