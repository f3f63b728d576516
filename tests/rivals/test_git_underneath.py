"""Git moves the book between two commands, and between a command's plan and its commit (docs/guarantees.md)."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from crmcli.actions.journal import take_drift
from crmcli.store.all_drift import all_drift
from crmcli.store.book import Book, open_book
from tests.rivals.conftest import ACME, BOLT
from tests.rivals.ledger import lines_of, values_in_files
from tests.rivals.pool import Rival, Told
from tests.storing import git, index_differences, journal_events, replay_differences

PLAIN_DRIVER = "git merge-file -L ours -L base -L theirs %A %O %B"
"""What git does where crm is not installed."""


class Desk:
    """A book in git, a process that keeps asking it, and one that writes."""

    def __init__(self, book: Book, rival: Rival) -> None:
        self.root = book.root
        self.environment = {"CRM_ME": book.me}
        self.rival = rival
        book.index.close()
        self.open = open_book(book.root)  # a program that has the book open all the while
        self.see()

    def crm(self, *words: str, code: int = 0) -> Told:
        said = self.rival.crm("--book", str(self.root), *words, env=self.environment)
        assert said.code == code, said
        return said

    def git(self, *words: str, check: bool = True) -> str:
        return git(self.root, *words, check=check)

    def commit(self, message: str = "x") -> None:
        """As somebody without crm's commit hook."""
        self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "-m", message)

    def fork(self, *, other: str, main: str) -> None:
        """A branch `other` beside main, a commit on each that changes one field."""
        self.git("checkout", "-q", "-b", "other")
        self.crm("set", BOLT.id, other)
        self.commit()
        self.git("checkout", "-q", "main")
        self.crm("set", BOLT.id, main)
        self.commit()

    def see(self) -> dict[str, tuple[object, object]]:
        """What the program that stays open sees; it is what a rebuild would give."""
        self.open.index.stale()
        rows = self.open.index.rows('SELECT id, "left", "same" FROM rec_customers ORDER BY id')
        assert index_differences(self.open) == []
        return {str(row[0]): (row[1], row[2]) for row in rows}

    def drift(self) -> list[str]:
        """What hands and commits without crm did that the journal does not have."""
        return [f"{d.event.do} {d.ref} {d.event.field}" for d in all_drift(open_book(self.root)).drift]

    def settle(self) -> None:
        """Journal what there is; then the journal tells what the files say, and nothing is left over."""
        take_drift(open_book(self.root))
        again = open_book(self.root)
        assert replay_differences(again) == []
        assert all_drift(again).drift == []
        assert index_differences(again) == []
        assert len({event.id for event in journal_events(self.root)}) == len(journal_events(self.root))

    def check(self, code: int = 0) -> str:
        said = self.rival.crm("--book", str(self.root), "check", env=self.environment)
        assert said.code == code, said
        return said.out

    def file(self, text_of: str = BOLT.id) -> Path:
        return self.root / "customers" / f"{text_of}.md"


@pytest.fixture
def desk(git_book: Book, rival: Rival) -> Desk:
    return Desk(git_book, rival)


def test_checkout_of_a_branch_and_back(desk: Desk) -> None:
    desk.git("checkout", "-q", "-b", "other")
    desk.crm("set", BOLT.id, "left=other")
    desk.commit()
    desk.git("checkout", "-q", "main")
    assert desk.see()[BOLT.id] == ("0", None)
    assert desk.drift() == []
    desk.crm("set", BOLT.id, "same=main")
    desk.commit()
    desk.git("checkout", "-q", "other")
    assert desk.see()[BOLT.id] == ("other", None)
    assert desk.drift() == []
    desk.check()
    desk.settle()


def test_merge_of_two_branches(desk: Desk) -> None:
    """Two fields that are no neighbours merge without crm's driver; the journals meet as files that one side has."""
    desk.fork(other="name=Other", main="right=main")
    desk.git("-c", f"merge.crm.driver={PLAIN_DRIVER}", "merge", "-q", "--no-edit", "other")
    present = values_in_files(desk.root)
    assert (present[str(BOLT), "name"], present[str(BOLT), "right"]) == ("Other", "main")
    assert desk.drift() == []
    desk.settle()
    desk.check()


