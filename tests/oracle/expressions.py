# ruff: noqa: E501 - the tables of what may be asked are read by the line
"""Well-typed expressions over the schema, as text: conditions of every operator and kind, and values to list.

A condition is made for a record type and under a prefix (`customer.`, `deals.`), so that what holds of a field can be
asked through any path that leads to it. Words and numbers come from those the books are made of, so that ends meet.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from hypothesis import strategies as st

from tests.oracle.book import DAYS, IDS, NAMES, PEOPLE, TAG_NAMES

Text = st.SearchStrategy[str]
sampled = st.sampled_from
TYPES = ("customer", "deal", "member", "contact", "order", "task", "product", "note")
OPS = sampled(["=", "!=", "<", "<=", ">", ">="])

NUMBERS = sampled(["0", "1", "2", "3", "10", "11", "1.5", "0.1", "0.3", "2.5"])
SHARES = sampled(["0%", "10%", "20%", "0.2", "33.3333%", "50%", "100%"])
AMOUNTS = sampled(
    ["0", "1", "100", "250", "499.99", "500", "1k", "1000EUR", "1.2万", "333.33", "100USD", "66.67USD", "1kJPY"]
)
LENGTHS = sampled(["30d", "4w", "1mo", "0d", "90min", "24h", "1d", "1y", "5w"])
SIGNED = sampled(["-30d", "+2w", "-1d", "+7d", "-7d", "-1mo", "-1y", "+0d", "-4w"])
PERIODS = sampled(
    [
        "2026-10",
        "2026-11",
        "2026-03",
        "2026-q4",
        "q1",
        "q4",
        "2026",
        "2025",
        "2026-w47",
        "2026-w43",
        "2026-w13",
        "2026-w53",
    ]
)
WORDS = sampled(["today", "yesterday", "tomorrow", "fri", "-fri", "sun", "-sun", "mon"])
MOMENTS = sampled(["now", "-1h", "+90min", "2026-11-20T00:00", "2026-10-25T02:30", "2026-03-29T00:00"])
WHENS = sampled(DAYS) | PERIODS | WORDS | SIGNED
TAGS = sampled([*TAG_NAMES, "big", "active", "top", "意向", "意向/高", "urgent", "rising"])
MEMBERS = sampled([*IDS["members"], "me", "Bob", "anna", "李伟", "m"])
STAGES = {
    "customer": ["lead", "customer", "gone"],
    "deal": ["contact", "proposal", "hold", "won", "lost", "survey"],
    "order": ["open", "done", "void"],
    "task": ["open", "done"],
}
STATES = sampled(["open", "won", "lost", "hold", "closed", "archived"])


def made(pattern: str, *parts: Text) -> Text:
    return st.builds(pattern.format, *parts)


def any_of(*choices: Text) -> Text:
    """One of them. Unlike `one_of` it does not unfold choices of choices, of which there are millions here."""
    return st.integers(0, len(choices) - 1).flatmap(lambda place: choices[place])


def later(make: Callable[..., Text], *args: object) -> Text:
    """A strategy that is made when it is first drawn from."""
    return st.just(args).flatmap(lambda known: make(*known))


# ---- what may be asked of a field, by its kind -----------------------------------------------------------------------


def filled(name: str) -> Text:
    return sampled([f"{name}:none", f"{name}:any"])


def scaled(name: str, words: Text) -> Text:
    """Numbers, shares, amounts, lengths."""
    return any_of(
        made(name + "{}{}", OPS, words),
        made("{}{}" + name, words.filter(lambda word: "%" not in word and word[-1] not in "dwhony"), OPS),
        made(name + ":{}", words),
        made(name + ":{},{}", words, words),
        made(name + ":{}..{}", words, words),
        made(name + ":{}..", words),
        made(name + ":..{}", words),
        filled(name),
    )


def dated(name: str, words: Text = WHENS) -> Text:
    return any_of(
        made(name + "{}{}", OPS, words),
        made(name + ":{}", words),
        made(name + ":{},{}", words, words),
        made(name + ":{}..{}", words, words),
        made(name + ":{}..", words),
        made(name + ":..{}", words),
        filled(name),
    )


def timed(name: str) -> Text:
    return dated(name) | dated(name, WHENS | MOMENTS)


def spanning(name: str) -> Text:
    return any_of(
        made(name + "{}{}", sampled("<>"), WHENS),
        made(name + ":{}", WHENS),
        made(name + ":{}..{}", WHENS, WHENS),
        made(name + ":{}..", WHENS),
        made(name + ":..{}", WHENS),
        dated(f"{name}.start"),
        dated(f"{name}.end"),
        filled(name),
    )


def worded(name: str, words: list[str], *more: str) -> Text:
    """Texts: contains, exactly, by pattern."""
    part = sampled([*words, *more])
    return any_of(
        made(name + ":{}", part.filter(lambda word: " " not in word and "'" not in word)),
        made(name + ':"{}"', part),
        made(name + '{}"{}"', sampled(["=", "!="]), part),
        made(name + "~'{}'", sampled(["^[AB]", "i$", "伟", "[0-9]", "."])),
        filled(name),
    )


def chosen(name: str, options: list[str], labels: list[str] | None = None) -> Text:
    words = sampled(options)
    return any_of(
        made(name + "{}{}", OPS, words),
        made(name + ":{}", words | sampled(labels or options)),
        made(name + ":{},{}", words, words | st.just("none")),
        made(name + ":{}..{}", words, words),
        filled(name),
    )


def safe(stage: str) -> bool:
    """Whether a bare word after an operator can only mean the stage: `customer` is a field's name elsewhere."""
    return stage not in ("customer", "contact")


