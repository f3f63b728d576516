"""A pending record that somebody else packed: whatever it says, commands go on and write nothing outside the book."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crmcli.model.ids import ulid
from crmcli.store import slot
from crmcli.store.pending import Pending, PlannedFile, decode, digest, encode
from tests.hostile.book import book_in, crm

OP = ulid(0, 1)
FINE = Pending(OP, "", "journal/x.jsonl", 0, 0, digest(b""), [PlannedFile("customers/x-1a2b3.md", "", "", "0.new")], [])


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"start": "0"}, id="a start that is text"),
        pytest.param({"start": -1}, id="a start before the beginning"),
        pytest.param({"start": 1 << 80, "length": 1}, id="a start past every file"),
        pytest.param({"length": 1 << 60}, id="a length that fits no memory"),
        pytest.param({"length": None}, id="no length"),
        pytest.param({"op": 1}, id="an op that is a number"),
        pytest.param({"op": "../../x"}, id="an op out of the book"),
        pytest.param({"segment": ["journal/x.jsonl"]}, id="a segment that is a list"),
        pytest.param({"segment": "journal/\ud800.jsonl"}, id="a half character"),
        pytest.param({"files": {"a": 1}}, id="files that are no list"),
        pytest.param({"files": [["customers/x.md", "", "", 0, [], []]]}, id="a staged name that is a number"),
        pytest.param({"files": [["customers/x.md", None, "", "0.new", [], []]]}, id="a hash that is none"),
        pytest.param({"files": ["abcdef"]}, id="a file that is text"),
        pytest.param({"files": [["customers/\udfff.md", "", "", "0.new", [], []]]}, id="half a character in a path"),
        pytest.param({"outbox": ["x"]}, id="a hook that is text"),
        pytest.param({"outbox": [{"hook": "x"}]}, id="a hook without a key"),
        pytest.param({"outbox": [{"key": "../../../outside"}]}, id="a key out of the book"),
        pytest.param({"outbox": [{"key": "\ud800"}]}, id="a key that is no name"),
    ],
)
@pytest.mark.parametrize("place", ["folder", "slot"])
def test_what_it_says_is_looked_at_before_it_is_followed(tmp_path: Path, said: dict[str, object], place: str) -> None:
    root, acme = book_in(tmp_path / "book")
    (root / "journal/x.jsonl").touch()
    found = {**json.loads(encode(FINE)), **said}
    if place == "folder":
        in_folder(root, json.dumps(found).encode())
    else:
        in_slot(root, json.dumps({**found, "news": []}).encode())
    assert acme.id in crm(root, "customers", "--format", "ids").out
    assert crm(root, "set", acme.id, "country=NO").code == 0
    assert "cut off" not in crm(root, "customers").err
    assert [path.name for path in tmp_path.iterdir()] == ["book"]


@pytest.mark.parametrize("content", [b"[" * 100_000, b"\xff", b"[]", b"null", b"{}", b"1", b""])
@pytest.mark.parametrize("place", ["folder", "slot"])
def test_what_is_no_record(tmp_path: Path, content: bytes, place: str) -> None:
    root, acme = book_in(tmp_path / "book")
    if place == "folder":
        in_folder(root, content)
    else:
        in_slot(root, content)
    assert acme.id in crm(root, "customers", "--format", "ids").out
    assert crm(root, "set", acme.id, "country=NO").code == 0


def test_what_crm_writes_is_read_back() -> None:
    whole = FINE._replace(start=3, length=7, outbox=[{"key": "k", "payload": {"a": [1]}}])
    assert decode(json.loads(encode(whole))) == whole


def in_folder(root: Path, content: bytes) -> None:
    folder = root / ".crm/pending" / OP
    folder.mkdir(parents=True)
    (folder / "pending.json").write_bytes(content)


def in_slot(root: Path, head: bytes) -> None:
    payload = head + b"\n"
    header = b"crm-slot 1 %s %d %s" % (OP.encode(), len(payload), digest(OP.encode() + b"\n" + payload).encode())
    (root / ".crm/slot").write_bytes((header.ljust(127) + b"\n" + payload).ljust(slot.SIZE, b"\0"))


def test_a_record_of_many_files_is_the_json_of_all_of_them() -> None:
    files = [PlannedFile(f"customers/李-{number}.md", "o", "n", f"{number}.new", ("a",)) for number in range(2_001)]
    record = FINE._replace(files=files, outbox=[{"key": "k", "files": []}])
    for count in (0, 1, 1_000, 2_001):
        some = record._replace(files=files[:count])
        assert json.loads(encode(some)) == json.loads(json.dumps(some._asdict()))
        assert decode(json.loads(encode(some))) == some
