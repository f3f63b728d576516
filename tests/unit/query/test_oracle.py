# ruff: noqa: S608 - the tables are of this folder
"""Filters against a reader of the rows in plain Python, on books that nobody thought of.

Each operator is written down a second time here, from the meaning in docs/reference/language.md and not from the SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.model.record import Value
from crmcli.query.compile import compile_filter
from crmcli.query.printer import quote
from crmcli.query.words import parse_words
from crmcli.text.fold import fold
from tests.unit.query.book import CUSTOMER, DEAL, ENV, NOW, make_index

Row = Mapping[str, Value]
Test = Callable[[Row], bool]

PRIORITIES = ["low", "normal", "high", "urgent"]
STAGES = ["contact", "needs", "proposal", "negotiation", "won", "lost", "hold"]
TODAY = NOW.date()
TEXT = st.text("abÄß -阿Ｘé液", min_size=1, max_size=6).filter(lambda text: text.strip() != "")
DAYS = st.dates(date(2026, 8, 1), date(2027, 3, 1))

ROWS = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXT,
        "rival": TEXT,
        "qty": st.integers(-20, 20).map(lambda n: str(n / 4).removesuffix(".0")),
        "amount": st.integers(-5, 5).map(lambda n: f"{n}.00 CNY"),
        "close": DAYS.map(date.isoformat),
        "priority": st.sampled_from(PRIORITIES),
        "stage": st.sampled_from(STAGES),
        "owner": st.sampled_from(["anna-k2x81", "bob-12345"]),
        "team": st.lists(st.sampled_from(["anna-k2x81", "bob-12345"]), min_size=1, max_size=2, unique=True),
        "tags": st.lists(st.sampled_from(["vip", "key", "intent/a", "intent"]), min_size=1, max_size=3, unique=True),
        "scores": st.lists(st.integers(0, 9).map(str), min_size=1, max_size=3),
    },
)
BOOKS = st.lists(ROWS, max_size=6)


def text(row: Row, name: str) -> str | None:
    value = row.get(name)
    return value if isinstance(value, str) else None


def number(row: Row, name: str) -> float | None:
    value = text(row, name)
    return None if value is None else float(value.split()[0])


def compares(op: str, left: float | date | None, right: float | date) -> bool:
    if left is None:
        return False
    a, b = (float(x.toordinal()) if isinstance(x, date) else x for x in (left, right))
    return {"=": a == b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]


def ordered(op: str, field: str, names: list[str], name: str) -> Test:
    place = names.index(name)
    return lambda row: field in row and compares(op, names.index(str(row[field])), place)


def day_of(row: Row) -> date | None:
    value = text(row, "close")
    return date.fromisoformat(value) if value else None


def month_ends(month: str) -> tuple[date, date]:
    first = date.fromisoformat(f"{month}-01")
    return first, (first + timedelta(31)).replace(day=1) - timedelta(1)


def month_test(op: str, month: str) -> Test:
    """`<` before its first day, `>` after its last, `=` within."""
    first, last = month_ends(month)

    def test(row: Row) -> bool:
        day = day_of(row)
        if op == "=":
            return day is not None and first <= day <= last
        return compares(op, day, first if op in ("<", ">=") else last)

    return test


def contains(field: str, needle: str) -> Test:
    wanted = fold(needle)
    return lambda row: field in row and (wanted in fold(str(row[field])) if wanted else needle in str(row[field]))


def carries(tag: str) -> Test:
    return lambda row: any(t == tag or t.startswith(f"{tag}/") for t in row.get("tags", ()))


OPS = st.sampled_from(["=", "<", "<=", ">", ">="])
MONTHS = st.sampled_from(["2026-10", "2026-11", "2026-12"])
Asked = tuple[str, Test]


def numbers(field: str, op: str, quarters: int) -> Asked:
    value = quarters / 4
    return f"{field}{op}{value}", lambda row: compares(op, number(row, field), value)


def choices(op: str, name: str) -> Asked:
    return f"priority{op}{name}", ordered(op, "priority", PRIORITIES, name)


def days_from_now(count: int) -> Asked:
    return f"close<{count:+d}d", lambda row: compares("<", day_of(row), TODAY + timedelta(count))


def finds(field: str, needle: str) -> Asked:
    return f"{field}:{quote(needle)}", contains(field, needle)


def empty(name: str) -> Asked:
    return f"{name}:none", lambda row: name not in row


SIMPLE: st.SearchStrategy[Asked] = st.one_of(
    st.builds(numbers, st.sampled_from(["qty", "amount"]), OPS, st.integers(-20, 20)),
    st.builds(choices, OPS, st.sampled_from(PRIORITIES)),
    st.sampled_from(STAGES).map(lambda name: (f"stage:{name}", lambda row: row.get("stage", "contact") == name)),
    st.builds(lambda op, month: (f"close{op}{month}", month_test(op, month)), OPS, MONTHS),
    st.integers(-90, 90).map(days_from_now),
    st.builds(finds, st.sampled_from(["name", "rival"]), TEXT),
    TEXT.map(lambda exact: (f"rival='{exact}'", lambda row: row.get("rival") == exact)),
    st.sampled_from(["vip", "key", "intent", "intent/a"]).map(lambda tag: (f"+{tag}", carries(tag))),
    st.just(("owner:me", lambda row: row.get("owner") == "anna-k2x81")),
    st.just(("team:me", lambda row: "anna-k2x81" in row.get("team", ()))),
    st.integers(0, 9).map(lambda n: (f"scores>{n}", lambda row: any(int(s) > n for s in row.get("scores", ())))),
    st.sampled_from(["qty", "close", "owner", "tags", "team"]).map(empty),
    st.just(("is:open", lambda row: row.get("stage", "contact") in STAGES[:4])),
)


def _joined(tests: st.SearchStrategy[tuple[str, Test]]) -> st.SearchStrategy[tuple[str, Test]]:
    def both(a: tuple[str, Test], b: tuple[str, Test]) -> tuple[str, Test]:
        return f"({a[0]}) ({b[0]})", lambda row: a[1](row) and b[1](row)

    def either(a: tuple[str, Test], b: tuple[str, Test]) -> tuple[str, Test]:
        return f"({a[0]}) OR ({b[0]})", lambda row: a[1](row) or b[1](row)

    def neither(a: tuple[str, Test]) -> tuple[str, Test]:
        return f"NOT ({a[0]})", lambda row: not a[1](row)

    return st.one_of(st.builds(both, tests, tests), st.builds(either, tests, tests), st.builds(neither, tests))


TESTS = st.recursive(SIMPLE, _joined, max_leaves=5)


@given(BOOKS, TESTS)
@settings(max_examples=150)
def test_lists_find_what_the_meaning_says(rows: list[Row], asked: tuple[str, Test]) -> None:
    words, test = asked
    base = make_index(
        {"deals": {f"d{i}": row for i, row in enumerate(rows)}, "members": {"anna-k2x81": {}, "bob-12345": {}}}
    )
    sql = compile_filter(parse_words([words]), DEAL, ENV)
    found = {row[0] for row in base.execute(f"SELECT r.id FROM rec_deals r WHERE {sql.text}", sql.params)}
    assert found == {f"d{i}" for i, row in enumerate(rows) if test(row)}, words


@given(st.lists(TEXT, max_size=4), TEXT)
@settings(max_examples=60)
def test_titles_are_found_as_they_are_folded(names: list[str], needle: str) -> None:
    base = make_index({"customers": {f"c{i}": {"name": name} for i, name in enumerate(names)}})
    sql = compile_filter(parse_words([f"name:{quote(needle)}"]), CUSTOMER, ENV)
    found = {row[0] for row in base.execute(f"SELECT r.id FROM rec_customers r WHERE {sql.text}", sql.params)}
    test = contains("name", needle)
    assert found == {f"c{i}" for i, name in enumerate(names) if test({"name": name})}
