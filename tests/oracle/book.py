# ruff: noqa: E501 - the tables of values are read by the line
"""Small books that nobody thought of, written as record files, a journal and rates by hand.

Values come from few, chosen ones, so that ties, empty fields and ends of periods are the rule: days on both sides of
the clock changes in Berlin and of ends of months, moments at local midnight, equal amounts in several currencies.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

ZONE = ZoneInfo("Europe/Berlin")
NOWS = [
    "2026-11-20T14:03:00+01:00",  # a Friday
    "2026-10-25T02:30:00+02:00",  # the first half past two of the night the clocks go back
    "2026-03-29T03:00:00+02:00",  # the moment they go forward
    "2026-12-31T23:59:59+01:00",
    "2026-01-01T00:00:00+01:00",
]
DAYS = [
    *("2024-02-29", "2025-11-20", "2025-12-31", "2026-01-01", "2026-02-28", "2026-03-28", "2026-03-29", "2026-03-30"),
    *("2026-06-30", "2026-10-01", "2026-10-24", "2026-10-25", "2026-10-26", "2026-10-31", "2026-11-01", "2026-11-13"),
    *("2026-11-19", "2026-11-20", "2026-11-21", "2026-11-27", "2026-12-20", "2026-12-31", "2027-01-01"),
]
CLOCKS = ["00:00:00", "23:59:59", "00:00:01", "12:00:00", "02:30:00", "01:00:00"]
REGIONS = ["广东", "广东/深圳", "广东/深圳/南山", "广东/广州", "北京/北京/朝阳", "DE-BY", "DE-BE"]
NAMES = [
    "Acme GmbH",
    "acme-tools",
    "ＡＣＭＥ Ltd",
    "阿里巴巴",
    "华为技术",
    "Müller",
    "MÜLLER AG",
    "Straße 7",
    "O'Neil",
    "Bolt",
]
PEOPLE = ["Anna Kern", "Bob", "李伟", "Ben Ode"]
TAG_NAMES = ["vip", "key", "intent", "intent/a", "intent/a/b", "black", "意向/低"]

Stored = dict[str, Any]
Move = tuple[str, str]


class Made(NamedTuple):
    """A record: what its file says, how its journal began, and the stage changes after that."""

    fields: Stored
    by: str
    via: str
    moves: list[Move]


class BookOf(NamedTuple):
    """What a book is written from: the moment it is asked at, records by plural and id, logged lines, rates."""

    now: str
    records: dict[str, dict[str, Made]]
    log: list[Stored]
    rates: list[str]


IDS = {
    "members": ["m1", "m12", "m2"],
    "customers": ["c1", "c12", "c2", "c3"],
    "contacts": ["p1", "p2", "p3"],
    "deals": ["d1", "d12", "d2", "d3", "d4"],
    "products": ["x1", "x2"],
    "orders": ["o1", "o2", "o3", "o4"],
    "tasks": ["t1", "t2", "t3"],
    "notes": ["n1", "n2"],
}

days = st.sampled_from(DAYS)
sampled = st.sampled_from


def moment(day: str, clock: str, offset: int | None) -> str:
    """A local moment, written with Berlin's offset or with another one of the same instant."""
    local = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE)
    there = local.astimezone(UTC)  # a time the clocks skipped moves with them
    shown = there.astimezone(ZONE) if offset is None else there + timedelta(hours=offset)
    text = shown.replace(tzinfo=None).isoformat() if offset is not None else shown.isoformat()
    return text if offset is None else f"{text}{'+' if offset >= 0 else '-'}{abs(offset):02d}:00"


