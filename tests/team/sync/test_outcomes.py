"""What becomes of a record that both sides changed, line by line of docs/sync.md, between two clones."""

from __future__ import annotations

from typing import Any

import pytest

from tests.storing import journal_events
from tests.team.clones import ACME
from tests.team.sync.people import ARM, DEAL, FILE, People, Person


def says(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def by_nobody(person: Person) -> list[tuple[str, str, Any]]:
    """The events that merges added: what they do, to what, to which value."""
    return [(e.do, e.field, e.to or e.record or (e.add, e.remove)) for e in person.events() if e.via == "merge"]


# ---- fields --------------------------------------------------------------------------------------------------


def test_the_later_value_counts_and_both_are_told(people: People) -> None:
    people.anna.crm("set", "acme", "size=50")
    people.li.crm("set", "acme", "size=60")
    people.anna.sync()
    [row] = people.li.contests()
    assert says(row, "path", "field", "taken", "ours", "theirs", "base") == (FILE, "size", "ours", "60", "50", "40")
    assert row["ours_by"].startswith("li-wei")
    assert row["theirs_by"].startswith("anna-kern")
    assert row["ours_at"] > row["theirs_at"]
    people.quiet()
    assert "size: 60" in people.anna.read(FILE)
    assert by_nobody(people.anna) == []


def test_the_later_value_may_be_theirs(people: People) -> None:
    people.li.crm("set", "acme", "size=60")
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    [row] = people.li.contests()
    assert says(row, "taken", "ours", "theirs") == ("theirs", "60", "50")
    assert "size: 50" in people.li.read(FILE)
    people.quiet()


def test_there_and_back_is_a_change_too(people: People) -> None:
    """A file that looks untouched is not: what somebody put back later counts."""
    people.anna.crm("set", "acme", "size=50")
    people.li.crm("set", "acme", "size=60")
    people.anna.crm("set", "acme", "size=40")
    people.anna.sync()
    [row] = people.li.contests()
    assert says(row, "taken", "ours", "theirs", "base") == ("theirs", "60", "40", "40")
    people.quiet()
    assert "size: 40" in people.li.read(FILE)


def test_the_same_value_on_both_sides_is_nothing_to_tell(people: People) -> None:
    people.anna.crm("set", "acme", "size=50")
    people.li.crm("set", "acme", "size=50")
    people.anna.sync()
    assert people.li.sync().out == ""
    people.quiet()


def test_tags_are_what_either_added_and_neither_removed_later(people: People) -> None:
    people.anna.crm("set", "acme", "+a", "+b", "-emea")
    people.li.crm("set", "acme", "+c", "+b")
    people.anna.sync()
    assert people.li.sync().out == ""
    assert "tags:\n  - a\n  - b\n  - c\ncreated" in people.li.read(FILE)
    people.quiet()


def test_a_tag_that_one_removed_and_the_other_added_anew_later(people: People) -> None:
    """By the file alone nobody could tell: she has taken it off, he has it as ever."""
    people.anna.crm("set", "acme", "-emea")
    people.li.crm("set", "acme", "-emea")
    people.li.crm("set", "acme", "+emea")
    people.anna.sync()
    people.li.sync()
    assert "  - emea\n" in people.li.read(FILE)
    people.quiet()


def test_comments_and_unknown_fields_of_both(people: People) -> None:
    people.anna.edit(FILE, ("size: 40\n", "# counted by hand\nsize: 40\nown: a\n"))
    people.anna.crm("set", "acme", "size=50")
    people.li.edit(FILE, ("industry: machining\n", "industry: machining\n# see their page\n"))
    people.li.crm("set", "acme", "industry=robots")
    people.anna.sync()
    people.li.sync()
    assert people.li.read(FILE) == changed(
        ACME,
        ("industry: machining\n", "industry: robots\n# see their page\n"),
        ("size: 40\n", "# counted by hand\nsize: 50\nown: a\n"),
    )
    people.quiet()


# ---- texts and rows ------------------------------------------------------------------------------------------


def test_texts_merge_by_lines_and_nobody_says_so(people: People) -> None:
    people.anna.edit(DEAL, ("First.", "1st."))
    people.li.edit(DEAL, ("Third.", "3rd."))
    people.anna.sync()
    assert people.li.sync().out == ""
    assert people.li.read(DEAL) == changed(ARM, ("First.", "1st."), ("Third.", "3rd."))
    [(do, field, to)] = by_nobody(people.li)
    assert (do, field, to) == ("set", "body", "1st.\n\nSecond.\n\n3rd.")
    people.quiet()


def test_texts_that_contradict_stay_both_the_older_first(people: People) -> None:
    people.li.edit(DEAL, ("Second.", "Li's second."))
    people.li.crm("journal", "drift")
    people.anna.edit(DEAL, ("Second.", "Anna's second."))
    people.anna.sync()
    [row] = people.li.contests()
    assert says(row, "field", "taken", "why") == ("body", "both", "both texts are kept, the older first")
    assert people.li.read(DEAL) == changed(ARM, ("Second.", "Li's second.\n\nAnna's second."))
    people.quiet()


def test_rows_merge_column_by_column(people: People) -> None:
    people.anna.crm("set", "deals/arm", "lines.1.qty=5", "lines+=product=bolt qty=9")
    people.li.crm("set", "deals/arm", "lines.2.qty=7")
    people.anna.sync()
    assert people.li.sync().out == ""
    found = people.li.read(DEAL)
    for line in ("{product: bolt, qty: 5}", "{product: nut, qty: 7}", "{product: bolt, qty: 9}"):
        assert f"  - {line}\n" in found
    people.quiet()


def test_one_row_that_both_changed_in_other_columns(people: People) -> None:
    """The journal alone has two rows of it, since it knows rows only as wholes."""
    people.anna.crm("set", "deals/arm", "lines.2.qty=5")
    people.li.crm("set", "deals/arm", "lines.2.price=3 EUR")
    people.anna.sync()
    assert people.li.sync().out == ""
    assert people.li.read(DEAL).count("product: nut") == 1
    assert "  - {product: nut, qty: 5, price: 3.00 EUR}\n" in people.li.read(DEAL)
    [(do, field, _)] = by_nobody(people.li)
    assert (do, field) == ("set", "lines")
    people.quiet()


def test_one_column_that_both_changed(people: People) -> None:
    people.anna.crm("set", "deals/arm", "lines.2.qty=5")
    people.li.crm("set", "deals/arm", "lines.2.qty=7")
    people.anna.sync()
    [row] = people.li.contests()
    assert says(row, "field", "taken") == ("lines", "ours")
    assert "  - {product: nut, qty: 7}\n" in people.li.read(DEAL)
    assert people.li.read(DEAL).count("product: nut") == 1
    people.quiet()


# ---- what a person decides -----------------------------------------------------------------------------------


def close(people: People) -> None:
    """Anna loses the deal, Li goes on with it."""
    people.anna.crm("move", "deals/arm", "lost", "lost_reason=price")
    people.anna.sync()
    people.li.crm("move", "deals/arm", "needs")


def test_a_stage_that_is_final_on_one_side_is_a_question(people: People) -> None:
    close(people)
    [row] = people.li.contests(code=5)
    assert says(row, "field", "taken", "ours", "theirs", "why") == (
        "stage", None, "needs", "lost", "closed on one side only",
    )  # fmt: skip
    said = people.li.says("sync")
    assert "crm: error: 1 question is open, so nothing was shared; all is committed here\n" in said.err
    assert "hint: `crm sync WHO field=value`, --ours or --theirs answers; on a terminal `crm sync` asks\n" in said.err
    assert people.li.read(DEAL) == changed(ARM, ("stage: contact", "stage: needs"))
    assert people.li.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("words", "stage", "taken"),
    [
        (["--ours"], "needs", "ours"),
        (["--theirs"], "lost", "theirs"),
        (["arm", "stage=proposal"], "proposal", "given"),
        (["deals/arm", "--theirs"], "lost", "theirs"),
        ([DEAL, "--ours"], "needs", "ours"),
    ],
)
def test_how_it_is_answered(people: People, words: list[str], stage: str, taken: str) -> None:
    close(people)
    people.li.sync(code=5)
    [row] = people.li.contests(*words)
    assert says(row, "field", "taken") == ("stage", taken)
    assert f"stage: {stage}\n" in people.li.read(DEAL)
    answers = [e for e in people.li.events() if e.via == "sync"]
    later = stage == "needs"  # what the replay says anyway needs no word
    assert [(e.do, e.to, e.by.startswith("li-wei")) for e in answers] == ([] if later else [("move", stage, True)])
    people.quiet()


