"""The screens at 80 cells, as they are seen."""

from __future__ import annotations

import pytest

from crmcli.render.board import board_lines
from crmcli.render.brief import brief_lines
from crmcli.render.paint import paint
from crmcli.render.record import record_lines
from crmcli.render.today import today_lines
from crmcli.reports.views import (
    BoardCard,
    BoardColumn,
    BoardView,
    BriefView,
    FieldLine,
    RecordView,
    Related,
    RelatedLine,
    StageMark,
    TimelineLine,
    TodayLine,
    TodayView,
)
from crmcli.text.display import width
from crmcli.text.lines import Line

TODAY = TodayView(
    "Anna Berg",
    "Sat 21 Nov 2026",
    (
        TodayLine("late", "tasks/a", "Send the offer", ("due 3 days ago",), "18 Nov", "Acme GmbH", "12,000 EUR"),
        TodayLine("late", "tasks/b", "电话确认液压泵交期", ("due yesterday",), "20 Nov", "阿里巴巴", "500,000 CNY"),
        TodayLine("quiet", "customers/d", "Globex", ("no touch for 41 days, cadence 30d", "2 open deals")),
    ),
    hidden=3,
)
BOARD = BoardView(
    "Sales",
    (
        BoardColumn(
            "talk",
            "Talking",
            "open",
            (BoardCard("deals/a", "Renewal", "8,400 EUR", "anna"), BoardCard("deals/b", "液压项目", "", "", "late")),
            5,
            "908,400 EUR",
        ),
        BoardColumn("offer", "Offer", "open", (), 0),
        BoardColumn("won", "Won", "won", (), 38, "1.2m EUR"),
    ),
)
PEOPLE = Related("Contacts", (RelatedLine("contacts/li", "Li Wei", ("CTO", "li@acme.de")),))
CALL = TimelineLine("2026-11-20 14:03", "anna", "call", text="wants a quote", direction="in", took="20min")
MOVE = TimelineLine("2026-11-18 09:10", "anna", "move", what="stage: trial → customer")
RECORD = RecordView(
    "customers/acme",
    "customer",
    "Acme GmbH",
    (
        FieldLine("tier", "Tier", "A"),
        FieldLine("owner", "Owner", "Anna", "anna-k2x81"),
        FieldLine("n", "Size", "abc", bad=True),
    ),
    tags=("emea", "vip"),
    track=(StageMark("lead", "open", done=True), StageMark("customer", "won", here=True)),
    since="12d",
    related=(PEOPLE,),
    timeline=(CALL, MOVE),
    older=5,
    body="Likes tea.",
    problems=("line 4: size: `abc` is no number",),
    extra=(FieldLine("foo", "foo", "bar"),),
)


def seen(lines: list[Line]) -> list[str]:
    return paint(lines, colour=False)


def test_today() -> None:
    assert seen(today_lines(TODAY, 80)) == [
        "Today Sat 21 Nov 2026                                                  Anna Berg",
        "",
        "Late",
        "  1  Send the offer      Acme GmbH   12,000 EUR  18 Nov",
        "     due 3 days ago",
        "  2  电话确认液压泵交期  阿里巴巴   500,000 CNY  20 Nov",
        "     due yesterday",
        "",
        "Quiet",
        "  3  Globex",
        "     no touch for 41 days, cadence 30d; 2 open deals",
        "",
        "3 more: --all shows them",
    ]


def test_today_has_reasons_beside_the_title_where_there_is_room() -> None:
    assert seen(today_lines(TODAY, 120))[3] == (
        "  1  Send the offer      Acme GmbH   12,000 EUR  18 Nov  due 3 days ago"
    )


def test_an_empty_day_is_said() -> None:
    assert seen(today_lines(TodayView("anna", "today", ()), 80))[-1] == "Nothing waits."


def test_board() -> None:
    assert seen(board_lines(BOARD, 40)) == [
        "Sales",
        "",
        "Talking           5  Offer             0",
        "        908,400 EUR",
        "───────────────────  ───────────────────",
        "Renewal",
        "anna      8,400 EUR",
        "",
        "! 液压项目",
        "",
        "… 3 more",
        "",
        "Won 38 (1.2m EUR)",
    ]


def test_record() -> None:
    assert seen(record_lines(RECORD, 60)) == [
        "Acme GmbH                                    customer · acme",
        "lead ─ [customer]   12d here",
        "+emea +vip",
        "",
        "Tier   A",
        "Owner  Anna  anna-k2x81",
        "Size   ! abc",
        "",
        "! line 4: size: `abc` is no number",
        "",
        "Likes tea.",
        "",
        "Contacts  1",
        "  Li Wei  CTO  li@acme.de",
        "",
        "In the file, not in the schema",
        "foo  bar",
        "",
        "Timeline",
        "2026-11-20 14:03  ← call  20min · anna",
        "                  wants a quote",
        "2026-11-18 09:10  move  stage: trial → customer  anna",
        "                  5 older",
    ]


def test_brief() -> None:
    view = BriefView(
        "customers/acme", "Acme", "tier A", RECORD.fields[:1], PEOPLE.lines, last=(CALL,), warnings=("quiet",)
    )
    assert seen(brief_lines(view, 60)) == [
        "Acme                                                    acme",
        "tier A",
        "! quiet",
        "",
        "People  1",
        "  Li Wei  CTO  li@acme.de",
        "",
        "Tier  A",
        "",
        "Last",
        "2026-11-20 14:03  ← call  20min · anna",
        "                  wants a quote",
    ]


@pytest.mark.parametrize("cells", [40, 60, 80, 120, 200])
def test_no_screen_is_wider_than_the_terminal(cells: int) -> None:
    for lines in (today_lines(TODAY, cells), board_lines(BOARD, cells), record_lines(RECORD, cells)):
        assert max(map(width, seen(lines))) <= cells
