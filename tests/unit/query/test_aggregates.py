"""Aggregates over collections, rows, the log and stage changes, against plain Python over the same records."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.query.shop import CREATED, LOG, NOW, RECORDS, Line, Shop

ORDERS = RECORDS["orders"]
PAYMENTS = RECORDS["payments"]


WITHIN = {"contacts": "customers", "deals": "customers", "orders": "customers", "payments": "orders"}
POINTING = [
    *((f"{p}/{name}", f"{to}/{r[to.removesuffix('s')]}") for p, to in WITHIN.items() for name, r in RECORDS[p].items()),
    *((f"tasks/{name}", task["on"]) for name, task in RECORDS["tasks"].items()),
]
"""What is a part of what."""


def cents(text: str) -> int:
    return round(float(text.split(maxsplit=1)[0]) * 100)


def of(plural: str, field: str, target: str) -> list[dict[str, Any]]:
    """The records whose field points at `target`, without archived ones."""
    return [r for r in RECORDS[plural].values() if r.get(field) == target and "archived" not in r]


def totals(customer: str, *stages: str) -> list[int]:
    found = of("orders", "customer", customer)
    return [cents(o["total"]) for o in found if "total" in o and (not stages or o["stage"] in stages)]


def instant(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def days(first: str, second: str) -> float:
    return (datetime.fromisoformat(second) - datetime.fromisoformat(first)).total_seconds() / 86400


def whole(ref: str) -> set[str]:
    """A record with its parts, by the fields that say `within`."""
    found = {ref}
    while True:
        parts = {part for part, of_what in POINTING if of_what in found}
        if parts <= found:
            return found
        found |= parts


def log(ref: str) -> list[Line]:
    parts = whole(ref)
    return [line for line in LOG if parts & {line.on, *line.more.get("with", ())}]


@pytest.mark.parametrize("customer", ["acme", "bolt", "cold"])
def test_over_collections(shop: Shop, customer: str) -> None:
    def asked(expression: str) -> Any:  # noqa: ANN401 - a value of any kind
        return shop.value("customer", customer, expression)

    every, won = totals(customer), totals(customer, "done")
    dates = [o["date"] for o in of("orders", "customer", customer) if "date" in o]
    assert asked("count(orders)") == len(of("orders", "customer", customer))
    assert asked("count(orders.total)") == len(every)
    assert asked("count(orders, is:won)") == len(won)
    assert asked("sum(orders.total)") == sum(every)
    assert asked("sum(orders.total, is:won)") == asked("revenue") == sum(won)
    assert asked("sum(orders.total, is:won date:2026-05)") == sum(won[1:])
    assert asked("sum(orders.total, is:won, date:2026-05)") == sum(won[1:])
    assert asked("avg(orders.total)") == (pytest.approx(statistics.mean(every)) if every else None)
    assert asked("median(orders.total)") == (statistics.median(every) if every else None)
    assert asked("min(orders.total)") == min(every, default=None)
    assert asked("max(orders.date)") == max(dates, default=None)
    assert asked("first_order") == min(dates, default=None)
    assert asked("distinct(deals.owner)") == len({d["owner"] for d in of("deals", "customer", customer)} - {None})


def test_archived_ones_are_left_out_unless_asked_for(shop: Shop) -> None:
    assert shop.value("customer", "bolt", "count(deals)") == 1
    assert shop.value("customer", "bolt", "count(deals, is:archived)") == 1
    assert shop.value("customer", "bolt", "count(deals, archived:any OR archived:none)") == 2
    assert shop.value("customer", "bolt", "max(deals.archived)") == "2026-11-01"
    assert shop.value("customer", "bolt", "sum(deals.amount)") == 250000


def test_through_two_collections(shop: Shop) -> None:
    for customer in ("acme", "bolt", "cold"):
        orders = {name for name, o in ORDERS.items() if o["customer"] == customer}
        own = [p for p in PAYMENTS.values() if p["order"] in orders]
        confirmed = sum(cents(p["amount"]) for p in own if p["ok"] == "yes")
        assert shop.value("customer", customer, "sum(orders.payments.amount, ok)") == confirmed
        assert shop.value("customer", customer, "sum(orders.payments.amount, ok:yes)") == confirmed
        assert shop.value("customer", customer, "count(orders.payments)") == len(own)
        assert shop.value("deal", "pump", "sum(customer.orders.total)") == sum(totals("acme"))


def test_each_element_counts_once(shop: Shop) -> None:
    """Both people of the deal are of one customer: its orders count once."""
    assert shop.value("deal", "pump", "count(people)") == 2
    assert shop.value("deal", "pump", "count(people.customer.orders)") == len(of("orders", "customer", "acme"))
    assert shop.value("deal", "pump", "distinct(people.customer.name)") == 1


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("median(contacts.seen)", "2026-10-18"),  # halfway from 4 October to 1 November
        ("avg(contacts.seen)", "2026-10-18"),
        ("min(log.at)", instant(min(line.at for line in log("customers/acme")))),
        ("sum(orders.payments_due)", 40 * 86400),
        ("median(orders.payments_due)", 20 * 86400),
        ("max(deals.priority)", "urgent"),  # by the order of the options, not of their letters
        ("min(deals.stage)", "proposal"),
        ("max(deals.name)", "Valve"),
        ("min(contacts.role)", "decider"),
        ("count(phone)", 2),
        ("max(grades)", 9),
        ("median(grades)", 5),
        ("sum(grades)", 18),
        ("first(grades)", 4),
        ("last(phone)", "+8613800138001"),
        ("count(tags)", 1),
        ("count(contacts.tags)", 0),
        ("distinct(contacts.role)", 2),
        ("count(商机)", 2),
        ("sum（商机.金额， stage：won）", 50000),
    ],
)
def test_kinds_of_values(shop: Shop, expression: str, found: object) -> None:
    assert shop.value("customer", "acme", expression) == found


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("min(deals.stage)=proposal", ["acme"]),  # the deal's stages, not the customer's
        ("max(deals.stage)>proposal", ["acme"]),
        ("max(deals.stage):won,proposal", ["acme"]),
        ("max(deals.priority)>=high", ["acme"]),
        ("last(deals.owner):me", ["bolt"]),
        ("last(log.kind)=call", ["acme"]),
        ("last(log.at)<-1d", ["bolt"]),
        ("first(grades)>3", ["acme"]),
        ("count(orders, date:{first_order})=1", ["acme", "bolt"]),
        ("today - max(orders.date) < 30d", ["acme"]),
        ("quarter(max(orders.date))='2026-q4'", ["acme"]),
    ],
)
def test_compared_in_the_way_of_what_they_are(shop: Shop, words: str, ids: list[str]) -> None:
    assert shop.find("customer", words) == ids


def test_nothing(shop: Shop) -> None:
    for name, empty in (("sum", 0), ("avg", None), ("median", None), ("min", None), ("first", None), ("last", None)):
        assert shop.value("customer", "cold", f"{name}(orders.total)") == empty
    assert shop.value("customer", "cold", "decay(log.at, 30d)") == 0
    assert shop.value("customer", "cold", "distinct(orders.total)") == 0


def test_first_and_last_go_by_when_they_were_made(shop: Shop) -> None:
    own = [(name, o) for name, o in ORDERS.items() if o["customer"] == "acme"]  # made one a day, in this order
    assert shop.value("customer", "acme", "first(orders.name)") == own[0][1]["name"]
    assert shop.value("customer", "acme", "last(orders.name)") == own[-1][1]["name"]
    assert shop.value("customer", "acme", "last(orders)") == own[-1][0]
    assert shop.value("customer", "acme", "last(orders.total)") == cents(own[2][1]["total"])  # the last one has none
    assert shop.value("customer", "acme", "last(orders.date, is:won)") == own[1][1]["date"]
    assert shop.value("customer", "acme", "last(deals.name)") == "Valve"  # equal times go by id
    assert shop.value("customer", "acme", "first(deals.name)") == "Pump"


def test_references_and_amounts_of_the_last_one_are_shown_as_such(shop: Shop) -> None:
    from crmcli.query.compile import compile_value

    value = compile_value("last(deals.owner, amount:..600)", shop.type("customer"), shop.env)
    row = shop.book.index.rows(f'SELECT {value.shown} FROM "rec_customers" r WHERE r.id = ?', ("acme",))  # noqa: S608
    assert (value.family, value.reference, value.params, row[0][0]) == ("reference", "member", (), "Bob")
    value = compile_value("first(orders.total)", shop.type("customer"), shop.env)
    pieces = ", ".join(value.raw)
    row = shop.book.index.rows(f'SELECT {pieces} FROM "rec_customers" r WHERE r.id = ?', ("acme",))  # noqa: S608
    assert tuple(row[0])[:2] == (30000, "CNY")


@pytest.mark.parametrize("ref", ["customers/acme", "customers/bolt", "customers/cold", "deals/pump", "orders/o4"])
def test_the_log_is_that_of_the_whole(shop: Shop, ref: str) -> None:
    plural, _, name = ref.partition("/")
    kind, lines = plural[:-1], log(ref)
    assert shop.value(kind, name, "count(log)") == len(lines)
    assert shop.value(kind, name, "count(log, kind:call)") == sum(line.kind == "call" for line in lines)
    assert shop.value(kind, name, "count(log, via:rule)") == sum(line.via.startswith("rule") for line in lines)
    assert shop.value(kind, name, "count(log, -via:rule,import)") == sum(line.via == "cli" for line in lines)
    late = [line for line in lines if line.at >= "2026-10-15"]
    assert shop.value(kind, name, "count(log, at:2026-10-15..)") == len(late)
    calls = [line for line in late if line.kind == "call"]
    assert shop.value(kind, name, "count(log, kind:call, at:2026-10-15..)") == len(calls)
    either = [line for line in lines if line.kind == "call" or line.at >= "2026-10-15"]
    assert shop.value(kind, name, "count(log, (kind:call OR at:2026-10-15..))") == len(either)
    assert shop.value(kind, name, "max(log.at)") == max((instant(line.at) for line in lines), default=None)
    touches = [line for line in lines if line.kind in ("call", "email", "visit") and not line.via.startswith("rule")]
    assert shop.value(kind, name, "count(log, touch)") == len(touches)
    assert shop.value(kind, name, "count(log, touch:yes)") == len(touches)
    assert shop.value(kind, name, "distinct(log.by)") == len({line.by for line in lines})


def test_fields_of_lines_in_the_way_of_their_type(shop: Shop) -> None:
    def asked(expression: str) -> Any:  # noqa: ANN401 - a value of any kind
        return shop.value("customer", "acme", expression)

    assert asked("sum(log.spent)") == 1250
    assert asked("sum(log.score)") == 7
    assert asked("sum(log.took)") == 600
    assert asked("count(log, score>6.5)") == 1
    assert asked("count(log, spent:10..20)") == 1
    assert asked("count(log, page~'^/pri')") == 1
    assert asked("count(log, direction:in)") == 1
    assert asked("count(log, kind:电话)") == 2
    assert asked("count(log, campaign:fair)") == 1
    assert asked("count(log, campaign.budget:50)") == 1
    assert asked("count(log, '液压')") == 1
    assert asked("count(log, with:amy)") == 1
    assert asked("count(log, with.role:decider)") == 1
    assert asked("count(往来, by:bob)") == 1
    assert asked("last(log.kind)") == "call"


def test_changes_of_a_field_are_lines_when_the_filter_asks_for_it(shop: Shop) -> None:
    assert shop.value("deal", "pump", "count(log, field:close)") == 3
    assert shop.value("deal", "pump", "count(log, field:close at:2026-11)") == 0
    assert shop.value("deal", "pump", "count(log)") == len(log("deals/pump"))
    assert (
        shop.value("customer", "acme", "count(log, field:close)") == 0
    )  # the deal's own changes are not the customer's


def test_what_points_here_from_the_log(shop: Shop) -> None:
    lines = [line for line in LOG if line.more.get("campaign") == "fair"]
    assert shop.value("campaign", "fair", "count(touches)") == len(lines) == 2
    assert shop.value("campaign", "fair", "distinct(touches.on)") == len({line.on for line in lines})
    assert shop.value("campaign", "mail", "count(touches)") == 0
    assert shop.value("contact", "amy", "count(meetings, kind:visit)") == 1
    assert shop.value("contact", "art", "count(meetings)") == 0


def test_stage_changes(shop: Shop) -> None:
    moved = [(CREATED, "contact"), ("2026-10-06T10:00:00+08:00", "proposal"), ("2026-10-16T10:00:00+08:00", "won")]
    assert shop.value("deal", "valve", "count(moves)") == len(moved)
    assert shop.value("deal", "valve", "last(moves.to)") == "won"
    assert shop.value("deal", "valve", "min(moves.at, to:won)") == instant(moved[2][0])
    stayed = [days(moved[0][0], moved[1][0]), days(moved[1][0], moved[2][0])]
    assert shop.value("deal", "valve", "sum(moves.days)") == pytest.approx(sum(stayed))
    assert shop.value("deal", "valve", "max(moves.days, to:proposal)") == pytest.approx(10)
    assert shop.value("deal", "valve", "count(moves, to>=proposal)") == 2
    assert shop.value("deal", "valve", "count(moves, from:none)") == 1
    assert shop.value("deal", "valve", "count(moves, kind:open)") == 2
    assert shop.value("customer", "acme", "count(deals.moves, to:won)") == 1


def test_rows_inside_records(shop: Shop) -> None:
    def net(qty: float, price: float, share: float) -> int:
        return round(qty * price * (1 - share) * 100)

    pump, valve = [net(2, 400, 0.1), net(1.5, 200, 0.2)], [net(1, 390, 0)]
    assert shop.value("deal", "pump", "listed") == shop.value("deal", "pump", "sum(lines.net)") == sum(pump)
    assert shop.value("deal", "pump", "count(lines, discount>15%)") == 1
    assert shop.value("deal", "pump", "count(明细, product:arm)") == 1
    assert shop.value("deal", "pump", "max(lines.net, product.name:leg)") == pump[1]
    assert shop.value("deal", "pump", "first(lines.product)") == "arm"
    assert shop.value("deal", "seal", "sum(lines.net)") == 0
    assert shop.value("product", "arm", "sum(lines.net)") == pump[0] + valve[0]
    assert shop.value("product", "arm", "count(lines, deal.is:won)") == 1
    assert shop.value("product", "rod", "count(lines)") == 0
    assert shop.value("customer", "acme", "sum(deals.lines.net)") == sum(pump) + sum(valve)
    assert shop.value("customer", "acme", "sum(deals.listed)") == sum(pump) + sum(valve)


def test_decay(shop: Shop) -> None:
    now = datetime.fromisoformat(NOW)

    def weight(line: Line, half: float) -> float:
        return float(0.5 ** ((now - datetime.fromisoformat(line.at)).total_seconds() / 86400 / half))

    calls = sum(weight(line, 30) for line in log("customers/acme") if line.kind == "call")
    assert shop.value("customer", "acme", "decay(log.at, 30d, kind:call)") == pytest.approx(calls)
    local = datetime.fromisoformat("2026-11-01T00:00:00+08:00"), datetime.fromisoformat("2026-10-04T00:00:00+08:00")
    seen = sum(0.5 ** ((now - day).total_seconds() / 86400 / 7) for day in local)
    assert shop.value("customer", "acme", "decay(contacts.seen, 1w)") == pytest.approx(seen)


def test_values_side_by_side_go_on_working(shop: Shop) -> None:
    assert shop.value("customer", "acme", "20 * min(count(contacts, role:decider), 1)") == 20
    assert shop.value("customer", "cold", "20 * min(count(contacts, role:decider), 1)") == 0
    assert shop.value("deal", "pump", "max(amount, listed)") == 100000
    assert shop.value("customer", "acme", "sum(orders.total) - sum(orders.payments.amount, ok)") == 104050 - 80050
    assert shop.value("customer", "acme", "avg(orders.total) > 300") == 1


def test_references_to_any_type_on_the_way(shop: Shop) -> None:
    assert shop.value("member", "anna", "count(todo, on.tier:A)") == 1
    assert shop.value("member", "anna", "distinct(todo.on)") == 2
    assert shop.value("member", "bob", "sum(todo.on.amount)") == 100000
    assert shop.value("member", "bob", "count(todo.on.lines)") == 2  # only deals have lines
    assert shop.value("campaign", "fair", "distinct(touches.on.name)") == 2  # a contact's and a customer's


@pytest.mark.parametrize(
    ("words", "tasks"),
    [
        ("max(on.deals.stage):won", ["t2"]),
        ("min(on.deals.stage):proposal", ["t2"]),
        ("max(on.deals.stage)>=proposal", ["t2"]),
        ("max(on.deals.priority):urgent", ["t2"]),
        ("last(on.deals.priority)=urgent", ["t2"]),
        ("first(on.deals.owner):anna", ["t2"]),
    ],
)
def test_the_greatest_stage_whatever_type_is_meant(shop: Shop, words: str, tasks: list[str]) -> None:
    """Contacts, customers and members have deals, and the task is on a customer."""
    assert shop.find("task", words) == tasks


def test_over_the_rows_of_a_report(shop: Shop) -> None:
    def asked(expression: str, type_name: str = "order") -> Any:  # noqa: ANN401 - a value of any kind
        from crmcli.query.compile import compile_value

        kind = shop.type(type_name)
        value = compile_value(expression, kind, shop.env._replace(grouped=True))
        return shop.book.index.rows(f'SELECT {value.text} FROM "rec_{kind.plural}" r', value.params)[0][0]  # noqa: S608

    every = [cents(o["total"]) for o in ORDERS.values() if "total" in o]
    won = [cents(o["total"]) for o in ORDERS.values() if o["stage"] == "done"]
    assert asked("count()") == len(ORDERS)
    assert asked("count(is:won)") == len(won)
    assert asked("count(total)") == len(every)
    assert asked("sum(total)") == sum(every)
    assert asked("sum(total, is:won)") == sum(won)
    assert asked("avg(total, is:won)") == pytest.approx(statistics.mean(won))
    assert asked("median(total)") == statistics.median(every)
    middle = [datetime.fromisoformat(day) for day in ("2026-04-01", "2026-05-10")]  # of four
    assert asked("median(date)") == (middle[0] + (middle[1] - middle[0]) / 2).date().isoformat()
    assert asked("distinct(customer)") == 2
    assert asked("last(name)") == "O5"
    assert asked("first(total, total<100)") == 4000
    assert asked("max(total) - min(total)") == max(every) - min(every)
    assert asked("count(count(orders, is:won)>=1) / count()", "customer") == pytest.approx(1 / 3)
    assert asked("max(lifecycle)", "customer") == "customer"  # the second of two stages
    assert asked("min(lifecycle, tier:A)", "customer") == "customer"
    assert asked("max(priority, stage:proposal,lost)", "deal") == "high"
    assert asked("max(lifecycle):customer", "customer") == 1
    assert asked("sum(total, name:nobody)") == 0
    assert asked("avg(total, name:nobody)") is None


def test_ntile(shop: Shop) -> None:
    from crmcli.query.compile import compile_value

    value = compile_value("ntile(2, total)", shop.type("order"), shop.env._replace(grouped=True))
    rows = shop.book.index.rows(f'SELECT r.id, {value.text} FROM "rec_orders" r ORDER BY r.id', value.params)  # noqa: S608
    ranked = sorted((cents(o["total"]), name) for name, o in ORDERS.items() if "total" in o)
    expected = {name: 1 + place * 2 // len(ranked) for place, (_, name) in enumerate(ranked)} | {"o5": None}
    assert dict(map(tuple, rows)) == expected