def test_several_answers_at_once(people: People) -> None:
    close(people)
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.crm("set", "acme", "size=60", "industry=robots")
    people.li.sync("--strict", code=5)
    said = people.li.sync("--strict", "arm", "stage=needs", "acme", "size=70")
    assert [line.endswith("Li Wei") for line in said.err.splitlines() if " came, by " in line] == [False]
    assert "size: 70\n" in people.li.read(FILE)
    assert "stage: needs\n" in people.li.read(DEAL)
    people.quiet()


def test_an_answer_that_nobody_asked_for(people: People) -> None:
    close(people)
    said = people.li.says("sync", "acme", "size=7", "--ours")
    assert said.code == 2
    assert "crm: error: customers/acme: not both sides changed size, so there is nothing to decide\n" in said.err
    said = people.li.says("sync", "arm")
    assert (said.code, "what about arm?" in said.err) == (2, True)
    said = people.li.says("sync", "size=7")
    assert (said.code, "whose is 'size=7'?" in said.err) == (2, True)
    said = people.li.says("sync", "--ours", "--theirs")
    assert said.code == 2


def test_won_on_one_side_and_lost_on_the_other_is_the_later_one(people: People) -> None:
    people.anna.edit(DEAL, ("stage: contact", "stage: won"))
    people.anna.sync()
    people.li.edit(DEAL, ("stage: contact", "stage: lost"))
    [row] = people.li.contests()
    assert says(row, "field", "taken") == ("stage", "ours")
    people.quiet()


