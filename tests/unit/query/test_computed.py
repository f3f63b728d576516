# ruff: noqa: S608 - the tables are of this folder
"""Computed fields: to the cent as decimal arithmetic has it, as text, in every kind; and the functions beside them."""

from __future__ import annotations

import sqlite3
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.model.record import Value
from crmcli.model.schema import Field, Hours, RecordType, Setup
from crmcli.query.compile import compile_filter, compile_sort, compile_value
from crmcli.query.computed import ComputedCycleError, ComputedKindError
from crmcli.query.env import QueryEnv
from crmcli.query.exact import work_out
from crmcli.query.failures import ExpressionSyntaxError, QueryError
from crmcli.query.inline import without_params
from crmcli.query.months import whole_months
from crmcli.query.operators.amount import SignedLengthError
from crmcli.query.parser import parse
from crmcli.query.tree import Expr
from crmcli.query.words import parse_words
from tests.unit.query.book import CUSTOMER, DEAL, ENV, SETUP, TASK, field, make_index
from tests.unit.query.conftest import ROWS


def setup_with(kind: RecordType, *fields: Field) -> Setup:
    """The book with computed fields added to a type."""
    changed = kind._replace(fields={**kind.fields, **{f.name: f for f in fields}})
    return SETUP._replace(types={**SETUP.types, kind.name: changed})


def cells(index: sqlite3.Connection, kind: RecordType, calc: str, type_name: str) -> list[object]:
    """The first column of a computed field of every record, by id."""
    setup = setup_with(kind, field("x", type_name, calc=calc))
    value = compile_value("x", setup.types[kind.name], ENV._replace(setup=setup))
    return [row[0] for row in index.execute(f'SELECT {value.text} FROM "rec_{kind.plural}" r ORDER BY r.id')]


QTY = st.decimals("0", "99999", places=3)
PRICE = st.integers(0, 10**9).map(lambda minor: Decimal(minor).scaleb(-2))
SHARE = st.integers(0, 100).map(lambda hundredths: Decimal(hundredths).scaleb(-2))
CENT = Decimal("0.01")


@settings(deadline=None, max_examples=300)
@given(QTY, PRICE, SHARE, SHARE)
def test_a_line_is_right_to_the_cent(qty: Decimal, price: Decimal, discount: Decimal, odds: Decimal) -> None:
    values: dict[str, Value] = {
        "amount": f"{price} CNY",
        "qty": f"{qty.normalize():f}",
        "discount": f"{(discount * 100).normalize():f}%",
        "odds": f"{(odds * 100).normalize():f}%",
        "close": "2026-11-20",
    }
    index = make_index({"deals": {"a": values}, "customers": {}, "members": {}, "tasks": {}, "notes": {}})
    net = (qty * price * (1 - discount)).quantize(CENT, ROUND_HALF_EVEN)
    gross = (net * (1 + odds)).quantize(CENT, ROUND_HALF_EVEN)
    fields = (
        field("line", "money", calc="qty * amount * (1 - discount)"),
        field("gross", "money", calc="line * (1 + odds)"),
        field("part", "percent", calc="line / (qty * amount)"),
        field("chosen", "money", calc="if(discount>50%, amount * 7%, 0 - amount * odds)"),
    )
    setup = setup_with(DEAL, *fields)
    env = ENV._replace(setup=setup)
    texts = [compile_value(f.name, setup.types["deal"], env).text for f in fields]
    found = index.execute(f"SELECT {', '.join(texts)} FROM rec_deals r").fetchone()
    full = qty * price
    part = (qty * price * (1 - discount)).quantize(CENT, ROUND_HALF_EVEN) / full if full else None
    chosen = price * Decimal("0.07") if discount > Decimal("0.5") else -price * odds
    assert found == (
        int(net * 100),
        int(gross * 100),
        None if part is None else int((part * 10**6).quantize(Decimal(1), ROUND_HALF_EVEN)),
        int((chosen * 100).quantize(Decimal(1), ROUND_HALF_EVEN)),
    )


@pytest.mark.parametrize(
    ("program", "unit", "values", "found"),
    [
        ("=0.5", 1, (), 0),
        ("=1.5", 1, (), 2),
        ("=2.5", 1, (), 2),
        ("=2.5 ~", 1, (), -2),
        ("#0/100 =0.7 *", 100, (1005,), 704),  # 703.5 exactly; a binary 0.7 would give 703
        ("#0/100 =0.7 *", 100, (1003,), 702),
        ("#0/1 #1/1 /", 1, (1, 0), None),
        ("#0/1 #1/1 /", 10, (1, -4), -2),
        ("#0/1 #1/1 -", 1, (1, None), None),
        ("#0/1", 1, (0.1,), 0),
        ("#0/1", 1000, (0.0015,), 2),
        ("#0/1 #0/1 *", 1, (2**40,), float(2**80)),
    ],
)
def test_programs(program: str, unit: int, values: tuple[int, ...], found: float | None) -> None:
    assert work_out(program, unit, values) == found


