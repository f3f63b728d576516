"""Two machines on one network folder, as far as one machine can play both: other names, other index, the same files.

A lock that does not hold between them is played by one that everybody gets.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from crmcli.actions.undo import recent_ops
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.event import Event
from crmcli.store import lock, machine, slot, writing
from crmcli.store.book import Book, open_book
from crmcli.store.commit import Commit
from crmcli.store.holders import holders
from crmcli.store.identity import save_me, saved_me
from crmcli.store.shared_folder import FRESH_SECONDS, OtherMachineWritesError, TakenOverError
from tests.rivals.conftest import ACME, BOLT
from tests.rivals.ledger import broken_chains, lines_of, values_in_files
from tests.storing import index_differences, replay_differences

Sit = Callable[[str], Book]


@pytest.fixture
def sit(book: Book, monkeypatch: pytest.MonkeyPatch) -> Sit:
    """Sit down at a machine of that name; it believes nothing that another left in `.crm`."""
    me = book.me

    def down(name: str) -> Book:
        monkeypatch.setattr(machine, "machine", lambda: f"id-of-{name}")
        monkeypatch.setattr(machine, "host", lambda: name)
        there = open_book(book.root)
        there.identify(me)
        return there

    return down


def write(book: Book, value: str) -> list[str]:
    """Set the field; what is said about it."""
    return carry_out(book, [Change("set", BOLT, "same", to=value)], Request("set")).notices


def segments(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in root.glob("journal/*/*.jsonl")}


def test_each_machine_has_segments_of_its_own(book: Book, sit: Sit) -> None:
    """The clone's letters are bound to machine and path: no two machines ever append to one segment."""
    begun = set(segments(book.root))
    written: dict[str, dict[str, bytes]] = {}
    for name in ("kiel", "oslo", "kiel", "oslo"):
        before = segments(book.root)
        there = sit(name)
        write(there, f"{name}{len(written)}")
        assert index_differences(there) == []
        there.index.close()
        after = segments(book.root)
        grown = {path for path in after if before.get(path) != after[path]}
        assert len(grown) == 1
        for other, owned in written.items():
            assert other == name or not grown & set(owned)
        written.setdefault(name, {}).update({path: after[path] for path in grown})
    assert not begun & {path for owned in written.values() for path in owned}
    lines = lines_of(book.root)
    assert broken_chains(lines) == []
    assert [line["to"] for line in lines if line.get("field") == "same"] == ["kiel0", "oslo1", "kiel2", "oslo2"]
    assert values_in_files(book.root)[str(BOLT), "same"] == "oslo2"
    assert replay_differences(open_book(book.root)) == []


def test_each_keeps_its_letters_its_me_and_what_it_can_undo(book: Book, sit: Sit) -> None:
    kiel = sit("kiel")
    write(kiel, "from kiel")
    save_me(kiel, "anna-kern")
    [letters] = [holder.letters for holder in holders(kiel.state) if holder.host == "kiel"]
    oslo = sit("oslo")
    write(oslo, "from oslo")
    assert saved_me(oslo) == ""
    assert [op.cmd for op in recent_ops(oslo)] == ["set"]
    again = sit("kiel")
    write(again, "from kiel again")
    assert saved_me(again) == "anna-kern"
    assert holders(again.state)[0][::2] == (letters, "kiel")
    assert len(recent_ops(again)) == 2
    assert book.root == again.root


def test_it_is_said_when_another_machine_wrote_last(sit: Sit) -> None:
    write(sit("kiel"), "0")
    [told] = write(sit("oslo"), "1")
    assert told.startswith("kiel wrote to this folder last; if it still does: a clone of its own for each machine")
    assert write(sit("oslo"), "2") == []


def test_a_name_that_is_none_is_not_shown(sit: Sit) -> None:
    kiel = sit("kiel")
    write(kiel, "0")
    noted = kiel.state / "clone"
    noted.write_text(noted.read_text(encoding="utf-8").replace("\tkiel\n", "\t\x1b[31mkiel\n"), encoding="utf-8")
    [told] = write(sit("oslo"), "1")
    assert told.startswith("another machine wrote to this folder last")


def begin(book: Book, patch: pytest.MonkeyPatch) -> None:
    """Stage an op durably and go no further, as a machine that is just at it, or died."""

    class Stopped(Exception):  # noqa: N818
        pass

    def stop(*_: object) -> None:
        raise Stopped

    with patch.context() as there:
        there.setattr(Commit, "_append", stop)
        with pytest.raises(Stopped):
            write(book, "half")
    assert slot.read(book.state) is not None


def test_what_another_machine_has_begun_is_left_alone_for_a_minute(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not finished, not dropped, not written over: its bytes and the book stay as they are. Then it was cut off."""
    kiel = sit("kiel")
    write(kiel, "whole")
    begin(kiel, monkeypatch)
    oslo = sit("oslo")
    before = {path: path.read_bytes() for path in oslo.root.rglob("*") if path.is_file() and "index" not in path.name}
    with pytest.raises(OtherMachineWritesError, match=r"kiel began to write to .* though this machine has the lock"):
        write(oslo, "mine")
    after = {path: path.read_bytes() for path in oslo.root.rglob("*") if path.is_file() and "index" not in path.name}
    assert after == before
    staged = oslo.state / "slot"
    old = staged.stat().st_mtime - FRESH_SECONDS - 1
    os.utime(staged, (old, old))
    assert "kiel wrote to this folder last" in write(oslo, "mine")[0]
    assert [line["to"] for line in lines_of(oslo.root) if line.get("field") == "same"] == ["whole", "mine"]


def test_this_machine_goes_on_at_once_after_its_own_crash(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    kiel = sit("kiel")
    begin(kiel, monkeypatch)
    write(sit("kiel"), "next")
    assert [line["to"] for line in lines_of(kiel.root) if line.get("field") == "same"] == ["next"]


def test_a_lock_that_both_have_is_noticed_before_anything_counts(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another machine takes the folder over between this one's plan and its commit point: refused, nothing written."""
    monkeypatch.setattr(lock, "_try", lambda _: True)
    begun: list[str] = []
    stage = writing.Write.event

    def meanwhile(self: writing.Write, event: Event) -> None:
        stage(self, event)
        if not begun:
            begun.append("oslo")
            write(sit("oslo"), "theirs")
            sit("kiel")

    monkeypatch.setattr(writing.Write, "event", meanwhile)
    kiel = sit("kiel")
    with pytest.raises(TakenOverError, match=r"oslo writes to .* the folder's locks do not hold between machines"):
        write(kiel, "mine")
    monkeypatch.undo()
    again = open_book(kiel.root)
    again.identify(kiel.me)
    assert values_in_files(again.root)[str(BOLT), "same"] == "theirs"
    assert slot.read(again.state) is None
    assert replay_differences(again) == []
    assert broken_chains(lines_of(again.root)) == []
    assert json.dumps([line for line in lines_of(again.root) if line.get("to") == "mine"]) == "[]"
    carry_out(again, [Change("set", ACME, "same", to="after")], Request("set"))
