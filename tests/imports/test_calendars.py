"""Calendars: what is to be done becomes tasks, meetings become lines of the log; zones, days, and a folder that phones share."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from crmcli.actions.exporting.calendar import KIND, Todos, meetings_of
from crmcli.actions.exporting.outgoing import FolderCount, write_folder
from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.outcome import ImportOutcome
from crmcli.actions.importing.run import import_file
from crmcli.actions.log import Entry, log_entry
from crmcli.actions.next_step import next_step
from crmcli.actions.set import set_fields
from crmcli.store.book import open_book
from crmcli_formats import ical
from tests.books import add, reopen
from tests.imports.desk import Desk, counts

TODO = "BEGIN:VTODO\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\n{lines}\r\nEND:VTODO\r\n"
EVENT = "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\n{lines}\r\nEND:VEVENT\r\n"
ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Office\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0530\r\n"
    "TZOFFSETTO:+0530\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


def calendar(desk: Desk, *entries: str) -> Path:
    path = desk.folder / "some.ics"
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{''.join(entries)}END:VCALENDAR\r\n"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def todo(uid: str, *lines: str) -> str:
    return TODO.format(uid=uid, lines="\r\n".join(lines))


def event(uid: str, *lines: str) -> str:
    return EVENT.format(uid=uid, lines="\r\n".join(lines))


def take(desk: Desk, path: Path) -> list[ImportOutcome]:
    found = import_file(desk.book, path, Asked(folder=desk.folder))
    desk.book = reopen(desk.book)
    return found


def share(desk: Desk, folder: Path) -> FolderCount:
    todos = Todos(desk.book, desk.book.setup.types["task"], private=False)
    return write_folder(desk.book, folder, [todos.of(one.ref) for one in desk.records("tasks")], KIND, dry=False)


def people(desk: Desk) -> None:
    acme = add(desk.book, "customer", "Acme")
    add(desk.book, "contact", "Li Wei", f"customer={acme.id}", "email=li@acme.example", "phone=+491715555555")
    add(desk.book, "contact", "Bo Lone", "email=bo@x.example")
    desk.book = reopen(desk.book)


def logged(desk: Desk) -> list[tuple[str, str, str, str]]:
    """Moment in UTC, record, minutes and text of the log lines that stand."""
    rows = desk.book.index.rows('SELECT at, "on", took_min, text FROM log_view ORDER BY at, "on"')
    return [(str(row[0]), str(row[1]).partition("-")[0], str(row[2]), str(row[3])) for row in rows]


def test_moments_are_those_of_their_zones(desk: Desk) -> None:
    """Berlin is UTC+1 in November and +2 in July; `Office` is what the file says; the book's zone is Berlin."""
    path = calendar(
        desk,
        ZONE,
        todo("1", "SUMMARY:a", "DUE;TZID=Europe/Berlin:20261124T100000"),
        todo("2", "SUMMARY:b", "DUE;TZID=Europe/Berlin:20270724T100000"),
        todo("3", "SUMMARY:c", "DUE;TZID=Office:20261124T100000"),
        todo("4", "SUMMARY:d", "DUE:20261124T100000Z"),
        todo("5", "SUMMARY:e", "DUE:20261124T100000"),
        todo("6", "SUMMARY:f", "DUE;VALUE=DATE:20261124"),
        todo("7", "SUMMARY:g", "DUE;TZID=/example.org/2024/America/New_York:20261124T100000"),
        todo("8", "SUMMARY:h", "DUE;TZID=Nowhere:20261124T100000"),
    )
    [outcome] = take(desk, path)
    assert counts(outcome) == (8, 0, 0, 0)
    due = {record.text("text"): record.text("due") for record in desk.records("tasks")}
    assert (due.pop("f"), due.pop("h")) == ("2026-11-24", "")
    moments = {name: f"{datetime.fromisoformat(text).timestamp():.0f}" for name, text in due.items()}
    base = 1795514400  # 2026-11-24T10:00:00Z
    assert moments == {
        name: str(seconds)
        for name, seconds in {
            "a": base - 3600,
            "b": 1816416000,  # 2027-07-24T08:00:00Z
            "c": base - 19800,
            "d": base,
            "e": base - 3600,
            "g": base + 5 * 3600,
        }.items()
    }
    assert "Nowhere" in outcome.notices[0]
    assert "DUE;TZID=Nowhere:20261124T100000" in desk.one("tasks", "h").items("ical")
    assert [counts(one) for one in take(desk, path)] == [(0, 0, 8, 0)]


