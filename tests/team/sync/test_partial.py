"""Clones that left out what files once said (`git clone --filter`): nothing is taken for deleted because it is not here."""

from __future__ import annotations

import shutil

import pytest

from tests.team.sync.people import FILE, People, alike


def lacking(people: People) -> int:
    """How many objects of the history Li does not have."""
    return people.li.git("rev-list", "--objects", "--all", "--missing=print").count("?")


def clone_partially(people: People, filtered: str) -> None:
    """Li begins anew, with what `filtered` leaves."""
    people.anna.git("-C", str(people.remote), "config", "uploadpack.allowFilter", "true")
    shutil.rmtree(people.li.top)
    people.anna.git("clone", "-q", f"--filter={filtered}", f"file://{people.remote}", str(people.li.top))
    people.li.git("config", "user.email", "li@kern.example")


@pytest.mark.parametrize("filtered", ["blob:none", "tree:0"])
def test_a_sync_fetches_what_it_has_to_compare(people: People, filtered: str) -> None:
    anna, li = people.anna, people.li
    anna.crm("set", "acme", "size=50")
    anna.sync()
    anna.edit(FILE, ("size: 50", "size: 51"))
    anna.git("commit", "-q", "--no-verify", "-am", "without crm")
    anna.git("push", "-q")
    clone_partially(people, filtered)
    anna.crm("set", "acme", "size=52")
    anna.sync()
    li.edit(FILE, ("size: 51", "size: 53"))
    li.crm("set", "acme", "industry=robots")
    assert lacking(people)
    [contest] = people.li.contests()
    assert (contest["field"], contest["taken"], contest["ours"], contest["theirs"]) == ("size", "ours", "53", "52")
    assert lacking(people) == 0
    people.quiet()
    assert "size: 53\n" in anna.read(FILE)
    assert not [event for event in li.events() if event.do in ("delete", "restore")]


def test_drift_of_others_is_told_by_whom_it_was(people: People) -> None:
    anna, li = people.anna, people.li
    for size in (61, 62):
        anna.edit(FILE, ("size: 40" if size == 61 else "size: 61", f"size: {size}"))
        anna.git("commit", "-q", "--no-verify", "-am", "without crm")
    anna.git("push", "-q")
    clone_partially(people, "blob:none")
    assert lacking(people)
    li.sync()
    [event] = [event for event in li.events() if event.via == "git"]
    assert (event.field, event.to, event.by) == ("size", "62", "anna@kern.example")


def test_what_git_does_not_have_is_no_deletion(people: People) -> None:
    anna, li = people.anna, people.li
    anna.crm("set", "acme", "size=50")
    anna.sync()
    li.crm("set", "acme", "size=60")
    li.git("fetch", "-q")
    blob = li.git("rev-parse", f"origin/main:{FILE}").strip()
    loose = li.top / ".git" / "objects" / blob[:2] / blob[2:]
    kept = loose.read_bytes()
    loose.unlink()
    said = li.sync(code=1)
    assert f"{FILE}: git does not have its content here ({blob[:12]})" in said.err
    assert f"`git cat-file -e {blob}`" in said.err
    loose.write_bytes(kept)
    li.sync()
    people.quiet()
    assert "size: 60\n" in anna.read(FILE)
    alike([anna, li])