moments = st.builds(moment, days, sampled(CLOCKS), sampled([None, None, 0, 8, -5]))
money = st.builds(
    lambda number, currency: f"{number}.00 {currency}" if currency != "JPY" else f"{number} JPY",
    sampled([0, 1, 100, 250, 499, 500, 1000, 1000, 12000]),
    sampled(["EUR", "EUR", "EUR", "USD", "JPY", "CNY"]),
) | sampled(["0.01 EUR", "333.33 EUR", "-5.00 EUR", "66.67 USD", "499.99 EUR"])
percents = sampled(["0%", "10%", "20%", "33.3333%", "50%", "100%", "-5%"])
numbers = sampled(["0", "1", "2", "3", "10", "11", "-1"])
decimals = sampled(["0", "1", "1.5", "0.1", "0.3", "2.5", "-0.5", "0.333333"])
lengths = sampled(["30d", "4w", "1mo", "0d", "90min", "24h", "1d", "1y"])


def _period(first: str, second: str, opened: int) -> str:
    low, high = sorted((first, second))
    return f"{low}.." if opened == 1 else f"..{high}" if opened == 2 else f"{low}..{high}"


periods = st.builds(_period, days, days, sampled([0, 0, 1, 2]))
LINES = st.fixed_dictionaries(
    {},
    optional={
        "item": sampled(["arm", "Leg", "阀门"]),
        "product": sampled(IDS["products"]),
        "qty": decimals,
        "price": money,
        "discount": percents,
        "due": days,
    },
).filter(bool)


def several(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, min_size=1, max_size=3, unique_by=str)


def flow(row: Stored) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in row.items()) + "}"


rows = several(LINES).map(lambda found: [flow(row) for row in found])
ANYTHING = [f"{plural}/{name}" for plural in ("customers", "deals", "orders", "contacts") for name in IDS[plural][:3]]
FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "members": {
        "name": sampled(PEOPLE), "role": several(sampled(["sales", "finance", "service"])), "boss": sampled(IDS["members"]),
        "regions": several(sampled(REGIONS)), "away": periods, "cap": numbers,
    },
    "customers": {
        "name": sampled(NAMES), "lifecycle": sampled(["lead", "customer", "gone"]), "tier": sampled("ABC"), "size": numbers,
        "region": sampled(REGIONS), "country": sampled(["DE", "CN", "NO"]), "owner": sampled(IDS["members"]), "budget": money,
        "terms": lengths, "share": percents, "happy": sampled("12345"), "newsletter": sampled(["yes", "no"]),
        "open_at": sampled(["09:30", "00:00", "23:59"]), "contract": periods, "grades": several(numbers),
        "parent": sampled(IDS["customers"]), "birthday": days, "since": days.map(lambda day: day[:7]),
    },
    "contacts": {
        "name": sampled(PEOPLE), "customer": sampled(IDS["customers"]), "role": sampled(["decider", "user", "buyer"]),
        "seen": days, "score": decimals,
    },
    "deals": {
        "name": sampled(NAMES), "customer": sampled(IDS["customers"]),
        "stage": sampled(["sales:contact", "sales:proposal", "sales:hold", "sales:won", "project:survey", "project:proposal", "project:won"]),
        "amount": money, "close": days, "signed": moments | days, "owner": sampled(IDS["members"]),
        "team": several(sampled(IDS["members"])), "people": several(sampled(IDS["contacts"])),
        "priority": sampled(["low", "normal", "high", "urgent"]), "odds": percents, "qty": decimals, "lines": rows, "span": periods,
    },
    "products": {"name": sampled(["Arm", "Leg"]), "price": money},
    "orders": {
        "name": sampled(["SO 1", "SO 2"]), "customer": sampled(IDS["customers"]), "deal": sampled(IDS["deals"]),
        "stage": sampled(["open", "done", "void"]), "total": money, "date": days, "lines": rows,
    },
    "tasks": {
        "text": sampled(["ring", "Visit"]), "on": sampled(ANYTHING), "stage": sampled(["open", "done"]),
        "for": sampled(IDS["members"]), "due": moments | days,
    },
    "notes": {"name": sampled(["memo"]), "on": sampled(ANYTHING), "score": numbers},
}  # fmt: skip
REFERENCES = {"boss": "members", "owner": "members", "team": "members", "for": "members", "customer": "customers",
              "parent": "customers", "people": "contacts", "product": "products", "deal": "deals"}  # fmt: skip
