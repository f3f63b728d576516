"""Git moves the book while the program shows it: checkout, stash, rebase with a conflict, pull; a form is open meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from crmcli.actions.journal import take_drift
from crmcli.actions.set import set_fields
from crmcli.model.record import Ref
from crmcli.store.book import open_book
from crmcli.store.git_setup import install_git
from crmcli_tui.forms.field import FieldForm
from crmcli_tui.screens.record import RecordScreen
from tests.storing import git, index_differences, journal_events, replay_differences
from tests.tui.rounds import Round, elsewhere, play

ACME = Ref("customers", "acme")
FILE = "customers/acme.md"
DRIVER = "merge.crm.driver=git merge-file -L ours -L base -L theirs %A %O %B"
"""What git does where crm is not installed."""


class Branches:
    """The book in git, as somebody in another terminal has it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        install_git(root, init=True)
        self.commit("begin")

    def git(self, *words: str, check: bool = True) -> None:
        git(self.root, "-c", DRIVER, *words, check=check)

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "-m", message)

    def name(self, name: str) -> None:
        """Give Acme another name, and commit it."""
        elsewhere(self.root, lambda book: set_fields(book, [ACME], [f"name={name}"]), me="anna")
        self.commit(name)

    def branch(self) -> None:
        """A branch `other`, on which Acme has another name and its contact is no more; we are on main."""
        self.git("checkout", "-q", "-b", "other")
        (self.root / "contacts" / "li-wei.md").unlink()
        self.name("Other AG")
        self.git("checkout", "-q", "main")


@pytest.fixture
def branches(root: Path) -> Branches:
    made = Branches(root)
    made.branch()
    return made


async def sees(turn: Round, name: str, *, contact: bool = True) -> None:
    """What the page says after the next look."""
    await turn.glance()
    assert name in turn.text()
    assert ("李伟" in turn.text()) == contact
    assert isinstance(turn.front, RecordScreen)


def test_git_moves_the_book_under_the_page_of_a_record(branches: Branches, tmp_path: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.app.push_screen(RecordScreen(str(ACME)))
        await turn.settle()
        await sees(turn, "Acme GmbH")
        branches.git("checkout", "-q", "other")
        await sees(turn, "Other AG", contact=False)
        branches.git("checkout", "-q", "main")
        await sees(turn, "Acme GmbH")

        await rename(turn, "Stashed AG")
        await sees(turn, "Stashed AG")
        branches.git("stash", "-q", "--include-untracked")
        await sees(turn, "Acme GmbH")
        branches.git("stash", "pop", "-q")
        await sees(turn, "Stashed AG")
        branches.commit("taken up")

        branches.git("rebase", "other", check=False)
        assert "<<<<<<<" in (branches.root / FILE).read_text(encoding="utf-8")
        await turn.glance()
        assert isinstance(turn.front, RecordScreen)
        branches.git("rebase", "--abort")
        await sees(turn, "Stashed AG")

        clone = tmp_path / "clone"
        git(tmp_path, "clone", "-q", str(branches.root), str(clone))
        file = clone / FILE
        file.write_text(file.read_text(encoding="utf-8").replace("Stashed AG", "Pulled AG"), encoding="utf-8")
        git(clone, "commit", "-qam", "pulled", "--no-verify")
        branches.git("pull", "-q", str(clone), "main")
        await sees(turn, "Pulled AG")

    play(branches.root, script)
    book = open_book(branches.root, me="anna")
    take_drift(book)
    assert index_differences(book) == []
    assert replay_differences(book) == []
    book.index.close()


async def rename(turn: Round, name: str) -> None:
    """Change the name in its form."""
    await open_form(turn)
    await turn.type(name)
    await turn.press("enter")


async def open_form(turn: Round) -> None:
    screen = turn.front
    assert isinstance(screen, RecordScreen)
    if "field:name" not in screen.rows.keys:
        await turn.press("i")
    screen.rows.go("field:name")
    await turn.press("enter")
    assert isinstance(turn.front, FieldForm)
    turn.front.query_one(Input).value = ""


def test_a_form_that_is_open_while_git_checks_a_branch_out(branches: Branches) -> None:
    """It says what changed, keeps what is typed, and writes over what the journal says was there."""

    async def script(turn: Round) -> None:
        await turn.app.push_screen(RecordScreen(str(ACME)))
        await turn.settle()
        await open_form(turn)
        await turn.type("Mine AG")
        branches.git("checkout", "-q", "other")
        await turn.glance()
        assert isinstance(turn.front, FieldForm)
        assert "! changed meanwhile:" in turn.text()
        assert "Other AG" in turn.text()
        assert turn.front.query_one(Input).value == "Mine AG"
        await turn.press("enter")
        await sees(turn, "Mine AG", contact=False)

    play(branches.root, script)
    last = max(journal_events(branches.root), key=lambda event: event.id)
    assert (last.field, last.from_, last.to, last.via) == ("name", "Other AG", "Mine AG", "tui")
