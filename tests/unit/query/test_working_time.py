"""Working time in questions: lengths, moments counted from now, elapsed time, per pipeline; against plain Python."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from crmcli.model.record import Value
from crmcli.model.schema import Hours, RecordType
from crmcli.query.arithmetic import MixedWorkingError
from crmcli.query.compile import compile_filter, compile_value
from crmcli.query.env import QueryEnv
from crmcli.query.operators.unfit import MixedLengthError
from crmcli.query.words import parse_words
from tests.unit.query.book import CUSTOMER, DEAL, ENV, NOW, SETUP, ZONE, make_index

OFFICE = Hours("office", (((540, 720), (810, 1080)),) * 5 + ((), ()), (("2026-11-16", "2026-11-16"),))  # 7½ h a day
SITE = Hours("site", (((360, 960),),) * 6 + ((),))  # 10 h from Monday to Saturday
HOURS = {"office": OFFICE, "site": SITE}
PIPELINES = {name: line._replace(hours="site" if name == "project" else "") for name, line in SETUP.pipelines.items()}
BOTH = SETUP._replace(config=SETUP.config._replace(hours=HOURS), pipelines=PIPELINES)
OFFICE_ONLY = SETUP._replace(config=SETUP.config._replace(hours={"office": OFFICE}))
ENTRIES = [NOW - timedelta(hours=step * 5 + 0.2) for step in range(60)]


def deals() -> dict[str, dict[str, Value]]:
    """Deals of both pipelines that came into their stage one after another, five hours apart."""
    found: dict[str, dict[str, Value]] = {}
    for number, entry in enumerate(ENTRIES):
        since = entry.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        line = "project" if number % 2 else "sales"
        found[f"d{number:02d}"] = {
            "pipeline": line,
            "stage": "proposal",
            "stage_since": since,
            "created": since,
            "touched": since,
            "close": str((NOW + timedelta(days=number - 30)).date()),
        }
    return found


TERMS = {"short-1": "8wh", "day-2": "1wd", "three-3": "3wd", "month-4": "30d", "two-5": "2w", "none-6": ""}


@pytest.fixture(scope="module")
def index() -> sqlite3.Connection:
    customers: dict[str, dict[str, Value]] = {
        key: {"terms": terms, "created": "2026-11-13T10:00:00+08:00"} if terms else {} for key, terms in TERMS.items()
    }
    return make_index({"deals": deals(), "customers": customers, "members": {}, "tasks": {}, "notes": {}})


def ask(index: sqlite3.Connection, words: str, env: QueryEnv, kind: RecordType = DEAL) -> set[str]:
    asked = compile_filter(parse_words([words]), kind, env)
    sql = f'SELECT r.id FROM "rec_{kind.plural}" r WHERE {asked.text}'  # noqa: S608
    return {row[0] for row in index.execute(sql, asked.params)}


def worked(hours: Hours, start: datetime, end: datetime) -> float:
    """Working hours by a walk in steps of a minute; the zone has no clock changes."""
    minutes, at = 0, start
    while at < end:
        minute = at.hour * 60 + at.minute
        off = any(a <= str(at.date()) <= b for a, b in hours.off)
        minutes += not off and any(a <= minute < b for a, b in hours.days[at.weekday()])
        at += timedelta(minutes=1)
    return minutes / 60


SPENT = [{hours.name: worked(hours, entry, NOW) for hours in (OFFICE, SITE)} for entry in ENTRIES]


def test_elapsed_time_is_that_of_the_records_pipeline(index: sqlite3.Connection) -> None:
    env = ENV._replace(setup=BOTH)
    for days in (1, 2, 3, 5):
        late = {
            f"d{number:02d}"
            for number, spent in enumerate(SPENT)
            if (spent["site"] > 10 * days if number % 2 else spent["office"] > 7.5 * days)
        }
        assert 0 < len(late) < len(ENTRIES)
        assert ask(index, f"now - stage_since > {days}wd", env) == late
        assert ask(index, f"-(now - stage_since > {days}wd)", env) == set(deals()) - late
        assert ask(index, f"{days}wd < now - stage_since", env) == late
        assert ask(index, f"(now - stage_since) / 1wd > {days}", env) == late


def test_hours_and_sums_of_working_time(index: sqlite3.Connection) -> None:
    env = ENV._replace(setup=OFFICE_ONLY)
    late = {f"d{n:02d}" for n, spent in enumerate(SPENT) if spent["office"] > 20}
    assert ask(index, "now - stage_since > 20wh", env) == late
    assert ask(index, "now - stage_since - 5wh > 15wh", env) == late
    assert ask(index, "now - stage_since > 2 * 10wh", env) == late


@pytest.mark.parametrize(
    ("words", "then"),
    [
        ("touched<-1wd", "2026-11-19T14:03"),
        ("touched<-5wd", "2026-11-12T14:03"),  # the 16th is off
        ("touched:..-5wd", "2026-11-12T14:03"),
        ("touched<-8wh", "2026-11-19T13:33"),  # 3 h 33 min of the 20th, then 4 h 27 min back from 18:00 of the 19th
    ],
)
def test_moments_before_now(index: sqlite3.Connection, words: str, then: str) -> None:
    limit = datetime.fromisoformat(then).replace(tzinfo=ZONE)
    expected = {f"d{n:02d}" for n, entry in enumerate(ENTRIES) if entry < limit}
    assert ask(index, words, ENV._replace(setup=OFFICE_ONLY)) == expected


def test_moments_after_now(index: sqlite3.Connection) -> None:
    env = ENV._replace(setup=OFFICE_ONLY)  # three working days after Friday the 20th is Wednesday the 25th
    before = {key for key, values in deals().items() if str(values["close"]) <= "2026-11-25"}
    assert ask(index, "close:..+3wd", env) == before
    assert ask(index, "close<=today + 3wd", env) == before
    assert ask(index, "created + 5wd < now", env) == ask(index, "created<-5wd", env)


@pytest.mark.parametrize(
    ("expression", "then"),
    [
        ("created + 5wd", "2026-11-23T02:00:00Z"),  # Friday 13th 10:00; Monday 16th is off
        ("created + 8wh", "2026-11-17T02:30:00Z"),  # 6½ h that Friday, 1½ h on Tuesday
        ("created - 3wd", "2026-11-10T02:00:00Z"),
        ("2026-11-13 + 1wd", "2026-11-17"),
        ("created + 2 * 4wh", "2026-11-17T02:30:00Z"),
    ],
)
def test_sums_of_dates_and_working_time(index: sqlite3.Connection, expression: str, then: str) -> None:
    value = compile_value(expression, CUSTOMER, ENV._replace(setup=OFFICE_ONLY))
    found = index.execute(f"SELECT {value.text} FROM rec_customers r WHERE r.id = 'day-2'", value.params)  # noqa: S608
    assert found.fetchone() == (then,)


def test_a_date_and_the_length_of_a_record(index: sqlite3.Connection) -> None:
    value = compile_value("created + terms", CUSTOMER, ENV._replace(setup=OFFICE_ONLY))
    found = dict(index.execute(f"SELECT r.id, {value.text} FROM rec_customers r", value.params).fetchall())  # noqa: S608
    assert found == {
        "short-1": "2026-11-17T02:30:00Z",
        "day-2": "2026-11-17T02:00:00Z",
        "three-3": "2026-11-19T02:00:00Z",
        "month-4": "2026-12-13T02:00:00Z",
        "two-5": "2026-11-27T02:00:00Z",
        "none-6": None,
    }


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("terms>8wh", {"three-3"}),  # a day has 7½ hours here
        ("terms<=8wh", {"short-1", "day-2"}),
        ("terms=1wd", {"day-2"}),
        ("terms:8wh..3wd", {"short-1", "three-3"}),
        ("terms>1w", {"month-4", "two-5"}),
        ("terms:..30d", {"month-4", "two-5"}),
        ("terms!=3wd", {"short-1", "day-2", "month-4", "two-5", "none-6"}),
    ],
)
def test_fields_with_both_kinds_of_lengths(index: sqlite3.Connection, words: str, found: set[str]) -> None:
    assert ask(index, words, ENV._replace(setup=OFFICE_ONLY), CUSTOMER) == found


@pytest.mark.parametrize(
    ("words", "error", "column", "hint"),
    [
        ("now - created > 3wd + 2d", MixedWorkingError, 20, "write 2wd for working time, or 3d for time by the"),
        ("now - created > 3d + 2wh", MixedWorkingError, 19, "write 3wd for working time, or 2h for time by the"),
        ("close<3wd", MixedLengthError, 5, "`-3wd` is that long ago, `+3wd` that far ahead"),
        ("close:3wd", MixedLengthError, 6, "`-3wd` is that long ago"),
    ],
)
def test_mixtures_offer_both(words: str, error: type[Exception], column: int, hint: str) -> None:
    with pytest.raises(error) as raised:
        compile_filter(parse_words([words]), DEAL, ENV._replace(setup=OFFICE_ONLY))
    assert hint in getattr(raised.value, "hint", "")
    assert getattr(raised.value, "column", -1) == column
