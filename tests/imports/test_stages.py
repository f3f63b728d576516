"""Stages and their dates: history comes out of the journal, whole days stay whole across a change of the clocks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.dating import form_trouble, moment_of
from crmcli.actions.move import move_records
from tests.books import reopen
from tests.imports.desk import Desk, counts

SALES = """\
to      = "deal"
same    = ["name"]
columns = { n = "name", s = "stage", v = "amount" }
moves   = { began = "needs", ended = "(stage)" }
"""
HEADER = "n,s,v,began,ended"
ZONES = ["America/New_York", "Europe/Berlin", "Europe/Dublin", "Asia/Shanghai", "Pacific/Auckland", "Asia/Kathmandu"]


def history(desk: Desk, title: str) -> list[tuple[str, str]]:
    rows = desk.book.index.rows(
        'SELECT m."to", m.at FROM moves m JOIN rec_deals d ON d.id = m.id WHERE d."_title" = ? ORDER BY m.event',
        (title,),
    )
    return [(row[0], row[1]) for row in rows]


def test_history_begins_at_the_first_date_and_ends_in_the_rows_stage(desk: Desk) -> None:
    desk.map(SALES)
    assert counts(desk.take(HEADER, "Arm,Won,100,2017-02-01,2017-04-01", "Leg,needs,,2017-02-01,", "Head,contact,,,")) == (
        3, 0, 0, 0,
    )  # fmt: skip
    assert history(desk, "Arm") == [("needs", "2017-02-01T11:00:00Z"), ("won", "2017-04-01T10:00:00Z")]
    arm = desk.one("deals", "Arm")
    assert (arm.text("stage"), arm.text("created")) == ("won", "2017-02-01T12:00:00+01:00")
    row = desk.book.index.row(
        "SELECT created, closed, stage_since, _last_open FROM rec_deals WHERE id = ?", (arm.ref.id,)
    )
    assert row is not None
    assert tuple(row) == ("2017-02-01T11:00:00Z", "2017-04-01T10:00:00Z", "2017-04-01T10:00:00Z", "needs")
    assert history(desk, "Leg") == [("needs", "2017-02-01T11:00:00Z")]
    assert desk.one("deals", "Head").text("created") == "2026-11-20T14:03:11+01:00"


def test_the_event_of_a_create_has_the_first_stage(desk: Desk) -> None:
    desk.map(SALES)
    desk.take(HEADER, "Arm,won,100,2017-02-01,2017-04-01")
    rows = desk.book.index.rows(
        'SELECT "do", json_extract(more, \'$.record.stage\'), "from", "to" FROM events WHERE via LIKE \'import%\' ORDER BY id'
    )
    assert [tuple(row) for row in rows] == [("create", "needs", None, None), ("move", None, "needs", "won")]


def test_a_stage_without_a_date_is_entered_at_the_import(desk: Desk) -> None:
    desk.map(SALES)
    desk.take(HEADER, "Arm,proposal,100,2017-02-01,")
    assert history(desk, "Arm") == [("needs", "2017-02-01T11:00:00Z"), ("proposal", "2026-11-20T13:03:11Z")]


def test_imports_ask_neither_next_nor_what_a_stage_needs(desk: Desk) -> None:
    desk.map(SALES)
    assert counts(desk.take(HEADER, "Arm,lost,,2017-02-01,2017-04-01")) == (1, 0, 0, 0)
    assert desk.one("deals", "Arm").text("lost_reason") == ""


def test_dates_in_the_wrong_order_are_refused(desk: Desk) -> None:
    desk.map(SALES)
    outcome = desk.take(HEADER, "Arm,won,100,2017-02-01,2017-01-31", "Leg,won,100,2017-02-01,2017-02-01")
    assert desk.rejected(outcome) == [("2", "ended", "2017-01-31 is before began 2017-02-01")]
    assert [stage for stage, _ in history(desk, "Leg")] == ["needs", "won"]


def test_a_date_without_a_stage_and_stages_that_are_none_are_refused(desk: Desk) -> None:
    desk.map(SALES)
    outcome = desk.take(HEADER, "Arm,,100,,2017-04-01", "Leg,gewonnen,,,", "Head,won,,soon,")
    assert [(line, column) for line, column, _ in desk.rejected(outcome)] == [
        ("2", "ended"),
        ("3", "s"),
        ("4", "began"),
    ]


def test_a_later_file_moves_the_record_on_at_its_date(desk: Desk) -> None:
    desk.map(SALES)
    desk.take(HEADER, "Arm,needs,,2017-02-01,", "Leg,needs,,2017-02-01,")
    outcome = desk.take(HEADER, "Arm,won,250,2017-02-01,2017-03-15", "Leg,needs,,2017-02-01,")
    assert counts(outcome) == (0, 1, 1, 0)
    assert history(desk, "Arm") == [("needs", "2017-02-01T11:00:00Z"), ("won", "2017-03-15T11:00:00Z")]
    assert desk.one("deals", "Arm").text("amount") == "250.00 EUR"


def test_what_people_moved_later_is_moved_now_and_only_if_the_row_says_so(desk: Desk) -> None:
    desk.map(SALES)
    desk.take(HEADER, "Arm,needs,9,2017-02-01,")
    arm = desk.one("deals", "Arm").ref
    move_records(desk.book, [arm], "proposal")
    desk.book = reopen(desk.book)
    assert counts(desk.take(HEADER, "Arm,,,2017-02-01,")) == (0, 0, 1, 0), "a date that is no news moves nothing"
    won = desk.file(HEADER, "Arm,won,,2017-02-01,2017-03-01")
    assert desk.import_file(won, Asked("test")).kept == 1, "moved here and there"
    desk.book = reopen(desk.book)
    desk.import_file(won, Asked("test", prefer="theirs"))
    desk.book = reopen(desk.book)
    assert [stage for stage, _ in history(desk, "Arm")] == ["needs", "proposal", "won"]
    assert history(desk, "Arm")[-1][1] == "2026-11-20T13:03:11Z"


def test_labels_former_names_and_other_letter_cases_name_a_stage(desk: Desk) -> None:
    desk.map('to = "deal"\ncolumns = { n = "name", s = "stage" }\nvalues = { s = { Contract = "negotiation" } }\n')
    desk.take("n,s", "A,赢单", "B,Closed Won", "C,CONTRACT", "D,On hold")
    assert desk.fields("deals", "name", "stage") == [("A", "won"), ("C", "negotiation"), ("D", "hold")]


@given(
    st.dates(date(1990, 1, 1), date(2037, 1, 1)),
    st.integers(0, 400),
    st.sampled_from(ZONES),
)
def test_days_stay_on_their_date_and_whole_days_apart_on_the_books_clock(day: date, later: int, name: str) -> None:
    zone = ZoneInfo(name)
    first, last = (datetime.fromisoformat(moment_of(d.isoformat(), zone)) for d in (day, day + timedelta(days=later)))
    assert first.astimezone(zone).date() == day
    assert last.replace(tzinfo=None) - first.replace(tzinfo=None) == timedelta(days=later)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2017-07-01", "2017-07-01T12:00:00-04:00"),
        ("2017-01-01", "2017-01-01T12:00:00-05:00"),
        ("2017-07-01T09:30", "2017-07-01T09:30:00-04:00"),
        ("2017-07-01T09:30:00+08:00", "2017-07-01T09:30:00+08:00"),
    ],
)
def test_moments_are_written_with_their_offset(text: str, moment: str) -> None:
    assert moment_of(text, ZoneInfo("America/New_York")) == moment


@pytest.mark.parametrize(
    ("form", "fine"), [("%Y-%m-%d", True), ("%d.%m.%y %H:%M", True), ("%Q", False), ("%H:%M", False)]
)
def test_a_form_must_read_a_date(form: str, fine: bool) -> None:
    assert (form_trouble(form) == "") is fine
