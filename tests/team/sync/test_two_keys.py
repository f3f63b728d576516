"""A field that the schema renamed, and that one side writes under its newer key (`was`)."""

from __future__ import annotations

import pytest

from tests.team.sync.people import FILE, People


def renamed(people: People) -> None:
    """The schema calls the size of a customer its headcount now; no file does yet."""
    schema = "schema/customer.toml"
    line = next(line for line in people.anna.read(schema).splitlines() if line.startswith("size"))
    people.anna.edit(schema, (line, 'headcount = { type = "int", was = ["size"] }'))
    people.quiet()


@pytest.mark.parametrize("moved_first", [True, False])
def test_what_the_other_changed_under_the_former_key_holds(people: People, *, moved_first: bool) -> None:
    anna, li = people.anna, people.li
    renamed(people)
    if not moved_first:
        li.crm("set", "acme", "headcount=60")
    anna.edit(FILE, ("size: 40", "headcount: 40"))
    anna.sync()
    if moved_first:
        li.crm("set", "acme", "headcount=60")
    assert "size: 60\n" in li.read(FILE)
    assert li.contests() == []
    people.quiet()
    text = anna.read(FILE)
    assert ("headcount: 60\n" in text, "size:" in text) == (True, False)


def test_two_values_are_told_and_the_later_one_counts(people: People) -> None:
    anna, li = people.anna, people.li
    renamed(people)
    anna.edit(FILE, ("size: 40", "headcount: 50"))
    anna.sync()
    li.crm("set", "acme", "headcount=60")
    [contest] = li.contests()
    assert (contest["field"], contest["taken"], contest["ours"], contest["theirs"]) == ("headcount", "ours", "60", "50")
    people.quiet()
    text = anna.read(FILE)
    assert ("headcount: 60\n" in text, "size:" in text) == (True, False)
