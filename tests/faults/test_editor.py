"""An editor saves while an op is being written: both changes are kept, or both versions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crmcli.engines.road import Request, SavedBesideError, carry_out
from crmcli.model.change import Change
from crmcli.store import disk
from crmcli.store.book import Book, open_book
from tests.faults.conftest import BOLT, CHEN
from tests.storing import index_differences, on_disk


def at_commit(patch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something after everything was planned and staged, just before the commit point."""
    real = disk.append

    def append(path: Path, content: bytes) -> int:
        act()
        return real(path, content)

    patch.setattr(disk, "append", append)


def edit(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_another_field_is_merged(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book.root / "customers" / f"{BOLT.id}.md"
    at_commit(monkeypatch, lambda: edit(path, "country: NO", "country: SE\nunknown: kept"))
    carry_out(
        book, [Change("set", BOLT, "name", to="Bolt AG"), Change("set", BOLT, "tags", add=("vip",))], Request("set")
    )
    fields = on_disk(book)[str(BOLT)]
    assert fields["name"] == "Bolt AG"
    assert fields["country"] == "SE"
    assert fields["unknown"] == "kept"
    assert fields["tags"] == ["vip"]
    assert index_differences(open_book(book.root)) == []


def test_the_same_field_keeps_both_versions(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book.root / "customers" / f"{BOLT.id}.md"
    at_commit(monkeypatch, lambda: edit(path, f"name: {BOLT.id}", "name: By hand"))
    with pytest.raises(SavedBesideError) as failure:
        carry_out(
            book, [Change("set", BOLT, "name", to="By crm"), Change("set", CHEN, "name", to="Chen")], Request("set")
        )
    assert failure.value.exit_code == 5
    assert on_disk(book)[str(BOLT)]["name"] == "By hand"
    assert on_disk(book)[str(CHEN)]["name"] == "Chen"
    parked = next((book.state / "conflicts").rglob("*.md"))
    assert "name: By crm" in parked.read_text(encoding="utf-8")
    assert str(parked.relative_to(book.root)) in str(failure.value)

    monkeypatch.undo()
    monkeypatch.setenv("CRM_NOW", "2026-11-20T15:00:00+01:00")
    again = open_book(book.root)
    done = carry_out(again, [Change("set", BOLT, "country", to="DK")], Request("set"))
    assert done.events[-1].field == "country"
    told = again.index.rows(
        'SELECT "to", via FROM events WHERE "on" = ? AND field = ? ORDER BY id', (str(BOLT), "name")
    )
    assert [tuple(row) for row in told] == [("By crm", "cli"), ("By hand", "hand")]
    assert index_differences(again) == []


def test_a_file_made_meanwhile_is_not_overwritten(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = BOLT._replace(id="new-1a2b3")
    path = book.root / "customers" / f"{ref.id}.md"
    at_commit(monkeypatch, lambda: path.write_text("---\nname: By hand\n---\n", encoding="utf-8"))
    with pytest.raises(SavedBesideError):
        carry_out(book, [Change("create", ref, record={"name": "By crm"})], Request("add"))
    assert path.read_text(encoding="utf-8") == "---\nname: By hand\n---\n"
    assert "By crm" in next((book.state / "conflicts").rglob("*.md")).read_text(encoding="utf-8")


def test_a_file_edited_meanwhile_is_not_deleted(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book.root / "customers" / f"{CHEN.id}.md"
    at_commit(monkeypatch, lambda: edit(path, "country: NO", "country: SE"))
    with pytest.raises(SavedBesideError):
        carry_out(book, [Change("delete", CHEN)], Request("delete"))
    assert "country: SE" in path.read_text(encoding="utf-8")


def test_what_is_written_through_an_old_descriptor_is_found(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book.root / "customers" / f"{BOLT.id}.md"
    content = path.read_bytes().replace(b"country: NO", b"country: SE")
    real = disk.replace
    with path.open("r+b") as editor:

        def replace(source: Path, target: Path) -> None:
            real(source, target)
            if target == path:
                editor.seek(0)
                editor.truncate()
                editor.write(content)
                editor.flush()

        monkeypatch.setattr(disk, "replace", replace)
        carry_out(book, [Change("set", BOLT, "name", to="Bolt AG")], Request("set"))
    fields = on_disk(book)[str(BOLT)]
    assert (fields["name"], fields["country"]) == ("Bolt AG", "SE")


def test_a_folder_in_the_way_does_not_stop_every_later_op(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book.root / "customers" / f"{BOLT.id}.md"

    def put_a_folder() -> None:
        path.unlink()
        path.mkdir()

    at_commit(monkeypatch, put_a_folder)
    with pytest.raises(SavedBesideError):
        carry_out(book, [Change("set", BOLT, "name", to="By crm")], Request("set"))
    monkeypatch.undo()
    monkeypatch.setenv("CRM_NOW", "2026-11-20T15:00:00+01:00")
    carry_out(open_book(book.root), [Change("set", CHEN, "name", to="Chen")], Request("set"))


def test_rights_of_a_file_stay(book: Book) -> None:
    path = book.root / "customers" / f"{BOLT.id}.md"
    path.chmod(0o600)
    carry_out(book, [Change("set", BOLT, "name", to="Bolt AG")], Request("set"))
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_index_that_is_full_moves_elsewhere(book: Book) -> None:
    connection = book.index.connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    for number in range(400):
        text = f"---\nname: n{number}\n---\n\n" + "words and words\n" * 50
        (book.root / "customers" / f"n-{number:05d}.md").write_text(text, encoding="utf-8")
    before = book.index.path
    book.index.stale()
    assert len(book.index.rows("SELECT id FROM rec_customers")) == 403
    assert book.index.path != before
