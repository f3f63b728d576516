"""A book in a folder of a larger repository: only its folder is committed, and what is outside is git's as ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.team.clones import Team
from tests.team.sync.people import FILE, People
from tests.team.sync.test_states import stopped

PAGE = "One.\n\nTwo.\n\nThree.\n"


@pytest.fixture(scope="session")
def first_larger(tmp_path_factory: pytest.TempPathFactory) -> Team:
    team = Team(tmp_path_factory.mktemp("larger") / "first", "sales/book")
    team.anna.root.mkdir(parents=True)
    (team.anna.top / "README.md").write_text(PAGE)
    (team.anna.top / "data.bin").write_bytes(b"\0one")
    team.make()
    return team


@pytest.fixture
def larger(first_larger: Team, tmp_path: Path) -> People:
    return People(first_larger.copy(tmp_path / "team"))


def outside(people: People, name: str, text: str) -> None:
    """Anna shares a change outside the book."""
    (people.anna.top / name).write_text(text)
    people.anna.git("commit", "-qam", "outside")
    people.anna.git("push", "-q")


def test_only_the_book_is_committed(larger: People) -> None:
    anna = larger.anna
    (anna.top / "README.md").write_text("staged\n")
    anna.git("add", "README.md")
    (anna.top / "data.bin").write_text("not staged\n")
    (anna.top / "new.txt").write_text("unknown\n")
    anna.crm("set", "acme", "size=50")
    anna.sync()
    assert anna.git("diff", "--name-only", "HEAD~1", "HEAD").split()[0].startswith("sales/book/")
    assert anna.git("status", "--porcelain").splitlines() == ["M  README.md", " M data.bin", "?? new.txt"]
    larger.li.sync()
    assert "size: 50" in larger.li.read(FILE)


def test_both_worked_inside_and_outside(larger: People) -> None:
    outside(larger, "README.md", PAGE.replace("One", "1"))
    larger.anna.crm("set", "acme", "size=50", "+anna")
    larger.anna.sync()
    (larger.li.top / "README.md").write_text(PAGE.replace("Three", "3"))
    larger.li.git("commit", "-qam", "outside")
    larger.li.crm("set", "acme", "industry=robots", "+li")
    larger.li.sync()
    assert (larger.li.top / "README.md").read_text() == "1.\n\nTwo.\n\n3.\n"
    assert "industry: robots\nsize: 50\n" in larger.li.read(FILE)
    larger.quiet()


@pytest.mark.parametrize(
    ("name", "ours", "theirs"),
    [
        pytest.param("README.md", "1.\n", "eins.\n", id="text"),
        pytest.param("data.bin", "\0two", "\0three", id="no text"),
    ],
)
def test_a_conflict_outside_is_git_s(larger: People, name: str, ours: str, theirs: str) -> None:
    """Also --ours does not answer it: sync decides about a book, not about what lies beside it."""
    outside(larger, name, theirs)
    (larger.li.top / name).write_text(ours)
    larger.li.git("commit", "-qam", "outside")
    for words in ([], ["--ours"]):
        stopped(
            larger.li, f"both sides changed files outside the book: {name}", "`git merge origin/main` by hand", *words
        )


def test_a_merge_that_others_configured_is_git_s(larger: People) -> None:
    (larger.anna.top / ".gitattributes").write_text("README.md merge=ours\n")
    larger.anna.git("add", ".gitattributes")
    outside(larger, "README.md", PAGE.replace("One", "1"))
    larger.li.git("fetch", "-q")
    (larger.li.top / ".gitattributes").write_text("README.md merge=ours\n")
    (larger.li.top / "README.md").write_text(PAGE.replace("Three", "3"))
    larger.li.git("add", "-A")
    larger.li.git("commit", "-qm", "outside")
    stopped(larger.li, "both sides changed files outside the book: README.md", "`git merge origin/main` by hand")


def test_a_file_outside_that_is_being_worked_on(larger: People) -> None:
    """Where theirs would overwrite it, nothing is shared or touched; else it stays as it is."""
    larger.anna.crm("set", "acme", "size=50")
    larger.anna.sync()
    (larger.li.top / "README.md").write_text("in the middle of it\n")
    larger.li.crm("set", "acme", "industry=robots")
    larger.li.sync()
    larger.anna.sync()
    outside(larger, "README.md", "shared\n")
    stopped(
        larger.li, "README.md: changed here and not committed, and origin/main brings another version", "commit them"
    )
    assert (larger.li.top / "README.md").read_text() == "in the middle of it\n"


def test_an_unknown_file_outside_that_theirs_has_too(larger: People) -> None:
    (larger.anna.top / "new.txt").write_text("anna's")
    larger.anna.git("add", "new.txt")
    larger.anna.git("commit", "-qm", "new")
    larger.anna.git("push", "-q")
    (larger.li.top / "new.txt").write_text("li's")
    stopped(larger.li, "new.txt: changed here and not committed", "move them away")
    assert (larger.li.top / "new.txt").read_text() == "li's"


def test_what_a_hook_adds_to_the_commit_is_in_git_s_index(larger: People) -> None:
    """The book's own hook journals what an editor saved between the look and the commit."""
    anna = larger.anna
    (anna.top / "README.md").write_text("staged\n")
    anna.git("add", "README.md")
    hook = anna.top / ".git" / "hooks" / "pre-commit"
    hook.write_text(hook.read_text().replace("#!/bin/sh\n", f"#!/bin/sh\nsed -i 's/gears/arms/' sales/book/{FILE}\n"))
    anna.sync()
    anna.crm("set", "acme", "size=50")
    anna.says("sync")
    hook.unlink()
    larger.quiet()
    assert anna.git("status", "--porcelain") == "M  README.md\n"
    assert "Makes arms." in larger.li.read(FILE)


def test_a_commit_by_hand_is_journaled_in_it(larger: People) -> None:
    """Git calls its hook at the top, where no book is; another one that is asked elsewhere is left alone."""
    anna = larger.anna
    anna.more = {"CRM_BOOK": str(larger.li.root)}
    anna.edit(FILE, ("size: 40", "size: 41"))
    larger.li.edit(FILE, ("size: 40", "size: 42"))
    anna.git("commit", "-qam", "by hand")
    assert [event.to for event in anna.events() if event.via == "hand" and event.field == "size"] == ["41"]
    assert anna.git("status", "--porcelain") == ""
    assert [event for event in larger.li.events() if event.field == "size"] == []
