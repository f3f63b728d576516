"""Events of several segments: one id in two of them, segments that come and go, lines that are cut off."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest

from crmcli.store.book import Book
from tests.books import reopen
from tests.storing import everything, index_differences, rebuilt
from tests.unit.store.conftest import ACME, BOLT, DEAL, change

ID = "01M7WGVHZZZZZZZZZZZZZZZZZ"


def segment(book: Book, name: str, *lines: dict[str, object]) -> Path:
    path = book.root / "journal" / "2026-11" / name
    path.write_bytes(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    return path


def line(number: int = 0, **keys: object) -> dict[str, object]:
    start = {"id": f"{ID}{number}", "at": "2026-11-20T15:00:00+01:00", "by": "b", "via": "cli", "op": "x", "do": "set"}
    return start | {"on": str(ACME), "field": "industry", "from": None, "to": "one"} | keys


def present(book: Book) -> list[tuple[object, ...]]:
    again = reopen(book)
    return [tuple(row) for row in again.index.rows('SELECT "to", by FROM events WHERE id LIKE ?', (f"{ID}%",))]


def test_of_two_events_with_one_id_the_smaller_at_and_by_counts(small: Book) -> None:
    segment(small, "other-a.jsonl", line(by="c", to="c"))
    copy = segment(small, "other-b.jsonl", line(by="a", to="a"))
    segment(small, "other-c.jsonl", line(at="2026-11-20T14:30:00+01:00", by="z", to="z"))
    assert present(small) == [("z", "z")]
    assert index_differences(small) == []
    (small.root / "journal" / "2026-11" / "other-c.jsonl").unlink()
    assert present(small) == [("a", "a")]
    assert index_differences(small) == []
    copy.unlink()
    assert present(small) == [("c", "c")]
    assert index_differences(small) == []


def test_an_erased_event_always_wins(small: Book) -> None:
    segment(small, "other-a.jsonl", line(at="2020-01-01T00:00:00+01:00"))
    erased = segment(small, "other-b.jsonl", line(to=None, erased=True))
    assert present(small) == [(None, "b")]
    erased.unlink()
    assert present(small) == [("one", "b")]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_coming_and_going_does_not_matter(small: Book, order: tuple[int, ...]) -> None:
    log = {"do": "log", "field": "", "kind": "call", "text": "hello", "with": [str(DEAL)]}
    lines = [
        [line(1), line(2, **log)],
        [line(1, by="a"), line(2, **log)],
        [line(2, **{**log, "by": "a", "text": "note"}), line(3)],
    ]
    paths = [small.root / "journal" / "2026-11" / f"copy-{number}.jsonl" for number in range(3)]
    for number in order:
        segment(small, paths[number].name, *lines[number])
        assert index_differences(small) == []
    for number in order:
        paths[number].unlink()
        assert index_differences(small) == []


def test_a_line_that_is_appended_twice_counts_once(small: Book) -> None:
    log = line(2, do="log", field="", kind="call", text="hello", **{"with": [str(DEAL)]})
    path = segment(small, "other-a.jsonl", line(1), log)
    for again in (log, line(1), line(2, **{**log, "by": "a"})):
        assert index_differences(small) == []
        path.write_bytes(path.read_bytes() + json.dumps(again).encode() + b"\n")
        small.index.stale()
    assert index_differences(small) == []


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_a_segment_read_in_parts_gives_what_it_gives_whole(
    small: Book, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = {"do": "log", "field": "", "kind": "call", "text": "hello", "with": [str(DEAL)]}
    segment(small, "other-a.jsonl", line(1, by="b"), line(2, by="c", **log), line(4))
    twins = [line(1, by="c"), line(2, **log), line(3), line(2, **log), line(1, by="a"), line(2, by="a", **log), line(4)]
    segment(small, "other-b.jsonl", *twins, line(4, by="c"), line(4, by="a", **log), line(1, by="a"))
    whole = rebuilt(small)
    expected = everything(whole)
    assert tuple(row[0] for row in whole.rows("SELECT by FROM events WHERE id LIKE ? ORDER BY id", (f"{ID}%",))) == (
        "a",
        "a",
        "b",
        "a",
    )
    monkeypatch.setattr("crmcli.store.index.events_in._BATCH", batch)
    parts = rebuilt(small)
    assert everything(parts) == expected
    small.index.refresh()
    assert everything(small.index) == expected


def test_a_line_that_is_not_finished_is_read_when_it_is(small: Book) -> None:
    whole = json.dumps(line()).encode() + b"\n"
    path = segment(small, "other-a.jsonl", line(1, to="first"))
    with path.open("ab") as file:
        file.write(whole[:40])
    assert present(small) == [("first", "b")]
    with path.open("ab") as file:
        file.write(whole[40:])
    assert len(present(small)) == 2
    assert index_differences(small) == []


def test_nothing_is_appended_after_half_a_line(small: Book) -> None:
    (path,) = (small.root / "journal").rglob("*.jsonl")
    with path.open("ab") as file:
        file.write(b'{"id":"01M')
    change(small, BOLT, "country", "SE")
    assert len(list((small.root / "journal").rglob("*.jsonl"))) == 2
    assert reopen(small).index.row("SELECT 1 FROM events WHERE field = ?", ("country",)) is not None
    assert index_differences(small) == []


def test_a_segment_that_was_rewritten_is_read_anew(small: Book) -> None:
    path = segment(small, "other-a.jsonl", line(1), line(2))
    assert len(present(small)) == 2
    path.write_bytes(path.read_bytes().replace(b'"one"', b'"two"'))
    assert {row[0] for row in present(small)} == {"two"}
    assert index_differences(small) == []


def test_a_retract_takes_the_touch_of_everybody_named(small: Book) -> None:
    log = line(1, do="log", field="", kind="call", text="hi", on=str(BOLT), **{"with": [str(ACME)]})
    segment(small, "other-a.jsonl", log)
    assert touched(small, ACME.id)
    retract = segment(small, "other-b.jsonl", line(2, do="retract", field="", on=str(BOLT), of=f"{ID}1"))
    assert not touched(small, ACME.id)
    assert index_differences(small) == []
    retract.unlink()
    assert touched(small, ACME.id)
    assert index_differences(small) == []


def touched(book: Book, name: str) -> object:
    row = reopen(book).index.row("SELECT touched FROM rec_customers WHERE id = ?", (name,))
    return row[0] if row else None


def test_a_bad_line_is_a_problem_of_its_segment(small: Book) -> None:
    path = segment(small, "other-a.jsonl", line(1))
    path.write_bytes(path.read_bytes() + b"nonsense\n" + json.dumps(line(2)).encode() + b"\n")
    assert len(present(small)) == 2
    rows = reopen(small).index.rows("SELECT code, path, line FROM problems")
    assert [tuple(row) for row in rows] == [("bad-event", "journal/2026-11/other-a.jsonl", 2)]
    path.write_bytes(json.dumps(line(1)).encode() + b"\n")
    assert index_differences(small) == []


def test_ids_from_the_future_are_not_followed(small: Book) -> None:
    segment(small, "other-a.jsonl", line(id="7ZZZZZZZZZZZZZZZZZZZZZZZZZ", on=str(BOLT)))
    change(small, ACME, "country", "SE")
    newest = reopen(small).index.row('SELECT max(id) FROM events WHERE "on" = ?', (str(ACME),))
    assert newest is not None
    assert newest[0] < "01M8"
    assert index_differences(small) == []


def test_everything_sees_a_difference(small: Book) -> None:
    """The comparison that other tests rest on notices a row too few."""
    index = rebuilt(small)
    before = everything(index)
    index.connection.execute("DELETE FROM moves")
    assert everything(index) != before
