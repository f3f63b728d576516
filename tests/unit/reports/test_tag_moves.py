"""Who got a dynamic tag and who lost it, against a history whose ends of days are known by construction."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crmcli.model.change import Change
from crmcli.reports.tag_moves import moves_of
from tests.unit.reports.day_book import DayBook, ref

FIRST = datetime.fromisoformat("2026-03-01T12:00:00+01:00")
DAYS = 24
NAMES = ("ana", "bo", "cy", "di")


@pytest.mark.parametrize("seed", range(3))
def test_it_says_who_was_in_at_the_end_of_each_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    day = DayBook(tmp_path / "book", monkeypatch)
    (day.root / "rules").mkdir()
    rule = '[tag.big]\nfor = "customer"\nwhere = "size>=100"\nbut = "+out"\n'
    (day.root / "rules" / "tags.toml").write_text(rule, encoding="utf-8")
    sizes: dict[str, int] = {}
    out: set[str] = set()
    ends: list[frozenset[str]] = []
    for number in range(DAYS):
        at = (FIRST + timedelta(days=number)).isoformat()
        for name in dice.sample(NAMES, dice.randint(0, 3)):
            if name not in sizes:
                sizes[name] = dice.randint(1, 200)
                day.add(f"customers/{name}", at=at, name=name, size=str(sizes[name]))
            elif dice.random() < 0.3:
                add, remove = ((), ("out",)) if name in out else (("out",), ())
                day.change(Change("set", ref(f"customers/{name}"), "tags", add=add, remove=remove), at=at)
                out ^= {name}
            else:
                sizes[name] = dice.randint(1, 200)
                day.change(Change("set", ref(f"customers/{name}"), "size", to=str(sizes[name])), at=at)
        ends.append(frozenset(name for name, size in sizes.items() if size >= 100 and name not in out))
    begin = dice.randint(0, DAYS - 2)
    since = (FIRST + timedelta(days=begin)).replace(hour=23, minute=59, second=59)
    expected = {
        ((FIRST + timedelta(days=number)).date().isoformat(), change, f"customers/{name}")
        for number in range(begin + 1, DAYS)
        for change, names in (("entered", ends[number] - ends[number - 1]), ("left", ends[number - 1] - ends[number]))
        for name in names
    }
    book = day.open(at=(FIRST + timedelta(days=DAYS - 1, hours=3)).isoformat())
    found = moves_of(book, "big", since)
    assert {(move.day, move.change, move.ref) for move in found} == expected
    assert len(found) == len(expected)
    assert [move.day for move in found] == sorted((move.day for move in found), reverse=True)
    assert all(move.why for move in found)


def test_a_tag_put_by_hand_is_left_when_its_record_goes_and_entered_when_it_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = DayBook(tmp_path / "book", monkeypatch)
    ats = [(FIRST + timedelta(days=number)).isoformat() for number in range(5)]
    ana = ref("customers/ana")
    day.add(str(ana), at=ats[0], name="Ana")
    day.change(Change("set", ana, "tags", add=("vip",)), at=ats[1])
    day.change(Change("delete", ana), at=ats[2])
    day.change(Change("restore", ana, record={"name": "Ana", "tags": ["vip"]}), at=ats[3])
    day.change(Change("set", ana, "tags", remove=("vip",)), at=ats[4])
    book = day.open(at=ats[4])
    found = [(move.day, move.change) for move in moves_of(book, "vip", FIRST)]
    assert found == [
        ("2026-03-05", "left"),
        ("2026-03-04", "entered"),
        ("2026-03-03", "left"),
        ("2026-03-02", "entered"),
    ]
    deleted = moves_of(book, "vip", FIRST)[2]
    assert deleted.why == "deleted by Anna Kern"
