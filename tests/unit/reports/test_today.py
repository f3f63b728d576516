from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.model.change import Change
from crmcli.query.failures import QueryError
from crmcli.reports.reasons import Reason
from crmcli.reports.today import GROUPS, ROOM, _joined, queue_of, today, today_table
from crmcli.reports.views import TodayView
from tests.unit.reports.day_book import NOW, DayBook, ref


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DayBook:
    return DayBook(tmp_path / "book", monkeypatch)


def shown(view: TodayView) -> list[tuple[str, str]]:
    return [(line.group, line.ref.partition("/")[2]) for line in view.lines]


def test_an_empty_book_says_how_to_begin(day: DayBook) -> None:
    view = today(day.open(), [])
    assert view.lines == ()
    assert "crm customer add" in "\n".join(view.notes)
    assert "crm import" in "\n".join(view.notes)
    assert view.member == "Anna Kern"


def test_new_leads_are_worth_starting_with_those_that_can_be_reached_first_then_the_newest(day: DayBook) -> None:
    day.add("customers/silent", at="2026-11-19T09:00:00+01:00", name="Silent")
    day.add("customers/old", at="2026-11-01T09:00:00+01:00", name="Old", phone=["+4930123456"], email=["a@b.de"])
    day.add("customers/new", at="2026-11-10T09:00:00+01:00", name="New", email=["c@d.de"])
    day.add("customers/junk", name="Junk", lifecycle="junk", email=["e@f.de"])
    view = today(day.open(), [])
    assert shown(view) == [("start", "new"), ("start", "old"), ("start", "silent")]
    assert view.lines[1].reasons == ("Lead, has phone and email",)


def test_a_quiet_book_says_what_comes_next(day: DayBook) -> None:
    day.add("tasks/later", text="send it", due="2026-11-27", for_="anna")
    view = today(day.open(), [])
    assert view.lines == ()
    assert view.notes == ("1 task to come, the first on Fri 27 Nov: send it",)


def test_late_tasks_come_longest_overdue_first_then_by_the_amount_they_are_about(day: DayBook) -> None:
    day.add("deals/small", name="Small", amount="100.00 EUR")
    day.add("deals/big", name="Big", amount="9000.00 EUR")
    day.add("tasks/a-small", text="a", on="deals/small", due="2026-11-18")
    day.add("tasks/z-big", text="z", on="deals/big", due="2026-11-18T23:59:00+01:00")
    day.add("tasks/oldest", text="o", due="2026-11-10")
    view = today(day.open(), ["type:task"])
    assert shown(view) == [("late", "oldest"), ("late", "z-big"), ("late", "a-small")]
    assert [line.reasons for line in view.lines] == [("10 days late",), ("2 days late",), ("2 days late",)]
    assert (view.lines[1].whose, view.lines[1].amount) == ("Big", "9,000 EUR")


def test_today_starts_at_midnight_of_the_book_and_timed_tasks_stand_first(day: DayBook) -> None:
    day.add("tasks/whole", text="whole day", due="2026-11-20")
    day.add("tasks/four", text="at four", due="2026-11-20T16:00:00+01:00")
    day.add("tasks/early", text="at midnight", due="2026-11-20T00:00:00+01:00")
    day.add("tasks/past", text="a minute before", due="2026-11-19T23:59:00+01:00")
    day.add("tasks/next", text="tomorrow", due="2026-11-21T00:00:00+01:00")
    view = today(day.open(), [])
    assert shown(view) == [("late", "past"), ("today", "early"), ("today", "four"), ("today", "whole")]
    assert [line.reasons[0] for line in view.lines[1:]] == ["14h ago", "in 1h 57min", "due today"]
    assert view.lines[2].when == "today 16:00"


def test_done_and_archived_tasks_and_those_of_others_are_not_mine(day: DayBook) -> None:
    day.add("tasks/done", text="done", due="2026-11-18", stage="done")
    day.add("tasks/gone", text="gone", due="2026-11-18", archived="2026-11-19")
    day.add("tasks/bens", text="bens", due="2026-11-18", for_="ben")
    day.put("tasks/nobodys.md", "---\ntext: nobody's\ndue: 2026-11-18\n---\n")
    assert shown(today(day.open(), [])) == [("late", "nobodys")]
    assert shown(today(day.open(), [], "ben")) == [("late", "bens"), ("late", "nobodys")]


