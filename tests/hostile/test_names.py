"""Names of files and folders that are no UTF-8, as archives from elsewhere bring them: each is told, and stops nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.hostile.book import book_in, crm

ODD = b"m\xfcn"


def odd(root: Path, folder: str, suffix: str = "") -> Path:
    """A path with a name that is no UTF-8."""
    (root / folder).mkdir(parents=True, exist_ok=True)
    return root / folder / os.fsdecode(ODD + suffix.encode())


@pytest.mark.parametrize(
    ("folder", "suffix", "kind"),
    [
        ("customers", ".md", "file"), ("customers/emea", ".md", "link"), ("customers", "", "folder"), ("customers", "", "pipe"),
        ("journal", ".jsonl", "file"), ("journal/2026-11", ".jsonl", "link"), ("journal", "", "folder"),
    ],
)  # fmt: skip
def test_a_name_is_a_problem(tmp_path: Path, folder: str, suffix: str, kind: str) -> None:
    root, acme = book_in(tmp_path / "book")
    path = odd(root, folder, suffix)
    if kind == "folder":
        path.mkdir()
        (path / "inside-1a2b3.md").write_text("---\nname: Inside\n---\n", encoding="utf-8")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to("nowhere")
    else:
        path.write_text("---\nname: Odd\n---\n", encoding="utf-8")
    for _ in range(2):
        assert crm(root, "customers", "--format", "ids").out.split() == [acme.id]
        said = crm(root, "check", "--format", "plain").out
        assert f"{folder}/m\\xfcn{suffix}: bad-file-name its name is not UTF-8" in said
    assert crm(root, "set", acme.id, "country=NO").code == 0
    assert crm(root, "reindex").code == 0
    path.rename(path.with_name(f"plain{suffix}"))
    assert "UTF-8" not in crm(root, "check", "--format", "plain").out


def test_a_book_may_lie_in_such_a_folder(tmp_path: Path) -> None:
    root, acme = book_in(odd(tmp_path, "elsewhere"))
    for words in (("customers",), ("set", acme.id, "country=NO"), ("set", acme.id, "size=3"), ("check",), ("reindex",)):
        assert crm(root, *words).code == 0, words
    assert crm(root, "customers", "--columns", "country,size", "--format", "tsv").out.split()[2:] == ["NO", "3"]


@pytest.mark.parametrize("suffix", ["", ".toml", ".md"])
def test_elsewhere_it_stops_nothing(tmp_path: Path, suffix: str) -> None:
    root, acme = book_in(tmp_path / "book")
    for folder in (
        "schema", "pipelines", "rules", "reports", "imports", "templates", "hooks", "files", "files/customers", "elsewhere", ".",
        ".crm", ".crm/pending", ".crm/outbox", ".crm/conflicts/x",
    ):  # fmt: skip
        odd(root, folder, suffix).write_text("---\nname: Odd\n---\n", encoding="utf-8")
    assert crm(root, "customers", "--format", "ids").out.split() == [acme.id]
    crm(root, "check")
    crm(root, "check", "--format", "json")
    crm(root, "hook", "list")
    assert crm(root, "set", acme.id, "country=NO").code == 0
    assert crm(root, "customers", "--format", "ids").out.split() == [acme.id]
