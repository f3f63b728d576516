"""A `.git` or `.crm` folder that somebody else packed: what its files say becomes neither an option nor a program of git."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.model.record import Ref
from tests.books import add, make_book
from tests.hostile.book import crm
from tests.storing import git, journal_events


@pytest.fixture
def packed(tmp_path: Path) -> tuple[Path, Ref]:
    """A book in git with one customer, everything committed."""
    book = make_book(tmp_path / "book", with_git=True)
    acme = add(book, "customer", "Acme")
    commit(book.root)
    return book.root, acme


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "--no-verify", "-m", "x")


def conflict(root: Path, acme: Ref) -> None:
    """A merge that stopped, of two edits that no journal knows: git is asked who made them."""
    path = root / f"customers/{acme.id}.md"
    base = path.read_text(encoding="utf-8")
    git(root, "checkout", "-q", "-b", "theirs")
    for branch, size in (("theirs", 1), ("main", 2)):
        git(root, "checkout", "-q", branch)
        path.write_text(base.replace("name: Acme\n", f"name: Acme\nsize: {size}\n"), encoding="utf-8")
        commit(root)
    git(root, "-c", "merge.crm.driver=git merge-file %A %O %B", "merge", "-q", "theirs", check=False)


@pytest.mark.parametrize("said", ["--output={}", "\0\xff", "ref: \0\xff/{}"])
@pytest.mark.parametrize("name", [".crm/head", ".git/MERGE_HEAD", ".git/rebase-merge/stopped-sha", ".git/HEAD"])
def test_a_commit_is_named_by_its_hash_alone(packed: tuple[Path, Ref], name: str, said: str) -> None:
    root, acme = packed
    outside = root.parent / "outside"
    if name in (".git/MERGE_HEAD", ".git/rebase-merge/stopped-sha"):
        conflict(root, acme)
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_bytes(said.format(outside).encode("latin-1"))
    crm(root, "resolve")
    crm(root, "set", acme.id, "country=NO")
    crm(root, "check")
    assert sorted(path.name for path in root.parent.iterdir()) == ["book"]


def test_nothing_is_fetched_to_look_a_change_up(packed: tuple[Path, Ref], tmp_path: Path) -> None:
    """A partial clone lacks what its files once said, and its settings name the program that would get it."""
    root, acme = packed
    path = root / f"customers/{acme.id}.md"
    base = path.read_text(encoding="utf-8")
    for said in ("size: 1", "size: 1\ncountry: SE", "size: 1\ncountry: DK"):
        path.write_text(base.replace("name: Acme\n", f"name: Acme\n{said}\n"), encoding="utf-8")
        commit(root)
    git(root, "config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    git(tmp_path, "clone", "-q", "--filter=blob:none", f"file://{root}", str(partial))
    missing = git(partial, "rev-list", "--objects", "--all", "--missing=print").count("?")
    assert missing >= 3
    git(partial, "config", "remote.origin.uploadpack", f"touch {tmp_path}/ran; git-upload-pack")
    done = crm(partial, "--me", "anna@kern.example", "set", acme.id, "country=NO")
    assert done.code == 0, done
    assert "fatal" not in done.err
    events = [event for event in journal_events(partial) if event.via == "git"]
    assert sorted((event.field, event.by, event.to) for event in events) == [("country", "", "DK"), ("size", "", "1")]
    assert not (tmp_path / "ran").exists()
    assert git(partial, "rev-list", "--objects", "--all", "--missing=print").count("?") == missing
