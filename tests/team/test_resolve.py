"""`crm resolve`: what a merge left, wherever it was made, and how it is settled."""

from __future__ import annotations

import json
import os
from io import StringIO
from pathlib import Path

import pytest

from crmcli.cli.main import run
from crmcli.cli.session import Session
from crmcli.cli.terminal import Terminal
from tests.contract.test_schema import definition, must_fit
from tests.team.clones import ACME, ANNA, LI, Clone, Team

FILE = "customers/acme.md"


def changed(*changes: tuple[str, str]) -> str:
    text = ACME
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


def differ(team: Team, ours: list[str], theirs: list[str]) -> None:
    """Li does `ours`, Anna `theirs`, and Li has heard of both."""
    team.anna.crm("set", "acme", *theirs)
    team.anna.commit("anna")
    team.anna.git("push", "-q")
    team.li.crm("set", "acme", *ours)
    team.li.commit("li")
    team.li.git("fetch", "-q")


def left(clone: Clone) -> list[dict[str, object]]:
    """What is left, as a script sees it."""
    said = clone.says("resolve", "--format", "json")
    rows: list[dict[str, object]] = json.loads(said.out)
    must_fit(rows, definition("crm resolve"))
    assert said.code == (5 if rows else 0), said
    return rows


def settled(clone: Clone) -> None:
    """Nothing is unmerged any more, and the file is what git will commit."""
    assert clone.git("ls-files", "-u") == ""
    assert clone.git("diff", "--name-only") == ""
    assert left(clone) == []


def test_both_values_with_who_and_when(team: Team) -> None:
    differ(team, ["size=70"], ["size=50", "industry=food"])
    team.li.git("merge", "-q", "origin/main", fails=True)
    [row] = left(team.li)
    members = {path.stem for path in (team.li.root / "members").glob("*.md")}
    assert (row["path"], row["field"], row["ours"], row["theirs"], row["base"]) == (FILE, "size", "70", "50", "40")
    assert {row["ours_by"], row["theirs_by"]} == members
    assert str(row["ours_by"]).startswith("li-wei")
    assert str(row["ours_at"]).startswith("2026-11-20T10:")


def test_a_value_of_ones_own_then_a_side(team: Team) -> None:
    differ(team, ["size=70", "industry=robots"], ["size=50", "industry=food"])
    team.li.git("merge", "-q", "origin/main", fails=True)
    half = team.li.says("resolve", "acme", "size=60")
    assert half.code == 5
    assert "1 conflict is left in 1 file" in half.err
    assert "size: 60\n" in team.li.read(FILE)
    assert team.li.read(FILE).count("<<<<<<<") == 1
    assert team.li.git("ls-files", "-u") != ""
    whole = team.li.says("resolve", "acme", "--theirs")
    assert "finish the merge with `git commit`" in whole.err
    assert team.li.read(FILE) == changed(("machining", "food"), ("size: 40", "size: 60"))
    settled(team.li)


def test_what_was_settled_is_journaled_after_the_commit(team: Team) -> None:
    differ(team, ["size=70"], ["size=50"])
    team.li.git("merge", "-q", "origin/main", fails=True)
    team.li.crm("resolve", "acme", "size=60")
    team.li.git("commit", "-q", "--no-edit")
    assert "journaled 1 change of 1 record" in team.li.says("journal", "drift").err
    team.li.commit("journal")
    segments = (path.read_text() for path in (team.li.root / "journal").rglob("*.jsonl"))
    events = sorted((json.loads(line) for text in segments for line in text.splitlines()), key=lambda e: str(e["id"]))
    last = [event for event in events if event.get("field") == "size"][-1]
    assert (last["to"], last["via"], last["by"]) == ("60", "git", LI)


@pytest.mark.parametrize("terminal", [False, True])
def test_a_git_host_conflicts_where_crm_does_not(team: Team, *, terminal: bool) -> None:
    """Neighbouring fields and two tags: git alone gives up, `crm resolve` needs no answer."""
    differ(team, ["industry=robots", "+cn"], ["size=50", "+anna"])
    team.li.without_driver()
    team.li.git("merge", "-q", "origin/main", fails=True)
    assert team.li.read(FILE).count("<<<<<<<") == 1
    said = on_a_terminal(team.li, "")[1] if terminal else team.li.says("resolve").err
    assert "merged customers/acme.md" in said
    assert team.li.read(FILE) == changed(
        ("machining", "robots"), ("size: 40", "size: 50"), ("  - emea\n", "  - anna\n  - cn\n  - emea\n")
    )
    settled(team.li)


