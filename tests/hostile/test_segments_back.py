"""Segments that a commit deleted come back inside the book only, whatever the history calls them and wherever folders lead."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from crmcli.errors import BAD_DATA
from crmcli.model.record import Ref
from tests.books import add, make_book
from tests.hostile.book import crm
from tests.storing import git


@pytest.fixture
def shared(tmp_path: Path) -> tuple[Path, Ref]:
    """A book in git with one customer, everything committed and seen."""
    book = make_book(tmp_path / "book", with_git=True)
    acme = add(book, "customer", "Acme")
    commit(book.root)
    assert crm(book.root, "set", acme.id, "country=NO").code == 0
    commit(book.root)
    return book.root, acme


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "--no-verify", "-m", "x")


def test_a_month_that_became_a_link_stops_the_command(shared: tuple[Path, Ref]) -> None:
    """The commit deletes the segments and puts a link in the place of their folder."""
    root, acme = shared
    outside = root.parent / "outside"
    outside.mkdir()
    [month] = (root / "journal").iterdir()
    segments = sorted(path.name for path in month.iterdir())
    git(root, "rm", "-rq", "journal")
    month.parent.mkdir(exist_ok=True)
    month.symlink_to(outside)
    commit(root)
    said = crm(root, "set", acme.id, "name=Bolt")
    assert (said.code, list(outside.iterdir())) == (BAD_DATA, [])
    assert f"journal/{month.name} is a symbolic link" in said.err
    month.unlink()
    assert crm(root, "set", acme.id, "name=Bolt").code == 0
    assert set(segments) <= {path.name for path in month.iterdir()}


@pytest.mark.parametrize("steps", [["..", "..", "pwn.jsonl"], [".hidden", "pwn.jsonl"]])
def test_a_name_that_leads_out_is_no_segment(shared: tuple[Path, Ref], steps: list[str]) -> None:
    """Trees that git itself would never make: it reads them all the same."""
    root, acme = shared
    event = '{"id":"01J00000000000000000000000","at":"2026-11-20T14:03:11+01:00","do":"log","on":"customers/x","text":"x"}\n'
    entry = f"100644 blob {_put(root, event, 'hash-object', '-w', '--stdin')}\t{steps[-1]}"
    for name in reversed(steps[:-1]):
        entry = f"040000 tree {_put(root, entry, 'mktree')}\t{name}"
    entries = git(root, "ls-tree", "HEAD").splitlines()
    journal = next(line.split()[2] for line in entries if line.endswith("\tjournal"))
    evil = _put(root, git(root, "ls-tree", journal) + entry, "mktree")
    others = [line for line in entries if not line.endswith("\tjournal")]
    tree = _put(root, "\n".join([*others, f"040000 tree {evil}\tjournal"]), "mktree")
    with_it = git(root, "commit-tree", tree, "-p", "HEAD", "-m", "it comes").strip()
    without = git(root, "commit-tree", "HEAD^{tree}", "-p", with_it, "-m", "it goes").strip()
    git(root, "update-ref", "HEAD", without)
    assert f"journal/{'/'.join(steps)}" in git(root, "log", "-1", "--name-only", "--format=", "--diff-filter=D")
    assert crm(root, "set", acme.id, "name=Bolt").code == 0
    assert list(root.parent.rglob("pwn*")) == []


def _put(root: Path, text: str, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, input=text, capture_output=True, text=True, check=True)
    return done.stdout.strip()
