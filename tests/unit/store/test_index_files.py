"""Record files and the index: names, twins, subfolders, changes that hide, damage."""

from __future__ import annotations

import os
import shutil
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.book import Book
from crmcli.store.index import rates
from crmcli.store.index.index import Index
from crmcli.store.index.rates import Rates, read_rates
from crmcli.store.index.scan import settled_before
from tests.books import reopen
from tests.storing import index_differences
from tests.unit.store.conftest import ACME, BOLT, DEAL, change


def write(book: Book, path: str, text: str) -> Path:
    target = book.root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target


def customers(book: Book) -> dict[str, str]:
    return {row[0]: row[1] for row in reopen(book).index.rows("SELECT id, _path FROM rec_customers ORDER BY id")}


def problems(book: Book) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in reopen(book).index.rows("SELECT code, path FROM problems ORDER BY path, code")]


def test_the_first_of_two_files_with_one_id_is_the_record(small: Book) -> None:
    second = write(small, f"customers/zz/{ACME.id}.md", "---\nname: second\n---\n")
    first = write(small, f"customers/{BOLT.id}/{BOLT.id}.md", "---\nname: first by name\n---\n")
    assert customers(small) == {ACME.id: f"customers/{ACME.id}.md", BOLT.id: f"customers/{BOLT.id}.md"}
    assert index_differences(small) == []
    earlier = write(small, f"customers/aa/{ACME.id}.md", "---\nname: earlier\n---\n")
    assert customers(small)[ACME.id] == f"customers/aa/{ACME.id}.md"
    assert len(problems(small)) == 3
    assert index_differences(small) == []
    for path in (earlier, small.root / "customers" / f"{ACME.id}.md"):
        path.unlink()
        assert index_differences(small) == []
    assert customers(small)[ACME.id] == f"customers/zz/{ACME.id}.md"
    second.unlink()
    first.unlink()
    assert ACME.id not in customers(small)
    assert problems(small) == []


def test_a_folder_that_goes_before_anybody_looked_at_it_takes_its_records_along(small: Book) -> None:
    """The first record of a type, and the first segment of a month, make their folder."""
    carry_out(small, [Change("create", Ref("products", "arm"), record={"name": "Arm"})], Request("add"))
    assert [row[0] for row in small.index.rows("SELECT id FROM rec_products")] == ["arm"]
    shutil.rmtree(small.root / "products")
    assert reopen(small).index.rows("SELECT 1 FROM rec_products") == []
    assert index_differences(small) == []


def test_moving_into_a_subfolder_changes_nothing_else(small: Book) -> None:
    target = small.root / "customers" / "de" / f"{ACME.id}.md"
    target.parent.mkdir()
    (small.root / "customers" / f"{ACME.id}.md").rename(target)
    assert customers(small)[ACME.id] == f"customers/de/{ACME.id}.md"
    again = reopen(small)
    change(again, ACME, "country", "SE")
    assert "country: SE" in target.read_text(encoding="utf-8")
    assert index_differences(again) == []
    target.rename(small.root / "customers" / f"{ACME.id}.md")
    target.parent.rmdir()
    assert index_differences(small) == []


@pytest.mark.parametrize(
    "name", ["Acme GmbH.md", "acme 2.md", "x.sync-conflict-20261120.md", "con.md", "note.txt", "é.md", "a--b.md"]
)
def test_other_names_are_problems_and_never_records(small: Book, name: str) -> None:
    write(small, f"customers/{name}", "---\nname: Odd\n---\n")
    assert problems(small) == [("bad-file-name", f"customers/{name}")]
    assert len(customers(small)) == 2
    assert index_differences(small) == []
    (small.root / "customers" / name).unlink()
    assert problems(small) == []


def test_hidden_files_are_not_looked_at(small: Book) -> None:
    write(small, "customers/.acme.md.swp", "x")
    write(small, "customers/.trash/gone-1a2b3.md", "---\nname: x\n---\n")
    assert problems(small) == []
    assert len(customers(small)) == 2


