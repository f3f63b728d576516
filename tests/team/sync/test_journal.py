"""The journals of both sides: nothing goes but what stands elsewhere, packs meet segments, an erased line wins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crmcli.store.sync.segments import merged_lines
from tests.team.sync.people import FILE, People, Person, whole

PACK_DAY = "2026-12-24"


def segments(person: Person) -> list[Path]:
    return sorted((person.root / "journal").rglob("*.jsonl"))


def pack(person: Person) -> None:
    """Pack the journal, weeks later."""
    person.more["CRM_NOW"] = f"{PACK_DAY}T10:00:00+01:00"
    assert "segments went into" in person.says("journal", "pack").err
    person.more.clear()


def test_one_packs_while_the_other_works(people: People) -> None:
    for size in (50, 51, 52):
        people.anna.crm("set", "acme", f"size={size}")
        people.anna.sync()
    people.li.sync()
    before = {event.id for event in people.anna.events()}
    pack(people.anna)
    assert any(path.name.startswith("pack-") for path in segments(people.anna))
    people.anna.sync()
    people.li.crm("set", "acme", "industry=robots")
    said = people.li.sync()
    assert said.out == ""
    assert before < {event.id for event in people.li.events()}
    assert {p.name for p in segments(people.li) if p.name.startswith("pack-")}
    people.quiet()


def test_both_pack_what_they_have(people: People) -> None:
    """Packs of different segments: every event is there, however often."""
    for size in (50, 51, 52):
        people.anna.crm("set", "acme", f"size={size}")
        people.anna.sync()
    people.li.sync()
    pack(people.li)
    people.li.commit("pack")
    people.anna.crm("set", "acme", "size=53")
    people.anna.sync()
    pack(people.anna)
    people.anna.crm("set", "acme", "size=54")
    people.anna.sync()
    ids = {event.id for event in people.anna.events()}
    people.li.sync()
    assert ids <= {event.id for event in people.li.events()}
    people.quiet()


def test_a_sync_packs_when_there_are_many(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmcli.actions.sharing.here.PACK_FROM", 3)
    for size in (50, 51, 52):
        people.anna.crm("set", "acme", f"size={size}")
        people.anna.sync()
    people.anna.more["CRM_NOW"] = f"{PACK_DAY}T10:00:00+01:00"
    said = people.anna.sync()
    assert "packed " in said.err
    assert "committed: pack the journal\n" in said.err
    people.anna.more.clear()
    people.li.sync()
    whole(people.li)


def test_a_segment_that_a_commit_of_theirs_took_away(people: People) -> None:
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.sync()
    [path] = people.anna.git("diff", "--name-only", "--diff-filter=A", "HEAD~1", "HEAD").split()
    people.anna.git("rm", "-q", path)
    people.anna.git("commit", "-qm", "away", "--no-verify")
    people.anna.git("push", "-q")
    people.li.crm("set", "acme", "industry=robots")
    people.li.sync()
    assert (people.li.root / path).exists()
    assert "industry: robots\nsize: 50\n" in people.li.read(FILE)
    people.quiet()


def test_a_segment_that_a_commit_took_away_and_nobody_worked(people: People) -> None:
    """Nothing to unite: it is put back after it arrived, and shared in turn."""
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.sync()
    people.anna.git("revert", "--no-edit", "HEAD")
    people.anna.git("push", "-q")
    said = people.li.sync()
    assert "was deleted by a commit and is back" in said.err
    assert "committed: set size of customers/acme, as a commit without crm has it; and 1 more\n" in said.err
    assert "- put the journal back\n" in people.li.git("log", "-1", "--format=%B")
    assert "size: 40" in people.li.read(FILE)
    people.quiet()
    assert [e.to for e in people.anna.events() if e.field == "size"] == ["50", "40"]


def erased(path: Path, event: str) -> None:
    """Blank an event of a segment, as an erasure does."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    found = [{**line, "to": None, "from": None, "erased": True} if line["id"] == event else line for line in lines]
    path.write_text("".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in found))