def test_too_great_a_number_does_not_break_the_question(index: sqlite3.Connection) -> None:
    assert cells(index, DEAL, "amount * 9bn * 9bn", "money") == [
        float(700000 * 81 * 10**18),
        float(1200000 * 81 * 10**18),
        None,
    ]


@pytest.mark.parametrize(
    ("kind", "calc", "texts"),
    [
        (
            CUSTOMER,
            "'{name}（{region}）'",
            ["阿里巴巴（广东）", "Acme-Tools GmbH（广东/深圳/南山）", "MÜLLER  Ｗerke（）"],
        ),
        (CUSTOMER, "'{owner}, {owner.region}'", [", ", "Anna Keller, West", "Bob, East"]),
        (CUSTOMER, "'{size}{margin}{terms}'", [None, "12020%30d", None]),
        (CUSTOMER, "'{contract}|{contract.end}'", ["|", "2026-01-01..2026-12-31|2026-12-31", "|"]),
        (CUSTOMER, "'{{{tier}}} {newsletter}'", ["{C} no", "{A} yes", "{} "]),
        (CUSTOMER, "'{phone}/{email}'", ["/", "+8613800138000/info@acme.com", "/"]),
        (CUSTOMER, "'{created}'", ["2026-11-20T00:30:00+08:00", "2026-10-31T23:30:00+08:00", None]),
        (
            DEAL,
            "'{amount} {close} {odds}'",
            ["1000.00 EUR 2026-10-02 100%", "12000.00 CNY 2026-11-27 50%", " 2026-11-19 "],
        ),
        (
            DEAL,
            "'{weighted}; {qty}; {signed}'",
            ["7000.00 CNY; ; ", "6000.00 CNY; 1.5; 2026-11-20T09:00:00+08:00", "; ; "],
        ),
        (DEAL, "'{month}|{months}'", ["|", "2026-11|2026-10, 2026-11", "|"]),
        (TASK, "'{text} {on.month}'", ["call 2026-11", "mail ", "ring "]),
        (DEAL, "'it''s {name}?'", ["it's 液压 pump?", "it's Renewal?", "it's Tender?"]),
        (DEAL, "'plain'", ["plain"] * 3),
    ],
)
def test_texts_made_of_fields(index: sqlite3.Connection, kind: RecordType, calc: str, texts: list[str | None]) -> None:
    assert cells(index, kind, calc, "text") == texts


@pytest.mark.parametrize("calc", ["'{name'", "'{}'", "'{a b}'"])
def test_a_template_that_names_no_field(index: sqlite3.Connection, calc: str) -> None:
    with pytest.raises(ExpressionSyntaxError, match="names no field") as raised:
        cells(index, DEAL, calc, "text")
    assert raised.value.column == 1


@pytest.mark.parametrize(
    ("calc", "type_name", "found"),
    [
        ("closed - created", "duration", [30 * 86400, None, None]),
        ("(closed - created) / 7", "duration", [370286, None, None]),
        ("close - 60d", "date", ["2026-08-03", "2026-09-28", "2026-09-20"]),
        ("close + 1mo", "date", ["2026-11-02", "2026-12-27", "2026-12-19"]),
        ("closed", "date", ["2026-10-02", None, None]),
        ("is:won", "flag", [1, 0, 0]),
        ("customer.owner", "member", [None, "anna-k2x81", None]),
        ("quarter(close)", "text", ["2026-q4"] * 3),
        ("amount / 10000", "int", [1, 1, None]),  # 0.7 and 1.2
        ("if(amount>1万, 'high', 'low')", "choice", ["low", "high", "low"]),
        ("months(2027-01-05 - close)", "int", [3, 1, 1]),
    ],
)
def test_every_kind(index: sqlite3.Connection, calc: str, type_name: str, found: list[object]) -> None:
    assert cells(index, DEAL, calc, type_name) == found


@pytest.mark.parametrize(
    ("calc", "type_name", "says"),
    [
        ("amount * 2", "date", "`x` is of type date, and its `calc` gives an amount"),
        ("close", "money", "`x` is of type money, and its `calc` gives a date"),
        ("owner", "customer", "`x` is of type customer, and its `calc` gives a record"),
        ("'{name}'", "int", "`x` is of type int, and its `calc` gives a text"),
        ("team", "member", "`x` is of type member, and its `calc` gives a record"),
    ],
)
def test_a_kind_the_type_cannot_hold(index: sqlite3.Connection, calc: str, type_name: str, says: str) -> None:
    with pytest.raises(ComputedKindError, match=says):
        cells(index, DEAL, calc, type_name)


