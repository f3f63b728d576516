"""A sync that is killed at any of its steps: the next one goes on, and nobody's change becomes somebody else's."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.team.clones import Said
from tests.team.sync.people import FILE, People, Person, whole
from tests.team.sync.test_rounds import script

STEPS = ["add", "commit", "fetch", "update-index", "write-tree", "commit-tree", "push", "merge"]
"""The commands of git at which it is killed, in the order of a sync; some of them before and after they have worked."""


def killed_at(person: Person, step: str, *, after: bool, first: str = "") -> Said:
    """Run `crm sync` in a process that is killed where it has git do `step`; `first` is done just before."""
    bin_ = person.top.parent / f"bin-{step}-{after}"
    real = shutil.which("git") or "git"
    script(
        bin_ / "git",
        f'real="{real}"\n'
        'for word in "$@"; do case "$word" in -c) ;; *=*) ;; *) break ;; esac; done\n'
        f'if [ "$word" = {step} ]; then\n'
        f'  [ {int(after)} = 0 ] || "$real" "$@" >/dev/null 2>&1 </dev/stdin\n'
        f"  {first or ':'}\n"
        "  kill -9 $PPID; exit 1\nfi\n"
        'exec "$real" "$@"',
    )
    before = dict(person.more)
    person.more["PATH"] = os.pathsep.join([str(bin_), person._variables["PATH"]])
    try:
        return person._run("crm", "sync", where=person.root)
    finally:
        person.more = before


def both_worked(people: People) -> None:
    people.anna.crm("set", "acme", "size=50", "+anna")
    people.anna.crm("customer", "add", "Beta KG")
    people.anna.sync()
    people.li.crm("set", "acme", "industry=robots", "+li")
    people.li.edit("deals/arm.md", ("Second.", "2nd."))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_the_next_sync_goes_on(people: People, step: str, after: bool) -> None:
    both_worked(people)
    said = killed_at(people.li, step, after=after)
    assert said.code == -9, said
    people.li.sync()
    assert "industry: robots\nsize: 50\n" in people.li.read(FILE)
    assert "  - anna\n  - emea\n  - li\n" in people.li.read(FILE)
    people.quiet()
    made = [(e.field, e.via) for e in people.li.events() if e.on == "customers/acme" and e.do == "set"]
    assert sorted(made) == [("industry", "cli"), ("size", "cli"), ("tags", "cli"), ("tags", "cli")]


def test_cut_off_in_the_middle_of_the_files(people: People) -> None:
    """Some files are theirs already, the branch is not: they are no edits of a hand here."""
    both_worked(people)
    half = f'cd "{people.li.root}" && new=$("$real" rev-parse FETCH_HEAD) && new=$(cat .crm/arriving | sed "s/.*new\\": \\"//;s/\\".*//")'
    half += f' && "$real" cat-file blob $new:{FILE} > {FILE}'
    half += ' && for f in $("$real" diff --name-only --diff-filter=A HEAD $new customers); do "$real" cat-file blob $new:$f > $f; done'
    assert killed_at(people.li, "merge", after=False, first=half).code == -9
    assert "size: 50" in people.li.read(FILE)
    assert "an earlier sync had been cut off; its files are all here now\n" in people.li.sync().err
    assert not [e for e in people.li.events() if e.via in ("hand", "git") and e.on.startswith("customers/") and e.field]
    assert not (people.li.root / ".crm" / "arriving").exists()
    people.quiet()


def test_a_hand_that_edits_what_was_cut_off(people: People) -> None:
    """What a person did to such a file meanwhile stays theirs."""
    both_worked(people)
    assert killed_at(people.li, "merge", after=False).code == -9
    people.li.edit(FILE, ("gears", "arms"))
    people.li.sync()
    assert "Makes arms." in people.li.read(FILE)
    assert "industry: robots\nsize: 50\n" in people.li.read(FILE)
    people.quiet()


def test_no_room_while_theirs_arrive(people: People) -> None:
    """Git cannot write the files: it says so, and the next sync goes on from there."""
    both_worked(people)
    real = shutil.which("git") or "git"
    bin_ = people.li.top.parent / "bin-full"
    script(
        bin_ / "git",
        f'case " $* " in *" merge "*) echo "error: unable to write file {FILE}: No space left" >&2; exit 128;; esac\nexec "{real}" "$@"',
    )
    people.li.more["PATH"] = os.pathsep.join([str(bin_), people.li._variables["PATH"]])
    said = people.li.says("sync")
    assert said.code == 1
    assert "git could not bring the files here up to what was shared: error: unable to write file" in said.err
    assert "hint: mend that, then `crm sync`: it goes on from there\n" in said.err
    people.li.more.clear()
    people.li.sync()
    people.quiet()


def test_an_index_of_its_own_that_was_left_behind(people: People) -> None:
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.crm("set", "acme", "industry=robots")
    for name in ("sync-index", "sync-index.lock"):
        (people.li.root / ".crm" / name).write_bytes(b"half")
    people.li.sync()
    assert not list(Path(people.li.root / ".crm").glob("sync-index*"))
    whole(people.li)