def test_strict_asks_about_every_field_that_both_changed(people: People) -> None:
    people.anna.crm("set", "acme", "size=50", "+a", "name=Acme AG")
    people.anna.edit(FILE, ("gears", "arms"))
    people.anna.sync()
    people.li.crm("set", "acme", "size=60", "+b", "industry=robots")
    people.li.edit(FILE, ("gears", "legs"))
    rows = people.li.contests("--strict", code=5)
    assert [says(row, "field", "taken") for row in rows] == [("body", None), ("size", None)]
    people.li.sync("--strict", "--theirs")
    assert people.li.read(FILE) == changed(
        ACME, ("Acme GmbH", "Acme AG"), ("machining", "robots"), ("size: 40", "size: 50"), ("gears", "arms"),
        ("  - emea\n", "  - a\n  - b\n  - emea\n"),
    )  # fmt: skip
    people.quiet()


def test_two_records_under_one_name(people: People) -> None:
    for person, size, day in ((people.anna, 3, "01"), (people.li, 4, "02")):
        text = f"---\nname: Delta\nsize: {size}\ncreated: 2026-11-{day}T10:00:00+01:00\n---\n"
        (person.root / "customers" / "delta.md").write_text(text)
    people.anna.sync()
    [row] = people.li.contests(code=5)
    assert says(row, "field", "why") == (None, "two records under one name")
    people.li.sync("customers/delta.md", "--theirs")
    assert "size: 3\n" in people.li.read("customers/delta.md")
    people.quiet()