def test_quiet_counts_from_the_last_touch_else_from_the_making(day: DayBook) -> None:
    day.add("customers/spoken", name="Spoken", cadence="30d")
    day.log("customers/spoken", "hello", at="2026-10-01T09:00:00+02:00")
    day.add("customers/recent", name="Recent", cadence="30d")
    day.log("customers/recent", "hello", at="2026-11-01T09:00:00+01:00")
    day.add("customers/never", name="Never", cadence="70d")
    day.add("customers/lost", name="Lost", cadence="1d", lifecycle="junk")
    view = today(day.open(), [])
    assert shown(view) == [("quiet", "spoken"), ("quiet", "never")]
    assert [line.reasons for line in view.lines] == [
        ("quiet for 50 days (cadence 30d)",),
        ("never touched (cadence 70d)",),
    ]


def test_a_call_with_a_contact_is_a_touch_of_the_customer(day: DayBook) -> None:
    day.add("customers/acme", name="Acme", cadence="30d")
    day.add("contacts/li", name="Li", customer="acme")
    day.log("contacts/li", "hello", at="2026-11-15T09:00:00+01:00")
    assert today(day.open(), ["type:customer"]).lines[0].group == "start"


def test_a_deal_rots_past_its_stages_time_unless_a_task_lies_ahead(day: DayBook) -> None:
    day.add("deals/rotten", name="Rotten", amount="5.00 EUR")
    day.add("deals/planned", name="Planned", amount="5.00 EUR")
    day.add("tasks/ahead", text="call", on="deals/planned", due="2026-12-01")
    day.add("deals/moved", name="Moved", amount="5.00 EUR")
    day.move("deals/moved", "needs", "2026-11-15T09:00:00+01:00")
    day.add("deals/kept", name="Kept", amount="5.00 EUR")
    day.change(Change("set", ref("deals/kept"), "close", to="2026-12-24"), at="2026-11-19T09:00:00+01:00")
    view = today(day.open(), [])
    assert ("quiet", "rotten") in shown(view)
    assert [name for _, name in shown(view)].count("planned") == 0
    assert {("loose", "moved"), ("loose", "kept")} <= set(shown(view))
    assert view.lines[0].reasons == ("no move in Contact for 80 days (rot 14d)", "no next step")


def test_a_late_task_does_not_suspend_rot_but_takes_what_is_said_of_its_deal(day: DayBook) -> None:
    day.add("deals/rotten", name="Rotten", amount="5.00 EUR")
    day.add("tasks/late", text="call", on="deals/rotten", due="2026-11-01")
    view = today(day.open(), [])
    assert shown(view) == [("late", "late")]
    assert view.lines[0].reasons == ("19 days late", "no move in Contact for 80 days (rot 14d)")


def test_loose_deals_are_open_have_an_amount_field_and_no_open_task_greatest_first(day: DayBook) -> None:
    at = "2026-11-19T09:00:00+01:00"
    day.add("deals/small", at=at, name="Small", amount="10.00 EUR", close="2026-11-10")
    day.add("deals/great", at=at, name="Great", amount="99.00 EUR", close="2026-11-27")
    day.add("deals/unknown", at=at, name="Unknown")
    day.add("deals/held", at=at, name="Held", amount="99.00 EUR", stage="hold")
    day.add("deals/won", at=at, name="Won", amount="99.00 EUR", stage="won")
    day.add("deals/due", at=at, name="Due", amount="99.00 EUR")
    day.add("tasks/someday", at=at, text="call", on="deals/due")
    view = today(day.open(), [])
    assert shown(view) == [("loose", "great"), ("loose", "small"), ("loose", "unknown")]
    assert [line.reasons[0] for line in view.lines] == [
        "no next step, closes Fri 27 Nov",
        "no next step, was to close Tue 10 Nov",
        "no next step",
    ]


def test_a_customer_with_two_reasons_is_one_line(day: DayBook) -> None:
    day.add("customers/acme", name="Acme", cadence="30d")
    day.add("tasks/late", text="call", on="customers/acme", due="2026-11-01")
    view = today(day.open(), [])
    assert [line.reasons for line in view.lines] == [("19 days late", "never touched (cadence 30d)")]


def test_what_others_own_is_theirs(day: DayBook) -> None:
    day.add("deals/bens", name="Bens", amount="5.00 EUR", owner="ben")
    assert today(day.open(), []).lines == ()
    assert shown(today(day.open(), [], "ben")) == [("quiet", "bens")]


