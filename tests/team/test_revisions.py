"""The book as another branch or commit has it, reports side by side, reviews between commits, commits in the history."""

from __future__ import annotations

import json

import pytest

from tests.team.clones import Clone, Team

Row = dict[str, object]


@pytest.fixture
def anna(team: Team) -> Clone:
    """Two deals; on the branch `bold` one is won, the other has grown, and a stage has another name for people."""
    anna = team.anna
    anna.crm("deal", "add", "Arm", "customer=acme", "amount=1000")
    anna.crm("deal", "add", "Belt", "customer=acme", "amount=500")
    anna.commit("two deals")
    anna.git("switch", "-q", "-c", "bold")
    anna.crm("move", "arm", "proposal")
    anna.crm("move", "arm", "won")
    anna.crm("set", "belt", "amount=800")
    anna.edit("pipelines/sales.toml", ('{ en = "Contact"', '{ en = "First talk"'))
    anna.commit("bold")
    anna.git("switch", "-q", "main")
    return anna


def rows(clone: Clone, *words: str) -> list[Row]:
    found: list[Row] = json.loads(clone.crm(*words, "--format", "json"))
    return found


def amounts(clone: Clone, *words: str) -> dict[object, object]:
    listed = rows(clone, "deals", "--columns", "name,stage,amount", *words)
    return {row["name"]: (row["stage"], row["amount"]) for row in listed}


def eur(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def test_a_branch_is_asked_without_a_checkout(anna: Clone) -> None:
    here = {"Arm": ("contact", eur("1000.00")), "Belt": ("contact", eur("500.00"))}
    there = {"Arm": ("won", eur("1000.00")), "Belt": ("contact", eur("800.00"))}
    assert amounts(anna) == here
    assert amounts(anna, "--on", "bold") == there
    assert amounts(anna, "--on", "main") == here
    assert amounts(anna, "--on", "bold~1") == here
    commit = anna.git("rev-parse", "bold").strip()
    assert amounts(anna, "--on", commit[:9]) == there
    assert anna.git("status", "--porcelain") == ""
    assert "on bold: commit" not in anna.says("deals", "--on", "bold").err  # a script hears nothing


def test_the_branch_has_engine_files_of_its_own(anna: Clone) -> None:
    assert "First talk" in anna.crm("deals", "--on", "bold", "--format", "plain")
    assert "First talk" not in anna.crm("deals", "--format", "plain")


def test_a_past_moment_of_a_branch(anna: Clone) -> None:
    before = anna.git("log", "-1", "--format=%aI", "main").strip()
    assert amounts(anna, "--on", "bold", "--as-of", before)["Belt"] == ("contact", eur("500.00"))


def test_commits_not_asked_for_lately_go(anna: Clone) -> None:
    for number in range(5):
        anna.git("commit", "-q", "--allow-empty", "-m", str(number))
        anna.crm("deals", "--on", "HEAD")
    kept = {path.name for path in (anna.root / ".crm" / "revisions").iterdir()}
    assert len(kept) == 4
    assert anna.git("rev-parse", "HEAD").strip() in kept


def test_nothing_is_written_to_another_branch(anna: Clone) -> None:
    said = anna.says("set", "arm", "amount=1", "--on", "bold")
    assert said.code == 2
    assert "crm set does not take --on: nothing can be written to another branch from here" in said.err


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("bald", "git knows no revision 'bald' here"),
        ("--output=x", "git knows no revision '--output=x' here"),
        ("HEAD:crm.toml", "git knows no revision 'HEAD:crm.toml' here"),
        ("empty", "empty ("),
    ],
)
def test_what_is_no_book_is_told(anna: Clone, name: str, told: str) -> None:
    tree = anna.git("hash-object", "-t", "tree", "-w", "/dev/null").strip()
    anna.git("branch", "empty", anna.git("commit-tree", tree, "-m", "empty").strip())
    said = anna.says("deals", f"--on={name}")
    assert (said.code, told in said.err) == (3, True), said


def test_a_report_on_one_branch_against_another(anna: Clone) -> None:
    found = rows(anna, "report", "won", "--by", "customer", "--on", "bold", "--against", "main")
    told = [(row["customer"], row["on"], row["won"], row["won_amount"]) for row in found]
    assert told == [
        ("acme", "bold", 1, eur("1000.00")),
        ("acme", "main", None, None),
        ("acme", "change", None, None),
    ]
    [now, bold, change] = rows(anna, "report", "pipeline", "--against", "bold")
    assert [row["amount"] for row in (now, bold, change)] == [eur("1500.00"), eur("800.00"), eur("700.00")]
    assert (now["count"], bold["count"], change["count"]) == (2, 1, 1)
    said = anna.says("report", "pipeline", "--against", "main")
    assert (said.code, said.err) == (0, "both are the same.\n")


def test_the_review_between_two_commits(anna: Clone) -> None:
    told = [
        (row["change"], row["title"], row["before"], row["after"]) for row in rows(anna, "diff", "main", "--on", "bold")
    ]
    assert told == [("won", "Arm", "contact", "won"), ("grew", "Belt", "500.00 EUR", "800.00 EUR")]
    back = [(row["change"], row["title"]) for row in rows(anna, "diff", "bold", "name:Belt")]
    assert back == [("shrank", "Belt")]
    assert anna.crm("diff", "main", "--on", "bold", "--format", "md").startswith("# main to bold\n")
    said = anna.says("diff", "bold", "--since", "-3d")
    assert (said.code, "not with both" in said.err) == (2, True)


def test_the_history_names_commits_and_authors(anna: Clone) -> None:
    there = {row["field"]: row["commit"] for row in rows(anna, "history", "arm", "--commits", "--on", "bold")}
    assert there["stage"] == anna.git("rev-parse", "bold").strip()
    anna.git("switch", "-q", "bold")
    anna.crm("set", "arm", "amount=1200")
    first, bold = (anna.git("rev-parse", name).strip() for name in ("main", "bold"))
    told = {
        (row["field"], row["to"]): (row["commit"], row["author"]) for row in rows(anna, "history", "arm", "--commits")
    }
    assert told["stage", "won"] == (bold, "Anna Kern")
    assert told[None, None] == (first, "Anna Kern")
    assert told["amount", "1200.00 EUR"] == (None, None)  # not committed yet
    assert "commit" not in rows(anna, "history", "arm")[0]
    [stage] = rows(anna, "why", "arm.stage", "--commits")
    assert (stage["value"], stage["commit"]) == ("won", bold)


def test_packed_events_keep_their_commits(anna: Clone) -> None:
    first = anna.git("rev-parse", "main").strip()
    anna.git("push", "-q", "--force", "origin", "main", "bold")
    anna.git("switch", "-q", "bold")
    anna.git("branch", "-q", "-u", "origin/bold")
    anna.day = "2026-12-28"  # only what is old enough is packed
    anna.crm("journal", "pack")
    anna.commit("packed")
    assert list((anna.root / "journal").glob("*/*pack-*.jsonl"))
    told = {(row["field"], row["to"]): row["commit"] for row in rows(anna, "history", "arm", "--commits")}
    assert told[None, None] == first