def test_a_cycle_names_its_fields() -> None:
    setup = setup_with(DEAL, field("a", "int", calc="b + 1"), field("b", "int", calc="a + 1"))
    with pytest.raises(ComputedCycleError) as raised:
        compile_value("a", setup.types["deal"], ENV._replace(setup=setup))
    assert raised.value.names == ["deal.a", "deal.b", "deal.a"]
    env = ENV._replace(setup=setup)
    assert compile_value("net", setup.types["deal"], env).family == "money"


@pytest.mark.parametrize(
    "calc", ["{0} + {0}", "({0} + 1) * ({0} - 1)", "if({0}>1, {0} + 1, 2)", "round({0}) * 2 - {0}", "{0} / {0} * 3"]
)
def test_what_is_made_of_computed_fields_is_compiled_once(calc: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from crmcli.query import computed

    made = list[str]()

    def parsed(text: str) -> Expr:
        made.append(text)
        return parse(text)

    monkeypatch.setattr(computed, "parse", parsed)
    steps = [field(f"x{n}", "decimal", calc=calc.format(f"x{n - 1}")) for n in range(1, 9)]
    setup = setup_with(DEAL, field("x0", "decimal", calc="qty * 2"), *steps)
    compile_value("x8", setup.types["deal"], ENV._replace(setup=setup))
    assert len(made) == len(steps) + 1


def test_a_value_that_stands_twice_is_worked_out_once(index: sqlite3.Connection) -> None:
    steps = [field(f"x{n}", "decimal", calc=f"x{n - 1} + x{n - 1}") for n in range(1, 13)]
    setup = setup_with(DEAL, field("x0", "decimal", calc="qty"), *steps)
    value = compile_value("x12", setup.types["deal"], ENV._replace(setup=setup))
    (row,) = index.execute(f"SELECT {value.text} FROM rec_deals r WHERE qty IS NOT NULL").fetchall()
    assert row[0] == 1_500_000 * 2**12


FILTERED = [
    ("net>=10800", ["renewal"]),
    ("net:1万..1.1万", ["renewal"]),
    ("weighted:7000", ["pump"]),
    ("full:acme", ["renewal"]),
    ("full='Renewal @ Acme-Tools GmbH'", ["renewal"]),
    ("cycle>2w", ["pump"]),
    ("cycle:30d", ["pump"]),
    ("cycle:none", ["renewal", "tender"]),
    ("due:2026-09", ["renewal", "tender"]),
    ("due<2026-09", ["pump"]),
    ("rich", ["renewal"]),
    ("-rich:yes", ["pump", "tender"]),
    ("boss:bob", []),
    ("boss:anna", ["renewal"]),
    ("boss.region:West", ["renewal"]),
    ("boss.role:sales", ["renewal"]),
    ("net.currency:CNY", ["renewal"]),
    ("grade=high", ["renewal"]),
]
MORE = (
    field("full", "text", calc="'{name} @ {customer}'"),
    field("cycle", "duration", calc="closed - created"),
    field("due", "date", calc="close - 60d"),
    field("rich", "flag", calc="amount>1万"),
    field("boss", "member", calc="customer.owner"),
    field("grade", "choice", options=("low", "high"), calc="if(amount>1万, 'high', 'low')"),
)


@pytest.mark.parametrize(("words", "found"), FILTERED)
def test_computed_fields_are_asked_like_others(index: sqlite3.Connection, words: str, found: list[str]) -> None:
    setup = setup_with(DEAL, *MORE)
    asked = compile_filter(parse_words([words]), setup.types["deal"], ENV._replace(setup=setup))
    rows = index.execute(f"SELECT r.id FROM rec_deals r WHERE {asked.text} ORDER BY r.id", asked.params)
    assert [row[0].split("-")[0] for row in rows] == found


@pytest.mark.parametrize(
    ("key", "order"),
    [
        ("-net", ["renewal", "pump", "tender"]),
        ("full", ["renewal", "tender", "pump"]),
        ("due", ["pump", "tender", "renewal"]),
        ("grade", ["pump", "tender", "renewal"]),
    ],
)
def test_computed_fields_sort(index: sqlite3.Connection, key: str, order: list[str]) -> None:
    setup = setup_with(DEAL, *MORE)
    sort = compile_sort([key], setup.types["deal"], ENV._replace(setup=setup))
    rows = index.execute(f"SELECT r.id FROM rec_deals r ORDER BY {sort.text}", sort.params)
    assert [row[0].split("-")[0] for row in rows] == order


# ---- months, within, currencies, lengths beside moments ------------------------------------------------------------


def _last_day(day: date) -> date:
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return date.fromordinal(after.toordinal() - 1)


def _month_after(day: date, count: int) -> date:
    """The same day `count` months on, or the last day of that month."""
    first = day.replace(day=1)
    for _ in range(count):
        first = date.fromordinal(_last_day(first).toordinal() + 1)
    return min(_last_day(first), date.fromordinal(first.toordinal() + day.day - 1))


@given(st.dates(date(2019, 1, 1), date(2029, 1, 1)), st.integers(0, 1500))
def test_whole_months(start: date, days: int) -> None:
    end = date.fromordinal(start.toordinal() + days)
    months = max(count for count in range(60) if _month_after(start, count) <= end)
    assert whole_months(str(end), str(start)) == months
    assert whole_months(str(start), str(end)) == -months


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("within(region, '广东')", ["a", "acme"]),
        ("within(region, '深圳')", ["acme"]),
        ("within('广东/深圳', region)", ["a"]),
        ("-within(region, '广东')", ["mueller"]),
        ("within(region, parent.region)", []),
        ("within(parent.region, region)", ["a"]),
        ("months(today - created)<1", ["a", "acme"]),
        ("months(60d)=1", ["a", "acme", "mueller"]),
    ],
)
def test_functions(index: sqlite3.Connection, words: str, found: list[str]) -> None:
    asked = compile_filter(parse_words([words]), CUSTOMER, ENV)
    rows = index.execute(f"SELECT r.id FROM rec_customers r WHERE {asked.text} ORDER BY r.id", asked.params)
    assert [row[0].split("-")[0] for row in rows] == found


