from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.reports.tags import nearest_tags, tag_list, tag_show
from tests.unit.reports.day_book import DayBook


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DayBook:
    day = DayBook(tmp_path / "book", monkeypatch)
    day.add("customers/acme", name="Acme", tags=["region/north", "vip"])
    day.add("customers/gone", name="Gone", tags=["vip"], archived="2026-10-01")
    day.add("deals/big", name="Big", tags=["vip"])
    return day


def test_tags_are_counted_per_type_without_archived_records(day: DayBook) -> None:
    assert tag_list(day.open()).rows == [
        ["region/north", 1, {"customers": 1}, None],
        ["vip", 2, {"customers": 1, "deals": 1}, None],
    ]


def test_who_carries_a_tag_or_one_below_it_archived_ones_last(day: DayBook) -> None:
    assert [row[0] for row in tag_show(day.open(), "vip").rows] == ["acme", "big", "gone"]
    assert tag_show(day.open(), "region").rows == [["acme", "customer", "Acme", ["region/north"], None]]
    assert tag_show(day.open(), "reg").rows == []


def test_a_tag_nobody_has_is_likened_to_those_in_use(day: DayBook) -> None:
    assert nearest_tags(day.open(), "vpi") == ["vip"]
