"""Workbooks with several sheets: each by its part of the map, what fits none is left out, what is wrong stops before anything."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.run import import_file
from crmcli.store.setup.import_map import MapWordError
from tests.books import reopen
from tests.imports.desk import Desk, counts

PARTS = """
[file.Firmen]
to = "customer"
columns = { Firma = "name", Land = "country" }
[file.Verkauf]
to = "deal"
columns = { Titel = "name", Firma = "customer", Wert = "amount", Ende = "close" }
"""


@pytest.fixture
def workbook(desk: Desk) -> Path:
    path = desk.folder / "export.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        firms, notes, deals = (book.add_worksheet(name) for name in ("Firmen", "Notizen", "verkauf"))
        firms.write_row(0, 0, ["Firma", "Land"])
        firms.write_row(1, 0, ["Acme", "DE"])
        notes.write_row(0, 0, ["nur für uns"])
        deals.write_row(0, 0, ["Titel", "Firma", "Wert", "Ende"])
        deals.write_row(1, 0, ["Arm", "Acme", 1234.5, "2026-12-24"])
    return path


def test_each_sheet_takes_its_part(desk: Desk, workbook: Path) -> None:
    desk.map(PARTS)
    firms, deals = import_file(desk.book, workbook, Asked("test", folder=desk.folder))
    desk.book = reopen(desk.book)
    assert (counts(firms), counts(deals)) == ((1, 0, 0, 0), (1, 0, 0, 0))
    assert any("'Notizen' left out" in notice for notice in firms.notices)
    arm = desk.one("deals", "Arm")
    assert (arm.text("amount"), arm.text("close")) == ("1234.50 EUR", "2026-12-24")
    assert arm.text("customer") == desk.one("customers", "Acme").ref.id


def test_a_map_for_one_sheet_takes_that_one(desk: Desk, workbook: Path) -> None:
    desk.map('to = "customer"\ncolumns = { Firma = "name", Land = "country" }\n')
    outcome = desk.import_file(workbook, Asked("test"))
    assert counts(outcome) == (1, 0, 0, 0)
    assert sum("left out: " in notice for notice in outcome.notices) == 2


def test_a_map_that_fits_no_sheet_changes_nothing(desk: Desk, workbook: Path) -> None:
    desk.map('to = "customer"\ncolumns = { Name = "name" }\n')
    before = desk.files()
    with pytest.raises(MapWordError, match="the file has no column `Name`"):
        import_file(desk.book, workbook, Asked("test"))
    assert desk.files() == before