def staged(name: str, stages: list[str]) -> Text:
    words = sampled(list(filter(safe, stages)))
    return any_of(
        made(name + "{}{}", OPS, words),
        made(name + ":{}", sampled(stages)),
        made(name + ":{},{}", sampled(stages), sampled(stages)),
        made(name + ":{}..{}", sampled(stages), sampled(stages)),
    )


def pointing(name: str, words: Text) -> Text:
    bare = words.filter(lambda word: "/" not in word)
    return any_of(
        made(name + ":{}", words),
        made(name + ":{},{}", words, words | st.just("none")),
        made(name + '{}"{}"', sampled(["=", "!="]), bare.filter(lambda word: word != "me")),
        made(name + "{}{}", sampled(["=", "!="]), bare),
        filled(name),
    )


def flagged(name: str) -> Text:
    return sampled([name, f"{name}:yes", f"{name}:no", f"-{name}:yes", f"{name}=yes", f"{name}!=no"])


def lying(name: str) -> Text:
    words = sampled(["广东", "广东/深圳", "广东/深圳/南山", "深圳", "北京", "DE-BY"])
    parts = sampled(
        [f"{name}.province:广东", f"{name}.city:深圳", f"{name}.county:any", f"{name}.city:none", f"{name}.city:州"]
    )
    parts = filled(name) if name.endswith("regions") else parts  # a list has no parts
    near = name.partition(".")[0] in (
        name,
        "owner",
        "customer",
        "boss",
        "chief",
        "for",
        "parent",
    )  # within() takes one value or a list
    lies = made("within(" + name + ", '{}')", words) if near else parts
    return any_of(made(name + ":{}", words), made(name + ":{},{}", words, words), parts, filled(name), lies)


CUSTOMERS = sampled([*IDS["customers"], "acme", "Bolt", "c", "阿里", "nobody", "customers/c1"])
CONTACTS = sampled([*IDS["contacts"], "Bob", "anna"])
PRODUCTS = sampled([*IDS["products"], "arm"])


