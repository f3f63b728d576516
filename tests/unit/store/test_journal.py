"""Lines of the journal: what is written is read back, what is damaged is told apart."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.model.event import Event
from crmcli.model.ids import ulid
from crmcli.store.journal import BrokenLine, decode_line, encode_event, read_events, segment_paths

ID = "01M7WGVGMR96VY0TJ14ZFSN8B7"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FULL = TEXT.filter(bool)
VALUES = st.none() | FULL | st.lists(FULL, min_size=1, max_size=3)
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)).map(datetime.isoformat)  # noqa: DTZ001
NAMES = st.from_regex(r"[a-z]+/[a-z0-9]+(-[a-z0-9]+)*|device:[a-z0-9]+", fullmatch=True)
EVENTS = st.builds(
    Event,
    id=st.builds(ulid, st.integers(0, 2**48 - 1), st.integers(0, 2**80 - 1)),
    at=MOMENTS, by=TEXT, via=FULL, op=FULL, do=st.sampled_from(["set", "move", "log", "x"]), on=NAMES, field=TEXT,
    from_=VALUES, to=VALUES, add=st.lists(FULL, max_size=2).map(tuple), remove=st.lists(FULL, max_size=2).map(tuple),
    record=st.none() | st.dictionaries(FULL, FULL | st.lists(FULL, min_size=1, max_size=2), max_size=3),
    more=st.dictionaries(st.sampled_from(["text", "kind", "note", "odd"]), FULL, max_size=3),
)  # fmt: skip


@given(EVENTS)
def test_an_event_is_read_back(event: Event) -> None:
    line = encode_event(event)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode_line(line) == event
    assert line.decode() == json.dumps(json.loads(line), ensure_ascii=False, separators=(",", ":")) + "\n"


def line(**keys: object) -> bytes:
    whole = {"id": ID, "at": "2026-11-20T14:03:11+01:00", "do": "set", "on": "a/b"} | keys
    return json.dumps({key: value for key, value in whole.items() if value is not ...}).encode() + b"\n"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{\n", "Expecting"),
        (b"[]\n", "not a JSON object"),
        (line(at=...), "`at` is missing or not text"),
        (line(on=1), "`on` is missing or not text"),
        (line(id="1"), "`id` is not a ULID"),
        (line(id="8" + ID[1:]), "`id` is not a ULID"),
        (line(record=[]), "`record` is not an object"),
        (line(add="x"), "`add` is not a list of texts"),
        (line(to=1), "`to` is neither text nor a list of texts"),
        (line(record={"a": 1}), "`record.a` is neither text nor a list of texts"),
        (b"\xff\n", "0xff is not UTF-8"),
        (b"[" * 100_000 + b"\n", "nested too deep"),
    ],
)
def test_a_broken_line_says_why_and_stops_nothing(content: bytes, why: str) -> None:
    found = list(read_events(line() + content + line()))
    assert [type(one) for one in found] == [Event, BrokenLine, Event]
    broken = found[1]
    assert isinstance(broken, BrokenLine)
    assert broken.line == 2
    assert why in broken.why


def test_keys_that_are_not_known_are_kept() -> None:
    assert decode_line(line(odd={"deep": [1]}, note="why")).more == {"odd": {"deep": [1]}, "note": "why"}


def test_a_last_line_without_newline_is_ignored() -> None:
    assert len(list(read_events(line() + line()[:-1]))) == 1


def test_reading_goes_on_where_it_stopped() -> None:
    start = len(line())
    found = list(read_events(line() + b"x\n" + line(), start=start))
    assert isinstance(found[0], BrokenLine)
    assert found[0].line == 2


def test_segments_are_found_at_any_depth(tmp_path: Path) -> None:
    for name in ("2026-11/b.jsonl", "2026-10/a.jsonl", "2026-11/.hidden.jsonl", "2026-11/note.txt", ".x/c.jsonl"):
        path = tmp_path / "journal" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert [path.name for path in segment_paths(tmp_path)] == ["a.jsonl", "b.jsonl"]
    assert segment_paths(tmp_path / "none") == []
