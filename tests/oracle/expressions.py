# ruff: noqa: E501 - the tables of what may be asked are read by the line
"""Well-typed expressions over the schema, as text: conditions of every operator and kind, and values to list.

A condition is made for a record type and under a prefix (`customer.`, `deals.`), so that what holds of a field can be
asked through any path that leads to it. Words and numbers come from those the books are made of, so that ends meet.
"""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from tests.oracle.asked import AMOUNTS, LENGTHS, NUMBERS, TAGS, TYPES, WHENS, Text, any_of, fields, later, made, sampled

ONE = {
    "customer": [("owner.", "member"), ("parent.", "customer"), ("owner.boss.", "member"), ("chief.", "member")],
    "contact": [("customer.", "customer"), ("customer.owner.", "member")],
    "deal": [
        ("customer.", "customer"),
        ("owner.", "member"),
        ("customer.owner.", "member"),
        ("customer.parent.", "customer"),
    ],
    "member": [("boss.", "member")],
    "order": [("customer.", "customer"), ("deal.", "deal"), ("deal.owner.", "member")],
    "task": [("for.", "member")],
    "line": [("product.", "product")],
}
MANY = {
    "customer": [("contacts.", "contact"), ("deals.", "deal"), ("orders.", "order"), ("branches.", "customer"), ("tasks.", "task"),
                 ("deals.lines.", "line"), ("log.", "log"), ("moves.", "moves/customer"), ("deals.team.", "member")],
    "deal": [("people.", "contact"), ("team.", "member"), ("lines.", "line"), ("orders.", "order"), ("tasks.", "task"), ("log.", "log"),
             ("moves.", "moves/deal"), ("customer.deals.", "deal"), ("people.customer.", "customer")],
    "member": [("reports.", "member"), ("customers.", "customer"), ("deals.", "deal"), ("team_deals.", "deal"), ("todo.", "task")],
    "product": [("lines.", "line")],
    "contact": [("deals.", "deal"), ("meetings.", "log"), ("log.", "log"), ("customer.orders.", "order")],
    "order": [("lines.", "line"), ("customer.deals.", "deal"), ("log.", "log"), ("notes.", "note")],
    "task": [("log.", "log"), ("moves.", "moves/task")],
}  # fmt: skip


@cache
def leaf(kind: str) -> Text:
    """One condition on a field, near or through a path."""
    near = any_of(*fields(kind, ""))
    ways = [*ONE.get(kind, []), *MANY.get(kind, [])]
    tags = made("{}{}", sampled("+-"), TAGS) if kind in TYPES else near
    through = [sampled(ways).flatmap(lambda way: below(way[1], way[0]))] if ways else []
    return any_of(near, near, tags, *through)


@cache
def below(kind: str, prefix: str) -> Text:
    return any_of(*fields(kind, prefix))


@cache
def condition(kind: str, depth: int) -> Text:
    """A condition on a record type; `depth` bounds what stands inside what."""
    if depth <= 0:
        return leaf(kind)
    inner = later(condition, kind, depth - 1)
    return any_of(
        leaf(kind),
        later(sums, kind, depth),
        later(sums, kind, depth),
        made("({} OR {})", inner, inner),
        made("({} {})", inner, inner),
        made("NOT ({})", inner),
        made("-({})", inner),
    )


# ---- sums ------------------------------------------------------------------------------------------------------------

AMOUNT = {
    "customer": [
        "budget",
        "revenue",
        "spare",
        "deals.amount",
        "orders.total",
        "deals.lines.net",
        "branches.budget",
        "deals.net",
    ],
    "deal": ["amount", "net", "listed", "lines.net", "lines.price", "customer.budget", "customer.orders.total"],
    "member": ["deals.amount", "customers.budget", "team_deals.amount"],
    "product": ["price", "lines.price", "lines.net"],
    "order": ["total", "lines.net", "customer.budget", "deal.amount"],
    "contact": ["customer.budget", "deals.amount"],
    "line": ["price", "net", "product.price"],
}
COUNTED = {
    "customer": ["size", "happy", "grades", "open_deals", "contacts.score", "deals.qty", "deals.lines.qty", "log.score",
                 "moves.days", "per_head", "notes.score"],
    "deal": ["qty", "lines.qty", "people.score", "log.score", "moves.days", "customer.size", "stage_days"],
    "member": ["cap", "customers.size", "reports.cap"],
    "contact": ["score", "customer.size", "deals.qty", "meetings.score"],
    "order": ["lines.qty", "customer.size", "log.score"],
    "task": ["for.cap", "stage_days"],
    "product": ["lines.qty"],
    "line": ["qty"],
    "log": ["score"],
}  # fmt: skip
DATES = {
    "customer": ["birthday", "since", "created", "touched", "first_order", "deals.close", "contacts.seen", "orders.date", "log.at", "contract.end",
                 "moves.at", "deals.created", "tasks.due", "deals.renew"],
    "deal": ["close", "signed", "created", "closed", "stage_since", "renew", "lines.due", "log.at", "span.start", "moves.at", "people.seen"],
    "member": ["created", "deals.close", "todo.due", "away.end"],
    "contact": ["seen", "created", "meetings.at", "deals.close"],
    "order": ["date", "created", "closed", "lines.due", "customer.first_order"],
    "task": ["due", "created"],
    "product": ["created", "lines.due"],
    "note": ["created"],
}  # fmt: skip
OTHER = {
    "customer": ["deals.owner", "contacts.role", "deals.priority", "deals.name", "contacts", "deals", "orders", "log", "moves", "branches", "tasks",
                 "deals.lines", "grades", "log.kind", "deals.team", "contacts.name", "orders.name", "log.by", "notes"],
    "deal": ["people", "team", "lines", "log", "moves", "lines.product", "lines.item", "people.role", "people.customer.orders", "orders", "customer.deals"],
    "member": ["deals", "customers", "reports", "todo", "deals.customer", "team_deals", "role", "regions"],
    "contact": ["deals", "meetings", "log", "tasks", "deals.priority"],
    "order": ["lines", "log", "lines.product", "moves", "customer.deals"],
    "task": ["log", "moves"],
    "product": ["lines", "lines.item"],
}  # fmt: skip