def test_a_driver_that_left_ours_looking_clean(team: Team) -> None:
    differ(team, ["industry=robots"], ["size=50"])
    team.li.git("config", "merge.crm.driver", "false")
    team.li.git("merge", "-q", "origin/main", fails=True)
    assert team.li.read(FILE) == changed(("machining", "robots"))
    team.li.crm("resolve")
    assert team.li.read(FILE) == changed(("machining", "robots"), ("size: 40", "size: 50"))


def test_what_a_hand_settled_is_only_added(team: Team) -> None:
    differ(team, ["size=70"], ["size=50"])
    team.li.git("merge", "-q", "origin/main", fails=True)
    by_hand = changed(("size: 40", "size: 99"))
    (team.li.root / FILE).write_text(by_hand)
    team.li.crm("resolve")
    assert team.li.read(FILE) == by_hand
    settled(team.li)


def test_what_a_hand_settled_in_part_is_kept(team: Team) -> None:
    differ(team, ["size=70", "industry=robots"], ["size=50", "industry=food"])
    team.li.git("merge", "-q", "origin/main", fails=True)
    marks = "<<<<<<< ours\nindustry: robots\n=======\nindustry: food\n>>>>>>> theirs\n"
    team.li.edit(FILE, (marks, "industry: tools\n"), ("Makes gears.", "Makes tools."))
    assert [row["field"] for row in left(team.li)] == ["size"]
    team.li.crm("resolve", "--ours")
    assert team.li.read(FILE) == changed(("machining", "tools"), ("size: 40", "size: 70"), ("gears", "tools"))


def test_in_a_rebase_ours_is_the_other_branch(team: Team) -> None:
    differ(team, ["size=70"], ["size=50"])
    team.li.git("rebase", "-q", "origin/main", fails=True)
    [row] = left(team.li)
    assert (row["ours"], row["theirs"]) == ("50", "70")
    assert str(row["theirs_by"]).startswith("li-wei")
    assert "go on with `git rebase --continue`" in team.li.says("resolve", "acme", "--theirs").err
    team.li.git("-c", "core.editor=true", "rebase", "--continue")
    assert team.li.read(FILE) == changed(("size: 40", "size: 70"))


def test_in_a_cherry_pick(team: Team) -> None:
    differ(team, ["size=70"], ["size=50"])
    team.li.git("cherry-pick", "origin/main", fails=True)
    assert "go on with `git cherry-pick --continue`" in team.li.says("resolve", "--theirs").err
    assert team.li.read(FILE) == changed(("size: 40", "size: 50"))


def test_after_a_stash_that_met_a_change(team: Team) -> None:
    """Hand edits know no journal: the authors are those of the commits."""
    team.anna.crm("set", "acme", "size=50")
    team.anna.commit("anna")
    team.anna.git("push", "-q")
    team.li.edit(FILE, ("size: 40", "size: 70"))
    team.li.git("stash", "-q")
    team.li.git("pull", "-q")
    team.li.git("stash", "pop", "-q", fails=True)
    [row] = left(team.li)
    assert (row["ours"], row["theirs"], row["theirs_by"]) == ("50", "70", LI)
    assert "git still keeps it" in team.li.says("resolve", "acme", "--theirs").err
    assert "journaled 1 change of 1 record" in team.li.says("journal", "drift").err


@pytest.mark.parametrize(("side", "there"), [("--ours", False), ("--theirs", True)])
def test_deleted_here_and_edited_there(team: Team, side: str, *, there: bool) -> None:
    team.anna.crm("set", "acme", "size=50")
    team.anna.commit("anna")
    team.anna.git("push", "-q")
    (team.li.root / FILE).unlink()
    team.li.commit("li")
    team.li.git("pull", "-q", "--no-rebase", fails=True)
    [row] = left(team.li)
    assert (row["field"], row["ours"], row["theirs"]) == (None, None, changed(("size: 40", "size: 50")))
    assert team.li.says("resolve", "acme", "size=1").code == 2
    team.li.crm("resolve", "acme", side)
    assert (team.li.root / FILE).exists() == there
    settled(team.li)
    team.li.git("commit", "-q", "--no-edit")
    team.li.crm("journal", "drift")
    team.li.crm("check")