STAGED = {"customers": "lifecycle", "deals": "stage", "orders": "stage", "tasks": "stage"}
FIRST = {"customers": "lead", "deals": "contact", "orders": "open", "tasks": "open"}
ENDS = {"customers": ["customer", "gone", "lead"], "deals": ["proposal", "won", "lost", "contact"],
        "orders": ["done", "void", "open"], "tasks": ["done", "open"]}  # fmt: skip


def _record(plural: str, fields: Stored, extra: Stored, by: str, via: str, moves: list[Move]) -> Made:
    fields = fields | {name: value for name, value in extra.items() if value}
    stage = STAGED.get(plural, "")
    if plural == "deals":
        fields["pipeline"], _, first = fields.get("stage", "sales:").partition(":")
        fields |= {"stage": first} if first else {}
    begun, known, present = _instant(fields["created"]), list[Move](), fields.get(stage)
    for at, to in sorted(moves, key=lambda move: _instant(move[0])):
        if present and _instant(at) > begun and to != present and fields.get("pipeline") != "project":
            known.append((at, to))
            present = to
    return Made(fields, by, via, known)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def records(plural: str) -> st.SearchStrategy[Made]:
    """Records of one type, references and all; what they point at may not be there yet."""
    extra = st.fixed_dictionaries(
        {"created": moments},
        optional={"tags": several(sampled(TAG_NAMES)), "archived": sampled(["", "", "", "2026-01-05", "2026-11-20"])},
    )
    moves = st.lists(st.tuples(moments, sampled(ENDS.get(plural, ["x"]))), max_size=2 if plural in STAGED else 0)
    fields = st.fixed_dictionaries({}, optional=FIELDS[plural])
    by, via = sampled(["", *IDS["members"]]), sampled(["cli", "rule:welcome", "import:leads", "hand"])
    return st.builds(_record, st.just(plural), fields, extra, by, via, moves)


LOGGED = st.fixed_dictionaries(
    {
        "on": sampled([*ANYTHING, "tasks/t1", "tasks/t2", "members/m1"]),
        "at": moments,
        "kind": sampled(["call", "email", "meeting", "visit", "chat", "note", "event"]),
        "via": sampled(["cli", "cli", "tui", "rule:welcome", "import:leads"]),
        "text": sampled(["hello", "HALLO Welt", "液压"]),
    },
    optional={
        "by": sampled(IDS["members"]),
        "direction": sampled(["in", "out"]),
        "took": sampled(["10min", "1h", "0min"]),
        "with": several(sampled(IDS["contacts"])).map(lambda ids: [f"contacts/{name}" for name in ids]),
        "score": numbers,
        "taken_back": st.just("yes"),
        "close": days,  # not a line but a change of a deal's closing date
    },
)
RATES = st.lists(
    st.builds("{} {} {}".format, days, sampled(["USD", "USD", "JPY"]), sampled(["0.9", "0.5", "1.105", "0.0061"])),
    max_size=3,
    unique_by=lambda line: line[:14],
)


def _whole(now: str, records: dict[str, dict[str, Made]], log: list[Stored], rates: list[str]) -> BookOf:
    """With the member who asks, and without the references that lead nowhere, as a checked book has none."""
    records["members"].setdefault("m1", Made({"created": "2026-01-01T00:00:00+01:00"}, "", "cli", []))
    there = {f"{plural}/{name}" for plural, found in records.items() for name in found}
    kept = {
        plural: {
            name: made._replace(
                fields=_pointing(made.fields, there), by=made.by if f"members/{made.by}" in there else ""
            )
            for name, made in found.items()
        }
        for plural, found in records.items()
    }
    lines = []
    for line in log:
        if line["on"] in there and f"members/{line.get('by', 'm1')}" in there:
            people = [ref for ref in line.get("with", ()) if ref in there]
            rest = {name: value for name, value in line.items() if name != "with"}
            lines.append(rest | ({"with": people} if people else {}))
    return BookOf(now, kept, lines, rates)


