"""The demo book: whole, sound, the same every time, and never in anybody's way."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from crmcli.actions.demo import FolderOccupiedError, MadeDemo, make_demo
from crmcli.actions.demo_makings import Days
from crmcli.actions.init import Person
from crmcli.checks import run_checks
from crmcli.errors import CONFLICT
from crmcli.reports.today import queue_of

NOW = "2026-11-20T14:03:11+01:00"
ANNA = Person("Anna Kern", "anna@example.com")


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MadeDemo:
    monkeypatch.setenv("CRM_NOW", NOW)
    monkeypatch.setenv("CRM_RANDOM", "7")
    return make_demo(tmp_path / "demo", ANNA)


def test_nothing_is_wrong_in_it(demo: MadeDemo) -> None:
    assert run_checks(demo.book) == []


def test_it_is_a_business(demo: MadeDemo) -> None:
    rows = demo.book.index.rows('SELECT "_kind", count(*) FROM rec_deals GROUP BY 1 ORDER BY 1')
    assert {row[0]: row[1] for row in rows} == {"hold": 1, "lost": 6, "open": 10, "won": 13}
    assert demo.counts == {
        "members": 5, "products": 7, "customers": 25, "contacts": 30, "deals": 30, "tasks": 23,
    }  # fmt: skip
    assert demo.lines >= 60


def test_every_amount_has_a_value_in_the_books_currency(demo: MadeDemo) -> None:
    row = demo.book.index.row('SELECT count(*) FROM rec_deals WHERE "amount" IS NOT NULL AND "amount_book" IS NULL')
    assert row is not None
    assert row[0] == 0


def test_lost_deals_say_why_and_won_ones_took_their_time(demo: MadeDemo) -> None:
    index = demo.book.index
    assert not index.rows("SELECT id FROM rec_deals WHERE \"_kind\" = 'lost' AND lost_reason IS NULL")
    spans = index.rows(
        "SELECT julianday(closed) - julianday(created) FROM rec_deals WHERE \"_kind\" = 'won' ORDER BY closed"
    )
    assert all(20 < row[0] < 160 for row in spans)


@pytest.mark.parametrize("day", [f"2026-11-{n}" for n in range(16, 23)])
def test_a_day_of_work_waits_on_every_weekday(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setenv("CRM_NOW", f"{day}T08:15:00+01:00")
    queue = queue_of(make_demo(tmp_path / "demo", ANNA).book, [])
    assert {entry.group for entry in queue.entries} >= {"late", "today", "quiet", "loose"}


def test_nothing_happened_later_than_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_NOW", "2026-11-16T06:00:00+01:00")
    book = make_demo(tmp_path / "demo", ANNA).book
    row = book.index.row("SELECT max(at) FROM events")
    assert row is not None
    assert datetime.fromisoformat(row[0]) <= datetime.fromisoformat("2026-11-16T06:00:00+01:00")


def test_the_same_clock_and_seed_make_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_NOW", NOW)
    monkeypatch.setenv("CRM_RANDOM", "7")
    first, second = (_bytes(make_demo(tmp_path / name, ANNA).book.root) for name in ("one", "two"))
    assert first == second


def _bytes(root: Path) -> dict[str, bytes]:
    hidden = {".git", ".crm"}
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not hidden & set(path.relative_to(root).parts)
    }


def test_colleagues_did_their_part(demo: MadeDemo) -> None:
    rows = demo.book.index.rows("SELECT DISTINCT by FROM events WHERE \"do\" IN ('log', 'move')")
    assert len(rows) == 5
    assert demo.book.me.startswith("anna-kern-")


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(FolderOccupiedError) as refused:
        make_demo(tmp_path, ANNA)
    assert refused.value.exit_code == CONFLICT
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_somebodys_repository_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_NOW", NOW)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    made = make_demo(tmp_path / "demo", ANNA)
    assert not (made.book.root / ".git").exists()
    assert sorted(path.name for path in (tmp_path / ".git").iterdir()) == ["HEAD"]


@pytest.mark.parametrize(
    ("days", "falls_on"),
    [
        (0, "2026-11-21"),
        (-1, "2026-11-20"),
        (-7, "2026-11-13"),
        (1, "2026-11-23"),
        (2, "2026-11-23"),
        (-6, "2026-11-13"),
    ],
)
def test_weekends_are_avoided_but_today_is_today(days: int, falls_on: str) -> None:
    saturday = datetime.fromisoformat("2026-11-21T09:00:00+01:00")
    assert Days(saturday).day(days) == date.fromisoformat(falls_on)
