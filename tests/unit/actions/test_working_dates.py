"""Dates typed as working time, `+2wd` and `+8wh`: by the book's hours, or a pipeline's own, with days off and on.

Now is Friday 2026-11-20, 15:00 in Berlin. The office works Monday to Friday, but not on Monday the 23rd, and on Saturday
the 28th; the field works on Saturdays and Sundays alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmcli.actions.done import snooze
from crmcli.actions.next_step import next_step, split_when
from crmcli.actions.set import set_fields
from crmcli.cli.since import since_moment
from crmcli.errors import UsageError
from crmcli.store.book import Book, open_book
from crmcli.store.past_when import read_moment
from crmcli.text.dates import parse_when, parse_word
from tests.books import add, make_book

HOURS = """
[hours.office]
mon-fri = "09:00-12:00 13:00-17:00"
off = ["2026-11-23"]
on = ["2026-11-28"]

[hours.field]
sat-sun = "10:00-14:00"
"""


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.setenv("CRM_NOW", "2026-11-20T15:00:00+01:00")
    book = make_book(tmp_path / "book")
    with (book.root / "crm.toml").open("a", encoding="utf-8") as config:
        config.write(HOURS)
    book.index.close()
    return open_book(book.root)


TYPED = """
+1wd 2026-11-24
+2wd 2026-11-25
+4wd 2026-11-27
+5wd 2026-11-28
+6wd 2026-11-30
-1wd 2026-11-19
+0wd 2026-11-20
2个工作日后 2026-11-25
"""


def test_a_field_takes_the_working_day(book: Book) -> None:
    deal = add(book, "deal", "Arm")
    for line in TYPED.strip().splitlines():
        typed, day = line.split()
        set_fields(book, [deal], [f"close={typed}"])
        assert book.read_record(deal).text("close") == day, typed


def test_working_hours_are_a_moment(book: Book) -> None:
    task = add(book, "task", "Call", "due=+3wh")
    assert book.read_record(task).text("due") == "2026-11-24T10:00:00+01:00"
    back = add(book, "task", "Call", "due=-5wh")  # 15:00 to 13:00, 12:00 to 09:00
    assert book.read_record(back).text("due") == "2026-11-20T09:00:00+01:00"


def test_next_and_snooze_take_it(book: Book) -> None:
    acme = add(book, "customer", "Acme")
    task = next_step(book, [acme], ["+2wd", "call", "back"]).refs[0]
    assert (book.read_record(task).text("due"), book.read_record(task).text("text")) == ("2026-11-25", "call back")
    snooze(book, [task], ["+3wd"])
    assert book.read_record(task).text("due") == "2026-11-26"
    assert split_when(book, ["+1wd@14:00", "demo"]) == ("2026-11-24T14:00+01:00", ["demo"])
    assert split_when(book, ["in", "2wd", "demo"]) == ("2026-11-25", ["demo"])


def test_the_pipeline_of_a_type_has_its_own_calendar(book: Book) -> None:
    pipeline = book.root / "pipelines" / "sales.toml"
    text = pipeline.read_text(encoding="utf-8")
    pipeline.write_text(f'hours = "field"\n{text}', encoding="utf-8")
    again = open_book(book.root)
    deal, task = add(again, "deal", "Arm", "close=+2wd"), add(again, "task", "Call", "due=+2wd")
    assert again.read_record(deal).text("close") == "2026-11-22"
    assert again.read_record(task).text("due") == "2026-11-25"


def test_the_past_is_asked_for_by_it(book: Book) -> None:
    assert read_moment(book, "--as-of", "-1wd").isoformat() == "2026-11-19T23:59:59+01:00"
    assert since_moment(book, "-1wd").isoformat() == "2026-11-18T23:59:59+01:00"


def test_a_day_in_no_calendar_is_no_date(book: Book) -> None:
    assert parse_word("+9999wd", datetime(9990, 1, 1, tzinfo=UTC), worked=book.worked()) is None
    assert parse_when(["in", "9999wd"], datetime(9990, 1, 1, tzinfo=UTC), worked=book.worked()) is None


REFUSING: list[Callable[[Book], object]] = [
    lambda book: set_fields(book, [add(book, "deal", "Arm")], ["close=+2wd"]),
    lambda book: split_when(book, ["+2wd", "call"]),
    lambda book: read_moment(book, "--as-of", "-2wd"),
    lambda book: since_moment(book, "-2wd"),
]


@pytest.mark.parametrize("ask", REFUSING)
def test_a_book_without_hours_says_how_to_get_some(tmp_path: Path, ask: Callable[[Book], object]) -> None:
    with pytest.raises(UsageError) as refusal:
        ask(make_book(tmp_path / "book"))
    assert "[hours.office]" in refusal.value.hint