def _pointing(fields: Stored, there: set[str]) -> Stored:
    kept: Stored = {}
    for name, value in fields.items():
        found = value
        if name == "on" and value not in there:
            found = None
        elif name in REFERENCES:
            ids = [value] if isinstance(value, str) else value
            good = [target for target in ids if f"{REFERENCES[name]}/{target}" in there]
            found = None if not good else good[0] if isinstance(value, str) else good
        elif name == "lines":
            missing = [f", product: {name}" for name in IDS["products"] if f"products/{name}" not in there]
            found = []
            for row in value:
                for gone in missing:
                    row = row.replace(gone, "").replace(f"{{{gone[2:]}, ", "{").replace(f"{{{gone[2:]}}}", "")  # noqa: PLW2901
                found += [row] if row and row not in found else []
        if found:
            kept[name] = found
    return kept


BOOKS = st.builds(
    _whole,
    sampled(NOWS),
    st.fixed_dictionaries(
        {plural: st.dictionaries(sampled(ids), records(plural), max_size=len(ids)) for plural, ids in IDS.items()}
    ),
    st.lists(LOGGED, max_size=5),
    RATES,
)


# ---- on disk ---------------------------------------------------------------------------------------------------------


def write_book(root: Path, book: BookOf) -> None:
    """Write records, journal and rates over what an earlier book left; engine files and their cache stay."""
    for plural in (*IDS, "journal"):
        shutil.rmtree(root / plural, ignore_errors=True)
    for name in ("index.db", "index.db-wal", "index.db-shm"):
        (root / ".crm" / name).unlink(missing_ok=True)
    for plural, found in book.records.items():
        for name, made in found.items():
            path = root / plural / f"{name}.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text(_file(_now(plural, made)), encoding="utf-8")
    (root / "rates.tsv").write_text("".join(f"{line}\n" for line in book.rates), encoding="utf-8")
    (root / "journal" / "2026-11").mkdir(parents=True)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in _journal(book))
    (root / "journal" / "2026-11" / "aaaaa-0000000001.jsonl").write_text(text, encoding="utf-8")


def _now(plural: str, made: Made) -> Stored:
    return made.fields | ({STAGED[plural]: made.moves[-1][1]} if made.moves else {})


def _file(fields: Stored) -> str:
    lines = ["---"]
    for name, value in fields.items():
        if isinstance(value, list):
            lines += [f"{name}:", *(f"  - {item}" for item in value)]
        else:
            lines.append(f"{name}: {value}")
    return "\n".join([*lines, "---", ""])


def _journal(book: BookOf) -> list[Stored]:
    lines: list[Stored] = []

    def add(at: str, do: str, on: str, **more: object) -> str:
        identity = f"01JD{len(lines):022d}"
        kept = {name: value for name, value in more.items() if value}
        lines.append({"id": identity, "at": at, "op": identity, "do": do, "on": on} | kept)
        return identity

    for plural, found in book.records.items():
        for name, made in found.items():
            begun = made.fields
            add(begun["created"], "create", f"{plural}/{name}", by=made.by, via=made.via, record=begun)
            before = begun.get(STAGED.get(plural, ""))
            for at, to in made.moves:
                add(
                    at,
                    "move",
                    f"{plural}/{name}",
                    by=made.by,
                    via="cli",
                    field=STAGED[plural],
                    **{"from": before, "to": to},
                )
                before = to
    for line in book.log:
        told = {name: value for name, value in line.items() if name not in ("on", "at", "taken_back", "close")}
        if "close" in line and line["on"].startswith("deals/"):
            add(line["at"], "set", line["on"], by=line.get("by"), via=line["via"], field="close", to=line["close"])
            continue
        identity = add(line["at"], "log", line["on"], **told)
        if "taken_back" in line:
            add(line["at"], "retract", line["on"], of=identity)
    return lines