def test_a_status_is_a_stage_of_its_kind(desk: Desk) -> None:
    people(desk)
    path = calendar(
        desk,
        todo("1", "SUMMARY:open", "STATUS:IN-PROCESS", "PRIORITY:3", "ATTENDEE:mailto:li@acme.example"),
        todo("2", "SUMMARY:done", "STATUS:COMPLETED", "COMPLETED:20261118T090000Z", "CATEGORIES:home,My List"),
        todo(
            "3",
            "SUMMARY:dropped",
            "STATUS:CANCELLED",
            "BEGIN:VALARM",
            "TRIGGER:-PT15M",
            "DESCRIPTION:100%",
            "END:VALARM",
        ),
        "BEGIN:VJOURNAL\r\nUID:j\r\nEND:VJOURNAL\r\n",
        "BEGIN:VTODO\r\nUID:broken\r\nno colon\r\nEND:VTODO\r\n",
    )
    [outcome] = take(desk, path)
    assert counts(outcome) == (3, 0, 0, 2)
    assert desk.fields("tasks", "text", "stage", "tags") == [
        ("done", "done", "home"), ("dropped", "dropped", ""), ("open", "open", "")
    ]  # fmt: skip
    assert desk.one("tasks", "open").text("on") == str(desk.one("contacts", "Li Wei").ref)
    closed = desk.book.index.row("SELECT closed FROM rec_tasks WHERE _title = 'done'")
    assert closed is not None
    assert closed[0] == "2026-11-18T09:00:00Z"
    text = Path(outcome.rejects).read_text(encoding="utf-8")
    assert text.startswith("BEGIN:VCALENDAR")
    assert text.rstrip().endswith("END:VCALENDAR")
    assert text.count("X-CRM-REFUSED") == 2
    folder = desk.folder / "todo"
    assert share(desk, folder)[:3] == (3, 0, 0)
    out = {path.name: path.read_bytes().decode() for path in folder.iterdir()}
    assert "STATUS:IN-PROCESS\r\n" in out["1.ics"]
    assert "PRIORITY:3\r\n" in out["1.ics"]
    assert "CONTACT;X-CRM=1:Li Wei\\, +491715555555\r\n" in out["1.ics"]
    assert "COMPLETED:20261118T090000Z\r\n" in out["2.ics"]
    assert "CATEGORIES:My List\r\n" in out["2.ics"]
    assert "BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDESCRIPTION:100%\r\nEND:VALARM\r\n" in out["3.ics"]


def test_what_is_broken_in_a_calendar_is_told_and_the_rest_is_read(desk: Desk) -> None:
    """An entry without its end ends where the next begins; components of other kinds are told, not passed over."""
    path = desk.folder / "some.ics"
    path.write_bytes(
        b"stray\nBEGIN:VCALENDAR\nX-WR-CALNAME:\xff\n"
        b"BEGIN:VTODO\nUID:1\nSUMMARY:no end\n"
        b"BEGIN:VTODO\nUID:2\nSUMMARY:gr\xc3\xbcn\nEND:VTODO\n"
        b"BEGIN:VTODO\nUID:3\nSUMMARY:\xffbad\nEND:VTODO\n"
        b"BEGIN:VPOLL\nUID:4\nEND:VPOLL\n"
        b"BEGIN:VTODO\nUID:5\nSUMMARY:last\nEND:VCALENDAR\n"
        b"BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:6\nSUMMARY:another calendar\nEND:VTODO\nEND:VCALENDAR\n"
    )
    [outcome] = take(desk, path)
    assert counts(outcome) == (2, 0, 0, 5)
    assert [record.text("text") for record in desk.records("tasks")] == ["another calendar", "grün"]
    told = Path(outcome.rejects).read_bytes()
    reasons = [line.partition(b": ")[2] for line in told.replace(b"\r\n ", b"").split(b"\r\n") if b"REFUSED" in line]
    assert reasons == [
        b"line 1 stands outside of any BEGIN and END",
        b"line 7 begins another one\\, and this one has no END:VTODO",
        b"line 13\\, byte 9: byte 0xff\\, which is not UTF-8",
        b"line 15: a VPOLL\\, neither a task nor a meeting",
        b"line 21 ends the VCALENDAR\\, and this one has no END:VTODO",
    ]
    mended = desk.folder / "mended.ics"
    mended.write_bytes(told.replace(b"\xffbad", b"good").replace(b"SUMMARY:no end", b"SUMMARY:an end\r\nEND:VTODO"))
    [outcome] = take(desk, mended)
    assert counts(outcome) == (2, 0, 0, 2)
    assert Path(outcome.rejects).read_bytes().count(b"X-CRM-REFUSED") == 2


