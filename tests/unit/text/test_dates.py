"""The one date grammar. Now is Saturday 2026-11-21, 20:30:05 in Berlin."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.text.dates import When, date_hint, format_day, parse_ends, parse_range, parse_when, parse_word
from crmcli.text.moments import WEEKDAYS

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 20, 30, 5, 120000, tzinfo=BERLIN)


def said(when: When | None) -> str:
    """A result as short text: a day, a moment with its offset, a period with two dots."""
    if when is None:
        return "none"
    if when.kind == "period":
        return f"{when.start}..{when.end}"
    assert when.start == when.end
    assert isinstance(when.start, datetime) == (when.kind == "time")
    return when.start.isoformat()


ENGLISH = """
today        2026-11-21
Tomorrow     2026-11-22
yesterday    2026-11-20
now          2026-11-21T20:30:05+01:00
fri          2026-11-27
-fri         2026-11-20
sat          2026-11-28
-sat         2026-11-14
sun          2026-11-22
-Sunday      2026-11-15
-30d         2026-10-22
+2w          2026-12-05
+1mo         2026-12-21
-1y          2025-11-21
+0d          2026-11-21
+4h          2026-11-22T00:30:05+01:00
-15min       2026-11-21T20:15:05+01:00
+1.5h        2026-11-21T22:00:05+01:00
2026-11-20   2026-11-20
2026-06-20T14:00          2026-06-20T14:00:00+02:00
2026-11-20T14:00:03Z      2026-11-20T15:00:03+01:00
2026-11-20t14:00+08:00    2026-11-20T07:00:00+01:00
2026-11-20@9:00           2026-11-20T09:00:00+01:00
2026-03-29T02:30          2026-03-29T03:30:00+02:00
2026-11      2026-11-01..2026-11-30
2026-02      2026-02-01..2026-02-28
2026-q4      2026-10-01..2026-12-31
Q1           2026-01-01..2026-03-31
2026         2026-01-01..2026-12-31
9999-12      9999-12-01..9999-12-31
9999-q4      9999-10-01..9999-12-31
2026-w47     2026-11-16..2026-11-22
2026-W53     2026-12-28..2027-01-03
14:00        2026-11-21T14:00:00+01:00
9:30         2026-11-21T09:30:00+01:00
3pm          2026-11-21T15:00:00+01:00
12am         2026-11-21T00:00:00+01:00
24:00        2026-11-22T00:00:00+01:00
fri@14:00    2026-11-27T14:00:00+01:00
fri@3:15pm   2026-11-27T15:15:00+01:00
"""

CHINESE = """
今天         2026-11-21
明天         2026-11-22
后天         2026-11-23
大后天       2026-11-24
昨天         2026-11-20
前天         2026-11-19
现在         2026-11-21T20:30:05+01:00
周三         2026-11-18
星期三       2026-11-18
礼拜天       2026-11-22
周日         2026-11-22
下周一       2026-11-23
下个星期一   2026-11-23
上周五       2026-11-13
下下周二     2026-12-01
本周         2026-11-16..2026-11-22
上周         2026-11-09..2026-11-15
下周末       2026-11-28..2026-11-29
月底         2026-11-30
月初         2026-11-01
下月底       2026-12-31
下个月       2026-12-01..2026-12-31
上个月5号    2026-10-05
季度末       2026-12-31
下季度       2027-01-01..2027-03-31
四季度       2026-10-01..2026-12-31
2025年第三季度   2025-07-01..2025-09-30
年底         2026-12-31
明年3月      2027-03-01..2027-03-31
明年         2027-01-01..2027-12-31
2027年       2027-01-01..2027-12-31
3天后        2026-11-24
三天前       2026-11-18
两周后       2026-12-05
十二天后     2026-12-03
6个月后      2027-05-21
半年后       2027-05-21
半小时后     2026-11-21T21:00:05+01:00
11月20日     2026-11-20
十一月二十号 2026-11-20
2026年11月20日   2026-11-20
２０２６年１２月１日   2026-12-01
下午3点      2026-11-21T15:00:00+01:00
上午九点     2026-11-21T09:00:00+01:00
晚上8点      2026-11-21T20:00:00+01:00
晚上12点     2026-11-22T00:00:00+01:00
中午12点     2026-11-21T12:00:00+01:00
凌晨12点     2026-11-21T00:00:00+01:00
今晚八点半   2026-11-21T20:30:00+01:00
今晚         2026-11-21
明天下午三点半   2026-11-22T15:30:00+01:00
明天的下午3点15分   2026-11-22T15:15:00+01:00
明天14：00   2026-11-22T14:00:00+01:00
下周一上午十点一刻   2026-11-23T10:15:00+01:00
11月20日9点  2026-11-20T09:00:00+01:00
"""


NO_DATES = """
vip -vip +vip 12k 5 +3 3d 30m +30m 20.11.2026 11/20/2026 2026-02-30
2026-13 2026-w54 2026-q5 q5 2026- 0000 9999-99-99 25:00 14:60 13pm fri@
@14:00 2026-11@14:00 next mon-fri +3wd +99999999y +9999999d +999999y 明
周 月 日 前 后 年 你好 周八 2月30日 13月1日 明天：下午 下周一二 三 3个工作日后 2026-11-20T25:00
2026-11-20x14:00 ² ２².split
"""


@pytest.mark.parametrize("line", [*ENGLISH.strip().splitlines(), *CHINESE.strip().splitlines()])
def test_words(line: str) -> None:
    word, meaning = line.split()
    assert said(parse_word(word, NOW)) == meaning


@pytest.mark.parametrize("word", NO_DATES.split())
def test_words_that_are_no_dates(word: str) -> None:
    assert parse_word(word, NOW) is None


@pytest.mark.parametrize(
    ("words", "meaning", "used"),
    [
        ("2026-12-01 14:00 call", "2026-12-01T14:00:00+01:00", 2),
        ("fri 14:00", "2026-11-27T14:00:00+01:00", 2),
        ("fri 3pm call", "2026-11-27T15:00:00+01:00", 2),
        ("fri 5 bottles", "2026-11-27", 1),
        ("14:00 fri", "2026-11-21T14:00:00+01:00", 1),
        ("2026-11 14:00", "2026-11-01..2026-11-30", 1),
        ("明天 14：00 打电话", "2026-11-22T14:00:00+01:00", 2),
        ("明天 下午 3点 打电话", "2026-11-22T15:00:00+01:00", 3),
        ("明天 下午3点", "2026-11-22T15:00:00+01:00", 2),
        ("in 3 days call", "2026-11-24", 3),
        ("in 1 hour", "2026-11-21T21:30:05+01:00", 3),
        ("in 2w call", "2026-12-05", 2),
        ("in the meantime", "none", 0),
        ("call", "none", 0),
        ("", "none", 0),
    ],
)
def test_the_longest_run_of_words(words: str, meaning: str, used: int) -> None:
    found = parse_when(words.split(), NOW)
    assert (said(found[0]), found[1]) == (meaning, used) if found else meaning == "none"


def test_a_quoted_pair_of_words_is_one_date() -> None:
    assert said(parse_word("2026-12-01 14:00", NOW)) == "2026-12-01T14:00:00+01:00"
    assert parse_word("2026-12-01 14:00 call", NOW) is None


def test_weeks_may_begin_on_sunday() -> None:
    assert said(parse_word("周日", NOW, week="sun")) == "2026-11-15"
    assert said(parse_word("本周", NOW, week="sun")) == "2026-11-15..2026-11-21"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11..fri", "2026-11-01", "2026-11-27"),
        ("..-30d", None, "2026-10-22"),
        ("-1y..", "2025-11-21", None),
        ("2026-q4", "2026-10-01", "2026-12-31"),
        ("今天..下周一", "2026-11-21", "2026-11-23"),
        ("..now", None, "2026-11-21"),
    ],
)
def test_ranges(text: str, first: str | None, last: str | None) -> None:
    found = parse_range(text, NOW)
    assert found is not None
    assert [day and day.isoformat() for day in found] == [first, last]


@pytest.mark.parametrize("text", ["..", "", "a..b", "fri..x", "x.."])
def test_no_ranges(text: str) -> None:
    assert parse_range(text, NOW) is None
    assert parse_ends(text, NOW) is None


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("20.11.2026", "write 2026-11-20"),
        ("11/20/2026", "write 2026-11-20"),
        ("3/4/2026", "write 2026-03-04 or 2026-04-03"),
        ("2026/11/20", "write 2026-11-20"),
        ("20.11.26", "write 2026-11-20"),
        ("99.99.2026", ""),
        ("-30m", "write -30min for minutes or -30mo for months"),
        ("soon", ""),
    ],
)
def test_other_notations_get_a_hint(typed: str, hint: str) -> None:
    assert parse_word(typed, NOW) is None
    assert date_hint(typed) == hint


nows = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda moment: moment.replace(tzinfo=BERLIN))  # noqa: DTZ001


@given(nows, st.sampled_from(WEEKDAYS))
def test_weekdays_lie_strictly_after_or_before_today(now: datetime, weekday: str) -> None:
    coming, last = parse_word(weekday, now), parse_word(f"-{weekday}", now)
    assert coming is not None
    assert last is not None
    assert now.date() < coming.first <= now.date() + timedelta(7)
    assert now.date() > last.first >= now.date() - timedelta(7)
    assert coming.first.weekday() == last.first.weekday() == WEEKDAYS.index(weekday)


@given(nows)
def test_days_and_moments_are_read_back(now: datetime) -> None:
    assert said(parse_word(now.date().isoformat(), now)) == now.date().isoformat()
    moment = now.replace(microsecond=0).astimezone(UTC)
    found = parse_word(moment.isoformat(), now)
    assert found is not None
    assert isinstance(found.start, datetime)
    assert found.start.astimezone(UTC) == moment  # else never equal in the hour that autumn repeats


@given(nows, st.integers(-1, 13), st.sampled_from(["en", "zh"]))
def test_what_is_shown_in_chinese_means_the_same_when_typed(now: datetime, days: int, language: str) -> None:
    day = now.date() + timedelta(days)
    shown = format_day(day, now, language)
    if language == "zh" or days in (-1, 0, 1):
        found = parse_word(shown, now)
        assert found is not None
        assert found.first == day


def test_days_for_people() -> None:
    def days(language: str) -> list[str]:
        return [format_day(NOW.date() + timedelta(n), NOW, language) for n in (-40, -1, 0, 1, 6, 9, 30, 100)]

    assert days("en") == [
        "Mon 12 Oct",
        "yesterday",
        "today",
        "tomorrow",
        "Fri 27 Nov",
        "Mon 30 Nov",
        "Mon 21 Dec",
        "1 Mar 2027",
    ]
    assert days("zh-Hans") == ["10月12日", "昨天", "今天", "明天", "下周五", "11月30日", "12月21日", "2027年3月1日"]
    assert format_day(datetime(2026, 11, 21, 23, 0, tzinfo=UTC), NOW, "en") == "tomorrow 00:00"
    assert format_day(date(2026, 11, 18), NOW, "zh") == "11月18日"
