from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.reports.brief import NewcomerError, brief, brief_object, refuse_newcomers, whole_of
from tests.unit.reports.day_book import DayBook, ref


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DayBook:
    day = DayBook(tmp_path / "book", monkeypatch)
    day.add(
        "customers/acme", name="Acme", industry="pumps", phone=["+4930123456"], cadence="30d", body="Wants presses.\n"
    )
    day.add("contacts/li", name="Li Wei", customer="acme", role="decider")
    day.add("contacts/bo", name="Bo Ek", customer="acme")
    day.add("deals/big", name="Big", customer="acme", amount="12000.00 EUR")
    day.add("deals/won", name="Won", customer="acme", amount="1.00 EUR", stage="won")
    day.add("tasks/call", text="Call back", on="deals/big", due="2026-11-18")
    day.log("contacts/li", "wants a quote", at="2026-10-01T10:00:00+02:00")
    return day


def test_a_customers_brief_says_who_what_next_and_what_was_said_last(day: DayBook) -> None:
    view = brief(day.open(), ref("customers/acme"))
    assert (view.title, view.line) == ("Acme", "Lead · pumps")
    assert [line.title for line in view.people] == ["Bo Ek", "Li Wei"]
    assert [line.title for line in view.deals] == ["Big"]
    assert [line.title for line in view.next_steps] == ["Call back"]
    assert [(line.text, line.ref) for line in view.last] == [("wants a quote", "Li Wei")]
    assert [(fact.name, fact.text) for fact in view.facts][-1] == ("body", "Wants presses.")


def test_what_one_should_know_is_said_per_record(day: DayBook) -> None:
    assert brief(day.open(), ref("customers/acme")).warnings == (
        "Call back: 2 days late",
        "quiet for 50 days (cadence 30d)",
        "Big: no move in Contact for 80 days (rot 14d)",
    )


def test_a_contacts_and_a_tasks_brief_speak_of_the_whole_customer(day: DayBook) -> None:
    view = brief(day.open(), ref("contacts/li"))
    assert [line.title for line in view.people] == ["Bo Ek"]
    assert [line.title for line in view.deals] == ["Big"]
    assert view.line == "Decider · Acme"
    assert whole_of(day.open(), ref("tasks/call")) == ref("customers/acme")


def test_a_ring_of_references_ends(day: DayBook) -> None:
    day.put("tasks/one.md", "---\ntext: one\non: tasks/two\n---\n")
    day.put("tasks/two.md", "---\ntext: two\non: tasks/one\n---\n")
    assert brief(day.open(), ref("tasks/one")).title == "one"


def test_a_part_of_nothing_that_exists_stands_for_itself(day: DayBook) -> None:
    day.put("contacts/lone.md", "---\nname: Lone\ncustomer: nobody\n---\n")
    assert whole_of(day.open(), ref("contacts/lone")) == ref("contacts/lone")


def test_a_number_or_mail_nobody_has_names_the_way_to_make_the_contact(day: DayBook) -> None:
    with pytest.raises(NewcomerError, match=r"nobody in this book has the number \+4930999999") as number:
        refuse_newcomers(day.open(), ["+49 30 999999"])
    assert "crm contact add NAME phone=+4930999999 customer=WHO" in number.value.hint
    with pytest.raises(NewcomerError, match="mail address") as mail:
        refuse_newcomers(day.open(), ["x@y.de"])
    assert "email=x@y.de" in mail.value.hint


def test_known_numbers_in_any_notation_and_other_words_pass(day: DayBook) -> None:
    refuse_newcomers(day.open(), ["030 123456", "acme", "12", "li-wei"])


def test_the_object_for_scripts_has_the_same_parts(day: DayBook) -> None:
    found = brief_object(brief(day.open(), ref("customers/acme")))
    assert found["people"] == [
        {"ref": "contacts/bo", "title": "Bo Ek", "cells": ("", ""), "kind": ""},
        {"ref": "contacts/li", "title": "Li Wei", "cells": ("Decider", "2026-10-01 10:00"), "kind": ""},
    ]
    assert set(found) >= {"ref", "title", "line", "facts", "people", "deals", "next_steps", "last", "warnings"}
