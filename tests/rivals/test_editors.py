"""An editor saves in the middle of a write, in each of the ways editors save: its text is merged, or both versions are kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from crmcli.store.book import Book, open_book
from tests.rivals.conftest import BOLT
from tests.rivals.ledger import lines_of, values_in_files
from tests.rivals.pool import Rival, Told
from tests.storing import index_differences, replay_differences

Save = Callable[[Path, bytes, int], None]


def by_rename(path: Path, content: bytes, old: int) -> None:
    """As vim with backups, and most graphical editors: a neighbour, renamed over."""
    del old
    neighbour = path.with_name(f".{path.name}.swp")
    neighbour.write_bytes(content)
    neighbour.replace(path)


def by_rewriting(path: Path, content: bytes, old: int) -> None:
    """As nano: the file is emptied and written again."""
    del old
    path.write_bytes(content)


def through_an_old_descriptor(path: Path, content: bytes, old: int) -> None:
    """As a program that has kept the file open since before: whatever the name leads to by now."""
    del path
    os.ftruncate(old, 0)
    os.pwrite(old, content, 0)


DURING = [
    (stop, save)
    for stop in (("append", "before"), ("append", "after"), ("replace", "before"), ("replace", "after"))
    for save in (by_rename, by_rewriting, through_an_old_descriptor)
    if stop[0] == "append" or save is through_an_old_descriptor or (stop[1] == "before" and save is by_rewriting)
]
"""While the op is on its way. A save by rename in the instant between the last look and our own rename is not promised
(docs/guarantees.md); one after our rename is an edit of what is there by then."""


class Scene:
    """`crm set same=crm` stands at a step, and an editor that has the text from before saves one field."""

    def __init__(self, book: Book, rival: Rival, field: str) -> None:
        self.book, self.rival = book, rival
        self.path = book.root / "customers" / f"{BOLT.id}.md"
        book.index.close()
        self.crm("set", BOLT.id, "same=before")
        text = self.path.read_text(encoding="utf-8")
        left = text.replace("left: '0'", "left: editor").replace("left: 0", "left: editor")
        self.saved = left if field == "left" else text.replace("same: before", "same: editor")
        assert self.saved != text

    def crm(self, *words: str) -> Told:
        """Run a command whole."""
        said = self.rival.crm("--book", str(self.book.root), *words, env={"CRM_ME": self.book.me})
        assert said.code == 0, said
        return said

    def play(self, stop: tuple[str, str], save: Save) -> Told:
        """Let the editor save while the command stands at `stop`."""
        words = ["--book", str(self.book.root), "set", BOLT.id, "same=crm"]
        old = os.open(self.path, os.O_RDWR)
        try:
            self.rival.tell([words], env={"CRM_ME": self.book.me}, stop=stop)
            self.rival.stopped()
            save(self.path, self.saved.encode(), old)
            return self.rival.go_on()[0]
        finally:
            os.close(old)


@pytest.mark.parametrize(("stop", "save"), DURING)
@pytest.mark.parametrize("field", ["left", "same"])
def test_nothing_an_editor_saves_is_lost(
    book: Book, rival: Rival, stop: tuple[str, str], save: Save, field: str
) -> None:
    """Another field is merged; of the same one both versions are kept, exit 5, and the message says where."""
    scene = Scene(book, rival, field)
    said = scene.play(stop, save)
    present = values_in_files(book.root)
    parked = sorted((book.state / "conflicts").rglob("*.md"))
    if field == "left":
        assert said.code == 0, said
        assert (present[str(BOLT), "left"], present[str(BOLT), "same"]) == ("editor", "crm")
        assert parked == []
    else:
        assert said.code == 5, said
        kept = {
            item.read_text(encoding="utf-8").partition("same: ")[2].partition("\n")[0] for item in (scene.path, *parked)
        }
        assert kept == {"editor", "crm"}
        assert all(str(item.relative_to(book.root)) in said.err for item in parked)
    assert index_differences(open_book(book.root)) == []


@pytest.mark.parametrize("save", [by_rename, by_rewriting])
def test_an_editor_that_saves_over_a_change_just_made(book: Book, rival: Rival, save: Save) -> None:
    """It had the old text open: its version stands in the file, the journal has both and says who was last."""
    scene = Scene(book, rival, "left")
    said = scene.play(("replace", "after"), save)
    assert said.code == 0
    assert scene.path.read_text(encoding="utf-8") == scene.saved
    later = scene.crm("set", BOLT.id, "industry=pumps")
    assert "customers/bolt-2m4pq: same is back at 'before': an editor saved over the last change" in later.err
    told = [(line["to"], line["via"]) for line in lines_of(book.root) if line.get("field") == "same"]
    assert told == [("before", "cli"), ("crm", "cli"), ("before", "hand")]
    assert replay_differences(open_book(book.root)) == []


def test_a_save_while_a_before_hook_runs_is_refused_or_planned_again(book: Book, rival: Rival, tmp_path: Path) -> None:
    """The lock is not held while hooks are asked: an editor that saves then is found by the hash of the file."""
    from crmcli.store.trust import read_hook, trust

    path = book.root / "customers" / f"{BOLT.id}.md"
    hook = book.root / "hooks" / "edits"
    hook.parent.mkdir()
    hook.write_text(
        f"#!/bin/sh\n# crm: before customer set\n# crm: limit 60s\nsed -i 's/^left: .*/left: hand/' '{path}'\n",
        encoding="utf-8",
    )
    hook.chmod(0o755)
    trust(tmp_path / "settings", book.root, read_hook(book.root, "edits"))
    book.index.close()
    environment = {"CRM_ME": book.me, "CRM_CONFIG": str(tmp_path / "settings")}
    said = rival.crm("--book", str(book.root), "set", BOLT.id, "same=crm", env=environment)
    assert said.code == 5
    assert said.err == (
        f"crm: error: customers/{BOLT.id}.md was changed meanwhile\nhint: nothing was written; look at it and run it again\n"
    )
    present = values_in_files(book.root)
    assert present[str(BOLT), "left"] == "hand"
    assert (str(BOLT), "same") not in present
    again = rival.crm("--book", str(book.root), "set", BOLT.id, "same=crm", env=environment)
    assert again.code == 0
    assert values_in_files(book.root)[str(BOLT), "same"] == "crm"
    assert index_differences(open_book(book.root)) == []