def test_an_erased_line_wins(people: People) -> None:
    """One side blanks a line of a segment, the other a line of the same one, and neither line comes back."""
    people.anna.crm("set", "acme", "name=Secret", "industry=hidden")
    people.anna.crm("set", "acme", "name=Open", "industry=open")
    people.anna.sync()
    people.li.sync()
    [path] = people.anna.git("diff", "--name-only", "--diff-filter=A", "HEAD~1", "HEAD").split()
    for person, word in ((people.anna, "Secret"), (people.li, "hidden")):
        event = next(event.id for event in person.events() if event.to == word)
        erased(person.root / path, event)
        person.git("commit", "-qam", "erase", "--no-verify")
    people.anna.git("push", "-q")
    people.li.sync()
    text = people.li.read(path)
    assert '"to":"hidden"' not in text
    assert '"to":"Secret"' not in text
    assert text.count('"erased":true') == 2


def test_an_erased_line_wins_over_a_pack(people: People) -> None:
    for size in (50, 51, 52):
        people.anna.crm("set", "acme", f"size={size}")
        people.anna.sync()
    people.li.sync()
    event = next(event for event in people.li.events() if event.to == "51")
    path = next(path for path in segments(people.li) if event.id in path.read_text())
    erased(path, event.id)
    people.li.git("commit", "-qam", "erase", "--no-verify")
    pack(people.anna)
    people.anna.sync()
    people.li.says("sync")
    assert '"erased":true' in path.read_text()


@pytest.mark.parametrize("swapped", [False, True])
def test_lines_of_both_are_merged(swapped: bool) -> None:
    def line(number: int, **more: object) -> bytes:
        found = {
            "id": f"01J{number:023}",
            "at": "2026-11-20T10:00:00Z",
            "via": "cli",
            "op": "x",
            "do": "set",
            "on": "customers/a",
        }
        return json.dumps(found | {"field": "size", "from": None, "to": str(number)} | more).encode() + b"\n"

    ours = line(1) + line(2, erased=True, to=None) + b"{broken\n"
    theirs = line(1, at="2026-11-20T09:00:00Z") + line(2) + line(3)
    merged = merged_lines(theirs, ours) if swapped else merged_lines(ours, theirs)
    lines = merged.splitlines(keepends=True)
    assert sorted(lines) == sorted(
        [line(1, at="2026-11-20T09:00:00Z"), line(2, erased=True, to=None), line(3), b"{broken\n"]
    )


def test_a_host_squashes_a_branch_that_somebody_works_on(people: People) -> None:
    """Each change is shown once, though it came twice: in the branch, and in a commit of the host's with a time of its own."""
    anna, li = people.anna, people.li
    anna.git("switch", "-q", "-c", "feature")
    anna.crm("set", "acme", "industry=robots")
    anna.commit()
    anna.edit(FILE, ("size: 40", "size: 41"))
    anna.git("commit", "-q", "--no-verify", "-am", "without crm")
    anna.git("push", "-q", "-u", "origin", "feature")
    host = str(anna.top.parent / "host")
    anna.git("clone", "-q", str(people.remote), host)
    anna.git("-C", host, "merge", "-q", "--squash", "origin/feature")
    anna.git("-C", host, "commit", "-q", "-m", "feature (#1)")
    anna.git("-C", host, "push", "-q")
    li.crm("set", "acme", "+li")
    li.sync()
    anna.crm("set", "acme", "+anna")
    anna.commit()
    anna.git("switch", "-q", "main")
    anna.sync()
    anna.git("merge", "-q", "--no-edit", "feature")
    anna.sync()
    people.quiet()
    for person in (anna, li):
        rows = json.loads(person.crm("history", "acme", "--format", "json"))
        told = sorted((row["field"], row["via"]) for row in rows if row["field"])
        assert told == [("industry", "cli"), ("size", "git"), ("tags", "cli"), ("tags", "cli")]
    text = li.read(FILE)
    assert [said for said in ("industry: robots", "size: 41", "  - anna", "  - li") if said not in text] == []
