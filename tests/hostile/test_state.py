"""A `.crm` that came with a clone or an archive is not believed: neither its index, nor its compiled files, nor its `me`."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.hostile.book import book_in, crm


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A copy of a book, as an archive would bring it, its `.crm` poisoned."""
    root, _ = book_in(tmp_path / "book")
    crm(root, "customers")
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    with sqlite3.connect(copy / ".crm/index.db") as index:
        index.execute("UPDATE rec_customers SET name = 'EVIL', _title = 'EVIL'")
    index.close()
    cache = json.loads((copy / ".crm/schema.cache").read_text(encoding="utf-8"))
    cache["setup"]["config"]["alias"] = {"evil": "customers"}
    (copy / ".crm/schema.cache").write_text(json.dumps(cache), encoding="utf-8")
    return copy


def test_its_index_is_built_anew(victim: Path) -> None:
    shown = crm(victim, "customers", "--columns", "name", "--format", "tsv").out
    assert shown.split() == ["name", "Acme"]


def test_its_compiled_engine_files_are_compiled_anew(victim: Path) -> None:
    assert crm(victim, "evil").code == 2


def test_it_does_not_say_who_works_here(victim: Path) -> None:
    noted = (victim / ".crm/clone").read_text(encoding="utf-8").split(" ", 2)
    (victim / ".crm/clone").write_text(f"{noted[0]} another-machine {noted[2]}", encoding="utf-8")
    assert crm(victim, "set", "acme", "name=Bolt").code == 2
    member = next((victim / "members").iterdir()).stem
    assert crm(victim, "--me", member, "set", "acme", "name=Bolt").code == 0  # this machine is noted by that
    assert crm(victim, "set", "acme", "name=Acme").code == 2
    assert crm(victim, "config", "me", member).code == 0
    assert crm(victim, "set", "acme", "name=Acme").code == 0


def test_without_a_clone_it_does_not_say_so_either(victim: Path) -> None:
    (victim / ".crm/clone").unlink()
    member = next((victim / "members").iterdir()).stem
    assert crm(victim, "--me", member, "set", "acme", "name=Bolt").code == 0
    assert crm(victim, "set", "acme", "name=Acme").code == 2
