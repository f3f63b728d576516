"""Git's hook before a commit: what goes into the commit is journaled in it, what does not is not told of."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from crmcli.store.book import Book, open_book
from crmcli.store.git_setup import pre_commit_hook
from tests.places import SOURCE_ROOTS
from tests.storing import git, index_differences, journal_events, replay_differences
from tests.unit.store.conftest import ACME, BOLT, change, edit


@pytest.fixture(autouse=True)
def crm_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `crm` for git to find."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "crm"
    paths = os.pathsep.join(str(root) for root in SOURCE_ROOTS)
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{paths}" exec "{sys.executable}" -m crmcli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def in_head(book: Book) -> set[str]:
    return set(git(book.root, "ls-tree", "-r", "--name-only", "HEAD").split())


def hand_events(book: Book) -> list[str]:
    return [event.field for event in journal_events(book.root) if event.via == "hand"]


def test_a_hand_edit_is_journaled_in_its_commit(shared: Book) -> None:
    edit(shared, ACME, "country: NO", "country: SE")
    git(shared.root, "commit", "-q", "-a", "-m", "by hand")
    assert hand_events(shared) == ["country"]
    assert git(shared.root, "status", "--porcelain") == ""
    assert len([path for path in in_head(shared) if path.startswith("journal/")]) == 2
    target = shared.root.parent / "clone"
    git(shared.root.parent, "clone", "-q", str(shared.root), str(target))
    clone = open_book(target, me="x@y.example")
    assert replay_differences(clone) == []
    assert index_differences(clone) == []


def test_what_crm_wrote_goes_with_it(shared: Book) -> None:
    change(shared, ACME, "country", "SE")
    git(shared.root, "commit", "-q", "-a", "-m", "its segment is not known to git yet")
    assert git(shared.root, "status", "--porcelain") == ""


def test_a_segment_waits_for_all_of_its_records(shared: Book) -> None:
    change(shared, ACME, "country", "SE")
    change(shared, BOLT, "country", "SE")
    git(shared.root, "add", f"customers/{ACME.id}.md")
    git(shared.root, "commit", "-q", "-m", "one of two")
    assert len([path for path in in_head(shared) if path.startswith("journal/")]) == 1


def test_drift_that_is_not_committed_is_journaled_apart(shared: Book) -> None:
    edit(shared, ACME, "country: NO", "country: SE")
    edit(shared, BOLT, "country: NO", "country: DK")
    git(shared.root, "add", f"customers/{ACME.id}.md")
    git(shared.root, "commit", "-q", "-m", "one of two")
    assert hand_events(shared) == ["country", "country"]
    names = {path for path in in_head(shared) if path.startswith("journal/")}
    told = "".join((shared.root / path).read_text(encoding="utf-8") for path in names)
    assert '"to":"SE"' in told
    assert '"to":"DK"' not in told


def test_a_commit_of_named_paths_is_left_as_it_is(shared: Book) -> None:
    edit(shared, ACME, "country: NO", "country: SE")
    git(shared.root, "commit", "-q", "-m", "named", f"customers/{ACME.id}.md")
    assert [line[:2] for line in git(shared.root, "status", "--porcelain").splitlines()] == ["??"]
    assert hand_events(shared) == ["country"]


def test_a_book_that_crm_cannot_read_can_be_committed(shared: Book) -> None:
    (shared.root / "crm.toml").write_text("format = 99\n", encoding="utf-8")
    git(shared.root, "commit", "-q", "-a", "-m", "too new")


def test_the_hook_is_a_shell_script() -> None:
    assert pre_commit_hook().startswith("#!/bin/sh\n")
    assert "crm journal drift --pre-commit" in pre_commit_hook()