def test_a_follow_up_done_on_the_phone_is_done_here(desk: Desk) -> None:
    people(desk)
    contact = desk.one("contacts", "Li Wei").ref
    next_step(desk.book, [contact], ["2026-11-27", "call", "back"])
    desk.book = reopen(desk.book)
    folder = desk.folder / "todo"
    share(desk, folder)
    [file] = folder.iterdir()
    text = file.read_bytes().decode()
    assert "DUE;VALUE=DATE:20261127\r\n" in text
    assert [counts(one) for one in take(desk, folder)] == [(0, 0, 1, 0)]
    file.write_bytes(text.replace("STATUS:NEEDS-ACTION", "STATUS:COMPLETED\r\nCOMPLETED:20261120T120000Z").encode())
    [task] = desk.records("tasks")
    set_fields(desk.book, [task.ref], ["text=call back soon"])
    desk.book = reopen(desk.book)
    assert share(desk, folder).left == [file.name]
    [outcome] = take(desk, folder)
    assert (counts(outcome), outcome.kept) == ((0, 1, 0, 0), 0)
    [task] = desk.records("tasks")
    assert (task.text("stage"), task.text("text"), task.text("on")) == ("done", "call back soon", str(contact))
    assert share(desk, folder)[:3] == (0, 1, 0)
    assert "SUMMARY:call back soon\r\n" in file.read_bytes().decode()
    assert [counts(one) for one in take(desk, folder)] == [(0, 0, 1, 0)]


def test_meetings_are_lines_of_the_log_once(desk: Desk) -> None:
    people(desk)
    first = event(
        "m1", "SUMMARY:Demo", "DESCRIPTION:they liked it", "DTSTART;TZID=Europe/Berlin:20261117T100000",
        "DTEND;TZID=Europe/Berlin:20261117T113000", "LOCATION:Berlin", "ATTENDEE:mailto:li@acme.example",
        "ATTENDEE:mailto:bo@x.example", "ORGANIZER:mailto:anna@kern.example",
    )  # fmt: skip
    others = [
        event("m2", "SUMMARY:Fair", "DTSTART;VALUE=DATE:20261112", "ATTENDEE:mailto:li@acme.example"),
        event("m3", "SUMMARY:Ahead", "DTSTART:20270101T100000Z", "ATTENDEE:mailto:li@acme.example"),
        event("m4", "SUMMARY:Strangers", "DTSTART:20261101T100000Z", "ATTENDEE:mailto:no@y.example"),
    ]
    path = calendar(desk, first, *others)
    [outcome] = take(desk, path)
    assert counts(outcome) == (2, 0, 0, 1)
    assert "1 lies ahead" in outcome.notices[0]
    told = Path(outcome.rejects).read_text(encoding="utf-8").replace("\n ", "")
    assert "nobody of no@y.example is known here" in told
    expected = [
        ("2026-11-11T23:00:00Z", "customers/acme", "1440", "Fair"),
        ("2026-11-17T09:00:00Z", "contacts/bo", "90", "Demo\nthey liked it"),
        ("2026-11-17T09:00:00Z", "customers/acme", "90", "Demo\nthey liked it"),
    ]
    assert logged(desk) == expected
    assert [counts(one) for one in take(desk, path)] == [(0, 0, 2, 1)]
    [outcome] = take(desk, calendar(desk, first.replace("SUMMARY:Demo", "SUMMARY:Second demo"), *others))
    assert counts(outcome) == (0, 1, 1, 1)
    assert logged(desk) == [
        expected[0],
        *((at, on, took, f"Second {text.lower()}") for at, on, took, text in expected[1:]),
    ]
    [outcome] = take(desk, calendar(desk, first.replace("SUMMARY", "STATUS:CANCELLED\r\nSUMMARY")))
    assert logged(desk) == expected[:1]