def test_a_record_that_both_made_the_same(people: People) -> None:
    """Both wrote it down at the same moment: what only one says stays."""
    start = "---\nname: Delta\n"
    end = "created: 2026-11-01T10:00:00+01:00\n---\n"
    (people.anna.root / "customers" / "delta.md").write_text(f"{start}size: 3\nindustry: food\n{end}")
    (people.li.root / "customers" / "delta.md").write_text(f"{start}size: 4\ncountry: NO\n{end}")
    people.anna.sync()
    [row] = people.li.contests()
    assert says(row, "field", "taken") == ("size", "ours")
    found = people.li.read("customers/delta.md")
    assert all(line in found for line in ("size: 4\n", "industry: food\n", "country: NO\n"))
    people.quiet()


def test_a_version_that_cannot_be_read(people: People) -> None:
    people.anna.edit(FILE, ("size: 40", "size: [40"))
    people.anna.git("commit", "-qam", "broken", "--no-verify")
    people.anna.git("push", "-q")
    people.li.crm("set", "acme", "size=60")
    [row] = people.li.contests(code=5)
    assert says(row, "field", "why") == (None, "one version cannot be read")
    people.li.sync("acme", "--ours")
    assert "size: 60" in people.li.read(FILE)
    people.quiet()


def test_engine_files(people: People) -> None:
    """Merged by lines; what contradicts is a person's, also where the lines do not touch but the file would be none."""
    people.anna.edit("crm.toml", ('"Kern"', '"Kern Robotics"'))
    people.anna.sync()
    people.li.edit("crm.toml", ('"Kern"', '"Kern AG"'))
    [row] = people.li.contests(code=5)
    assert says(row, "path", "field", "why") == ("crm.toml", None, "changed on both sides")
    assert "a file that must be merged by hand: `git merge origin/main`" in people.li.says("sync").err
    people.li.sync("crm.toml", "--theirs")
    assert '"Kern Robotics"' in people.li.read("crm.toml")
    people.quiet()


def test_engine_files_that_no_longer_make_sense_together(people: People) -> None:
    text = people.anna.read("schema/customer.toml")
    first = text.splitlines(keepends=True)[0]
    (people.anna.root / "schema/customer.toml").write_text(f"# anna\n{text}\n[fields.rank]\ntype = 'int'\n")
    people.anna.sync()
    head = next(line for line in text.splitlines(keepends=True) if line.startswith("[fields"))
    (people.li.root / "schema/customer.toml").write_text(
        text.replace(head, f"[fields.rank]\ntype = 'text'\n\n{head}", 1)
    )
    assert first
    [row] = people.li.contests(code=5)
    assert says(row, "path", "taken") == ("schema/customer.toml", None)


# ---- existence and names -------------------------------------------------------------------------------------


@pytest.mark.parametrize("deleter", ["anna", "li"])
def test_deleted_on_one_side_and_changed_on_the_other(people: People, deleter: str) -> None:
    gone, kept = (people.anna, people.li) if deleter == "anna" else (people.li, people.anna)
    gone.crm("set", "acme", "industry=robots")
    gone.crm("delete", "acme", "--purge", "--yes")
    kept.crm("set", "acme", "size=60")
    people.anna.sync()
    [row] = people.li.contests()
    assert says(row, "field", "taken") == (None, "theirs" if deleter == "li" else "ours")
    assert row["why"] == "deleted on one side, changed on the other: it is back"
    assert people.li.read(FILE) == changed(ACME, ("machining", "robots"), ("size: 40", "size: 60"))
    [(do, _, record)] = by_nobody(people.li)
    assert (do, record["size"], record["industry"]) == ("restore", "60", "robots")
    people.quiet()


def test_deleted_on_one_side_and_spoken_to_on_the_other(people: People) -> None:
    people.anna.crm("delete", "acme", "--purge", "--yes")
    people.anna.sync()
    people.li.crm("log", "acme", "called", "they want arms")
    people.li.sync()
    assert people.li.read(FILE) == ACME
    people.quiet()


