"""A book that cannot be written can still be read, and a write says plainly that nothing was changed."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.store import disk
from crmcli.store.book import Book, open_book
from crmcli.store.commit import NothingWrittenError
from tests.faults.conftest import BOLT
from tests.faults.seam import STEPS


def make_read_only(patch: pytest.MonkeyPatch, *folders: Path, error: int = errno.EROFS) -> None:
    """Let every step below some folders fail as on a read-only file system, or with another error."""

    def is_below(path: object) -> bool:
        return isinstance(path, (str, Path)) and any(Path(path).is_relative_to(folder) for folder in folders)

    def refusing(real: Callable[..., object]) -> Callable[..., object]:
        def step(*args: object, **keywords: object) -> object:
            if any(is_below(arg) for arg in args):
                raise OSError(error, os.strerror(error))
            return real(*args, **keywords)

        return step

    for name in STEPS:
        patch.setattr(disk, name, refusing(getattr(disk, name)))
    may_write, clock = disk.may_write, disk.clock
    patch.setattr(disk, "may_write", lambda path: not is_below(path) and may_write(path))
    patch.setattr(disk, "clock", lambda folder: 0 if is_below(folder) else clock(folder))


def test_it_is_read_through_an_index_in_the_cache_folder(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    make_read_only(monkeypatch, book.root)
    shutil.rmtree(book.state)
    again = open_book(book.root, me="anna@kern.example")
    assert len(again.index.rows("SELECT id FROM rec_customers")) == 3
    assert again.index.path is not None
    assert not again.index.path.is_relative_to(book.root)
    (book.root / "customers" / "hand-1a2b3.md").write_text("---\nname: By hand\n---\n", encoding="utf-8")
    assert len(open_book(book.root).index.rows("SELECT id FROM rec_customers")) == 4


def test_it_is_read_through_an_index_in_memory(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    make_read_only(monkeypatch, book.root, Path(os.environ["XDG_CACHE_HOME"]))
    again = open_book(book.root, me="anna@kern.example")
    assert len(again.index.rows("SELECT id FROM rec_customers")) == 3
    assert again.index.path is None


def test_a_write_changes_nothing_and_says_so(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path: path.read_bytes() for path in book.root.rglob("*") if path.is_file() and ".crm" not in path.parts}
    make_read_only(monkeypatch, book.root)
    again = open_book(book.root, me="anna@kern.example")
    with pytest.raises(NothingWrittenError, match=r"could not write to .*Read-only file system") as failure:
        carry_out(again, [Change("set", BOLT, "name", to="Bolt AG")], Request("set"))
    assert failure.value.exit_code == 1
    assert "nothing was changed" in failure.value.hint
    assert {path: path.read_bytes() for path in before} == before


REMEDIES = {
    errno.ENOSPC: "make room on that disk",
    errno.EDQUOT: "your quota on that disk is used up",
    errno.EIO: "the disk itself failed",
    errno.EFBIG: "no file may be that large here",
    errno.EACCES: "give yourself the right to read and write it",
    errno.EPERM: "give yourself the right to read and write it",
}


def test_each_way_to_be_refused_says_what_to_do(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    change = [Change("set", BOLT, "name", to="Bolt AG")]
    for error, remedy in REMEDIES.items():
        with monkeypatch.context() as patch:
            make_read_only(patch, book.root, error=error)
            again = open_book(book.root, me="anna@kern.example")
            with pytest.raises(NothingWrittenError, match=os.strerror(error)) as failure:
                carry_out(again, change, Request("set"))
        assert f"nothing was changed; {remedy}" in failure.value.hint


def test_a_pending_op_is_left_alone_by_readers(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    home = book.state / "pending" / "01M7WGVGMR96VY0TJ14ZFSN8B7"
    home.mkdir(parents=True)
    (home / "0.new").write_text("staged", encoding="utf-8")
    make_read_only(monkeypatch, book.root)
    assert len(open_book(book.root).index.rows("SELECT id FROM rec_customers")) == 3
    assert (home / "0.new").exists()
