from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.reports.board import board, board_table, chosen_pipeline
from crmcli.reports.pipelines import PipelineUnknownError, pipeline_list, pipeline_named, pipeline_show
from crmcli.reports.views import BoardView
from tests.unit.reports.day_book import DayBook


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DayBook:
    day = DayBook(tmp_path / "book", monkeypatch)
    fresh = "2026-11-19T09:00:00+01:00"
    day.add("customers/acme", name="Acme")
    day.add("deals/small", at=fresh, name="Small", amount="0.10 EUR", customer="acme", owner="ben")
    day.add("deals/great", at=fresh, name="Great", amount="0.20 EUR", close="2026-11-01")
    day.add("deals/foreign", name="Foreign", amount="700.00 USD")
    day.add("deals/none", at=fresh, name="None")
    day.add("deals/won", name="Won", amount="5.00 EUR", stage="won")
    day.add("deals/gone", name="Gone", amount="5.00 EUR", archived="2026-10-01")
    return day


def shown(view: BoardView) -> dict[str, list[str]]:
    return {column.name: [card.title for card in column.cards] for column in view.columns if column.found}


def test_cards_stand_in_their_stage_the_greatest_amount_first(day: DayBook) -> None:
    book = day.open()
    view = board(book, pipeline_named(book, "sales"), [])
    assert shown(view) == {"contact": ["Great", "Small", "Foreign", "None"], "won": []}
    first = view.columns[0]
    assert (first.found, first.total, view.columns[4].total) == (4, "0.30 EUR", "5 EUR")


def test_marks_say_late_and_quiet(day: DayBook) -> None:
    book = day.open()
    marks = {card.title: card.mark for card in board(book, pipeline_named(book, "sales"), []).columns[0].cards}
    assert marks == {"Great": "late", "Small": "", "Foreign": "quiet", "None": ""}


def test_amounts_without_a_rate_are_left_out_and_counted(day: DayBook) -> None:
    book = day.open()
    assert board(book, pipeline_named(book, "sales"), []).notes == (
        "1 amount without a rate to EUR left out of the sums: see rates.tsv",
    )


def test_words_narrow_and_a_limit_keeps_the_counts(day: DayBook) -> None:
    book = day.open()
    assert shown(board(book, pipeline_named(book, "sales"), ["owner:ben"])) == {"contact": ["Small"]}
    column = board(book, pipeline_named(book, "sales"), [], cards=1).columns[0]
    assert ([card.title for card in column.cards], column.found) == (["Great"], 4)


def test_the_first_word_may_name_a_pipeline_a_label_or_a_type(day: DayBook) -> None:
    book = day.open()
    assert chosen_pipeline(book, [])[0].name == "sales"
    assert chosen_pipeline(book, ["tasks", "for:me"])[0].name == "task"
    assert chosen_pipeline(book, ["销售"]) == (book.setup.pipelines["sales"], [])
    assert chosen_pipeline(book, ["owner:ben"]) == (book.setup.pipelines["sales"], ["owner:ben"])
    with pytest.raises(PipelineUnknownError, match="did you mean sales"):
        pipeline_named(book, "sails")


def test_rows_for_scripts_count_in_minor_units_and_list_ids(day: DayBook) -> None:
    book = day.open()
    rows = board_table(book, pipeline_named(book, "sales"), []).rows
    assert rows[0] == ["contact", "Contact", "open", 4, 30, ["great", "small", "foreign", "none"]]
    assert rows[4] == ["won", "Won", "won", 1, 500, ["won"]]


def test_pipelines_are_listed_with_what_is_open_and_shown_with_their_rules(day: DayBook) -> None:
    book = day.open()
    listed = {row[0]: list(row[4:]) for row in pipeline_list(book).rows}
    assert listed["sales"] == [4, 5]
    rows = pipeline_show(book, book.setup.pipelines["sales"]).rows
    assert rows[2][:7] == [
        "proposal",
        "Proposal",
        "open",
        ["needs", "negotiation", "won", "lost", "hold"],
        ["amount"],
        0.5,
        "21d",
    ]
    assert rows[0][7:] == [4, 30]


def test_a_stage_the_pipeline_does_not_have_is_counted_and_said(day: DayBook) -> None:
    day.put("deals/hand.md", "---\nname: Hand\nstage: nowhere\n---\n")
    book = day.open()
    assert "1 deal in a stage this pipeline does not have" in board(book, pipeline_named(book, "sales"), []).notes[1]
