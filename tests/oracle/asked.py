# ruff: noqa: E501 - the tables of what may be asked are read by the line
"""Conditions on one field, as text: every kind of field, every operator that fits it."""

from __future__ import annotations

from collections.abc import Callable

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