def test_meetings_go_out_and_come_back(desk: Desk) -> None:
    people(desk)
    customer, contact = desk.one("customers", "Acme").ref, desk.one("contacts", "Li Wei").ref
    log_entry(
        desk.book,
        [customer, contact],
        Entry("Visit\n\nsaw the line", "meeting", took="45min", at="2026-11-19T10:00:00+01:00"),
    )
    take(
        desk,
        calendar(desk, event("m2", "SUMMARY:Fair", "DTSTART;VALUE=DATE:20261112", "ATTENDEE:mailto:li@acme.example")),
    )
    made = meetings_of(desk.book, [customer])
    text = KIND.whole(made).replace("\r\n ", "")
    assert "SUMMARY:Visit\r\n" in text
    assert "DTSTART:20261119T090000Z\r\n" in text
    assert "DTEND:20261119T094500Z\r\n" in text
    assert "CN=Li Wei;SCHEDULE-AGENT=NONE;X-CRM=1:mailto:li@acme.example\r\n" in text
    assert "DTSTART;VALUE=DATE:20261112\r\n" in text
    path = desk.folder / "out.ics"
    path.write_text(KIND.whole(made), encoding="utf-8", newline="")
    assert [entry.name for entry in ical.read_cards(path)] == ["VEVENT", "VEVENT"]
    before = logged(desk)
    assert [counts(one) for one in take(desk, path)] == [(0, 0, 2, 0)]
    assert logged(desk) == before

    log_entry(
        desk.book, [customer], Entry("Just now", "meeting", took="45min")
    )  # it ends in the future, as calendars count
    desk.book = reopen(desk.book)
    path.write_text(KIND.whole(meetings_of(desk.book, [customer])), encoding="utf-8", newline="")
    assert [counts(one) for one in take(desk, path)] == [(0, 0, 3, 0)]
    under_way = event(
        "m9", "SUMMARY:Now", "DTSTART:20261120T120000Z", "DURATION:PT2H", "ATTENDEE:mailto:li@acme.example"
    )
    assert [counts(one) for one in take(desk, calendar(desk, under_way))] == [(0, 0, 0, 0)]
    assert len(logged(desk)) == len(before) + 1


def moments(desk: Desk) -> list[str]:
    """When the lines were, in UTC, to the minute."""
    return [at[:16] for at, *_ in logged(desk)]


def test_each_meeting_of_a_series_that_was_is_a_line(desk: Desk) -> None:
    """Tuesdays at ten in Berlin from 13 October to 17 November 2026, over the change of the clocks on 25 October.

    The one of 20 October was left out, that of 3 November was at three in the afternoon, that of the 10th was cancelled.
    """
    people(desk)
    master = [
        "SUMMARY:Weekly", "DTSTART;TZID=Europe/Berlin:20261013T100000", "DTEND;TZID=Europe/Berlin:20261013T104500",
        "RRULE:FREQ=WEEKLY;UNTIL=20261231T000000Z", "EXDATE;TZID=Europe/Berlin:20261020T100000", "ATTENDEE:mailto:li@acme.example",
    ]  # fmt: skip
    moved = event(
        "w", "RECURRENCE-ID;TZID=Europe/Berlin:20261103T100000", "SUMMARY:Weekly, late", "DTSTART:20261103T140000Z",
        "ATTENDEE:mailto:li@acme.example",
    )  # fmt: skip
    dropped = event("w", "RECURRENCE-ID:20261110T090000Z", "DTSTART:20261110T090000Z", "STATUS:CANCELLED")
    path = calendar(desk, moved, event("w", *master), dropped)
    [outcome] = take(desk, path)
    assert counts(outcome) == (4, 0, 1, 0)
    assert outcome.notices == ["1 lies ahead and is left out: it is entered when it is over"]
    were = ["2026-10-13T08:00", "2026-10-27T09:00", "2026-11-03T14:00", "2026-11-17T09:00"]
    assert moments(desk) == were
    assert {(on, took) for _, on, took, text in logged(desk) if text == "Weekly"} == {("customers/acme", "45")}
    assert [counts(one) for one in take(desk, path)] == [(0, 0, 5, 0)]

    folder = desk.folder / "calendar"
    made = meetings_of(desk.book, [desk.one("customers", "Acme").ref])
    assert write_folder(desk.book, folder, made, KIND, dry=False)[:5] == (0, 0, 0, [], 4)
    out = desk.folder / "out.ics"
    out.write_text(KIND.whole(made), encoding="utf-8", newline="")
    assert [counts(one) for one in take(desk, out)] == [(0, 0, 4, 0)]

    later = [line.replace("EXDATE", "X-EXDATE") for line in master]
    [outcome] = take(desk, calendar(desk, moved, event("w", *later), dropped))
    assert counts(outcome) == (1, 3, 2, 0)
    assert "2026-10-20T08:00" in moments(desk)
    short = [line.replace("UNTIL=20261231T000000Z", "COUNT=2") for line in master]
    take(desk, calendar(desk, event("w", *short)))
    assert moments(desk) == ["2026-10-13T08:00"]
    take(desk, calendar(desk, event("w", *(line for line in master if "RRULE" not in line))))
    assert moments(desk) == ["2026-10-13T08:00"]
    take(desk, calendar(desk, event("w", *master, "STATUS:CANCELLED")))
    assert moments(desk) == []


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["RRULE:FREQ=HOURLY"], "by the hour or oftener"),
        (["RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"], "BYMONTHDAY is not read"),
        (["RRULE:FREQ=SOMETIMES"], "is no rule"),
        (["RRULE:FREQ=DAILY;INTERVAL=0"], "INTERVAL is a number from 1"),
        (["RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"], "exceptions by a rule are not read"),
        (["RRULE:FREQ=DAILY", "EXDATE:soon"], "'soon' is no day"),
        (["RRULE:FREQ=DAILY", "RECURRENCE-ID;RANGE=THISANDFUTURE:20261102T100000Z"], "(RANGE) is not read"),
    ],
)
def test_a_series_that_cannot_be_followed_is_refused(desk: Desk, lines: list[str], why: str) -> None:
    people(desk)
    [outcome] = take(
        desk, calendar(desk, event("s", "DTSTART:20261101T100000Z", *lines, "ATTENDEE:mailto:li@acme.example"))
    )
    assert counts(outcome) == (0, 0, 0, 1)
    assert why in Path(outcome.rejects).read_text(encoding="utf-8").replace("\n ", "")
    assert logged(desk) == []