def test_deleted_on_both_sides(people: People) -> None:
    people.anna.crm("set", "acme", "size=50")
    for person in (people.anna, people.li):
        person.crm("delete", "acme", "--purge", "--yes")
    people.anna.sync()
    assert people.li.sync().out == ""
    assert not (people.li.root / FILE).exists()
    people.quiet()


def test_deleted_on_one_side_only(people: People) -> None:
    people.anna.crm("delete", "acme", "--purge", "--yes")
    people.anna.sync()
    people.li.crm("set", "arm", "amount=6k")
    people.li.sync()
    assert not (people.li.root / FILE).exists()
    people.quiet()


def test_removed_without_crm_and_changed_there(people: People) -> None:
    people.anna.git("rm", "-q", FILE)
    people.anna.git("commit", "-qm", "away", "--no-verify")
    people.anna.git("push", "-q")
    people.li.crm("set", "acme", "size=60")
    people.li.sync()
    assert people.li.read(FILE) == changed(ACME, ("size: 40", "size: 60"))
    deleted = [e for e in people.li.events() if e.do == "delete"]
    assert [(e.via, e.by) for e in deleted] == [("git", "anna@kern.example")]
    people.quiet()


def test_taken_back_on_one_side_does_not_wipe_what_the_other_set(people: People) -> None:
    """An undo of a deletion brings the whole record: what a colleague set meanwhile stays."""
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.crm("delete", "acme", "--purge", "--yes")
    people.li.crm("undo")
    people.li.sync()
    assert "size: 50\n" in people.li.read(FILE)
    people.quiet()


@pytest.mark.parametrize("renamer", ["anna", "li"])
def test_renamed_on_one_side(people: People, renamer: str) -> None:
    one, other = (people.anna, people.li) if renamer == "anna" else (people.li, people.anna)
    one.crm("rename", "customers/acme", "acme-ag")
    one.crm("set", "acme-ag", "industry=robots")
    other.crm("set", "acme", "size=60")
    other.crm("log", "acme", "called", "hello")
    people.anna.sync()
    people.li.sync()
    assert not (people.li.root / FILE).exists()
    assert people.li.read("customers/acme-ag.md") == changed(
        ACME, ("machining", "robots"), ("size: 40", "size: 60"), ("created:", "aliases:\n  - acme\ncreated:")
    )
    people.quiet()


@pytest.mark.parametrize("later", ["anna", "li"])
def test_renamed_on_both_sides(people: People, later: str) -> None:
    """The later name is it, the other an alias; changes under either name are of the one record."""
    order = (
        [(people.li, "li-s"), (people.anna, "anna-s")]
        if later == "anna"
        else [(people.anna, "anna-s"), (people.li, "li-s")]
    )
    for person, name in order:
        person.crm("rename", "customers/acme", name)
    people.anna.crm("set", "anna-s", "size=50")
    people.li.crm("set", "li-s", "industry=robots")
    people.anna.sync()
    people.li.sync()
    name, alias = f"{later}-s", "li-s" if later == "anna" else "anna-s"
    assert [path.stem for path in (people.li.root / "customers").glob("*.md")] == [name]
    assert people.li.read(f"customers/{name}.md") == changed(
        ACME, ("machining", "robots"), ("size: 40", "size: 50"),
        ("created:", f"aliases:\n  - acme\n  - {alias}\ncreated:"),
    )  # fmt: skip
    people.quiet()
    people.anna.crm("set", alias, "size=77")
    people.quiet()
    assert "size: 77\n" in people.li.read(f"customers/{name}.md")


def test_renamed_here_and_deleted_and_brought_back_there(people: People) -> None:
    """It is the same record that is back: no second one under the name that was given up."""
    anna, li = people.anna, people.li
    anna.crm("rename", "arm", "robot-arm")
    li.crm("delete", "arm", "--purge", "--yes")
    li.crm("undo")
    li.crm("set", "arm", "amount=7000 EUR")
    li.sync()
    people.quiet()
    assert [path.name for path in (anna.root / "deals").glob("*.md")] == ["robot-arm.md"]
    text = anna.read("deals/robot-arm.md")
    assert [said for said in ("amount: 7000.00 EUR", "aliases:", "Second.") if said not in text] == []