@pytest.mark.parametrize(("side", "there"), [("--ours", True), ("--theirs", False)])
def test_edited_here_and_deleted_there(team: Team, side: str, *, there: bool) -> None:
    team.anna.crm("delete", "acme", "--purge", "--yes")
    team.anna.commit("anna")
    team.anna.git("push", "-q")
    team.li.crm("set", "acme", "size=70")
    team.li.commit("li")
    team.li.git("pull", "-q", "--no-rebase", fails=True)
    [row] = left(team.li)
    assert (row["field"], row["theirs"]) == (None, None)
    assert str(row["theirs_by"]).startswith("anna-kern")
    team.li.crm("resolve", "acme", side)
    assert (team.li.root / FILE).exists() == there
    settled(team.li)


def test_both_renamed_it(team: Team) -> None:
    """One record under two names is none that crm may choose between."""
    for clone, name in ((team.anna, "acme-a"), (team.li, "acme-b")):
        clone.crm("rename", "acme", name)
        clone.commit("rename")
    team.anna.git("push", "-q")
    team.li.git("pull", "-q", "--no-rebase", fails=True)
    assert [(row["path"], row["field"]) for row in left(team.li)] == [
        ("customers/acme-a.md", None),
        ("customers/acme-b.md", None),
    ]
    team.li.crm("resolve", "--theirs")
    assert [path.stem for path in (team.li.root / "customers").glob("*.md")] == ["acme-a"]
    settled(team.li)


@pytest.mark.parametrize(("side", "size", "name"), [("ours", "70", "acme-li"), ("theirs", "50", "acme-anna")])
def test_both_renamed_and_changed_it(team: Team, side: str, size: str, name: str) -> None:
    """Git alone puts one text with markers under both names; the side that is taken has its own values."""
    for clone, to, value in ((team.anna, "acme-anna", "50"), (team.li, "acme-li", "70")):
        clone.crm("set", "acme", f"size={value}")
        clone.crm("rename", "acme", to)
        clone.commit("rename")
    team.anna.git("push", "-q")
    team.li.without_driver()
    team.li.git("fetch", "-q")
    team.li.git("merge", "-q", "origin/main", fails=True)
    assert "<<<<<<<" in team.li.read("customers/acme-anna.md")
    team.li.crm("resolve", f"--{side}")
    assert [path.stem for path in (team.li.root / "customers").glob("*.md")] == [name]
    text = team.li.read(f"customers/{name}.md")
    assert (f"size: {size}\n" in text, "<<<<<<<" in text) == (True, False)
    settled(team.li)


def test_renamed_here_and_deleted_there(team: Team) -> None:
    team.anna.crm("delete", "acme", "--purge", "--yes")
    team.anna.commit("anna")
    team.anna.git("push", "-q")
    team.li.crm("rename", "acme", "acme-b")
    team.li.commit("li")
    team.li.git("pull", "-q", "--no-rebase", fails=True)
    [row] = left(team.li)
    assert (row["path"], row["field"], row["theirs"]) == ("customers/acme-b.md", None, None)
    team.li.crm("resolve", "acme-b", "--ours")
    assert (team.li.root / "customers" / "acme-b.md").exists()
    settled(team.li)


def test_engine_files_are_settled_by_side(team: Team) -> None:
    for clone, name in ((team.anna, "Anna's"), (team.li, "Li's")):
        clone.edit("crm.toml", ("Kern", name))
        clone.commit("name")
    team.anna.git("push", "-q")
    team.li.git("pull", "-q", "--no-rebase", fails=True)
    [row] = left(team.li)
    assert (row["path"], row["field"], row["theirs_by"]) == ("crm.toml", None, ANNA)
    team.li.crm("resolve", "crm.toml", "--theirs")
    assert "Anna's" in team.li.read("crm.toml")
    settled(team.li)


def test_two_records_under_one_name(team: Team) -> None:
    for clone, day in ((team.anna, "01"), (team.li, "02")):
        text = f"---\nname: Delta {day}\ncreated: 2026-11-{day}T09:00:00+01:00\n---\n"
        (clone.root / "customers" / "delta.md").write_text(text)
        clone.commit("delta")
    team.anna.git("push", "-q")
    team.li.git("pull", "-q", "--no-rebase", fails=True)
    assert [row["field"] for row in left(team.li)] == [None]
    team.li.crm("resolve", "delta", "--ours")
    assert "Delta 02" in team.li.read("customers/delta.md")
    assert "Delta 01" not in team.li.read("customers/delta.md")