def scope_of(kind: str, path: str) -> str:
    """The type in whose rows the value stands, "" where no filter can be asked; "one" for a path through single ones."""
    here = dict((prefix.removesuffix("."), target) for prefix, target in MANY.get(kind, [])) | {  # noqa: C402
        "notes": "note", "orders": "order", "people.customer.orders": "order", "tasks": "task", "customer.orders": "order"
    }  # fmt: skip
    if path in here:
        return here[path]
    before = path.rpartition(".")[0]
    if before in here:
        return here[before]
    return "" if path in ("grades", "role", "regions") else "one"


def filtered(name: str, kind: str, path: str, depth: int) -> Text:
    scope = scope_of(kind, path)
    if scope in ("", "one"):
        return st.just(f"{name}({path})")
    inner = later(condition, scope, depth - 1)
    return any_of(
        st.just(f"{name}({path})"),
        made(name + "(" + path + ", {})", inner),
        made(name + "(" + path + ", {}, {})", inner, inner),
        *(
            [made(name + "(" + path + ", {})", sampled(handed(kind, scope)))]
            if depth > 1 and handed(kind, scope)
            else []
        ),  # deeper down the record at hand is another one
    )


def handed(kind: str, scope: str) -> list[str]:
    """Conditions on rows of `scope` beside values of the record at hand."""
    pairs = {
        ("customer", "deal"): ["amount>{budget}", "owner:{owner}", "amount:{budget}..", "customer:{id}", "close>{birthday}"],
        ("customer", "order"): ["total>={budget}", "date:{birthday}..", "date>{first_order}"],
        ("customer", "contact"): ["seen:..{birthday}"],
        ("customer", "customer"): ["tier:{tier}", "region:{region}", "size>{size}", "within(region, {region})", "owner={owner}"],
        ("deal", "deal"): ["id!={id}", "amount>{amount}", "priority>{priority}", "close:{close}", "owner!={owner}", "customer.owner:{customer.owner}"],
        ("deal", "order"): ["total:{amount}", "deal:{id}", "date>{close}"],
        ("deal", "line"): ["price>{amount}", "due:..{close}", "qty={qty}"],
        ("deal", "member"): ["id!={owner}", "boss:{owner}"],
        ("member", "customer"): ["within(region, {regions})", "size>{cap}"],
        ("order", "line"): ["price<{total}", "due>{date}"],
        ("order", "deal"): ["owner:{deal.owner}"],
    }  # fmt: skip
    return pairs.get((kind, scope), [])


def aggregate(names: list[str], kind: str, paths: list[str], depth: int) -> Text:
    return st.tuples(sampled(names), sampled(paths)).flatmap(lambda pair: filtered(pair[0], kind, pair[1], depth))


