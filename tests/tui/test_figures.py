"""The reports on the screen: figures of the reports, bars, down to the records and back."""

from __future__ import annotations

from pathlib import Path

from crmcli.actions.move import move_records
from crmcli.model.record import Ref
from crmcli_tui.screens.record import RecordScreen
from crmcli_tui.screens.records import RecordsScreen
from crmcli_tui.screens.reports import ReportsScreen
from crmcli_tui.widgets.rows import Rows
from crmcli_tui.widgets.said import Said
from tests.tui.rounds import NARROW, Round, elsewhere, play


def figures(turn: Round) -> ReportsScreen:
    return turn.at(ReportsScreen)


def test_from_a_row_to_its_records_and_to_one_of_them(root: Path) -> None:
    """Needs holds 50,000 and Proposal 12,000, so its bar is 12/50 of twenty cells: 4.8, drawn in eighths."""

    async def script(turn: Round) -> None:
        await turn.press("3")
        text = turn.text()
        assert "[pipeline]" in text
        assert "50,000  ████████████████████" in text
        assert "12,000  ████▊" in text
        assert "62,000" in text
        assert "18,500" in text
        await turn.press("j", "j", "enter")
        turn.at(RecordsScreen)
        assert turn.rows("records") == ["deals/crates"]
        assert "stage:proposal" in turn.text()
        await turn.press("enter")
        assert turn.at(RecordScreen).ref == "deals/crates"
        await turn.press("escape", "escape")
        assert figures(turn).rows.cursor == "row:2"

    play(root, script)


def test_won_by_owner_and_the_other_reports(root: Path) -> None:
    elsewhere(root, lambda book: move_records(book, [Ref("deals", "crates")], "won", ()))

    async def script(turn: Round) -> None:
        await turn.press("3", "right", "right")
        screen = figures(turn)
        assert screen._report == "won"
        await turn.press("b")
        turn.front.query_one("PickForm Rows", Rows).go("owner")
        await turn.press("enter")
        text = turn.text()
        assert "Anna Kern" in text
        assert "12,000" in text
        assert "100.00%" in text
        assert "by owner" in text
        await turn.press("p")
        turn.front.query_one("PickForm Rows", Rows).go("last year")
        await turn.press("enter")
        assert "12,000" not in turn.text()
        for name in ("activity", "stale", "pipeline", "funnel"):
            await turn.press("right")
            assert screen._report == name
            assert f"[{name}]" in turn.text()

    play(root, script, size=NARROW)


def test_a_filter_narrows_a_wrong_one_says_so_and_what_others_win_appears(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("3", "f")
        await turn.type("customer:acme ")
        assert "50,000" not in turn.text()
        await turn.press("enter")
        assert figures(turn).focused is figures(turn).rows
        await turn.press("f")
        await turn.type(" nosuch:1 ")
        said = figures(turn).query_one(Said).text
        assert "nosuch" in said
        await turn.press("escape")
        assert "12,000  ████▊" in turn.text()
        elsewhere(root, lambda book: move_records(book, [Ref("deals", "crates")], "won", ()))
        await turn.glance()
        assert "50,000" in turn.text()
        assert "12,000" not in turn.text()

    play(root, script)