def test_a_meeting_stays_where_it_was_entered(desk: Desk) -> None:
    """Li Wei goes to another firm, and Bo gets to be known: the meetings with the former one stay with the former one."""
    people(desk)
    entry = [
        "SUMMARY:Demo",
        "DTSTART:20261117T090000Z",
        "ATTENDEE:mailto:li@acme.example",
        "ATTENDEE:mailto:new@x.example",
    ]
    path = calendar(desk, event("m", *entry), event("m", *entry))
    [outcome] = take(desk, path)
    assert counts(outcome) == (1, 0, 1, 0)
    beta = add(desk.book, "customer", "Beta")
    set_fields(desk.book, [desk.one("contacts", "Li Wei").ref], [f"customer={beta.id}"])
    desk.book = reopen(desk.book)
    before = desk.book.index.rows("SELECT id FROM events ORDER BY id")
    assert [counts(one) for one in take(desk, path)] == [(0, 0, 2, 0)]
    assert desk.book.index.rows("SELECT id FROM events ORDER BY id") == before

    add(desk.book, "contact", "Newman", "email=new@x.example")
    desk.book = reopen(desk.book)
    assert [counts(one) for one in take(desk, path)] == [(0, 1, 1, 0)]
    assert [on for _, on, *_ in logged(desk)] == ["contacts/newman", "customers/acme"]

    said = desk.book.index.rows("""SELECT "do", "on" FROM events WHERE "do" IN ('log', 'retract') ORDER BY id""")
    longer = [line.replace("Demo", "Long demo") for line in entry]
    [outcome] = take(desk, calendar(desk, event("m", *longer)))
    assert counts(outcome) == (0, 1, 0, 0)
    assert [(on, text) for _, on, _, text in logged(desk)] == [
        ("contacts/newman", "Long demo"),
        ("customers/acme", "Long demo"),
    ]
    more = desk.book.index.rows("""SELECT "do", "on" FROM events WHERE "do" IN ('log', 'retract') ORDER BY id""")
    assert sorted(str(row[0]) for row in more[len(said) :]) == ["log", "log", "retract", "retract"]
    [outcome] = take(desk, calendar(desk, event("m", *longer), event("m", *entry)))
    assert counts(outcome) == (0, 0, 1, 1)
    [outcome] = take(desk, calendar(desk, event("m", *longer), event("m", "SEQUENCE:3", *entry)))
    assert counts(outcome) == (0, 1, 1, 0)


def test_two_clones_that_import_the_same_meeting_have_it_once(desk: Desk) -> None:
    people(desk)
    other = desk.folder / "other"
    shutil.copytree(desk.root, other)
    lines = ["SUMMARY:Demo", "DTSTART:20261117T090000Z", "RRULE:FREQ=DAILY;COUNT=2", "ATTENDEE:mailto:li@acme.example"]
    path = calendar(desk, event("m", *lines))
    take(desk, path)
    import_file(open_book(other), path, Asked(folder=desk.folder))
    for segment in (other / "journal").rglob("*.jsonl"):
        shutil.copyfile(segment, desk.root / "journal" / segment.parent.name / f"zzzzz-{segment.stem[-10:]}.jsonl")
    desk.book = reopen(desk.book)
    assert moments(desk) == ["2026-11-17T09:00", "2026-11-18T09:00"]
    assert [counts(one) for one in take(desk, path)] == [(0, 0, 2, 0)]