def test_a_broken_file_stands_for_what_the_journal_says(small: Book) -> None:
    write(small, f"customers/{ACME.id}.md", "---\n<<<<<<< ours\n---\n")
    assert problems(small) == [("conflict-markers", f"customers/{ACME.id}.md")]
    line = (
        '{"id":"01M7WGVHZZZZZZZZZZZZZZZZZZ","at":"2026-11-20T15:00:00+01:00","via":"sync","op":"x","do":"set",'
        f'"on":"{ACME}","field":"country","from":"NO","to":"SE"}}\n'
    )
    write(small, "journal/2026-11/other-0123456789.jsonl", line)
    row = reopen(small).index.row("SELECT country, _problem FROM rec_customers WHERE id = ?", (ACME.id,))
    assert row is not None
    assert tuple(row) == ("SE", 1)
    assert index_differences(small) == []


def test_a_file_that_cannot_be_read_stands_for_what_the_journal_says(
    small: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crmcli.store.index import refresh, scan

    real = scan.read_file

    def read(path: str, size: int, most: int) -> bytes:
        if path.endswith(f"{ACME.id}.md"):
            raise PermissionError(13, "Permission denied")
        return real(path, size, most)

    for module in (refresh, scan):
        monkeypatch.setattr(module, "read_file", read)
    write(small, f"customers/{ACME.id}.md", "---\nname: secret\n---\n")
    assert problems(small) == [("unreadable", f"customers/{ACME.id}.md")]
    assert len(customers(small)) == 2
    assert index_differences(small) == []


def test_a_change_within_one_tick_of_the_clock_is_seen(small: Book) -> None:
    """Same size, same times, same inode: only being too young gives it away."""
    path = small.root / "customers" / f"{ACME.id}.md"
    for value in ("SE", "DK", "FI", "NO", "SE"):
        path.write_bytes(path.read_bytes()[:-9])
        path.write_text(f"---\nname: acme\ncountry: {value}\n---\n", encoding="utf-8")
        row = reopen(small).index.row("SELECT country FROM rec_customers WHERE id = ?", (ACME.id,))
        assert row is not None
        assert row[0] == value


def test_settled_before() -> None:
    assert settled_before(1_000_000_001, 1_050_000_001)
    assert not settled_before(1_000_000_001, 1_050_000_000)
    assert settled_before(5_000_000_000, 7_000_000_000)  # whole seconds: a coarse clock
    assert not settled_before(5_000_000_000, 6_999_999_999)


def test_a_part_given_to_another_whole_takes_its_touch_along(small: Book) -> None:
    from crmcli.engines.road import Request, carry_out
    from crmcli.model.change import Change

    carry_out(small, [Change("log", DEAL, more={"kind": "call", "text": "hi"})], Request("log"))
    change(small, DEAL, "customer", BOLT.id)
    found = {row[0]: row[1] for row in small.index.rows("SELECT id, touched FROM rec_customers")}
    assert found[BOLT.id]
    assert not found[ACME.id]
    assert index_differences(small) == []


@pytest.mark.parametrize("damage", ["cut", "garbage", "empty", "gone", "table", "mark"])
def test_a_damaged_index_is_built_anew(small: Book, damage: str) -> None:
    path = small.index.path
    assert path is not None
    small.index.refresh()
    small.index.close()
    if damage in ("table", "mark"):
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("DROP TABLE folders" if damage == "table" else "DELETE FROM meta")
        connection.close()
    else:
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        content = path.read_bytes()
        path.write_bytes(
            {"cut": content[: len(content) // 2], "garbage": b"not a database" * 999, "empty": b""}.get(damage, b"")
        )
        if damage == "gone":
            path.unlink()
    assert len(customers(small)) == 2
    assert index_differences(small) == []


def test_rates_that_change_are_followed(small: Book) -> None:
    change(small, DEAL, "amount", "100.00 USD")
    book = reopen(small)
    assert book.index.rows('SELECT "amount.book" FROM rec_deals')[0][0] is None
    write(small, "rates.tsv", "2026-01-01\tUSD\t0.9\n")
    book.index.stale()
    assert book.index.rows('SELECT "amount.book" FROM rec_deals')[0][0] == 9000
    write(small, "rates.tsv", "2026-01-01\tUSD\t0.95\nnonsense\n")
    assert reopen(small).index.rows('SELECT "amount.book" FROM rec_deals')[0][0] == 9500
    assert problems(small) == [("bad-rates", "rates.tsv")]


def test_rates_are_read_once_for_all_who_ask(small: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    write(small, "rates.tsv", "2026-01-01\tUSD\t0.9\n2026-01-01\tNOK\t0.08\n")
    book = reopen(small)
    read: list[str] = []

    def counted(root: Path, currency: str) -> Rates:
        read.append(currency)
        return read_rates(root, currency)

    monkeypatch.setattr(rates, "read_rates", counted)
    assert [book.rate(currency) for currency in ("USD", "NOK", "USD")] == [
        Decimal("0.9"),
        Decimal("0.08"),
        Decimal("0.9"),
    ]
    assert len(read) == 1
    write(small, "rates.tsv", "2026-01-01\tUSD\t0.95\n")
    book.index.stale()
    assert book.rate("USD") == Decimal("0.95")
    assert book.rate("NOK") is None


def test_an_index_that_two_build_at_once_is_whole(small: Book) -> None:
    small.index.close()
    one, two = reopen(small), reopen(small)
    one.index.rebuild()
    two.index.rebuild()
    change(one, ACME, "country", "SE")
    row = two.index.row("SELECT 1")
    assert row is not None
    two.index.stale()
    found = two.index.row("SELECT country FROM rec_customers WHERE id = ?", (ACME.id,))
    assert found is not None
    assert found[0] == "SE"
    assert index_differences(one) == []


def test_a_trial_leaves_nothing(small: Book) -> None:
    from crmcli.model.record import Record

    small.index.refresh()
    with small.index.trial() as loader:
        loader.put_record(Record(ACME, {"name": "tried"}), f"customers/{ACME.id}.md")
        found = small.index.connection.execute("SELECT name FROM rec_customers WHERE id = ?", (ACME.id,)).fetchone()
        assert found[0] == "tried"
    row = small.index.row("SELECT name FROM rec_customers WHERE id = ?", (ACME.id,))
    assert row is not None
    assert row[0] == ACME.id


def test_an_unchanged_book_is_not_written_to(small: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    small.index.refresh()
    past = 1_600_000_000
    for path in small.root.rglob("*"):
        os.utime(path, (past, past))
    monkeypatch.setattr("crmcli.store.index.look.settled_before", lambda _changed, _looked: True)
    reopen(small).index.refresh()
    monkeypatch.setattr(Index, "_pass", lambda *_: pytest.fail("nothing changed"))
    reopen(small).index.refresh()


def touched(book: Book, ref: Ref) -> str | None:
    row = book.index.row(f'SELECT touched FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))  # noqa: S608
    assert row is not None
    return None if row[0] is None else str(row[0])


def test_a_touch_of_a_part_counts_for_the_whole_in_a_build_too(small: Book) -> None:
    before = {ref: touched(small, ref) for ref in (ACME, BOLT, DEAL)}
    assert set(before.values()) == {None}
    told = Change("log", DEAL, more={"kind": "call", "text": "they call back"}, at="2026-11-18T09:30:00+01:00")
    carry_out(small, [told], Request("log"))
    note = Change("log", BOLT, more={"kind": "note", "text": "moved"}, at="2026-11-19T09:30:00+01:00")
    carry_out(small, [note], Request("log"))
    expected = {ACME: "2026-11-18T08:30:00Z", BOLT: None, DEAL: "2026-11-18T08:30:00Z"}
    assert {ref: touched(small, ref) for ref in expected} == expected
    small.index.rebuild()
    assert {ref: touched(small, ref) for ref in expected} == expected