def test_markers_that_were_committed(team: Team) -> None:
    """Git knows nothing of them any more; every difference is a question, and nothing is added."""
    marks = "<<<<<<< ours\nsize: 1\n=======\nsize: 2\n>>>>>>> theirs\n"
    (team.li.root / FILE).write_text(changed(("size: 40\n", marks)))
    team.li.git("commit", "-qam", "oops", "--no-verify")
    [row] = left(team.li)
    assert (row["field"], row["ours"], row["theirs"]) == ("size", "1", "2")
    team.li.crm("resolve", "acme", "size=3")
    assert team.li.read(FILE) == changed(("size: 40", "size: 3"))
    assert team.li.git("diff", "--name-only").strip() == FILE


def test_markers_that_do_not_pair_are_left_to_a_person(team: Team) -> None:
    (team.li.root / FILE).write_text(changed(("size: 40\n", "<<<<<<< ours\nsize: 1\n")))
    assert [row["field"] for row in left(team.li)] == [None]
    said = team.li.says("resolve", "--ours")
    assert said.code == 6
    assert "do not pair" in said.err


def test_a_book_in_a_larger_repository(tmp_path: Path) -> None:
    team = Team(tmp_path / "team", "sales/book")
    team.make()
    differ(team, ["size=70"], ["size=50"])
    (team.li.top / "other.md").write_text("x\n")
    team.li.git("merge", "-q", "origin/main", fails=True)
    assert [row["path"] for row in left(team.li)] == [FILE]
    team.li.crm("resolve", "acme", "--theirs")
    assert team.li.read(FILE) == changed(("size: 40", "size: 50"))
    assert team.li.git("status", "--porcelain", "--", "other.md") == "?? other.md\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(["--ours", "--theirs"], 2, "only one side", id="both sides"),
        pytest.param(["size=3"], 2, "name a record first", id="nobody"),
        pytest.param(["acme", "size=3", "--ours"], 2, "first the values, then the side", id="value and side"),
        pytest.param(["acme", "industry=food"], 2, "in conflict: size", id="another field"),
        pytest.param(["acme", "size=many"], 2, "size", id="no number"),
        pytest.param(["li-wei", "--ours"], 3, "no merge left anything in members/li-wei", id="another record"),
    ],
)
def test_what_is_refused(team: Team, words: list[str], code: int, said: str) -> None:
    differ(team, ["size=70"], ["size=50"])
    team.li.git("merge", "-q", "origin/main", fails=True)
    before = team.li.read(FILE)
    shown = team.li.says("resolve", *words)
    assert shown.code == code
    assert said in shown.err
    assert team.li.read(FILE) == before


def test_a_dry_run_writes_nothing(team: Team) -> None:
    differ(team, ["size=70"], ["size=50"])
    team.li.git("merge", "-q", "origin/main", fails=True)
    before = team.li.read(FILE)
    assert "nothing was written" in team.li.says("resolve", "--theirs", "--dry-run").err
    assert team.li.read(FILE) == before


def test_nothing_to_settle(team: Team) -> None:
    said = team.li.says("resolve")
    assert (said.code, said.out) == (0, "")
    assert "no merge left anything to settle." in said.err


def on_a_terminal(clone: Clone, answers: str) -> tuple[int, str]:
    session = Session(dict(os.environ), StringIO(answers), StringIO(), StringIO())
    session.__dict__["terminal"] = Terminal(answers=True)
    code = run(["resolve", "--book", str(clone.root)], session)
    assert isinstance(session.stderr, StringIO)
    return code, session.stderr.getvalue()


def test_field_by_field_on_a_terminal(team: Team) -> None:
    differ(team, ["size=70", "industry=robots", "country=NO"], ["size=50", "industry=food", "country=SE"])
    team.li.git("merge", "-q", "origin/main", fails=True)
    code, said = on_a_terminal(team.li, "2\n3\nmany\n60\n\n")
    assert code == 5
    assert "  1  ours    robots   (li-wei-" in said
    assert "  2  theirs  food   (anna-kern-" in said
    marks = "<<<<<<< ours\ncountry: NO\n=======\ncountry: SE\n>>>>>>> theirs\n"
    assert team.li.read(FILE).count("<<<<<<<") == 1
    assert marks in team.li.read(FILE)
    code, said = on_a_terminal(team.li, "1\n")
    assert code == 0
    assert "finish the merge with `git commit`" in said
    expected = {"industry: food", "size: 60", "country: NO"}
    assert expected < set(team.li.read(FILE).splitlines())
    settled(team.li)