def test_a_conflict_is_said_and_nothing_is_taken_from_it(desk: Desk) -> None:
    desk.fork(other="same=other", main="same=main")
    desk.git("-c", f"merge.crm.driver={PLAIN_DRIVER}", "merge", "-q", "other", check=False)
    marked = desk.file().read_bytes()
    assert b"<<<<<<< ours\nsame: main\n" in marked
    before = len(lines_of(desk.root))
    told = desk.check(code=1)
    assert f"customers/{BOLT.id}.md" in told
    assert "conflict" in told
    assert desk.crm("set", BOLT.id, "left=x", code=6).out == ""
    assert desk.file().read_bytes() == marked
    desk.crm("set", ACME.id, "left=x")  # every other record keeps working
    assert [line["via"] for line in lines_of(desk.root)[before:]] == ["cli"]
    desk.git("checkout", "-q", "--ours", "--", f"customers/{BOLT.id}.md")
    desk.commit("merged")
    desk.settle()
    assert desk.see()[BOLT.id][1] == "main"
    desk.check()


def test_stash_and_pop(desk: Desk) -> None:
    """A stash takes files and segment of an op along, as both are not committed; an untracked segment stays and is drift."""
    desk.crm("set", BOLT.id, "left=stashed")
    desk.git("stash", "-q", "--include-untracked")
    assert desk.see()[BOLT.id] == ("0", None)
    assert desk.drift() == []
    desk.crm("set", ACME.id, "same=between")
    desk.git("stash", "pop", "-q")
    assert desk.see() == {ACME.id: ("0", "between"), BOLT.id: ("stashed", None)}
    assert desk.drift() == []
    desk.settle()


def test_a_stash_that_leaves_the_journal_behind(desk: Desk) -> None:
    """Plain `git stash` leaves a new segment where it is: the files are back at HEAD, and that is journaled as git's."""
    desk.crm("set", BOLT.id, "left=stashed")
    desk.git("stash", "-q")
    assert desk.drift() == [f"set {BOLT} left"]
    desk.settle()
    told = [(line["to"], line["via"]) for line in lines_of(desk.root) if line.get("field") == "left"]
    assert told == [("stashed", "cli"), ("0", "git")]
    desk.git("stash", "pop", "-q")
    assert desk.see()[BOLT.id][0] == "stashed"
    desk.settle()


def test_revert_brings_segments_back(desk: Desk) -> None:
    desk.crm("set", BOLT.id, "left=wrong")
    desk.commit()
    segments = {path.name: path.read_bytes() for path in desk.root.glob("journal/*/*.jsonl")}
    desk.git("revert", "--no-edit", "HEAD")
    assert desk.see()[BOLT.id][0] == "0"
    desk.crm("set", ACME.id, "same=after")
    held = {path.name: path.read_bytes() for path in desk.root.glob("journal/*/*.jsonl")}
    assert all(held[name].startswith(content) for name, content in segments.items())
    desk.settle()
    assert desk.see()[BOLT.id][0] == "0"
    desk.check()


@pytest.mark.parametrize("how", ["cherry-pick", "rebase", "pull", "pull --rebase"])
def test_commits_that_come_from_elsewhere(desk: Desk, how: str, tmp_path: Path) -> None:
    """Another clone's commits, with crm and without, come by every road; what crm did not see is journaled as git's."""
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", str(desk.root), str(other))
    said = desk.rival.crm("--book", str(other), "set", BOLT.id, "left=theirs", env=desk.environment)
    assert said.code == 0
    path = other / "customers" / f"{ACME.id}.md"
    path.write_text(path.read_text(encoding="utf-8").replace("name: acme-7k3f9", "name: By hand"), encoding="utf-8")
    git(other, "add", "-A")
    git(other, "commit", "-q", "--no-verify", "-m", "theirs")
    desk.crm("set", BOLT.id, "industry=ours")
    desk.commit("ours")
    desk.git("fetch", "-q", str(other), "main")
    steps = {
        "cherry-pick": ["cherry-pick", "FETCH_HEAD"],
        "rebase": ["rebase", "-q", "FETCH_HEAD"],
        "pull": ["pull", "-q", "--no-rebase", "--no-edit", str(other), "main"],
        "pull --rebase": ["pull", "-q", "--rebase", str(other), "main"],
    }
    desk.git(*steps[how])
    assert desk.see()[BOLT.id][0] == "theirs"
    assert values_in_files(desk.root)[str(BOLT), "industry"] == "ours"
    assert desk.drift() == [f"set {ACME} name"]
    desk.settle()
    [by_hand] = [line for line in lines_of(desk.root) if line.get("to") == "By hand"]
    assert (by_hand["via"], by_hand["by"]) == ("git", "anna@example.com")


