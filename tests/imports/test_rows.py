"""Rows become records: new ones, changed ones, the same ones; cells by the types of their fields."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.outcome import RowsRefusedError
from crmcli.actions.set import set_fields
from crmcli.actions.undo import undo
from crmcli.errors import BAD_DATA
from crmcli.model.record import Ref
from tests.books import reopen
from tests.imports.desk import Desk, counts

CUSTOMERS = """\
to      = "customer"
same    = ["name"]
columns = { name = "name", mail = "email", size = "size", land = "country", note = "about", ours = "" }
"""
HEADER = "name,mail,size,land,note,ours"


def test_rows_become_records(desk: Desk) -> None:
    desk.map(CUSTOMERS)
    outcome = desk.take(
        HEADER, "Acme GmbH,Info@ACME.example,120,DE,,x", "Zoë & Co,a@b.example; c@d.example,,FR,Hello,y"
    )
    assert counts(outcome) == (2, 0, 0, 0)
    acme, zoe = desk.records("customers")
    assert acme.text("name") == "Acme GmbH"
    assert acme.items("email") == ["Info@acme.example"]
    assert (acme.text("size"), acme.text("country"), acme.text("body")) == ("120", "DE", "")
    assert zoe.items("email") == ["a@b.example", "c@d.example"]
    assert (zoe.text("size"), zoe.text("body")) == ("", "Hello")
    assert zoe.ref.id.startswith("zoe-co-")


def test_an_import_is_one_op_that_says_where_it_came_from(desk: Desk) -> None:
    desk.map(CUSTOMERS)
    outcome = desk.take(HEADER, "One,,,,,", "Two,,,,,")
    rows = desk.book.index.rows("SELECT op, via, by, more FROM events WHERE via <> 'cli' ORDER BY id")
    assert {row["op"] for row in rows} == {outcome.op}
    assert {row["via"] for row in rows} == {"import:test"}
    assert '"cmd": "import"' in rows[0]["more"]
    assert not any('"cmd"' in row["more"] for row in rows[1:])


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    desk.map(CUSTOMERS)
    lines = (HEADER, "Acme,a@b.example,12,DE,A note,", '"Beta ""B"", Ltd",,3,,"two\nlines",')
    desk.take(*lines)
    before = desk.files()
    outcome = desk.take(*lines)
    assert counts(outcome) == (0, 0, 2, 0)
    assert outcome.op == ""
    assert desk.files() == before
    assert not list((desk.root / ".crm" / "pending").iterdir())


def test_only_what_differs_is_changed_and_an_empty_cell_leaves_the_field(desk: Desk) -> None:
    desk.map(CUSTOMERS)
    desk.take(HEADER, "Acme,a@b.example,12,DE,A note,", "Beta,,3,,,")
    outcome = desk.take(HEADER, "ACME,,13,,,", "Beta,,3,,,")
    assert counts(outcome) == (0, 1, 1, 0)
    acme = desk.one("customers", "ACME")
    assert (acme.text("size"), acme.text("country"), acme.text("body")) == ("13", "DE", "A note")
    rows = desk.book.index.rows('SELECT field, "from", "to" FROM events WHERE op = ? ORDER BY id', (outcome.op,))
    assert [tuple(row) for row in rows] == [("name", "Acme", "ACME"), ("size", "12", "13")]


def test_lists_gain_what_is_new_and_lose_what_only_the_file_gave(desk: Desk) -> None:
    desk.map(CUSTOMERS)
    desk.take(HEADER, "Acme,a@b.example,,,,")
    set_fields(desk.book, [desk.one("customers", "Acme").ref], ["email+=own@b.example"])
    desk.take(HEADER, "Acme,c@d.example,,,,")
    assert desk.one("customers", "Acme").items("email") == ["own@b.example", "c@d.example"]


def test_undo_takes_the_op_back_whole_and_restores_every_byte(desk: Desk) -> None:
    desk.map(CUSTOMERS)
    desk.take(HEADER, "Acme,a@b.example,12,DE,A note,")
    path = desk.root / desk.book.path_of(desk.one("customers", "Acme").ref)
    path.write_text(path.read_text(encoding="utf-8").replace("size: 12", "size: 12   # as they say"), encoding="utf-8")
    before = {name: content for name, content in desk.files().items() if not name.startswith("journal/")}
    desk.take(HEADER, "Acme,x@y.example,13,FR,Another,", "New,,1,,,")
    assert len(desk.records("customers")) == 2
    undo(desk.book)
    desk.book = reopen(desk.book)
    after = {name: content for name, content in desk.files().items() if not name.startswith("journal/")}
    assert after == before


def test_a_hand_edit_of_a_touched_record_is_journaled_first(desk: Desk) -> None:
    desk.map(CUSTOMERS)
    desk.take(HEADER, "Acme,,12,,,", "Beta,,1,,,")
    for title in ("Acme", "Beta"):
        path = desk.root / desk.book.path_of(desk.one("customers", title).ref)
        path.write_text(path.read_text(encoding="utf-8").replace("size: 1", "size: 7"), encoding="utf-8")
    path = desk.file(HEADER, "Acme,,500,,,", "Beta,,7,,,")
    outcome = desk.import_file(path, Asked("test", prefer="theirs"))
    desk.book = reopen(desk.book)
    assert counts(outcome) == (0, 1, 1, 0)
    on = str(desk.one("customers", "Acme").ref)
    rows = desk.book.index.rows(
        'SELECT via, "from", "to" FROM events WHERE "on" = ? AND field = ? ORDER BY id', (on, "size")
    )
    assert [tuple(row) for row in rows] == [("hand", "12", "72"), ("import:test", "72", "500")]
    untouched = str(desk.one("customers", "Beta").ref)
    assert not desk.book.index.rows('SELECT 1 FROM events WHERE "on" = ? AND via = ?', (untouched, "hand"))


def test_a_dry_run_says_what_would_be_and_writes_nothing(desk: Desk) -> None:
    desk.map(CUSTOMERS)
    desk.take(HEADER, "Acme,,12,,,")
    before = desk.files()
    outcome = desk.take(HEADER, "Acme,,13,,,", "New,,1,,,", "Bad,,many,,,", dry_run=True)
    assert counts(outcome) == (1, 1, 0, 1)
    assert desk.files() == before
    assert not list(desk.folder.glob("*.rejects*"))
    assert [(line.line, line.what) for line in outcome.preview] == [(2, "changed"), (3, "new"), (4, "refused")]
    assert outcome.preview[0].text.endswith("size 12 → 13")
    assert "would be refused" in str(RowsRefusedError(outcome))


def test_refused_rows_are_kept_with_their_reason_and_the_others_are_imported(desk: Desk) -> None:
    desk.map(CUSTOMERS)
    outcome = desk.take(
        HEADER, "Good,,1,,,", "Size,,many,,,", "Mail,nobody,,,,", ",,5,,,", "Short", "Also good,,2,Norway,,"
    )
    assert counts(outcome) == (2, 0, 0, 4)
    assert RowsRefusedError(outcome).exit_code == BAD_DATA
    assert Path(outcome.rejects) == desk.folder / "rows.rejects.csv"
    reasons = desk.rejected(outcome)
    assert [(line, column) for line, column, _ in reasons] == [("3", "size"), ("4", "mail"), ("5", ""), ("6", "")]
    assert "'many'" in reasons[0][2]
    assert "name" in reasons[2][2]
    assert reasons[3][2] == "1 cell, the first row has 6"
    assert len(desk.records("customers")) == 2
    assert desk.one("customers", "Also good").text("country") == "NO"


def test_mended_rejects_are_imported_with_the_same_map(desk: Desk) -> None:
    desk.map(CUSTOMERS)
    outcome = desk.take(HEADER, "Good,,1,,,", "Bad,,many,,,")
    rejects = Path(outcome.rejects)
    rejects.write_text(rejects.read_text(encoding="utf-8").replace("Bad,,many", "Bad,,7"), encoding="utf-8")
    again = desk.take_file(rejects)
    assert counts(again) == (1, 0, 0, 0)
    assert again.notices == ["read as UTF-8, cells separated by commas"]
    assert desk.one("customers", "Bad").text("size") == "7"


def test_rejects_never_overwrite_a_file(desk: Desk) -> None:
    desk.map(CUSTOMERS)
    first = desk.take(HEADER, "Bad,,many,,,")
    second = desk.take(HEADER, "Bad,,more,,,")
    assert Path(second.rejects).name == "rows.rejects-2.csv"
    assert "many" in Path(first.rejects).read_text(encoding="utf-8")


def test_two_rows_of_one_record_must_agree(desk: Desk) -> None:
    desk.map(CUSTOMERS)
    outcome = desk.take(HEADER, "Acme,,12,,,", "acme,,12,,,x", "Acme,,13,,,", "Acme,,12,,,")
    assert counts(outcome) == (1, 0, 1, 2)
    assert {reason for _, _, reason in desk.rejected(outcome)} == {"the same customer as row 2, which says otherwise"}


def test_columns_that_the_map_does_not_mention_are_named(desk: Desk) -> None:
    desk.map('to = "customer"\ncolumns = { name = "name", b = "" }\n')
    outcome = desk.take("name,a,b,c", "Acme,1,2,3")
    assert outcome.notices[1] == "columns that the map does not mention, left out: a, c"


def test_constants_fill_new_records_and_what_never_had_them(desk: Desk) -> None:
    desk.map(
        'to = "customer"\nset = { source = "fair", lifecycle = "qualified" }\nsame = ["name"]\ncolumns = { name = "name" }\n'
    )
    desk.take("name", "Acme", "Beta")
    acme = desk.one("customers", "Acme")
    assert (acme.text("source"), acme.text("lifecycle")) == ("fair", "qualified")
    set_fields(desk.book, [acme.ref], ["source=web"])
    set_fields(desk.book, [desk.one("customers", "Beta").ref], ["source="])
    outcome = desk.take("name", "Acme", "Beta")
    assert counts(outcome) == (0, 0, 2, 0), "what people chose or emptied since stays"
    assert desk.fields("customers", "name", "source") == [("Acme", "web"), ("Beta", "")]


def test_a_value_in_another_notation_is_the_same_value(desk: Desk) -> None:
    desk.map('to = "product"\ncolumns = { name = "name", price = "price" }\n')
    (desk.root / "products").mkdir()
    (desk.root / "products" / "arm.md").write_text("---\nname: Arm\nprice: 1200\n---\n", encoding="utf-8")
    assert counts(desk.take("name,price", "Arm,1200.00")) == (0, 0, 1, 0)


def test_value_maps_rename_cells(desk: Desk) -> None:
    desk.map(
        'to = "contact"\ncolumns = { who = "name", job = "role" }\n'
        'values = { job = { "总经理" = "decider", "采购" = "buyer", "?" = "" } }\n'
    )
    outcome = desk.take("who,job", "Li Wei,总经理", "Wang,采购", "Chen,?", "Bo,Coach", "Xu,chef")
    assert desk.fields("contacts", "name", "role") == [
        ("Bo", "coach"), ("Chen", ""), ("Li Wei", "decider"), ("Wang", "buyer"),
    ]  # fmt: skip
    assert [(line, column) for line, column, _ in desk.rejected(outcome)] == [("6", "job")]


def test_dates_are_read_in_the_form_the_map_says(desk: Desk) -> None:
    desk.map('to = "deal"\ncolumns = { n = "name", d = "close" }\ndates = { d = "%d.%m.%Y" }\n')
    outcome = desk.take("n,d", "One,01.03.2017", "Two,2017-03-01", "Three,31.02.2017")
    assert desk.fields("deals", "name", "close") == [("One", "2017-03-01")]
    assert [(c, why) for _, c, why in desk.rejected(outcome)] == [
        ("d", "'2017-03-01' does not read as %d.%m.%Y"),
        ("d", "'31.02.2017' does not read as %d.%m.%Y"),
    ]


def test_keys_of_another_system_make_a_record_the_same(desk: Desk) -> None:
    desk.map(
        'id = "hubspot"\n[file.companies]\nto = "customer"\ncolumns = { ID = "keys", Name = "name" }\n'
        '[file.deals]\nto = "deal"\ncolumns = { ID = "keys", Deal = "name", Company = "customer" }\n',
        "hubspot",
    )
    desk.take_file(desk.file("ID,Name", "17,Acme", name="companies.csv"), "hubspot")
    assert desk.one("customers", "Acme").items("keys") == ["hubspot:17"]
    assert counts(desk.take_file(desk.file("ID,Name", "17,Acme AG", name="Companies.csv"), "hubspot")) == (0, 1, 0, 0)
    deals = desk.file("ID,Deal,Company", "5,Arm,17", "6,Leg,Acme AG", name="export.csv")
    assert counts(desk.take_file(deals, "hubspot.deals")) == (2, 0, 0, 0)
    acme = desk.one("customers", "Acme AG").ref.id
    assert desk.fields("deals", "name", "customer") == [("Arm", acme), ("Leg", acme)]


def test_addresses_are_filled_part_by_part(desk: Desk) -> None:
    desk.map('to = "customer"\nsame = ["name"]\ncolumns = { n = "name", s = "address.street", c = "address.city" }\n')
    desk.take("n,s,c", "Acme,Main St. 1,Kiel")
    assert desk.one("customers", "Acme").text("address") == "{street: Main St. 1, city: Kiel}"
    assert counts(desk.take("n,s,c", "Acme,Main St. 1,Kiel")) == (0, 0, 1, 0)
    desk.take("n,s,c", "Acme,,Bonn")
    assert desk.one("customers", "Acme").text("address") == "{street: Main St. 1, city: Bonn}"


def test_tags_and_created_come_from_columns(desk: Desk) -> None:
    desk.map('to = "customer"\ncolumns = { n = "name", t = "tags", since = "created" }\n')
    outcome = desk.take("n,t,since", 'Acme,"vip, emea",2020-07-01', "Beta,2w,2020-07-01")
    acme = desk.one("customers", "Acme")
    assert acme.items("tags") == ["emea", "vip"]
    assert acme.text("created") == "2020-07-01T12:00:00+02:00"
    row = desk.book.index.row('SELECT at FROM events WHERE "on" = ?', (str(acme.ref),))
    assert row is not None
    assert row[0] == "2020-07-01T10:00:00Z"
    assert [column for _, column, _ in desk.rejected(outcome)] == ["t"]


@pytest.mark.parametrize(("same", "expected"), [('["email", "name"]', 1), ('["email+name"]', 2)])
def test_same_is_tried_in_order_and_plus_means_together(desk: Desk, same: str, expected: int) -> None:
    desk.map(f'to = "customer"\nsame = {same}\ncolumns = {{ n = "name", m = "email", s = "size" }}\n')
    desk.take("n,m,s", "Acme,a@b.example,1")
    desk.take("n,m,s", "Acme AG,A@b.example,2")
    assert len(desk.records("customers")) == expected


def test_a_row_that_fits_several_records_is_refused(desk: Desk) -> None:
    desk.map(CUSTOMERS)
    (desk.root / "customers").mkdir()
    for name in ("one", "two"):
        (desk.root / "customers" / f"{name}.md").write_text("---\nname: Acme\n---\n", encoding="utf-8")
    outcome = desk.take(HEADER, "Acme,,1,,,")
    assert desk.rejected(outcome) == [("2", "", "the same name as 2 customers: one, two")]


def test_a_unique_value_is_refused_to_a_second_record(desk: Desk) -> None:
    desk.map('to = "product"\nsame = ["name"]\ncolumns = { n = "name", s = "sku" }\n')
    outcome = desk.take("n,s", "Arm,A-1", "Leg,A-1")
    assert counts(outcome) == (1, 0, 0, 1)
    assert "A-1" in desk.rejected(outcome)[0][2]


def test_nothing_is_left_behind_when_the_file_breaks_half_way(desk: Desk) -> None:
    desk.map(CUSTOMERS)
    path = desk.folder / "rows.csv"
    path.write_bytes(f"{HEADER}\n".encode() + b"Good,,1,,,\n" * 3000 + b"M\0ller,,1,,,\n")
    before = desk.files()
    with pytest.raises(Exception, match=r"rows\.csv:3002:2: a NUL byte"):
        desk.take_file(path)
    assert desk.files() == before
    assert not list((desk.root / ".crm" / "pending").glob("*"))
    assert Ref("customers", "good") not in {record.ref for record in desk.records("customers")}
