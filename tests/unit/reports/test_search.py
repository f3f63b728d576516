from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.model.change import Change
from crmcli.reports.search import AFTER, BEFORE, _snippet, search
from tests.unit.reports.day_book import DayBook, ref


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DayBook:
    day = DayBook(tmp_path / "book", monkeypatch)
    day.add("customers/press", name="Press & Co", industry="hydraulics")
    day.add("customers/huateng", name="深圳市华腾液压股份有限公司")
    day.add("customers/other", name="Other", body="They build a hydraulic press in the north.\n")
    return day


def found(day: DayBook, *words: str) -> list[tuple[str, str]]:
    table = search(day.open(), words)
    return [(str(row[0]), str(row[3])) for row in table.rows]


def test_names_come_before_fields_and_those_before_the_log(day: DayBook) -> None:
    day.add("customers/logged", name="Logged")
    day.log("customers/logged", "asked about the press")
    assert found(day, "press") == [("press", "name"), ("other", "field"), ("logged", "log")]


def test_all_words_must_occur_wherever_they_stand(day: DayBook) -> None:
    day.log("customers/press", "wants a discount")
    assert found(day, "discount", "hydraulics") == [("press", "several")]
    assert found(day, "discount", "pneumatics") == []
    assert found(day, "discount hydraulics") == found(day, "discount", "hydraulics")


def test_short_words_and_chinese_of_two_letters_are_found(day: DayBook) -> None:
    assert found(day, "液压") == [("huateng", "name")]
    assert found(day, "co") == [("press", "name")]


def test_names_are_found_by_pinyin(day: DayBook) -> None:
    assert found(day, "huateng") == [("huateng", "name")]


def test_marks_of_the_search_language_are_letters(day: DayBook) -> None:
    day.add("customers/odd", name='50% "off"_x')
    assert found(day, "%") == [("odd", "name")]
    assert found(day, '"off"') == [("odd", "name")]
    assert found(day, "_") == [("odd", "name")]
    assert found(day, "*") == []


def test_a_hand_edit_is_found_at_once(day: DayBook) -> None:
    path = day.root / "customers" / "press.md"
    path.write_text(path.read_text().replace("hydraulics", "zeppelins"))
    assert found(day, "zeppelins") == [("press", "field")]
    assert found(day, "hydraulics") == []


def test_archived_records_come_last(day: DayBook) -> None:
    day.add("customers/apress", name="A press", archived="2026-10-01")
    assert found(day, "press")[-1] == ("apress", "name")
    assert search(day.open(), ["press"]).rows[-1][5] == "archived"


def test_lines_taken_back_are_not_found_and_remarks_on_moves_are(day: DayBook) -> None:
    day.log("customers/press", "sent a zeppelin")
    event = day.open().index.rows("SELECT id FROM events WHERE \"do\" = 'log'")[0][0]
    day.change(Change("retract", ref("customers/press"), more={"of": event}))
    assert found(day, "zeppelin") == []
    day.move("customers/press", "customer", "2026-10-01T09:00:00+02:00", note="signed by fax")
    assert found(day, "fax") == [("press", "log")]


def test_the_snippet_is_the_line_with_the_hit(day: DayBook) -> None:
    row = search(day.open(), ["hydraulic", "north"], people=True).rows[0]
    assert row == ["Other", "Customer", "field", "They build a hydraulic press in the north."]


def test_a_limit_keeps_the_count(day: DayBook) -> None:
    table = search(day.open(), ["press"], limit=1)
    assert (len(table.rows), table.found, table.refs) == (1, 2, ["customers/press"])


@given(st.text(alphabet="ab cd\u6db2", max_size=200), st.text(alphabet="ab\u6db2", min_size=1, max_size=3))
def test_a_snippet_holds_the_hit_and_stays_short(line: str, word: str) -> None:
    snippet = _snippet([line], [word], "title")
    assert (word in snippet) if word in line else snippet == ""
    assert len(snippet) <= BEFORE + AFTER + 2


def test_notes_of_moves_are_looked_up_for_what_was_found_alone(day: DayBook) -> None:
    """A look at every move for every record found takes minutes in a large book."""
    book = day.open()
    book.index.refresh()
    asked: list[str] = []
    book.index.connection.set_trace_callback(asked.append)
    search(book, ["press"])
    book.index.connection.set_trace_callback(None)
    about_moves = next(sql for sql in asked if "CROSS JOIN moves m" in sql)
    plan = [str(row[3]) for row in book.index.rows(f"EXPLAIN QUERY PLAN {about_moves}")]
    assert any(step.startswith("SEARCH m USING INDEX") for step in plan), plan


def test_the_answer_to_many_hits_is_that_to_few(day: DayBook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which were said last is asked the other way round, and texts are read in pieces."""
    for name, at in (
        ("one", "2026-11-02T09:00+01:00"),
        ("two", "2026-11-04T09:00+01:00"),
        ("three", "2026-11-03T09:00+01:00"),
    ):
        day.add(f"customers/{name}", name=name.title())
        day.log(f"customers/{name}", "wants a gantry, about the Höhe", at=at)
    few = [search(day.open(), words).rows for words in (["gantry"], ["GANTRY", "höhe"], ["gantry", "a"])]
    assert [row[0] for row in few[0]] == ["two", "three", "one"]
    assert few[0][0][4] == "wants a gantry, about the Höhe"
    monkeypatch.setattr("crmcli.reports.search.MANY", 0)
    monkeypatch.setattr("crmcli.reports.search.AT_ONCE", 1)
    assert [search(day.open(), words).rows for words in (["gantry"], ["GANTRY", "höhe"], ["gantry", "a"])] == few
