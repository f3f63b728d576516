"""What an editor may do to its copy, and what a copied address may hold."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from crmcli.model.record import Ref
from crmcli.reports.reach import reaches
from crmcli.store.book import open_book
from crmcli_tui import editing
from crmcli_tui.editing import edit_copy, file_of
from crmcli_tui.messages import Told, Trouble

ACME = "customers/acme"


class StepsAside:
    """As much of a program as lets an editor have the terminal."""

    @contextmanager
    def suspend(self) -> Iterator[None]:
        yield


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where copies are made."""
    folder = tmp_path / "copies"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.delenv("VISUAL", raising=False)
    return folder


def edited(root: Path, script: str) -> Any:  # noqa: ANN401 - a deed, a trouble or nothing
    editor = root.parent / "editor"
    editor.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    editor.chmod(0o755)
    os.environ["EDITOR"] = str(editor)
    return edit_copy(cast("Any", StepsAside()), file_of(ACME, open_book(root, me="anna")))


def test_an_editor_may_leave_more_lose_the_copy_or_fail(
    root: Path, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "")
    assert edited(root, 'cp "$1" "$1~"') is None
    assert list(copies.iterdir()) == []

    deed = edited(root, 'cp "$1" "$1~"; echo more >> "$1"')
    assert isinstance(deed(open_book(root, me="anna")), Told)
    assert list(copies.iterdir()) == []

    gone = edited(root, 'rm "$1"')
    assert isinstance(gone, Trouble)
    assert "no such file" in gone.sentence.lower()

    failed = edited(root, 'echo saved before >> "$1"; exit 3')
    (kept,) = copies.glob("*/acme.md")
    assert "ended with 3" in failed.sentence
    assert f"your text is kept in {kept}" in failed.sentence
    assert kept.read_text(encoding="utf-8").endswith("saved before\n")


def test_a_disk_that_fails_keeps_the_text_and_says_where(
    root: Path, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("EDITOR", "")
    monkeypatch.setattr(editing, "edit", lambda *_: fails)
    deed = edited(root, 'echo more >> "$1"')
    with pytest.raises(Exception, match="your text is kept in"):
        deed(open_book(root, me="anna"))
    assert list(copies.glob("*/acme.md"))

    monkeypatch.setattr(tempfile, "tempdir", str(copies / "nowhere"))
    assert isinstance(edited(root, "true"), Trouble)


@pytest.mark.parametrize("words", ["vi 'unclosed", "/nowhere/vi"])
def test_an_editor_that_cannot_be_started_is_told(
    root: Path, copies: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setenv("EDITOR", words)
    found = edit_copy(cast("Any", StepsAside()), file_of(ACME, open_book(root, me="anna")))
    assert isinstance(found, Trouble)
    assert found.sentence.startswith("no editor: ")
    assert list(copies.iterdir()) == []


def test_what_is_copied_is_one_line_that_is_seen(root: Path) -> None:
    path = root / "customers/acme.md"
    front = 'email:\n  - "a@b.example\\nrm -rf ~\\n\\e]52;c;eA==\\a\\u202e\\u200bx"\n'
    head, _, rest = path.read_text(encoding="utf-8").partition("\n")
    lines = [line for line in rest.split("\n") if not line.startswith("email")]
    path.write_text(f"{head}\n{front}" + "\n".join(lines), encoding="utf-8")
    copied = [reach.copied for reach in reaches(open_book(root, me="anna"), Ref("customers", "acme"))]
    assert "a@b.example rm -rf ~ ]52;c;eA==x" in copied
    assert all(text.isprintable() for text in copied)
