"""Working calendars of crm.toml: read, kept, refused line by line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crmcli.model.problem import Problem
from crmcli.model.schema import Config, Hours
from crmcli.store.setup.cache import read_cache, write_cache
from crmcli.store.setup.compile import compile_setup
from crmcli.store.setup.files import EngineFile

CN = """
[hours.cn]
mon-fri = "09:00-12:00 13:30-18:00"
fri = "09:00-12:00"
off = ["2026-10-01..2026-10-08", "2027-01-01"]
on = ["2026-10-10"]

[hours.night]
sat-mon = "00:00-06:00 22:00-24:00"
"""
FULL = ((540, 720), (810, 1080))
NIGHT = ((0, 360), (1320, 1440))


def config_of(text: str) -> tuple[Config, list[Problem]]:
    setup = compile_setup([EngineFile("crm.toml", text.encode())])
    return setup.config, list(setup.problems)


def test_calendars_are_read_in_their_order() -> None:
    config, problems = config_of(CN)
    assert problems == []
    cn = Hours(
        "cn",
        (FULL, FULL, FULL, FULL, ((540, 720),), (), ()),
        (("2026-10-01", "2026-10-08"), ("2027-01-01", "2027-01-01")),
        (("2026-10-10", "2026-10-10"),),
    )
    assert list(config.hours.items()) == [
        ("cn", cn),
        ("night", Hours("night", (NIGHT, (), (), (), (), NIGHT, NIGHT))),
    ]


def test_a_days_own_line_wins_wherever_it_stands() -> None:
    config, _ = config_of('[hours.x]\nfri = "08:00-09:00"\nmon-fri = "09:00-12:00"\n')
    assert config.hours["x"].days[3:5] == (((540, 720),), ((480, 540),))


def test_the_cache_keeps_them(tmp_path: Path) -> None:
    setup = compile_setup([EngineFile("crm.toml", CN.encode())])
    write_cache(tmp_path / "kept", "k", setup)
    again = read_cache(tmp_path / "kept", "k")
    assert again == setup
    assert again is not None
    assert hash(again.config.hours["cn"])  # tuples all through, as from the files
    assert json.loads((tmp_path / "kept").read_bytes())["setup"]["config"]["hours"]["night"][0] == "night"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('mon = "22:00-06:00"', "`mon` of hours.x must be times of one day, each span before midnight or up to 24:00"),
        ('mon = "09:00-24:30"', "`mon` of hours.x must be times of one day, each span before midnight or up to 24:00"),
        ('mon = "09:00-09:00"', "`mon` of hours.x must be times of one day, each span before midnight or up to 24:00"),
        ('mon = "13:00-18:00 09:00-12:00"', "`mon` of hours.x must be times in order and apart"),
        ('mon = "09:00-13:00 12:00-18:00"', "`mon` of hours.x must be times in order and apart"),
        ('mon = "9-17"', "`mon` of hours.x must be times of the day"),
        ("off = []", "hours.x says no working time"),
        ('off = ["2026-02-30"]\ntue = "09:00-10:00"', "`off` of hours.x must be a list of dates or ranges"),
        ('on = ["2026-10-08..2026-10-01"]\ntue = "09:00-10:00"', "`on` of hours.x must be a list of dates or ranges"),
    ],
)
def test_wrong_lines_are_told_with_their_place(line: str, message: str) -> None:
    config, problems = config_of(f"[hours.x]\n{line}\n")
    assert len(problems) == 1
    assert problems[0].message.startswith(message)
    assert (problems[0].path, problems[0].line) == ("crm.toml", 1 if "says no" in message else 2)
    assert ("x" in config.hours) == ("tue" in line)
