"""Records that one side merged or erased, and the other changed (docs/identity.md, docs/erasure.md)."""

from __future__ import annotations

import pytest

from tests.team.sync.people import FILE, People


def test_erased_here_and_changed_there(people: People) -> None:
    """It stays away, and what the other wrote about it meanwhile is blanked too."""
    people.li.crm("set", "acme", "industry=secret-li")
    people.li.crm("log", "acme", "secret-log")
    people.anna.crm("set", "acme", "industry=secret-anna")
    people.anna.crm("erase", "acme", "--yes")
    people.anna.sync()
    people.li.sync()
    people.quiet()
    for person in (people.anna, people.li):
        assert not (person.root / FILE).exists()
        texts = [path.read_text() for path in (person.root / "journal").rglob("*.jsonl")]
        assert not [text for text in texts if "secret" in text or "machining" in text]


def test_erased_there_after_we_changed_it(people: People) -> None:
    people.anna.crm("set", "acme", "industry=secret-anna")
    people.anna.sync()
    people.li.crm("set", "acme", "size=77")
    people.anna.crm("erase", "acme", "--yes")
    people.anna.sync()
    people.li.sync()
    assert people.li.git("log", "-1", "--format=%s").strip() == "blank what was erased"
    people.quiet()
    assert not (people.li.root / FILE).exists()


def test_merged_into_another_here_and_changed_there(people: People) -> None:
    """The merge counts: the change stays in the history of the record that is left."""
    people.anna.crm("customer", "add", "Beta KG")
    people.quiet()
    people.anna.crm("merge", "beta", "acme", "--yes")
    people.li.crm("set", "acme", "industry=robots")
    people.anna.sync()
    rows = people.li.contests()
    assert [(row["path"], row["taken"]) for row in rows] == [(FILE, "theirs")]
    assert str(rows[0]["why"]).startswith("merged into customers/beta")
    assert not (people.li.root / FILE).exists()
    people.quiet()


def test_two_merges_of_records_at_once(people: People) -> None:
    """Each merged another record into the same one: both are in it."""
    people.anna.crm("customer", "add", "Beta KG", "phone=+49 30 901821")
    people.anna.crm("customer", "add", "Gamma AG", "website=https://gamma.example")
    people.quiet()
    people.anna.crm("merge", "acme", "beta", "--yes")
    people.li.crm("merge", "acme", "gamma", "--yes")
    people.anna.sync()
    people.li.sync()
    text = people.li.read(FILE)
    assert "+4930901821" in text  # as it is stored
    assert "gamma.example" in text
    assert [path.stem for path in (people.li.root / "customers").glob("*.md")] == ["acme"]
    people.quiet()


def test_each_merged_into_the_other(people: People) -> None:
    """The earlier merge counts; the later one has taken nothing away."""
    anna, li = people.anna, people.li
    anna.crm("customer", "add", "Beta KG", "size=3")
    people.quiet()
    anna.crm("merge", "beta", "acme", "--yes")
    li.crm("merge", "acme", "beta", "--yes")
    anna.sync()
    rows = {row["path"].partition("-")[0]: row for row in li.contests()}
    assert rows["customers/beta"]["why"] == "each was merged into the other: the earlier merge counts"
    assert rows["customers/acme.md"]["taken"] == "theirs"
    people.quiet()
    [left] = (anna.root / "customers").glob("*.md")
    assert (left.stem.partition("-")[0], "industry: machining\n" in left.read_text()) == ("beta", True)
    for person in (anna, li):
        assert "nothing is wrong" in person.says("check").err
        assert "name: Beta KG\n" in person.crm("show", "acme")


@pytest.mark.parametrize(("first", "larger"), [("anna", "li"), ("anna", "anna"), ("li", "li")])
def test_merged_in_a_circle_of_three(people: People, first: str, larger: str) -> None:
    """Here acme into beta and that into gamma, there gamma into acme: one of them is left, and it can have everything.

    Whoever unites, and whoever has the longer journal, of which only what concerns the other side is read.
    """
    anna, li = people.anna, people.li
    for number, person in enumerate((anna, li)):
        person.more = {"CRM_RANDOM": f"{first}{larger}{number}"}
    anna.crm("customer", "add", "Beta KG", "size=3")
    anna.more["CRM_RANDOM"] += "x"
    anna.crm("customer", "add", "Gamma AG", "phone=+49 30 901821")
    people.quiet()
    anna.crm("merge", "beta", "acme", "--yes")
    li.crm("merge", "acme", "gamma", "--yes")
    anna.crm("merge", "gamma", "beta", "--yes")
    {"anna": anna, "li": li}[larger].crm("log", "arm", "told them " * 500)
    for person in (anna, li) if first == "anna" else (li, anna):
        person.sync()
    people.quiet()
    [left] = (anna.root / "customers").glob("*.md")
    assert left.stem.startswith("beta-")
    text = left.read_text()
    assert [said for said in ("size: 3\n", "machining", "Makes gears.") if said not in text] == []
    problems = [person.says("check").out for person in (anna, li)]
    assert "phone was changed to +4930901821" in problems[0]  # wherever one looks, and until somebody takes it over
    assert problems[0] == problems[1]
    anna.crm("check", "--fix", "--yes")
    people.quiet()
    text = (li.root / "customers" / left.name).read_text()
    assert [said for said in ("size: 3\n", "machining", "Makes gears.", "+4930901821") if said not in text] == []
    assert "nothing is wrong" in li.says("check").err


