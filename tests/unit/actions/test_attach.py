"""Files that come into the book."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.actions.attach import Copies, FileMissingError, NotAFileFieldError, attach_files, read_text_file
from crmcli.actions.set import set_fields
from crmcli.checks import run_checks
from crmcli.store.book import Book, open_book
from tests.books import add


@pytest.fixture
def filed(book: Book) -> Book:
    """A book whose customers have file fields."""
    path = book.root / "schema" / "customer.toml"
    lines = 'contract = { type = "file" }\nscans = { type = "file[]" }\nlogo = { type = "image" }\nabout '
    path.write_text(path.read_text(encoding="utf-8").replace("\nabout ", f"\n{lines}"), encoding="utf-8")
    return open_book(book.root)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "Vertrag Nr. 7 (neu).PDF"
    path.write_bytes(b"signed")
    return path


def test_a_copy_has_a_plain_name_and_is_logged(filed: Book, paper: Path) -> None:
    ref = add(filed, "customer", "Acme")
    outcome = attach_files(filed, ref, [paper])
    kept = filed.root / str(outcome.events[0].more["file"])
    assert kept.name == "vertrag-nr-7-neu.pdf"
    assert kept.read_bytes() == b"signed"
    assert not attach_files(filed, ref, [paper]).op


def test_other_bytes_of_the_same_name_lie_beside(filed: Book, paper: Path) -> None:
    ref = add(filed, "customer", "Acme")
    attach_files(filed, ref, [paper])
    paper.write_bytes(b"signed by both")
    assert Copies(filed).kept(ref, paper).endswith("vertrag-nr-7-neu-2.pdf")
    attach_files(filed, ref, [paper])
    assert len(list((filed.root / "files" / str(ref)).iterdir())) == 2


def test_two_files_of_one_name_in_one_command_lie_beside_each_other(filed: Book, paper: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / paper.name
    other.parent.mkdir()
    other.write_bytes(b"never signed")
    ref = add(filed, "customer", "Acme", f"scans=@{paper}", f"scans+=@{other}", f"scans+=@{paper}")
    kept = [filed.root / path for path in filed.read_record(ref).items("scans")]
    assert [path.read_bytes() for path in kept] == [b"signed", b"never signed"]
    attach_files(filed, ref, [other, paper])
    assert sorted(kept[0].parent.iterdir()) == sorted(kept)


def test_fields_name_copies_also_of_records_in_the_making(filed: Book, paper: Path) -> None:
    ref = add(filed, "customer", "Acme", f"contract=@{paper}", f"scans+=@{paper}")
    record = filed.read_record(ref)
    assert record.text("contract") == f"files/{ref}/vertrag-nr-7-neu.pdf"
    assert record.items("scans") == [record.text("contract")]
    assert run_checks(filed) == []
    (filed.root / record.text("contract")).unlink()
    assert [problem.code for problem in run_checks(filed)] == ["file-missing", "file-missing"]


def test_a_dry_run_copies_nothing(filed: Book, paper: Path) -> None:
    ref = add(filed, "customer", "Acme")
    set_fields(filed, [ref], [f"contract=@{paper}"], dry_run=True)
    attach_files(filed, ref, [paper], field="scans", dry_run=True)
    assert not (filed.root / "files").exists()


def test_what_a_field_cannot_hold_is_not_copied(filed: Book, paper: Path) -> None:
    ref = add(filed, "customer", "Acme")
    with pytest.raises(NotAFileFieldError):
        attach_files(filed, ref, [paper], field="phone")
    with pytest.raises(FileMissingError):
        set_fields(filed, [ref], ["contract=files/customers/none.pdf"])
    assert not (filed.root / "files").exists()


def test_texts_are_utf8_and_not_too_long(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"caf\xe9")
    with pytest.raises(FileMissingError, match="byte 3"):
        read_text_file(path)
    path.write_bytes(b"x" * 2_000_000)
    with pytest.raises(FileMissingError, match="too much"):
        read_text_file(path)
    with pytest.raises(FileMissingError, match="plain file"):
        read_text_file(tmp_path)
    path.write_bytes("Größe\n\n".encode())
    assert read_text_file(path) == "Größe"