def test_moved_into_a_folder_and_changed(people: People) -> None:
    (people.anna.root / "customers" / "kiel").mkdir()
    people.anna.git("mv", FILE, "customers/kiel/acme.md")
    people.anna.sync()
    people.li.crm("set", "acme", "size=60")
    people.li.sync()
    assert people.li.read("customers/kiel/acme.md") == changed(ACME, ("size: 40", "size: 60"))
    assert not (people.li.root / FILE).exists()
    people.quiet()


# ---- drift ---------------------------------------------------------------------------------------------------


def test_what_a_colleague_without_crm_committed_is_dated_as_theirs(people: People) -> None:
    """Rule 1: their file says more than their journal; the event is the one any clone would write."""
    people.anna.edit(FILE, ("size: 40", "size: 41"), ("machining", "food"))
    people.anna.git("commit", "-qam", "by hand", "--no-verify")
    people.anna.git("push", "-q")
    people.li.crm("set", "acme", "size=60")
    [row] = people.li.contests()
    assert says(row, "taken", "ours", "theirs", "theirs_by") == ("ours", "60", "41", "anna@kern.example")
    assert "industry: food\nsize: 60\n" in people.li.read(FILE)
    people.anna.says("journal", "drift")  # she has not heard of it, and her clone notices the same
    ids = {event.id for event in journal_events(people.anna.root)}
    assert {e.id for e in people.li.events() if e.via == "git" and e.by == "anna@kern.example"} <= ids
    people.quiet()


def test_a_hand_s_commit_is_no_later_than_it_was(people: People) -> None:
    """It was committed before Li set the field, and loses, though Li's clone hears of it afterwards."""
    people.anna.edit(FILE, ("size: 40", "size: 41"))
    people.anna.git("commit", "-qam", "by hand", "--no-verify")
    people.li.crm("set", "acme", "size=60")
    people.li.crm("set", "acme", "size=40")
    people.anna.git("push", "-q")
    people.li.sync()
    assert "size: 40\n" in people.li.read(FILE)
    people.quiet()


def test_a_revert_by_git_is_what_it_is(people: People) -> None:
    """It takes a segment away: the united journal has it, and the old value comes as the revert's."""
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.sync()
    people.anna.git("revert", "--no-edit", "HEAD")
    people.anna.git("push", "-q")
    people.li.crm("set", "acme", "industry=robots")
    people.li.sync()
    assert people.li.read(FILE) == changed(ACME, ("machining", "robots"))
    found = [(e.to, e.via) for e in people.li.events() if e.field == "size"]
    assert found == [("50", "cli"), ("40", "git")]
    people.quiet()


def test_the_same_events_whoever_unites(people: People) -> None:
    """Two people unite the same two states without hearing of each other: the same segment, byte for byte."""
    for person, text, name in ((people.anna, "Anna's", "anna-s"), (people.li, "Li's", "li-s")):
        person.edit(DEAL, ("Second.", f"{text} second."))
        person.crm("rename", "customers/acme", name)
        person.crm("set", name, f"size={len(name)}")
        person.crm("journal", "drift")
        person.commit()
    people.anna.git("push", "-q", "origin", "main:a")
    people.li.git("push", "-q", "origin", "main:l")
    for person, other in ((people.anna, "l"), (people.li, "a")):
        person.git("fetch", "-q")
        person.git("push", "-q", "origin", f"origin/{other}:refs/heads/for-{other}")
        person.git("config", "push.default", "upstream")
        person.git("config", "branch.main.merge", f"refs/heads/for-{other}")
        person.sync()
    segments = [
        {p.name: p.read_bytes() for p in (person.root / "journal").rglob("united-*.jsonl")}
        for person in (people.anna, people.li)
    ]
    assert len(segments[0]) == 1
    assert segments[0] == segments[1]
    assert people.anna.read(DEAL) == people.li.read(DEAL)
