"""Reports ask the index a number of questions that does not grow with the records they show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from crmcli.model.change import Change
from crmcli.query import compile as compile_module
from crmcli.reports.diff import pipeline_diff
from crmcli.reports.listing import Request, list_records
from crmcli.store.book import Book
from tests.unit.reports.day_book import LONG_AGO, NOW, DayBook, ref

OCTOBER = "2026-10-03T10:00:00+02:00"


@contextmanager
def asked(book: Book) -> Iterator[list[str]]:
    """The statements that a book's index is asked, with their values."""
    seen: list[str] = []
    book.index.rows("SELECT 1")
    book.index.connection.set_trace_callback(seen.append)
    yield seen
    book.index.connection.set_trace_callback(None)


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DayBook:
    """Six deals of six customers; the close of each slipped once, of some twice, under a name the field had."""
    day = DayBook(tmp_path / "book", monkeypatch)
    schema = day.root / "schema" / "deal.toml"
    text = schema.read_text(encoding="utf-8")
    assert '\nclose       = { type = "date", ' in text
    schema.write_text(text.replace('\nclose       = { type = "date", ', '\nclose = { type = "date", was = ["until"], '))
    for number in range(6):
        day.add(f"customers/c{number}", name=f"Customer {number}")
        day.add(f"deals/d{number}", name=f"Deal {number}", customer=f"c{number}", amount="5.00 EUR", until="2026-10-01")
        if number % 2:
            day.change(Change("set", ref(f"deals/d{number}"), "until", to="2026-11-01"), at="2026-09-02T10:00:00+02:00")
        day.change(Change("set", ref(f"deals/d{number}"), "until", to=f"2026-12-0{number + 1}"), at=OCTOBER)
    return day


def test_a_review_asks_for_all_titles_and_slips_at_once(day: DayBook) -> None:
    book = day.open(at=NOW)
    deal = book.setup.types["deal"]
    past = book.at(datetime.fromisoformat("2026-10-01T23:59:59+02:00"))
    pipeline_diff(past, book, deal)  # who asks, and the like, is looked up once
    with asked(book) as few:
        pipeline_diff(past, book, deal, ["id:d0"])
    with asked(book) as many:
        view = pipeline_diff(past, book, deal, ["amount>1"])
    past.close()
    assert len(many) == len(few)
    slipped = {line.ref: (line.said[0], line.whole, line.times) for line in view.lines if line.group == "slipped"}
    assert slipped == {f"deals/d{n}": (f"Customer {n}", f"c{n}", 2 if n % 2 else 1) for n in range(6)}


def test_the_words_of_a_review_are_compiled_once_for_each_of_its_two_books(
    day: DayBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = day.open(at=NOW)
    past = book.at(datetime.fromisoformat("2026-10-01T23:59:59+02:00"))
    compiled: list[object] = []
    own = compile_module.compile_filter

    def seen(*given: object) -> object:
        compiled.append(given[0])
        return own(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(compile_module, "compile_filter", seen)
    view = pipeline_diff(past, book, book.setup.types["deal"], ["+nobody"])
    past.close()
    assert len(compiled) == 2
    assert len(view.notes) == 1


@pytest.mark.parametrize("strange", ["", "7.00 NOK"])
def test_a_list_is_read_once_for_its_totals_and_once_more_to_name_what_has_no_rate(day: DayBook, strange: str) -> None:
    if strange:
        day.add("deals/far", at=LONG_AGO, name="Far", amount=strange)
    book = day.open(at=NOW)
    with asked(book) as seen:
        table = list_records(book, book.setup.types["deal"], Request(columns="name,amount", people=True))
    assert table.totals[1] == (3000, "EUR", 3000)
    assert len(table.warnings) == (1 if strange else 0)
    assert len([text for text in seen if 'FROM "rec_deals"' in text]) == (3 if strange else 2)
