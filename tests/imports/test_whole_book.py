"""A whole book out and into a fresh one: the same files, the same journal, the same answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.actions.exporting.to_file import write_text
from crmcli.actions.exporting.whole_book import book_files, book_lines
from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.run import import_file
from crmcli.actions.importing.whole_book import BookNotFreshError
from crmcli.actions.set import set_fields
from crmcli.errors import BadDataError
from crmcli.store.layout import CONFIG
from crmcli_formats.book import BookFile, written
from tests.books import add, make_book, reopen
from tests.imports.desk import Desk


def exported(desk: Desk) -> Path:
    path = desk.folder / "out.jsonl"
    write_text(path, book_lines(desk.book))
    return path


@pytest.fixture
def used(desk: Desk) -> Desk:
    """A book with records, a line of the log, an attachment, a hand-edited file and a hook."""
    acme = add(desk.book, "customer", "Acme GmbH", "size=12")
    add(desk.book, "deal", "机械臂", f"customer={acme.id}", "amount=1200 USD")
    set_fields(desk.book, [acme], ["size=13"])
    (desk.root / "files/customers" / acme.id).mkdir(parents=True)
    (desk.root / "files/customers" / acme.id / "logo.png").write_bytes(b"\x89PNG\xff\x00")
    path = desk.root / desk.book.path_of(acme)
    path.write_text(path.read_text(encoding="utf-8").replace("size: 13", "size: 14  # by hand"), encoding="utf-8")
    (desk.root / "hooks").mkdir()
    (desk.root / "hooks/big-win").write_text("#!/bin/sh\n", encoding="utf-8")
    (desk.root / "hooks/big-win").chmod(0o755)
    desk.book = reopen(desk.book)
    return desk


def test_every_byte_comes_back(used: Desk) -> None:
    path = exported(used)
    fresh = make_book(used.folder / "fresh", with_git=False)
    [outcome] = import_file(fresh, path, Asked(dry_run=True))
    assert "would be imported" in outcome.sentence
    assert fresh.root.joinpath("members").exists()
    import_file(reopen(fresh), path, Asked())
    other = Desk.__new__(Desk)
    other.folder, other.book = used.folder, reopen(fresh)
    assert other.files() == used.files()
    assert (fresh.root / "hooks/big-win").stat().st_mode & 0o100
    question = 'SELECT id, "do", "on" FROM events ORDER BY id'
    assert [tuple(r) for r in other.book.index.rows(question)] == [tuple(r) for r in used.book.index.rows(question)]
    assert other.one("customers", "Acme GmbH").text("size") == "14"
    again = used.folder / "again.jsonl"
    write_text(again, book_lines(other.book))
    assert again.read_bytes() == path.read_bytes()
    with pytest.raises(BookNotFreshError, match="goes into a fresh one only"):
        import_file(reopen(fresh), path, Asked())


def test_what_is_wrong_with_the_file_or_the_book_changes_nothing(used: Desk) -> None:
    path = exported(used)
    fresh = Desk(used.folder / "other")
    before = fresh.files()
    whole = path.read_text(encoding="utf-8")
    for text in (whole[: len(whole) // 2], whole.replace('"file":"crm.toml"', '"file":"../crm.toml"', 1)):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BadDataError):
            import_file(reopen(fresh.book), path, Asked())
        assert fresh.files() == before
    (fresh.root / "notes.txt").write_text("mine", encoding="utf-8")
    path.write_text(whole, encoding="utf-8")
    with pytest.raises(BookNotFreshError, match=r"notes\.txt is here"):
        import_file(reopen(fresh.book), path, Asked())


@pytest.mark.parametrize("name", ["customers", "crm.toml/x", f"customers/{'a' * 256}.md"])
def test_a_file_that_cannot_be_written_leaves_the_book_as_it_was(desk: Desk, name: str) -> None:
    files = [BookFile(CONFIG, (desk.root / CONFIG).read_bytes()), BookFile("customers/a.md", b""), BookFile(name, b"")]
    path = desk.folder / "bad.jsonl"
    write_text(path, written("Bad", sorted(files)))
    before = {found.path: found.content for found in book_files(desk.root)}
    with pytest.raises((BadDataError, OSError)):
        import_file(desk.book, path, Asked())
    assert {found.path: found.content for found in book_files(desk.root)} == before