def fields(kind: str, p: str) -> list[Text]:
    """What may be asked of each field of a type, under a prefix."""
    found: dict[str, list[Text]] = {
        "member": [
            worded(f"{p}name", PEOPLE), chosen(f"{p}role", ["sales", "finance", "service"]), pointing(f"{p}boss", MEMBERS),
            lying(f"{p}regions"), spanning(f"{p}away"), scaled(f"{p}cap", NUMBERS),
            made(p + "is:{}", sampled(["away", "archived"])),
        ],
        "customer": [
            worded(f"{p}name", NAMES), worded(f"{p}名称", NAMES, "acme", "ß", "ss"), staged(f"{p}lifecycle", STAGES["customer"]),
            chosen(f"{p}tier", ["A", "B", "C"], ["一级", "三级", "a"]), scaled(f"{p}size", NUMBERS), lying(f"{p}region"),
            pointing(f"{p}owner", MEMBERS), scaled(f"{p}budget", AMOUNTS), scaled(f"{p}terms", LENGTHS), scaled(f"{p}share", SHARES),
            scaled(f"{p}happy", NUMBERS), flagged(f"{p}newsletter"), scaled(f"{p}grades", NUMBERS), pointing(f"{p}parent", CUSTOMERS),
            made(p + "open_at{}9:30", OPS), made(p + "open_at:{}", sampled(["0:00..9:30", "09:30", "..23:59", "none"])),
            spanning(f"{p}contract"), dated(f"{p}birthday"), dated(f"{p}since"), made(p + "country{}", sampled([":DE", ":CN,no", "!=CN", "=DE"])),
            made(p + "budget.currency:{}", sampled(["EUR", "USD,JPY", "none", "CNY"])),
            scaled(f"{p}revenue", AMOUNTS), dated(f"{p}first_order"), worded(f"{p}fullname", NAMES, "广东", "）A"), scaled(f"{p}open_deals", NUMBERS),
            scaled(f"{p}spare", AMOUNTS), scaled(f"{p}per_head", NUMBERS), pointing(f"{p}chief", MEMBERS), flagged(f"{p}rich"),
            scaled(f"{p}listed_all", AMOUNTS),
        ],
        "contact": [
            worded(f"{p}name", PEOPLE), pointing(f"{p}customer", CUSTOMERS), chosen(f"{p}role", ["decider", "user", "buyer"]),
            dated(f"{p}seen"), scaled(f"{p}score", NUMBERS),
        ],
        "deal": [
            worded(f"{p}name", NAMES), pointing(f"{p}customer", CUSTOMERS), staged(f"{p}stage", STAGES["deal"]), scaled(f"{p}amount", AMOUNTS),
            scaled(f"{p}金额", AMOUNTS), dated(f"{p}close"), timed(f"{p}signed"), pointing(f"{p}owner", MEMBERS), pointing(f"{p}team", MEMBERS),
            pointing(f"{p}people", CONTACTS), chosen(f"{p}priority", ["low", "normal", "high", "urgent"]), scaled(f"{p}odds", SHARES),
            scaled(f"{p}qty", NUMBERS), spanning(f"{p}span"), scaled(f"{p}net", AMOUNTS), scaled(f"{p}listed", AMOUNTS),
            scaled(f"{p}cycle", LENGTHS), dated(f"{p}renew"), chosen(f"{p}tier", ["A", "B", "C"], ["二级"]), worded(f"{p}line", NAMES, "EUR", "Bob"),
            flagged(f"{p}late"), timed(f"{p}closed"), made(p + "amount.currency{}", sampled([":EUR", "!=EUR", ":none"])),
            made(p + "pipeline:{}", sampled(["sales", "project"])),
        ],
        "line": [
            worded(f"{p}item", ["arm", "Leg", "阀门"]), pointing(f"{p}product", PRODUCTS), scaled(f"{p}qty", NUMBERS), scaled(f"{p}price", AMOUNTS),
            scaled(f"{p}discount", SHARES), dated(f"{p}due"), scaled(f"{p}net", AMOUNTS),
        ],
        "product": [worded(f"{p}name", ["Arm", "Leg"]), scaled(f"{p}price", AMOUNTS)],
        "order": [
            worded(f"{p}name", ["SO 1", "SO 2"]), pointing(f"{p}customer", CUSTOMERS), staged(f"{p}stage", STAGES["order"]),
            scaled(f"{p}total", AMOUNTS), dated(f"{p}date"), timed(f"{p}closed"),
        ],
        "task": [
            worded(f"{p}text", ["ring", "Visit"]), staged(f"{p}stage", STAGES["task"]), pointing(f"{p}for", MEMBERS), timed(f"{p}due"),
            flagged(f"{p}late"), pointing(f"{p}on", sampled(["customers/c1", "deals/d1", "c2", "contacts/p1"])),
        ],
        "note": [worded(f"{p}name", ["memo"]), scaled(f"{p}score", NUMBERS)],
        "log": [
            timed(f"{p}at"), chosen(f"{p}kind", ["call", "email", "meeting", "visit", "chat", "note", "event"]), flagged(f"{p}touch"),
            sampled([f"{p}direction:in", f"{p}direction:none", f"{p}via:rule", f"-{p}via:import,rule", f"{p}via:cli"]), pointing(f"{p}by", MEMBERS),
            scaled(f"{p}took", LENGTHS), pointing(f"{p}with", CONTACTS), worded(f"{p}text", ["hello", "Welt", "液压"]), scaled(f"{p}score", NUMBERS),
        ],
        "moves": [
            timed(f"{p}at"), filled(f"{p}to"), filled(f"{p}from"),
            made(p + "kind:{}", sampled(["open", "won", "lost", "hold"])), scaled(f"{p}days", NUMBERS), filled(f"{p}days"),
        ],
    }  # fmt: skip
    built_in = [
        timed(f"{p}created"), made(p + "id:{}", sampled([*IDS["customers"], *IDS["deals"]])), dated(f"{p}archived"), timed(f"{p}touched"),
        timed(f"{p}next_due"), pointing(f"{p}by", MEMBERS), made(p + "via:{}", sampled(["rule", "cli", "import:leads", "rule,hand"])),
        made(p + "tags:{}", TAGS | sampled(["none", "any", "vip,key"])), made(p + "type:{}", sampled(TYPES)),
    ]  # fmt: skip
    states = [
        made(p + "is:{}", STATES),
        made(p + "is:{},{}", STATES, STATES),
        timed(f"{p}stage_since"),
        scaled(f"{p}stage_days", NUMBERS),
    ]
    if kind.startswith("moves/"):
        stages = sampled(STAGES[kind[6:]])
        return [
            *found["moves"],
            made(p + "to:{}", stages),
            made(p + "from:{},{}", stages, stages),
            made(p + "to{}{}", OPS, stages.filter(safe)),
        ]
    return found[kind] + (built_in if kind in TYPES else []) + (states if kind in STAGES else [])


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
