from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.model.change import Change
from crmcli.reports.arrange import ColumnUnknownError, arranged
from crmcli.reports.changes import events_after
from crmcli.reports.history import history
from tests.unit.reports.day_book import DayBook, ref


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DayBook:
    day = DayBook(tmp_path / "book", monkeypatch)
    day.add("customers/acme", name="Acme", tags=["vip"])
    day.add("deals/big", name="Big", customer="acme", amount="5.00 EUR")
    return day


def test_every_event_newest_first_with_the_op_that_undo_takes(day: DayBook) -> None:
    op = day.move("deals/big", "needs", "2026-10-03T10:00:00+02:00", note="they need it")
    table = history(day.open(), [ref("deals/big")])
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    assert [(row["cmd"], row["do"], row["from"], row["to"], row["text"]) for row in rows] == [
        ("move", "move", "contact", "needs", "they need it"),
        ("add", "create", None, None, None),
    ]
    assert (rows[0]["op"], rows[0]["by"], rows[0]["on"], rows[0]["field"]) == (op, "anna", "deals/big", "stage")


def test_people_read_titles_and_labels(day: DayBook) -> None:
    day.add("customers/other", name="Other AG")
    day.change(Change("set", ref("deals/big"), "customer", to="other"), verb="set")
    table = history(day.open(), [ref("deals/big")], limit=1, people=True)
    assert list(table.rows[0])[1:4] == ["Anna Kern", "set", "Customer: Acme → Other AG"]
    assert table.found == 2


def test_lists_show_what_came_and_went(day: DayBook) -> None:
    day.change(Change("set", ref("customers/acme"), "tags", add=("emea",), remove=("vip",)), verb="set")
    table = history(day.open(), [ref("customers/acme")], limit=1)
    assert list(table.rows[0])[7:9] == [["vip"], ["emea"]]


def test_a_log_line_belongs_to_everybody_it_was_said_with(day: DayBook) -> None:
    day.add("contacts/li", name="Li")
    more: dict[str, object] = {"kind": "call", "text": "hello", "with": ["contacts/li"]}
    day.change(Change("log", ref("customers/acme"), more=more), verb="log")
    assert history(day.open(), [ref("contacts/li")]).rows[0][9] == "hello"


def test_hand_edits_say_so_once_they_are_journaled(day: DayBook) -> None:
    path = day.root / "customers" / "acme.md"
    path.write_text(path.read_text().replace("Acme", "Acme AG"))
    day.change(Change("set", ref("customers/acme"), "size", to="5"), verb="set")
    table = history(day.open(), [ref("customers/acme")], people=True)
    assert any("hand" in row[2] and "Acme → Acme AG" in row[3] for row in table.rows)


def test_events_after_an_id_are_the_journals_lines_in_order(day: DayBook) -> None:
    every = list(events_after(day.open()))
    assert [event["do"] for event in every] == ["create", "create"]
    assert every == sorted(every, key=lambda event: str(event["id"]))
    assert list(events_after(day.open(), str(every[0]["id"]))) == every[1:]
    assert list(events_after(day.open(), limit=1)) == every[:1]
    assert list(events_after(day.open(), str(every[-1]["id"]).lower())) == []


def test_named_columns_are_picked_in_their_order(day: DayBook) -> None:
    table = arranged(history(day.open(), [ref("deals/big")]), columns="do,at")
    assert [column.name for column in table.columns] == ["do", "at"]
    assert table.rows[0][0] == "create"
    with pytest.raises(ColumnUnknownError, match="what"):
        arranged(table, columns="what")
