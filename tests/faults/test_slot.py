"""The slot of small ops: torn, it holds nothing; one that a power failure brings back does no harm."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store import disk, slot
from crmcli.store.book import Book, open_book
from crmcli.store.commit import NothingWrittenError
from crmcli.store.index.unplaced import waiting_ops
from crmcli.store.pending import Pending, PlannedFile
from crmcli.store.recovery import unfinished
from tests.faults.conftest import ACME, BOLT, CHEN
from tests.faults.seam import Died
from tests.storing import index_differences, journal_events, on_disk, replay_differences

RECORD = Pending(
    "01M7WGVGMR96VY0TJ14ZFSN8B7", "head", "journal/2026-11/a.jsonl", 3, 7, "hash",
    [PlannedFile("customers/李.md", "old", "new", "0.new", ("name",), ("address",)), PlannedFile("deals/x.md", "o", "", "1.new")],
    [{"key": "k"}],
)  # fmt: skip
NEWS = {"0.new": "---\nname: 李伟\n---\n".encode()}
EVENTS = b'{"id":1}\n'


def change(book: Book, ref: Ref = BOLT, field: str = "country", to: str = "SE") -> object:
    return carry_out(book, [Change("set", ref, field, to=to)], Request("test"))


def cut_off_at(book: Book, step: str, when: str, op: Callable[[Book], object] = change) -> None:
    """Let an op be the last thing its process does, at the first step of that name."""
    real = getattr(disk, step)

    def stop(*args: object, **keywords: object) -> None:
        if when == "after":
            real(*args, **keywords)
        raise Died

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk, step, stop)
        with pytest.raises(Died):
            op(book)
    book.index.close()


def held_after(book: Book, op: Callable[[Book], object] = change) -> bytes:
    """What the slot held while an op was written that is complete now; as a power failure would bring it back."""
    kept: list[bytes] = []
    real = disk.append

    def append(path: Path, content: bytes) -> int:
        kept.append((book.state / "slot").read_bytes())
        return real(path, content)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk, "append", append)
        op(book)
    book.index.close()
    return kept[-1]


def put_back(book: Book, content: bytes) -> Book:
    (book.state / "slot").write_bytes(content)
    return open_book(book.root)


def the_next(book: Book) -> None:
    carry_out(book, [Change("log", ACME, more={"kind": "call", "text": "the next command"})], Request("log"))
    assert unfinished(book.root, book.state) == []
    assert replay_differences(book) == []
    assert index_differences(book) == []


# ---- torn ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a filled slot as far as they count."""
    state = tmp_path_factory.mktemp("book") / ".crm"
    state.mkdir()
    assert slot.fill(state, RECORD, NEWS, EVENTS)
    content = (state / "slot").read_bytes()
    assert len(content) == slot.SIZE
    assert slot.read(state) == slot.Held(RECORD, NEWS, EVENTS)
    return content.rstrip(b"\0")


def test_a_slot_cut_at_any_length_holds_nothing(whole: bytes) -> None:
    assert slot.decode(whole) == slot.Held(RECORD, NEWS, EVENTS)
    for length in range(len(whole)):
        assert slot.decode(whole[:length]) is None, length
        assert slot.decode(whole[:length].ljust(slot.SIZE, b"\0")) is None, length


def test_a_slot_with_any_flipped_bit_holds_nothing_or_the_same(whole: bytes) -> None:
    for place in range(len(whole)):
        for bit in range(8):
            flipped = bytearray(whole)
            flipped[place] ^= 1 << bit
            assert slot.decode(bytes(flipped)) in (None, slot.Held(RECORD, NEWS, EVENTS)), (place, bit)
            if place >= 128:
                assert slot.decode(bytes(flipped)) is None


@given(cuts=st.lists(st.booleans(), min_size=2, max_size=64), tail=st.binary(max_size=40))
def test_a_slot_mixed_of_two_ops_is_one_of_them_or_nothing(whole: bytes, cuts: list[bool], tail: bytes) -> None:
    """Sectors of 512 bytes reach the disk in any order."""
    before = whole.replace(b"01M7WGVGMR", b"01M7WGVGMS").ljust(4096, b"\0")
    after = (whole + tail).ljust(4096, b"\0")
    mixed = b"".join(
        (after if new else before)[512 * number : 512 * (number + 1)]
        for number, new in enumerate([*cuts, *[cuts[-1]] * 8][:8])
    )
    assert slot.decode(mixed) in (None, slot.decode(after), slot.decode(before))


