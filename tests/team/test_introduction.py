"""The first command in a clone asks who is at the keyboard; `crm clone` makes a clone that is ready."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from crmcli.cli.main import run
from crmcli.cli.session import Session
from crmcli.cli.terminal import Terminal
from tests.team.clones import LI, Team


@pytest.fixture
def stranger(team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A plain clone of somebody whose e-mail no member has; this process is theirs."""
    remote = team.anna.top.parent / "remote.git"
    root = tmp_path / "eve"
    team.anna.git("clone", "-q", str(remote), str(root))
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "eve@kern.example")
    config = Path(os.environ["HOME"]) / "eve.gitconfig"
    config.write_text("[user]\n\tname = Eve Okafor\n\temail = eve@kern.example\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    yield root
    config.unlink()


def typed(root: Path, answers: str, *words: str) -> tuple[int, str, str]:
    """Run a command at a terminal where these lines are typed."""
    session = Session(dict(os.environ), StringIO(answers), StringIO(), StringIO())
    session.__dict__["terminal"] = Terminal(answers=True)
    code = run(["--book", str(root), *words], session)
    assert isinstance(session.stdout, StringIO)
    assert isinstance(session.stderr, StringIO)
    return code, session.stdout.getvalue(), session.stderr.getvalue()


def author_of_last_event(root: Path) -> str:
    from crmcli.store.book import open_book  # a book of its own: the command's is closed

    book = open_book(root)
    row = book.index.rows('SELECT "by" FROM events ORDER BY id DESC LIMIT 1')[0]
    book.index.close()
    return str(row[0])


def test_a_writer_is_asked_once(stranger: Path) -> None:
    code, _, said = typed(stranger, "2\n", "set", "acme", "size=41")
    assert code == 0
    assert "who are you?" in said
    assert "  2  Li Wei" in said
    assert author_of_last_event(stranger).startswith("li-wei-")
    code, _, said = typed(stranger, "", "set", "acme", "size=42")
    assert (code, "who are you?" in said) == (0, False)
    assert author_of_last_event(stranger).startswith("li-wei-")


def test_somebody_new_becomes_a_member(stranger: Path) -> None:
    code, _, said = typed(stranger, "3\n\n\n", "set", "acme", "size=41")
    assert code == 0
    assert "Your name [Eve Okafor]" in said
    [file] = (stranger / "members").glob("eve-okafor-*.md")
    assert "email:\n  - eve@kern.example\n" in file.read_text()
    assert author_of_last_event(stranger) == file.stem


def test_nobody_who_declines_writes(stranger: Path) -> None:
    code, _, said = typed(stranger, "\n", "set", "acme", "size=41")
    assert (code, "nothing changed" in said) == (1, True)
    assert "size: 40" in (stranger / "customers" / "acme.md").read_text()


def test_who_only_looks_is_not_asked_again(stranger: Path) -> None:
    typed(stranger, "4\n", "set", "acme", "size=41")
    assert author_of_last_event(stranger) == "eve@kern.example"
    assert "who are you?" not in typed(stranger, "", "set", "acme", "size=42")[2]


def test_a_script_is_never_asked(stranger: Path) -> None:
    session = Session(dict(os.environ), StringIO(""), StringIO(), StringIO())
    assert run(["--book", str(stranger), "set", "acme", "size=41"], session) == 0
    assert author_of_last_event(stranger) == "eve@kern.example"


def test_whom_git_knows_is_not_asked(stranger: Path) -> None:
    Path(os.environ["GIT_CONFIG_GLOBAL"]).write_text(f"[user]\n\temail = {LI}\n")
    code, _, said = typed(stranger, "", "set", "acme", "size=41")
    assert (code, "who are you?" in said) == (0, False)
    assert author_of_last_event(stranger).startswith("li-wei-")


def test_clone_makes_everything_ready(team: Team, tmp_path: Path) -> None:
    remote = team.anna.top.parent / "remote.git"
    said = team.li.says("clone", str(remote), str(tmp_path / "new"))
    assert said.code == 0, said
    root = tmp_path / "new" / team.anna.root.relative_to(team.anna.top)
    assert f"cloned the book Kern into {root}." in said.err
    assert "crm merge-file" in (tmp_path / "new" / ".git" / "config").read_text()
    assert "crm journal drift" in (tmp_path / "new" / ".git" / "hooks" / "pre-commit").read_text()
    assert team.li.git("-C", str(tmp_path / "new"), "status", "--porcelain") == ""
    again = team.li.says("clone", str(remote), str(tmp_path / "new"))
    assert (again.code, "is there already" in again.err) == (5, True)


def test_what_cannot_be_cloned_leaves_nothing(team: Team, tmp_path: Path) -> None:
    said = team.li.says("clone", str(tmp_path / "nowhere.git"), str(tmp_path / "new"))
    assert (said.code, "git could not clone" in said.err) == (1, True)
    assert not (tmp_path / "new").exists()
    assert team.li.says("clone", "/").code == 2


def test_a_repository_without_a_book_is_told(team: Team, tmp_path: Path) -> None:
    team.anna.git("init", "-q", str(tmp_path / "plain"))
    (tmp_path / "plain" / "a.txt").write_text("a")
    team.anna.git("-C", str(tmp_path / "plain"), "add", "-A")
    team.anna.git("-C", str(tmp_path / "plain"), "commit", "-qm", "a")
    said = team.li.says("clone", str(tmp_path / "plain"), str(tmp_path / "new"))
    assert (said.code, "holds no crm.toml" in said.err) == (6, True)


def test_where_the_remotes_head_is_not_there_the_only_branch_is_taken(team: Team, tmp_path: Path) -> None:
    remote, new = team.anna.top.parent / "remote.git", tmp_path / "new"
    team.anna.git("-C", str(remote), "branch", "-m", "main", "trunk")
    team.anna.git("-C", str(remote), "symbolic-ref", "HEAD", "refs/heads/main")
    said = team.li.says("clone", str(remote), str(new))
    assert (said.code, f"cloned the book Kern into {new}." in said.err) == (0, True), said
    assert team.li.git("-C", str(new), "status", "-sb").splitlines() == ["## trunk...origin/trunk"]
    team.anna.git("-C", str(remote), "branch", "other", "trunk")
    said = team.li.says("clone", str(remote), str(tmp_path / "newer"))
    assert (said.code, "does not say which branch is meant: other, trunk" in said.err) == (6, True)
    team.anna.git("init", "-q", "--bare", str(tmp_path / "empty.git"))
    said = team.li.says("clone", str(tmp_path / "empty.git"), str(tmp_path / "newest"))
    assert (said.code, "is empty: nothing was shared there yet" in said.err) == (6, True)
