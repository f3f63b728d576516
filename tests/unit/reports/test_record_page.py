from __future__ import annotations

import json
from pathlib import Path

import pytest

from crmcli.model.change import Change
from crmcli.reports.record_file import field_table, record_text
from crmcli.reports.record_page import record_object, record_page
from crmcli.store.records import BrokenRecordError
from tests.unit.reports.day_book import DayBook, ref


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DayBook:
    day = DayBook(tmp_path / "book", monkeypatch)
    day.add("customers/acme", name="Acme GmbH", tags=["vip"], owner="anna", body="Wants presses.\n")
    day.add("contacts/li", name="Li Wei", customer="acme")
    day.add("deals/big", name="Big", customer="acme", amount="12000.00 EUR", close="2026-12-01")
    day.add("deals/old", name="Old", customer="acme", amount="1.00 EUR", stage="lost", lost_reason="price")
    day.add("tasks/call", text="Call back", on="customers/acme", due="2026-11-24", for_="anna")
    day.add("tasks/past", text="Sent", on="customers/acme", due="2026-10-01", stage="done")
    return day


def test_the_page_has_fields_tags_collections_and_the_body(day: DayBook) -> None:
    page = record_page(day.open(), ref("customers/acme"))
    assert (page.title, page.type_label, page.tags, page.body.strip()) == (
        "Acme GmbH",
        "Customer",
        ("vip",),
        "Wants presses.",
    )
    assert [(line.label, line.text, line.target) for line in page.fields][:1] == [("Owner", "Anna Kern", "anna")]
    assert [(related.title, [line.title for line in related.lines]) for related in page.related] == [
        ("Contacts", ["Li Wei"]),
        ("Deals", ["Big"]),
        ("Deals, closed", ["Old"]),
        ("Tasks", ["Call back"]),
    ]


def test_the_track_marks_the_stage_and_how_long_it_has_been_there(day: DayBook) -> None:
    day.move("deals/big", "needs", "2026-11-10T14:03:11+01:00")
    page = record_page(day.open(), ref("deals/big"))
    assert [(mark.label, mark.here, mark.done) for mark in page.track][:3] == [
        ("Contact", False, True),
        ("Needs", True, True),
        ("Proposal", False, False),
    ]
    assert page.since == "10d"
    assert "stage" not in {line.name for line in page.fields}


def test_a_closed_record_shows_the_way_up_to_its_last_open_stage(day: DayBook) -> None:
    day.move("deals/big", "needs", "2026-11-10T14:00:00+01:00")
    day.change(
        Change("set", ref("deals/big"), "lost_reason", to="price"),
        Change("move", ref("deals/big"), to="lost"),
        at="2026-11-12T14:00:00+01:00",
    )
    marks = record_page(day.open(), ref("deals/big")).track
    assert [(mark.label, mark.here, mark.done) for mark in marks] == [
        ("Contact", False, True), ("Needs", False, True), ("Proposal", False, False), ("Negotiation", False, False),
        ("Lost", True, False),
    ]  # fmt: skip


def test_fields_the_stage_fills_are_shown_with_its_value(day: DayBook) -> None:
    fields = {line.name: line.text for line in record_page(day.open(), ref("deals/big")).fields}
    assert (fields["odds"], fields["category"]) == ("10%", "Pipeline")


def test_the_timeline_merges_the_log_of_parts_with_changes_newest_first(day: DayBook) -> None:
    day.log("contacts/li", "met at the fair", kind="meeting", at="2026-10-01T10:00:00+02:00")
    day.change(
        Change("set", ref("customers/acme"), "industry", to="pumps"),
        Change("set", ref("customers/acme"), "size", to="120"),
        at="2026-10-02T10:00:00+02:00",
    )
    day.move("deals/big", "needs", "2026-10-03T10:00:00+02:00", note="they need it")
    lines = record_page(day.open(), ref("customers/acme")).timeline
    assert [(line.at, line.kind, line.what, line.text, line.ref) for line in lines[:3]] == [
        ("2026-10-03 10:00", "move", "Stage: Contact → Needs", "they need it", "Big"),
        ("2026-10-02 10:00", "set", "Industry: pumps; Size: 120", "", ""),
        ("2026-10-01 10:00", "Meeting", "", "met at the fair", "Li Wei"),
    ]
    page = record_page(day.open(), ref("customers/acme"), limit=1)
    assert (len(page.timeline), page.older) == (1, len(lines) - 1)


def test_log_lines_taken_back_are_gone_from_the_timeline(day: DayBook) -> None:
    day.log("customers/acme", "wrong customer")
    event = day.open().index.rows("SELECT id FROM events WHERE \"do\" = 'log'")[0][0]
    day.change(Change("retract", ref("customers/acme"), more={"of": event}))
    assert "wrong customer" not in {line.text for line in record_page(day.open(), ref("customers/acme")).timeline}


def test_wrong_values_unknown_keys_and_dangling_references_are_marked(day: DayBook) -> None:
    day.put("deals/hand.md", "---\nname: Hand\nclose: someday\ncustomer: nobody\nstage: nowhere\nflavour: mint\n---\n")
    page = record_page(day.open(), ref("deals/hand"))
    assert {line.name for line in page.fields if line.bad} == {"close", "customer", "stage"}
    assert [(line.name, line.text) for line in page.extra] == [("flavour", "mint")]
    assert any("deals/hand.md:3" in problem for problem in page.problems)


def test_the_object_for_scripts_has_names_ids_and_money(day: DayBook) -> None:
    day.put("deals/hand.md", "---\nname: Hand\ncustomer: acme\namount: 12000\n---\n")
    found = record_object(day.open(), ref("deals/hand"))
    fields = found["fields"]
    assert isinstance(fields, dict)
    assert (fields["customer"], fields["stage"], fields["odds"], fields["people"]) == ("acme", "contact", 0.1, None)
    assert fields["amount"] == {"amount": "12000.00", "currency": "EUR"}
    assert record_object(day.open(), ref("customers/acme"))["related"] == {
        "contacts": ["li"],
        "deals": ["big", "hand", "old"],
        "tasks": ["call", "past"],
    }
    assert json.loads(json.dumps(found)) == found


def test_the_file_comes_as_it_stands_even_when_broken(day: DayBook) -> None:
    broken = "---\nname: Broken\n<<<<<<< ours\n---\r\nbody\r\n"
    (day.root / "deals" / "broken.md").write_bytes(broken.encode())
    assert record_text(day.open(), ref("deals/broken")) == broken
    with pytest.raises(BrokenRecordError):
        record_page(day.open(), ref("deals/broken"))


def test_rows_of_fields_hold_stored_values(day: DayBook) -> None:
    rows = field_table(day.open(), [ref("contacts/li")]).rows
    assert ["li", "customer", "acme"] in rows