def test_without_knowing_who_asks_only_what_is_nobodys_is_shown_and_a_note_says_so(day: DayBook) -> None:
    day.add("tasks/mine", text="mine", due="2026-11-18", for_="anna")
    view = today(day.open(me="stranger@x.de"), [])
    assert view.lines == ()
    assert "does not know who you are" in view.notes[0]


def test_words_ask_tasks_through_what_they_are_on(day: DayBook) -> None:
    day.add("deals/great", name="Great", amount="9000.00 EUR")
    day.add("deals/small", name="Small", amount="1.00 EUR")
    day.add("tasks/great", text="call", on="deals/great", due="2026-11-18")
    day.add("tasks/small", text="call", on="deals/small", due="2026-11-18")
    view = today(day.open(), ["amount:5k.."])
    assert shown(view) == [("late", "great")]
    assert view.notes == ("only deals and tasks on them: these words cannot be asked of other records",)


def test_words_that_fit_no_type_are_refused_with_the_nearest_types_error(day: DayBook) -> None:
    with pytest.raises(QueryError, match="nosuch"):
        today(day.open(), ["stage:nosuch"])


def test_tags_narrow_every_type(day: DayBook) -> None:
    day.add("customers/acme", name="Acme", cadence="30d", tags=["vip"])
    day.add("customers/other", name="Other", cadence="30d")
    assert shown(today(day.open(), ["+vip"])) == [("quiet", "acme")]


def test_a_day_has_room_for_so_much_and_counts_the_rest(day: DayBook) -> None:
    for number in range(ROOM["quiet"] + 3):
        day.add(f"customers/c{number:02}", name=f"C {number}", cadence="30d")
    view = today(day.open(), [])
    assert (len(view.lines), view.hidden) == (ROOM["quiet"], 3)
    assert len(today(day.open(), [], everything=True).lines) == ROOM["quiet"] + 3
    assert len(today(day.open(), [], limit=2).lines) == 2


def test_versions_that_were_not_kept_wait(day: DayBook) -> None:
    day.add("customers/acme", name="Acme")
    parked = day.root / ".crm" / "conflicts" / "01OP"
    parked.mkdir(parents=True)
    (parked / "customers__acme.md").write_text("---\nname: Acme\n---\n")
    view = today(day.open(), [])
    assert shown(view) == [("waits", "acme")]
    assert view.lines[0].title == "Acme"
    assert ".crm/conflicts/01OP/customers__acme.md" in view.lines[0].reasons[0]


def test_rows_for_scripts_carry_ids_and_stored_days(day: DayBook) -> None:
    day.add("customers/acme", name="Acme")
    day.add("tasks/call", text="call", on="customers/acme", due="2026-11-18")
    table = today_table(queue_of(day.open(), []))
    assert [column.name for column in table.columns] == ["group", "id", "type", "title", "reasons", "due", "about"]
    assert table.rows == [["late", "call", "task", "call", ["2 days late"], "2026-11-18", "customers/acme"]]
    assert table.refs == ["tasks/call"]


def test_a_chinese_book_dates_the_day_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day = DayBook(tmp_path / "zh", monkeypatch, "zh")
    assert today(day.open(), []).date == "周五 2026-11-20"


REASONS = st.lists(
    st.tuples(
        st.sampled_from(GROUPS),
        st.sampled_from([f"deals/d{n}" for n in range(4)] + ["tasks/t1", "tasks/t2"]),
        st.sampled_from(["one", "two", "three"]),
    ).map(lambda told: Reason(*told, about="deals/d1" if told[1].startswith("tasks") else ""))
)


@given(REASONS)
def test_each_record_is_one_line_in_its_most_pressing_group_and_no_reason_is_lost(found: list[Reason]) -> None:
    entries = _joined(found)
    assert len({entry.ref for entry in entries}) == len(entries)
    said = {(entry.ref, text) for entry in entries for text in entry.reasons}
    assert {text for _, text in said} == {reason.text for reason in found}
    for entry in entries:
        own = [GROUPS.index(reason.group) for reason in found if reason.ref == entry.ref]
        assert GROUPS.index(entry.group) <= min(own)


def test_the_clock_of_the_book_decides(day: DayBook) -> None:
    day.add("tasks/call", text="call", due="2026-11-21")
    assert today(day.open(at=NOW), []).lines == ()
    assert shown(today(day.open(at="2026-11-20T23:30:00+00:00"), [])) == [("today", "call")]
