"""Folders are listed and compared in pieces: what the index holds does not depend on how large they are."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from crmcli.model.schema import Setup
from crmcli.store.book import Book
from crmcli.store.index import build, known, scan
from crmcli.store.index.listing import list_folder
from crmcli.store.index.scan import scan_folder
from crmcli.store.index.tables import create_indexes
from tests.books import reopen
from tests.storing import index_differences

NAMES = ("a", "a-b", "a0", "b", "bolt", "c", "c-1", "c-10", "c-2", "zz")


def write(book: Book, name: str, said: str) -> None:
    target = book.root / "customers" / f"{name}.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(f"---\nname: {said}\n---\n", encoding="utf-8")


def names(book: Book) -> dict[str, str]:
    found = reopen(book).index.rows("SELECT id, name FROM rec_customers WHERE id NOT LIKE '%-_____'")
    return {str(row[0]): str(row[1]) for row in found}


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_folder_is_compared_in_pieces(small: Book, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Files before, between and after those that are known come and go; those of folders inside are not among them."""
    monkeypatch.setattr(known, "_AT_ONCE", size)
    monkeypatch.setattr(scan, "_AT_ONCE", size)
    for name in NAMES[1::2]:
        write(small, name, "first")
    write(small, "b/inside", "first")
    (small.root / "customers" / "Not a Name.md").write_text("---\n---\n", encoding="utf-8")
    assert names(small) == dict.fromkeys([*NAMES[1::2], "inside"], "first")
    for name in NAMES[::2]:
        write(small, name, "second")
    for name in (NAMES[1], NAMES[-1]):
        (small.root / "customers" / f"{name}.md").unlink()
    write(small, NAMES[3], "changed")
    expected = dict.fromkeys(NAMES[::2], "second") | dict.fromkeys((*NAMES[5:-1:2], "inside"), "first")
    assert names(small) == expected | {NAMES[3]: "changed"}
    assert index_differences(reopen(small)) == []
    for path in (small.root / "customers").rglob("*.md"):
        path.unlink()
    assert names(small) == {}
    assert index_differences(reopen(small)) == []


def test_a_digest_tells_what_is_there_not_how_it_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "top").mkdir()
    for name in ("a.md", ".hidden", "ü.md", "c.md"):
        (tmp_path / "top" / name).touch()

    def look(size: int) -> tuple[str, int, int]:
        monkeypatch.setattr(scan, "_AT_ONCE", size)
        found = scan_folder(tmp_path, "top", None)
        assert found is not None
        return found[0][1:]

    looks = {look(size) for size in (1, 2, 3, 100)}
    assert [files for _, _, files in looks] == [3]
    os.utime(tmp_path / "top" / "c.md", ns=(1, 1))
    assert looks.isdisjoint({look(2)})


@pytest.mark.parametrize("inode", [7, 2**63 - 1, 2**63, 2**64 - 1])
def test_a_number_that_sqlite_cannot_hold_is_one_that_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inode: int
) -> None:
    found = SimpleNamespace(st_mode=0o100644, st_size=3, st_mtime_ns=-1, st_ctime_ns=2**62, st_ino=inode)
    entry = SimpleNamespace(name="a.md", is_dir=lambda **_: False, stat=lambda **_: found)

    class Entries:
        left = iter([entry])

        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None: ...

        def __iter__(self) -> Iterator[SimpleNamespace]:
            return self.left

    monkeypatch.setattr(scan, "os", SimpleNamespace(scandir=lambda _path: Entries()))
    listing = list_folder(tmp_path, "top")
    assert listing is not None
    [hint] = listing.hints()
    assert hint[:4] == ("a.md", 3, -1, 2**62)
    assert sqlite3.connect(":memory:").execute("SELECT ?", (hint[4],)).fetchone()[0] % 2**64 == inode


def test_without_a_place_for_temporary_files_an_index_is_sorted_in_memory(
    small: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def without_a_place(connection: sqlite3.Connection, setup: Setup) -> None:
        tried.append(connection.execute("PRAGMA temp_store").fetchone()[0])
        if tried[-1] == 1:  # FILE, as PRAGMA temp_store says it
            error = sqlite3.OperationalError("unable to open database file")
            error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise error
        create_indexes(connection, setup)

    small.index.refresh()
    place = small.index.path
    monkeypatch.setattr(build, "create_indexes", without_a_place)
    book = reopen(small)
    book.index.rebuild()
    assert tried == [1, 2]
    assert book.index.path == place
    assert index_differences(book) == []
