"""Hostile cells come through as text, or are refused with the reason; nothing they hold acts anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from unicodedata import category

from crmcli.text.display import safe
from crmcli_formats.csv import write_rows
from tests.imports.desk import Desk

NOTES = 'to = "customer"\nsame = ["name"]\ncolumns = { n = "name", about = "about", i = "industry" }\n'


def naughty(shared_data: Path) -> list[str]:
    strings = json.loads((shared_data / "naughty_strings" / "blns.json").read_text(encoding="utf-8"))
    return [text for text in strings if text.strip() and "\0" not in text]


def table(desk: Desk, rows: list[list[str]]) -> Path:
    path = desk.folder / "rows.csv"
    path.write_text(write_rows([["n", "about", "i"], *rows]), encoding="utf-8", newline="")
    return path


def test_naughty_strings_come_through_as_names_and_texts(desk: Desk, shared_data: Path) -> None:
    strings = naughty(shared_data)
    desk.map(NOTES.replace('same = ["name"]', 'same = ["industry"]'))
    rows = [[text, text, f"row {number}"] for number, text in enumerate(strings)]
    outcome = desk.take_file(table(desk, rows))
    assert outcome.new + outcome.refused == len(strings)
    refused = {int(line) for line, _, _ in desk.rejected(outcome)} if outcome.refused else set()
    assert len(refused) < 15, "only strings with control characters or line ends are no names"
    found = {record.text("industry"): record for record in desk.records("customers")}
    for number, text in enumerate(strings):
        record = found.get(f"row {number}")
        if record is not None:
            assert record.text("name") == text.strip()
            assert record.text("body") == text.strip().replace("\r\n", "\n")
            assert not {"Cc", "Zl", "Zp"} & {category(letter) for letter in safe(record.text("name"))}
    assert desk.book.index.rows("SELECT * FROM problems") == []


def test_naughty_strings_twice_change_nothing(desk: Desk, shared_data: Path) -> None:
    desk.map(NOTES.replace('same = ["name"]', 'same = ["industry"]'))
    path = table(desk, [[text, text, f"row {number}"] for number, text in enumerate(naughty(shared_data))])
    first = desk.take_file(path)
    before = desk.files()
    again = desk.take_file(path)
    assert (again.new, again.changed, again.same) == (0, 0, first.new)
    assert desk.files() == before


def test_formulas_stay_text(desk: Desk, shared_data: Path) -> None:
    payloads = (shared_data / "csv_injection" / "csv-payload.txt").read_text(encoding="utf-8").splitlines()
    desk.map(NOTES)
    outcome = desk.take_file(table(desk, [[text, "", ""] for text in payloads if text.strip()]))
    assert outcome.refused == 0
    assert {record.text("name") for record in desk.records("customers")} == {
        text.strip() for text in payloads if text.strip()
    }


def test_a_cell_cannot_leave_its_line_of_the_file(desk: Desk) -> None:
    desk.map(NOTES)
    outcome = desk.take_file(table(desk, [["x\nlifecycle: won", "", ""], ["---", "---\nname: y\n---", "a: b # c"]]))
    assert [(line, column) for line, column, _ in desk.rejected(outcome)] == [("2", "n")]
    record = desk.records("customers")[0]
    assert (record.text("name"), record.text("body"), record.text("industry")) == (
        "---",
        "---\nname: y\n---",
        "a: b # c",
    )


def test_names_of_files_and_devices_make_harmless_ids(desk: Desk) -> None:
    desk.map(NOTES)
    names = ["../../etc/passwd", "con", "NUL", ".crm", "a/b", "-rf", "💣", "x" * 300]
    outcome = desk.take_file(table(desk, [[name, "", ""] for name in names]))
    assert outcome.new == len(names)
    files = sorted(path.name for path in (desk.root / "customers").iterdir())
    assert len(files) == len(names)
    assert all(name.endswith(".md") and len(name) < 64 for name in files)