@pytest.mark.parametrize(
    "words", ["within(region)", "within(size, '广东')", "months(size)", "months(today)", "months()"]
)
def test_wrong_arguments(words: str) -> None:
    with pytest.raises(ExpressionSyntaxError, match="got something else"):
        compile_filter(parse_words([words]), CUSTOMER, ENV)


def rates(env: QueryEnv) -> QueryEnv:
    """The euro at 7.8 and a twelfth yen."""
    known = {"EUR": Decimal("7.8"), "JPY": Decimal("0.0475")}
    return env._replace(rate=known.get)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("amount>1500EUR", ["renewal"]),  # 11,700
        ("amount>=1538.46EUR", ["renewal"]),  # 11,999.99
        ("amount>1538.47EUR", []),
        ("amount:800EUR..900EUR", ["pump"]),  # 6,240 to 7,020
        ("amount:100kJPY..", ["pump", "renewal"]),
        ("amount * odds > 800EUR", ["pump"]),
        ("amount + 1kEUR > 1.5万", ["renewal"]),
        ("amount>5kCNY", ["pump", "renewal"]),
    ],
)
def test_amounts_in_other_currencies(index: sqlite3.Connection, words: str, found: list[str]) -> None:
    asked = compile_filter(parse_words([words]), DEAL, rates(ENV))
    rows = index.execute(f"SELECT r.id FROM rec_deals r WHERE {asked.text} ORDER BY r.id", asked.params)
    assert [row[0].split("-")[0] for row in rows] == found


@pytest.mark.parametrize("words", ["today - created > -30d", "-30d < today - created", "today - created < +2w"])
def test_a_signed_length_beside_a_length_offers_both(words: str) -> None:
    with pytest.raises(SignedLengthError) as raised:
        compile_filter(parse_words([words]), DEAL, ENV)
    assert raised.value.hint.startswith(
        "write 30d for the length, or compare a date with the moment, as in created<-30d"
        if "30" in words
        else "write 2w for the length"
    )


def test_parameters_stand_where_their_marks_were() -> None:
    text = without_params("""a = ? AND "b?" = '?''?' OR c > ?""", ("it's ?", 1.5))
    assert text == """a = 'it''s ?' AND "b?" = '?''?' OR c > 1.5"""


def test_working_time_of_a_computed_length() -> None:
    hours = {"x": Hours("x", (((540, 1020),),) * 5 + ((), ()))}
    setup = setup_with(DEAL, field("cycle", "duration", calc="closed - created"))
    env = ENV._replace(setup=setup._replace(config=SETUP.config._replace(hours=hours)))
    index = make_index(ROWS)  # 2 September to 2 October: 22 working days and a bit
    for words, found in (("cycle>21wd", 1), ("cycle>23wd", 0), ("cycle>29d", 1), ("cycle>30d", 0)):
        asked = compile_filter(parse_words([words]), setup.types["deal"], env)
        assert (
            index.execute(f"SELECT count(*) FROM rec_deals r WHERE {asked.text}", asked.params).fetchone()[0] == found
        )
    task = compile_filter(parse_words(["on:any"]), TASK, env)
    assert index.execute(f"SELECT count(*) FROM rec_tasks r WHERE {task.text}", task.params).fetchone()[0] == 3


def test_unknown_functions_of_reports_only() -> None:
    with pytest.raises(QueryError):
        compile_filter(parse_words(["ntile(4, amount)=1"]), DEAL, ENV)