@pytest.mark.parametrize("damage", ["cut", "zeroed", "header", "flipped", "first half"])
def test_a_torn_slot_is_an_op_that_never_was(book: Book, damage: str) -> None:
    files, events = on_disk(book), journal_events(book.root)
    cut_off_at(book, "rewrite", "after")
    path = book.state / "slot"
    content = path.read_bytes()
    flipped = content[:200] + bytes([content[200] ^ 4]) + content[201:]
    torn = {
        "cut": content[:300], "zeroed": bytes(slot.SIZE), "header": bytes(128) + content[128:], "flipped": flipped,
        "first half": content[:256] + bytes(slot.SIZE - 256),
    }[damage]  # fmt: skip
    path.write_bytes(torn)
    again = open_book(book.root)
    assert unfinished(again.root, again.state) == []
    assert waiting_ops(again.root, again.state).limits == {}
    assert on_disk(again) == files
    assert journal_events(again.root) == events
    change(again, CHEN)
    the_next(again)
    assert path.stat().st_size == slot.SIZE


# ---- brought back by a power failure ------------------------------------------------------------------------


def test_one_that_is_back_is_found_to_be_done(book: Book) -> None:
    again = put_back(book, held_after(book))
    files = {path: path.stat().st_mtime_ns for path in (book.root / "customers").iterdir()}
    the_next(again)
    assert {path: path.stat().st_mtime_ns for path in (book.root / "customers").iterdir()} == files
    assert on_disk(again)[str(BOLT)]["country"] == "SE"


def test_what_a_hand_changed_after_it_stays(book: Book) -> None:
    content = held_after(book)
    path = book.root / "customers" / f"{BOLT.id}.md"
    edited = path.read_text(encoding="utf-8").replace(f"name: {BOLT.id}", "name: By hand")
    path.write_text(edited, encoding="utf-8")
    stamp = path.stat().st_ino, path.stat().st_mtime_ns
    again = put_back(book, content)
    change(again, CHEN)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == stamp
    assert not (again.state / "conflicts").exists()
    change(again, BOLT, "website", "https://bolt.example")
    assert on_disk(again)[str(BOLT)]["name"] == "By hand"
    the_next(again)


def test_the_same_field_changed_after_it_stays_too(book: Book) -> None:
    content = held_after(book)
    path = book.root / "customers" / f"{BOLT.id}.md"
    path.write_text(path.read_text(encoding="utf-8").replace("country: SE", "country: DK"), encoding="utf-8")
    again = put_back(book, content)
    change(again, CHEN)
    assert on_disk(again)[str(BOLT)]["country"] == "DK"
    assert "country: SE" in next((again.state / "conflicts").rglob("*.md")).read_text(encoding="utf-8")