def test_nothing_is_journaled_in_the_middle_of_a_rebase(desk: Desk) -> None:
    desk.crm("set", BOLT.id, "same=one")
    desk.commit("one")
    (desk.root / ".git" / "rebase-merge").mkdir()
    desk.file().write_text(desk.file().read_text(encoding="utf-8").replace("same: one", "same: two"), encoding="utf-8")
    before = len(lines_of(desk.root))
    take_drift(open_book(desk.root))
    assert len(lines_of(desk.root)) == before
    (desk.root / ".git" / "rebase-merge").rmdir()
    desk.settle()
    assert [line["via"] for line in lines_of(desk.root)[before:]] == ["hand"]


def _checkout(root: Path) -> None:
    git(root, "checkout", "-q", "other")


def _revert(root: Path) -> None:
    git(root, "revert", "--no-edit", "other")


def _stash(root: Path) -> None:
    path = root / "customers" / f"{ACME.id}.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nhand\n", encoding="utf-8")
    git(root, "stash", "-q")


@pytest.mark.parametrize("which", ["first", "second"])
@pytest.mark.parametrize("act", [_checkout, _stash, _revert])
def test_git_moves_the_book_between_plan_and_commit(
    desk: Desk, act: Callable[[Path], None], which: str, tmp_path: Path
) -> None:
    """A command stands before the lock, or after its hooks were asked, while git switches: it is planned on what is there, or exit 5."""
    if which == "second":
        _ask_a_hook(desk, tmp_path)
        desk.commit("a hook")
    desk.git("checkout", "-q", "-b", "other")
    desk.crm("set", BOLT.id, "left=other", "same=other")
    desk.commit("other")
    if act is not _revert:
        desk.git("checkout", "-q", "main")
    words = ["--book", str(desk.root), "set", BOLT.id, "size=(size+1)", "same=mine"]
    desk.rival.tell([words], env=desk.environment, stop=("locked", which))
    desk.rival.stopped()
    act(desk.root)
    [said] = desk.rival.go_on()
    assert said.code in (0, 5), said
    desk.settle()
    present = values_in_files(desk.root)
    if said.code == 0:
        assert present[str(BOLT), "same"] == "mine"
    assert present[str(BOLT), "left"] == ("other" if act is _checkout else "0")
    desk.check()


def _ask_a_hook(desk: Desk, tmp_path: Path) -> None:
    from crmcli.store.trust import read_hook, trust

    hook = desk.root / "hooks" / "asked"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\n# crm: before customer set\n# crm: limit 60s\nexit 0\n", encoding="utf-8")
    hook.chmod(0o755)
    trust(tmp_path / "settings", desk.root, read_hook(desk.root, "asked"))
    desk.environment["CRM_CONFIG"] = str(tmp_path / "settings")


def test_a_commit_while_commands_write(desk: Desk) -> None:
    """`git add` and `git commit` beside a process that writes: every commit holds whole lines, and drift stays empty."""
    words = [["--book", str(desk.root), "set", BOLT.id, f"left={n}", f"right={n}"] for n in range(6)]
    desk.rival.tell(words, env=desk.environment)
    for number in range(4):
        subprocess.run(["git", "add", "-A"], cwd=desk.root, check=False, capture_output=True)
        subprocess.run(
            ["git", "commit", "-q", "--no-verify", "-m", str(number)], cwd=desk.root, check=False, capture_output=True
        )
    assert [said.code for said in desk.rival.answer()] == [0] * 6
    desk.settle()
    assert desk.see()[BOLT.id][0] == "5"
