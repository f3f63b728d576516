"""The merge driver as git calls it: merge, pull, rebase, cherry-pick, stash pop, in a repository of its own or a larger one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.team.clones import ACME, Clone, Team

FILE = "customers/acme.md"


def _changed(*changes: tuple[str, str]) -> str:
    text = ACME
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


BOTH = _changed(("machining", "robots"), ("size: 40", "size: 50"), ("  - emea\n", "  - anna\n  - emea\n  - li\n"))


def _both_work(team: Team) -> None:
    """Anna and Li change neighbouring fields and add a tag each; Anna was first."""
    team.anna.crm("set", "acme", "size=50", "+anna")
    team.anna.commit("anna")
    team.anna.git("push", "-q")
    team.li.crm("set", "acme", "industry=robots", "+li")
    team.li.commit("li")
    team.li.git("fetch", "-q")


def _nothing_is_left(clone: Clone) -> None:
    """The files are as the journal says, and nothing is wrong."""
    assert "the journal knows everything" in clone.says("journal", "drift").err
    clone.crm("check")
    assert clone.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["merge", "-q", "--no-edit", "origin/main"], id="merge"),
        pytest.param(["pull", "-q", "--no-rebase", "--no-edit"], id="pull"),
        pytest.param(["pull", "-q", "--rebase"], id="pull --rebase"),
        pytest.param(["rebase", "-q", "origin/main"], id="rebase"),
        pytest.param(["cherry-pick", "origin/main"], id="cherry-pick"),
    ],
)
def test_neighbouring_fields_and_two_tags_merge(team: Team, words: list[str]) -> None:
    _both_work(team)
    team.li.git(*words)
    assert team.li.read(FILE) == BOTH
    _nothing_is_left(team.li)


def test_a_stash_is_put_back_onto_the_work_of_others(team: Team) -> None:
    team.anna.crm("set", "acme", "size=50", "+anna")
    team.anna.commit("anna")
    team.anna.git("push", "-q")
    team.li.edit(FILE, ("machining", "robots"), ("  - emea\n", "  - emea\n  - li\n"))
    team.li.git("stash", "-q")
    team.li.git("pull", "-q", "--rebase")
    team.li.git("stash", "pop", "-q")
    assert team.li.read(FILE) == BOTH
    assert "journaled 2 changes of 1 record" in team.li.says("journal", "drift").err


@pytest.mark.parametrize(
    ("words", "ours", "theirs"),
    [
        pytest.param(["merge", "-q", "origin/main"], ("ours", "70"), ("theirs", "50"), id="merge"),
        pytest.param(
            ["rebase", "-q", "origin/main"],
            ("ours (the branch rebased onto)", "50"),
            ("theirs (the commit being rebased)", "70"),
            id="rebase",
        ),
        pytest.param(["cherry-pick", "origin/main"], ("ours", "70"), ("theirs", "50"), id="cherry-pick"),
    ],
)
def test_the_same_field_is_marked_and_the_others_are_merged(
    team: Team, words: list[str], ours: tuple[str, str], theirs: tuple[str, str]
) -> None:
    _both_work(team)
    team.li.crm("set", "acme", "size=70")
    team.li.git("commit", "-qa", "--amend", "-m", "li")
    team.li.git(*words, fails=True)
    marks = f"<<<<<<< {ours[0]}\nsize: {ours[1]}\n=======\nsize: {theirs[1]}\n>>>>>>> {theirs[0]}\n"
    assert team.li.read(FILE) == BOTH.replace("size: 50\n", marks)
    assert FILE in team.li.git("diff", "--name-only", "--diff-filter=U")


@pytest.mark.parametrize("program", [None, "exit 1", "kill -9 $$"])
def test_without_crm_git_leaves_markers_itself(team: Team, tmp_path: Path, program: str | None) -> None:
    """A program that is missing, or that cannot start (Python without its modules exits with 1), leaves nothing looking clean."""
    _both_work(team)
    driver = team.li.git("config", "merge.crm.driver").strip()
    if program is not None:
        (tmp_path / "crm").write_text(f"#!/bin/sh\n{program}\n", encoding="utf-8")
        (tmp_path / "crm").chmod(0o755)
    team.li.git("config", "merge.crm.driver", driver.replace("crm merge-file", f"{tmp_path}/crm merge-file", 1))
    team.li.git("merge", "-q", "origin/main", fails=True)
    assert "<<<<<<< ours\n" in team.li.read(FILE)
    assert ">>>>>>> theirs\n" in team.li.read(FILE)
    assert team.li.git("ls-files", "-u") != ""


OLD = "crm merge-file %O %A %B %P || { test $? -gt 1 && git merge-file -L ours -L base -L theirs %A %O %B; }"
TAUGHT = "merges records field by field from now on (merge.crm.driver)"


@pytest.mark.parametrize("left", ["old", "name alone", "none", "old, twice"])
def test_the_next_write_brings_the_driver_up_to_date(team: Team, left: str) -> None:
    driver = team.li.git("config", "merge.crm.driver")
    team.li.git("config", "--remove-section", "merge.crm")
    for word in {"old": ["driver"], "name alone": ["name"], "none": [], "old, twice": ["driver", "driver"]}[left]:
        team.li.git("config", "--add", f"merge.crm.{word}", OLD)
    assert "git does not know how to merge" in team.li.says("check", "--format", "plain").out
    assert TAUGHT in team.li.says("set", "acme", "size=3").err
    assert team.li.git("config", "--get-all", "merge.crm.driver") == driver
    assert TAUGHT not in team.li.says("set", "acme", "size=4").err


def test_a_driver_of_a_persons_own_stays(team: Team) -> None:
    team.li.without_driver()
    own = team.li.git("config", "merge.crm.driver")
    assert TAUGHT not in team.li.says("set", "acme", "size=3").err
    assert team.li.git("config", "merge.crm.driver") == own
    assert "with another driver than crm's" in team.li.says("check", "--format", "plain").out


def test_records_and_segments_of_both_are_there(team: Team) -> None:
    team.anna.crm("customer", "add", "Beta KG")
    team.anna.commit("anna")
    team.anna.git("push", "-q")
    team.li.crm("customer", "add", "Gamma AG")
    team.li.commit("li")
    team.li.git("pull", "-q", "--no-rebase", "--no-edit")
    assert len(list((team.li.root / "customers").glob("*.md"))) == 3
    assert len(list((team.li.root / "journal").rglob("*.jsonl"))) == 3
    _nothing_is_left(team.li)


def test_both_made_the_same_file(team: Team) -> None:
    """Two people write down the same record by hand: equal fields stay, one-sided ones are taken, the rest conflicts."""
    start = "---\nname: Delta\n"
    (team.anna.root / "customers" / "delta.md").write_text(f"{start}size: 3\nindustry: food\n---\n")
    team.anna.commit("anna")
    team.anna.git("push", "-q")
    (team.li.root / "customers" / "delta.md").write_text(f"{start}size: 4\ncountry: NO\n---\n")
    team.li.commit("li")
    team.li.git("pull", "-q", "--no-rebase", fails=True)
    marks = "<<<<<<< ours\nsize: 4\n=======\nsize: 3\n>>>>>>> theirs\n"
    assert sorted(team.li.read("customers/delta.md").splitlines()) == sorted(
        f"{start}{marks}industry: food\ncountry: NO\n---\n".splitlines()
    )


def test_a_rename_by_crm_meets_an_edit(team: Team) -> None:
    team.anna.crm("rename", "acme", "acme-gmbh")
    team.anna.commit("anna")
    team.anna.git("push", "-q")
    team.li.crm("set", "acme", "size=50")
    team.li.commit("li")
    team.li.git("pull", "-q", "--no-rebase", "--no-edit")
    expected = _changed(("size: 40", "size: 50"), ("created:", "aliases:\n  - acme\ncreated:"))
    assert team.li.read("customers/acme-gmbh.md") == expected
    assert not (team.li.root / FILE).exists()
    _nothing_is_left(team.li)


def test_criss_cross_merges_have_a_base_with_markers(team: Team) -> None:
    """Each merged the other before either merge was shared: git merges the two bases first, with the same driver."""
    anna, li = team.anna, team.li
    anna.crm("set", "acme", "size=50")
    anna.commit("a1")
    anna.git("push", "-q", "origin", "HEAD:a1")
    li.crm("set", "acme", "size=70")
    li.commit("b1")
    li.git("push", "-q", "origin", "HEAD:b1")
    for clone, other, size in ((anna, "b1", "50"), (li, "a1", "70")):
        clone.git("fetch", "-q")
        clone.git("merge", "-q", f"origin/{other}", fails=True)
        (clone.root / FILE).write_text(_changed(("size: 40", f"size: {size}")))
        clone.commit("merged")
    anna.crm("set", "acme", "industry=robots")
    anna.commit("a2")
    anna.git("push", "-q")
    li.git("fetch", "-q")
    li.git("merge", "-q", "origin/main", fails=True)
    marks = "<<<<<<< ours\nsize: 70\n=======\nsize: 50\n>>>>>>> theirs\n"
    assert li.read(FILE) == _changed(("machining", "robots"), ("size: 40\n", marks))


def test_a_book_in_a_folder_of_a_larger_repository(tmp_path: Path) -> None:
    team = Team(tmp_path / "team", "sales/book")
    team.anna.root.mkdir(parents=True)
    (team.anna.top / "README.md").write_text("# All\n\nOne.\n")
    team.make()
    _both_work(team)
    team.li.git("merge", "-q", "--no-edit", "origin/main")
    assert team.li.read(FILE) == BOTH
    _nothing_is_left(team.li)


def test_pages_that_are_no_records_merge_by_lines(team: Team) -> None:
    page = "One.\n\nTwo.\n\nThree.\n"
    (team.anna.root / "README.md").write_text(page)
    team.anna.commit("page")
    team.anna.git("push", "-q")
    team.li.git("pull", "-q")
    team.anna.edit("README.md", ("One", "1"))
    team.anna.commit("anna")
    team.anna.git("push", "-q")
    team.li.edit("README.md", ("Three", "3"))
    team.li.commit("li")
    team.li.git("pull", "-q", "--no-rebase", "--no-edit")
    assert team.li.read("README.md") == "1.\n\nTwo.\n\n3.\n"


def _by_hand(clone: Clone, name: str, base: bytes, ours: bytes, theirs: bytes) -> tuple[int, bytes]:
    paths = [clone.top.parent / part for part in ("base", "ours", "theirs")]
    for path, content in zip(paths, (base, ours, theirs), strict=True):
        path.write_bytes(content)
    said = clone.says("merge-file", *map(str, paths), name)
    return said.code, paths[1].read_bytes()


@pytest.mark.parametrize(
    ("name", "sides", "code", "content"),
    [
        pytest.param(
            "crm.toml", (b"a = 1\n\nb = 1\n", b"a = 2\n\nb = 1\n", b"a = 1\n\nb = 2\n"), 0, b"a = 2\n\nb = 2\n", id="toml"
        ),
        pytest.param(
            "schema/deal.toml", (b"a = 1\n", b"a = 2\n", b"a = 3\n"), 5,
            b"<<<<<<< ours\na = 2\n=======\na = 3\n>>>>>>> theirs\n", id="toml, conflict",
        ),
        pytest.param(
            "journal/2026-11/k-1.jsonl", (b"{}\n", b"{}\n[1]\n", b"{}\n[2]\n"), 0, b"{}\n[1]\n[2]\n", id="segment"
        ),
        pytest.param(
            "journal/2026-11/k-1.jsonl", (b"{}\n", b"[1]\n", b"[2]\n"), 5,
            b"<<<<<<< ours\n[1]\n=======\n[2]\n>>>>>>> theirs\n", id="segment, changed",
        ),
        pytest.param("customers/x.md", (b"", b"a\0b", b"a\0c"), 5, b"a\0b", id="no text"),
        pytest.param(
            "customers/x.md", (b"M\xfcller\n", b"M\xfcller\n1\n", b"0\nM\xfcller\n"), 0, b"0\nM\xfcller\n1\n", id="latin"
        ),
    ],
)  # fmt: skip
def test_other_files_by_lines(
    team: Team, name: str, sides: tuple[bytes, bytes, bytes], code: int, content: bytes
) -> None:
    assert _by_hand(team.anna, name, *sides) == (code, content)


def test_what_cannot_be_read_is_left_to_git(team: Team) -> None:
    """Exit 5 is kept for markers that are written: with any other code the driver's line goes on to git's own merge."""
    said = team.anna.says("merge-file", "nowhere", "nowhere", "nowhere", FILE)
    assert (said.code, said.out) == (2, "")
    [line] = [line for line in team.anna.read("crm.toml").splitlines() if line.startswith("format")]
    team.anna.edit("crm.toml", (line, "format = 99"))
    assert _by_hand(team.anna, FILE, b"---\n---\n", b"---\nname: a\n---\n", b"---\nname: b\n---\n")[0] == 6