def test_merged_away_on_both_sides_in_circles(people: People) -> None:
    """Both made of beta another one, and neither counts: it is there again, with what came into it."""
    anna, li = people.anna, people.li
    anna.crm("customer", "add", "Beta KG", "size=3")
    anna.crm("customer", "add", "Gamma AG", "phone=+49 30 901821")
    people.quiet()
    anna.crm("merge", "beta", "acme", "--yes")
    li.crm("merge", "acme", "beta", "--yes")
    li.crm("merge", "acme", "gamma", "--yes")
    anna.crm("merge", "gamma", "beta", "--yes")
    anna.sync()
    li.sync()
    people.quiet()
    [left] = (anna.root / "customers").glob("*.md")
    assert left.stem.startswith("beta-")
    anna.crm("check", "--fix", "--yes")
    people.quiet()
    text = (li.root / "customers" / left.name).read_text()
    assert [said for said in ("size: 3\n", "machining", "Makes gears.", "+4930901821") if said not in text] == []


def test_merged_taken_back_and_merged_the_other_way_round(people: People) -> None:
    """One person's second thought is no circle."""
    anna, li = people.anna, people.li
    anna.crm("customer", "add", "Beta KG", "size=3")
    people.quiet()
    anna.crm("merge", "beta", "acme", "--yes")
    anna.crm("undo", "--yes")
    anna.crm("merge", "acme", "beta", "--yes")
    li.crm("set", "arm", "amount=7000 EUR")
    anna.sync()
    li.sync()
    people.quiet()
    assert [path.stem for path in (li.root / "customers").glob("*.md")] == ["acme"]
    assert "nothing is wrong" in li.says("check").err


def test_what_was_written_before_it_went_is_there_when_it_is_back(people: People) -> None:
    """Its text and its rows, too, of a record that one side changed and deleted, and the other changed."""
    anna, li = people.anna, people.li
    anna.edit("deals/arm.md", ("First.", "First and foremost."), ("product: nut, qty: 1", "product: nut, qty: 9"))
    anna.crm("journal", "drift")
    anna.crm("delete", "arm", "--purge", "--yes")
    li.edit("deals/arm.md", ("Third.", "Third and last."))
    li.crm("set", "arm", "amount=7000 EUR")
    anna.sync()
    li.sync()
    people.quiet()
    text = anna.read("deals/arm.md")
    assert [
        said for said in ("First and foremost.", "Third and last.", "nut, qty: 9", "7000") if said not in text
    ] == []


def test_what_contradicts_in_a_record_that_is_back_is_told_or_asked(people: People) -> None:
    """Text and fields that both had changed, as of a record that nobody deleted."""
    anna, li = people.anna, people.li
    anna.edit("deals/arm.md", ("First.", "Anna's first."), ("amount: 5000.00 EUR", "amount: 6000.00 EUR"))
    anna.crm("journal", "drift")
    anna.crm("delete", "arm", "--purge", "--yes")
    li.edit("deals/arm.md", ("First.", "Li's first."))
    li.crm("set", "arm", "amount=7000 EUR")
    anna.sync()
    asked = {row["field"]: row["taken"] for row in li.contests("--strict", code=5)}
    assert asked == {"amount": None, "body": None, None: "ours"}
    told = {row["field"]: row["taken"] for row in li.contests("arm", "amount=6500 EUR")}
    assert told == {"amount": "given", "body": "both", None: "ours"}
    people.quiet()
    text = anna.read("deals/arm.md")
    assert [said for said in ("Anna's first.\n\nLi's first.", "amount: 6500.00 EUR") if said not in text] == []


def test_merged_into_different_ones(people: People) -> None:
    """Both have what it said; its name means the later one, and the check says what is to be done."""
    anna, li = people.anna, people.li
    anna.crm("customer", "add", "Beta KG")
    anna.crm("customer", "add", "Gamma AG")
    people.quiet()
    anna.crm("merge", "beta", "acme", "--yes")
    li.crm("merge", "gamma", "acme", "--yes")
    anna.sync()
    li.sync()
    people.quiet()
    texts = [path.read_text() for path in (anna.root / "customers").glob("*.md")]
    assert ["industry: machining\n" in text for text in texts] == [True, True]
    for person in (anna, li):
        said = person.says("check").out
        assert "merged-twice customers/acme was merged into customers/beta-kg-" in said
        assert "and at the same time into customers/gamma-ag-" in said
    anna.crm("merge", "gamma", "beta", "--yes")
    people.quiet()
    assert "nothing is wrong" in li.says("check").err
    assert "name: Gamma AG\n" in li.crm("show", "acme")


def test_spoken_to_and_referred_to_after_it_went(people: People) -> None:
    """What somebody who had not heard of the merge did is with the record that is left."""
    anna, li = people.anna, people.li
    anna.crm("customer", "add", "Beta KG")
    people.quiet()
    anna.crm("merge", "beta", "acme", "--yes")
    li.crm("deal", "add", "New arm", "customer=acme")
    li.crm("log", "acme", "told them")
    anna.sync()
    li.sync()
    people.quiet()
    assert "told them" in anna.crm("history", "beta")
    assert "merged-reference customer: customers/acme was merged into customers/beta-kg-" in anna.says("check").out
    anna.crm("check", "--fix", "--yes")
    people.quiet()
    [deal] = (li.root / "deals").glob("new-arm-*.md")
    assert "customer: beta-kg-" in deal.read_text()
    assert "nothing is wrong" in li.says("check").err
