"""Records that one side merged or erased, and the other changed (docs/identity.md, docs/erasure.md)."""

from __future__ import annotations

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