def test_it_never_holds_an_op_before_the_last(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """An op that is staged in a folder first makes it durable that the slot is empty."""
    change(book)
    steps: list[str] = []
    for name in ("sync_file", "append"):
        real = getattr(disk, name)

        def noted(path: Path, *rest: object, name: str = name, real: Callable[..., object] = real) -> object:
            steps.append(f"{name} {path.name}" if name == "sync_file" else name)
            return real(path, *rest)

        monkeypatch.setattr(disk, name, noted)
    change(book, CHEN, "body", "very long\n" * 40_000)
    assert "sync_file slot" in steps[: steps.index("append")]


def test_a_segment_that_grew_since_is_not_cut(book: Book) -> None:
    content = held_after(book)
    change(book, CHEN)
    segments = {path: path.read_bytes() for path in (book.root / "journal").rglob("*.jsonl")}
    for path, lines in segments.items():
        path.write_bytes(lines.replace(b'"to":"SE"', b'"to":""', 1))  # as an erasure does
    grown = {path: path.read_bytes() for path in segments}
    open_and_write(put_back(book, content))
    for path, lines in grown.items():
        assert path.read_bytes().startswith(lines)


def open_segment(book: Book) -> Path:
    noted: dict[str, str] = json.loads((book.state / "segment").read_text(encoding="utf-8"))
    return book.root / noted["path"]


def open_and_write(book: Book) -> None:
    carry_out(book, [Change("log", ACME, more={"kind": "call", "text": "next"})], Request("log"))


def test_bytes_of_a_segment_that_are_not_the_op_are_not_cut(book: Book) -> None:
    content = held_after(book)
    path = open_segment(book)
    erased = path.read_bytes().replace(b'"to":"SE"', b'"to":""')
    path.write_bytes(erased)
    open_and_write(put_back(book, content))
    assert path.read_bytes().startswith(erased)


@pytest.mark.parametrize("tail", ["cut", "zeros"])
def test_a_torn_append_is_taken_back(book: Book, tail: str) -> None:
    change(book, CHEN)
    files, path = on_disk(book), open_segment(book)
    before = path.read_bytes()
    cut_off_at(book, "append", "after")
    grown = path.read_bytes()
    assert len(grown) > len(before)
    half = grown[: len(before) + 40]
    path.write_bytes(half if tail == "cut" else half.ljust(len(grown), b"\0"))
    again = open_book(book.root)
    assert waiting_ops(again.root, again.state).limits == {path.relative_to(book.root).as_posix(): len(before)}
    assert on_disk(again) == files
    open_and_write(again)
    assert path.read_bytes().startswith(before)
    assert b'"SE"' not in path.read_bytes()[len(before) :]
    assert on_disk(again) == files


# ---- the promise to whoever fills it ------------------------------------------------------------------------


def test_it_is_not_written_over_while_it_holds_an_op(tmp_path: Path) -> None:
    state = tmp_path / ".crm"
    state.mkdir()
    assert slot.fill(state, RECORD, NEWS, EVENTS)
    before = (state / "slot").read_bytes()
    with pytest.raises(OSError, match="not finished") as refused:
        slot.fill(state, RECORD, {}, EVENTS)
    assert refused.value.errno == errno.EBUSY
    with pytest.raises(OSError, match="not finished"):
        slot.settle(state)
    assert (state / "slot").read_bytes() == before
    slot.clear(state, sync=False)
    assert slot.read(state) is None
    assert slot.fill(state, RECORD, {"1.new": b""}, EVENTS)
    assert slot.read(state) == slot.Held(RECORD, {"1.new": b""}, EVENTS)


def test_a_second_op_in_one_command_does_not_write_over_the_first(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where tidying up after the first failed, the second is refused; the next command finishes the first."""
    real, times = disk.rewrite, 0

    def rewrite(path: Path, content: bytes, *, sync: bool = True) -> None:
        nonlocal times
        times += 1
        if times == 2:
            raise OSError(errno.EIO, "Input/output error")
        real(path, content, sync=sync)

    monkeypatch.setattr(disk, "rewrite", rewrite)
    path = book.root / "customers" / f"{BOLT.id}.md"
    path.write_text(path.read_text(encoding="utf-8").replace("country: NO", "country: DK"), encoding="utf-8")
    with pytest.raises(NothingWrittenError, match="not finished"):
        change(book)  # the hand's change is journaled as an op of its own before
    monkeypatch.undo()
    again = open_book(book.root, me="anna@kern.example")
    assert [e.to for e in journal_events(again.root) if e.field == "country"][-1] == "DK"
    change(again)
    the_next(again)


def test_what_does_not_fit_goes_another_way(tmp_path: Path) -> None:
    state = tmp_path / ".crm"
    state.mkdir()
    assert not slot.fill(state, RECORD, {"0.new": bytes(slot.SIZE)}, EVENTS)
    assert not slot.fill(state, RECORD._replace(op="x" * 200), NEWS, EVENTS)
    assert not (state / "slot").exists()


def test_an_op_whose_hooks_wait_does_not_come_back(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Doing it again would run a hook twice, or remove a file that somebody brought back."""
    synced: list[bool] = []
    real = disk.rewrite

    def rewrite(path: Path, content: bytes, *, sync: bool = True) -> None:
        synced.append(sync)
        real(path, content, sync=sync)

    monkeypatch.setattr(disk, "rewrite", rewrite)
    change(book)
    carry_out(book, [Change("delete", CHEN)], Request("delete"))
    assert synced == [True, False, True, True]


def test_the_order_of_steps_is_the_promise(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slot, segment, record, the record's folder: each is durable before the next step, and nothing else is synced."""
    change(book, CHEN)
    steps: list[str] = []

    def noted(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def step(*args: object, **keywords: object) -> object:
            steps.append(name)
            return real(*args, **keywords)

        return step

    for name in ("rewrite", "append", "write_new", "link", "replace", "remove", "sync_folder", "truncate", "sync_all"):
        monkeypatch.setattr(disk, name, noted(name, getattr(disk, name)))
    for name in ("fsync", "fdatasync"):
        monkeypatch.setattr(os, name, noted("sync", getattr(os, name)))
    change(book)
    assert steps == [
        "rewrite", "sync",  # the slot
        "append", "sync",  # the segment
        "write_new", "sync", "link", "replace", "remove",  # the record; what it displaced is looked at before it goes
        "sync_folder", "sync",
        "rewrite",  # the slot is empty
    ]  # fmt: skip
