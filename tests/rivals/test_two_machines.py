"""Two machines on one network folder, as far as one machine can play both: other names, other index, the same files."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.store import machine
from crmcli.store.book import Book, open_book
from tests.rivals.conftest import BOLT
from tests.rivals.ledger import broken_chains, lines_of, values_in_files
from tests.storing import index_differences, replay_differences


def at(name: str, book: Book, value: str, patch: pytest.MonkeyPatch) -> None:
    """Write from a machine of that name; it believes nothing that the other left in `.crm`."""
    patch.setattr(machine, "place_of", lambda root: f"{name} {root}")
    for module in ("crmcli.store.clone", "crmcli.store.index.index"):
        patch.setattr(f"{module}.place_of", lambda root: f"{name} {root}", raising=False)
    there = open_book(book.root)
    there.identify(book.me)
    carry_out(there, [Change("set", BOLT, "same", to=value)], Request("set"))
    assert index_differences(there) == []
    there.index.close()


def test_each_machine_has_segments_of_its_own(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clone's letters are bound to machine and path: no two machines ever append to one segment."""
    begun = {path.name for path in book.root.glob("journal/*/*.jsonl")}
    written: dict[str, dict[str, bytes]] = {}
    for name in ("kiel", "oslo", "kiel", "oslo"):
        before = segments(book.root)
        at(name, book, f"{name}{len(written)}", monkeypatch)
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


def segments(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in root.glob("journal/*/*.jsonl")}