def split(kind: str, table: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    """Paths that have one value, and those that need an aggregate."""
    several = [path for path in table.get(kind, []) if scope_of(kind, path) != "one"]
    return [path for path in table.get(kind, []) if path not in several], several


@cache
def value(kind: str, sort: str, depth: int) -> Text | None:
    """An expression that is worth a number, an amount, a length or a date; None where the type has none."""
    table = {"amount": AMOUNT, "number": COUNTED, "date": DATES, "length": DATES}[sort]
    one, many = split(kind, table)
    names = {"amount": ["sum", "avg", "median", "min", "max", "first", "last"], "number": ["sum", "avg", "median", "min", "max", "first", "last"],
             "date": ["min", "max", "first", "last"], "length": []}[sort]  # fmt: skip
    found: list[Text] = [sampled(one)] if one else []
    if many and names:
        found.append(aggregate(names, kind, many, depth))
    if sort == "number":
        every = [*OTHER.get(kind, []), *(path for table in (AMOUNT, COUNTED, DATES) for path in split(kind, table)[1])]
        if every:
            found.append(aggregate(["count", "distinct"], kind, every, depth))
        dates = [path for path in split(kind, DATES)[1]]  # noqa: C416
        if dates:
            found.append(any_of(*[made("decay(" + path + ", {})", sampled(["30d", "1w"])) for path in dates]))
        if one_dates := [path for path in split(kind, DATES)[0] if path != "since"]:
            found.append(made("months({} - {})", sampled([*one_dates, "today"]), sampled(one_dates)))
        if "log" in OTHER.get(kind, []):
            found += [
                sampled(["count(log, field:close)", "count(log, field:close at:2026)", "count(log, field:amount)"])
            ]
    one = [path for path in one if path != "since" or sort == "date"]  # a month is no day to count from
    if sort == "length":
        if not one:
            return None
        found = [made("{} - {}", sampled([*one, "today", "now"]), sampled(one))]
    if not found:
        return None
    return any_of(*found) if depth <= 0 or sort in ("date", "length") else joined(kind, sort, any_of(*found))


def joined(kind: str, sort: str, simple: Text) -> Text:
    """Sums of sums."""
    factor = sampled(["2", "0.5", "10%", "0", "3"])
    second = simple
    shares = {"customer": "share", "deal": "odds", "line": "discount"}
    if sort == "amount" and kind in shares:
        simple = any_of(
            simple, simple, made("{} * " + shares[kind], simple), made("{} * (1 - " + shares[kind] + ")", simple)
        )
    return any_of(
        simple,
        simple,
        simple,
        made("{} {} {}", simple, sampled("+-"), second),
        made("{} {} {}", simple, sampled("*/"), factor),
        made("{} / {}", simple, second)
        if sort == "number"
        else made("{} * {}", simple, numbers if (numbers := value(kind, "number", 0)) is not None else factor),
        made("({} - {}) * {}", simple, second, factor),
        made("abs({} - {})", simple, second),
        made("round({})", simple),
        made("if({}, {}, {})", leaf(kind), simple, second),
        made("if({}, {})", leaf(kind), simple),
        made("if({}, {}, {}, {}, 0)", leaf(kind), simple, leaf(kind), second),
    )


@cache
def sums(kind: str, depth: int) -> Text:
    """Conditions that compare sums."""
    compared = sampled(["=", "!=", "<", "<=", ">", ">="])
    found: list[Text] = []
    if (amounts := value(kind, "amount", depth)) is not None:
        found += [made("{} {} {}", amounts, compared, AMOUNTS), made("{} {} {}", amounts, compared, amounts)]
    if (numbers := value(kind, "number", depth)) is not None:
        found += [made("{} {} {}", numbers, compared, NUMBERS), made("{} {} {}", numbers, compared, numbers)]
    if (dates := value(kind, "date", depth)) is not None:
        moved = made(
            "{} {} {}",
            sampled([path for path in split(kind, DATES)[0] if path != "since"]),
            sampled("+-"),
            sampled(["30d", "1mo", "1w", "60d", "1y"]),
        )
        found += [
            made("{} {} {}", dates, compared, WHENS),
            made("{} {} {}", dates, compared, dates),
            made("{} {} {}", moved, compared, WHENS),
        ]
        unit = sampled(["year", "quarter", "month", "week", "day"])
        seen = sampled(["2026", "2026-q4", "2026-11", "2026-w47", "2026-11-20", "2026-10-25", "2026-q1", "2025-w01"])
        found.append(
            made(
                "{}({}){}'{}'",
                unit,
                sampled([path for path in split(kind, DATES)[0] if path != "since"]),
                sampled(["=", "!="]),
                seen,
            )
        )
    if (lengths := value(kind, "length", depth)) is not None:
        found += [made("{} {} {}", lengths, compared, LENGTHS), made("{} {} 2 * {}", lengths, compared, LENGTHS)]
    return any_of(*found) if found else leaf(kind)


COMPUTED = {
    "customer": ["revenue", "first_order", "fullname", "open_deals", "spare", "per_head", "chief", "rich", "listed_all", "touched", "next_due",
                 "stage_since", "stage_days", "budget", "size", "share", "birthday"],
    "deal": ["net", "listed", "cycle", "renew", "tier", "line", "closed", "stage_days", "late", "amount", "odds", "signed", "stage"],
}  # fmt: skip


@cache
def column(kind: str) -> Text:
    """Something to list."""
    found = [
        made for made in (value(kind, sort, 2) for sort in ("amount", "number", "date", "length")) if made is not None
    ]
    found += [sampled(COMPUTED[kind])] if kind in COMPUTED else []
    dates = split(kind, DATES)[0]
    found.append(
        made(
            "{}({})",
            sampled(["year", "quarter", "month", "week", "day"]),
            sampled([path for path in dates if path != "since"]),
        )
    )
    return any_of(*found)