def test_a_value_may_be_a_file_that_is_copied_in(team: Team, tmp_path: Path) -> None:
    """The copy is added with the record that names it."""
    team.anna.edit("schema/customer.toml", ("\nabout ", '\ncontract = { type = "file" }\nabout '))
    team.anna.commit("contracts")
    team.anna.git("push", "-q")
    team.li.git("pull", "-q")
    for name in ("a", "b", "final"):
        (tmp_path / f"{name}.txt").write_text(name)
    differ(team, [f"contract=@{tmp_path}/a.txt"], [f"contract=@{tmp_path}/b.txt"])
    team.li.git("merge", "-q", "origin/main", fails=True)
    team.li.says("resolve", "acme", f"contract=@{tmp_path}/final.txt", "--dry-run")
    assert not (team.li.root / "files/customers/acme/final.txt").exists()
    team.li.crm("resolve", "acme", f"contract=@{tmp_path}/final.txt")
    assert "contract: files/customers/acme/final.txt\n" in team.li.read(FILE)
    assert team.li.read("files/customers/acme/final.txt") == "final"
    assert team.li.git("status", "--porcelain", "files").splitlines() == [
        "A  files/customers/acme/b.txt",
        "A  files/customers/acme/final.txt",
    ]
    settled(team.li)


def left_lines(clone: Clone, *rows: str) -> None:
    """Our side has these lines, theirs one other."""
    (clone.root / "schema/line.toml").write_text(LINE)
    clone.edit("schema/customer.toml", ("\nabout ", '\nlines = { type = "line[]" }\nabout '))
    own = "".join(f"  - {row}\n" for row in rows)
    marks = f"lines:\n<<<<<<< ours\n{own}=======\n  - {{item: bolt, qty: 9}}\n>>>>>>> theirs\n"
    (clone.root / FILE).write_text(changed(("tags:\n", f"{marks}tags:\n")))


LINE = """\
embedded = true
plural = "lines"
[fields]
item = { type = "text" }
qty = { type = "decimal", default = "1" }
off = { type = "percent", default = "10%" }
"""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["lines=item=arm off="], ["{item: arm, qty: 1}"]),
        (["lines+=item=arm qty=2"], ["{item: nut, qty: 3}", "{item: cog, qty: 4}", "{item: arm, qty: 2, off: 10%}"]),
        (["lines.1.qty=5", "lines.1.off=20%"], ["{item: nut, qty: 5, off: 20%}", "{item: cog, qty: 4}"]),
        (["lines-=1"], ["{item: cog, qty: 4}"]),
    ],
)
def test_rows_are_written_as_files_have_them(team: Team, words: list[str], expected: list[str]) -> None:
    left_lines(team.li, "{item: nut, qty: 3}", "{item: cog, qty: 4}")
    team.li.crm("resolve", "acme", *words)
    own = "".join(f"  - {row}\n" for row in expected)
    assert team.li.read(FILE) == changed(("tags:\n", f"lines:\n{own}tags:\n"))


@pytest.mark.parametrize("word", ["lifecycle=customer", "Lifecycle=customer", "阶段=Customer"])
def test_a_stage_is_named_as_everywhere(team: Team, word: str) -> None:
    marks = "<<<<<<< ours\nlifecycle: junk\n=======\nlifecycle: qualified\n>>>>>>> theirs\n"
    (team.li.root / FILE).write_text(changed(("industry:", f"{marks}industry:")))
    team.li.crm("resolve", "acme", word)
    assert team.li.read(FILE) == changed(("industry:", "lifecycle: customer\nindustry:"))


@pytest.mark.parametrize("word", ["phase=customer", "headcount=3"])
def test_a_field_that_was_renamed_is_settled_under_the_key_of_its_file(team: Team, word: str) -> None:
    team.li.edit(
        "schema/customer.toml",
        ('\nlifecycle = { type = "stage", ', '\nphase = { type = "stage", was = ["lifecycle"], '),
    )
    team.li.edit("schema/customer.toml", ('"name", "lifecycle"', '"name", "phase"'))
    team.li.edit("schema/customer.toml", ("\nsize ", '\nheadcount = { type = "int", was = ["size"] }\nlength '))
    team.li.edit("pipelines/lifecycle.toml", ('field = "lifecycle"', 'field = "phase"'))
    marks = "<<<<<<< ours\nlifecycle: junk\nsize: 1\n=======\nlifecycle: qualified\nsize: 2\n>>>>>>> theirs\n"
    (team.li.root / FILE).write_text(changed(("industry:", f"{marks}industry:"), ("size: 40\n", "")))
    team.li.crm("resolve", "acme", word, code=5)
    key, value = ("lifecycle", "customer") if word.startswith("phase") else ("size", "3")
    assert f"\n{key}: {value}\n" in team.li.read(FILE)
    assert team.li.read(FILE).count("<<<<<<<") == 1
