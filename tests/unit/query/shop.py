"""A small dealer's book written by hand: schema, records, rows, a journal; asked through the real index.

The records and lines below are what the tests compute their expected values from, in plain Python.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from crmcli.model.schema import RecordType
from crmcli.query.compile import QueryEnv, compile_filter, compile_value
from crmcli.query.parser import parse
from crmcli.query.words import parse_words
from crmcli.store.book import Book

NOW = "2026-11-20T14:03:00+08:00"
Fields = dict[str, Any]

SCHEMA = {
    "member": """plural = "members"\ntitle = "name"\n[fields]\nname = { type = "text" }
role = { type = "choice[]", options = ["sales", "finance"] }\nboss = { type = "member", back = "reports" }
regions = { type = "region[]" }\naway = { type = "period" }\ncap = { type = "int" }""",
    "customer": """plural = "customers"\nlabel = "客户"\ntitle = "name"\n[fields]\nname = { type = "text", label = "名称" }
lifecycle = { type = "stage" }\ntier = { type = "choice", options = ["A", "B", "C"] }\nregion = { type = "region" }
owner = { type = "member", back = "customers" }\nbudget = { type = "money" }\nphone = { type = "phone[]" }
grades = { type = "int[]" }\nparent = { type = "customer", back = "branches" }\nopen_at = { type = "time" }
revenue = { type = "money", label = "累计成交", calc = "sum(orders.total, is:won)" }
first_order = { type = "date", calc = "min(orders.date)" }""",
    "contact": """plural = "contacts"\ntitle = "name"\n[fields]\nname = { type = "text" }
customer = { type = "customer", within = true }\nrole = { type = "choice", options = ["decider", "user", "buyer"] }
seen = { type = "date" }""",
    "deal": """plural = "deals"\nlabel = "商机"\ntitle = "name"\n[fields]\nname = { type = "text" }
customer = { type = "customer", within = true }\nstage = { type = "stage" }\namount = { type = "money", label = "金额" }
close = { type = "date" }\nowner = { type = "member", back = "deals" }
team = { type = "member[]", back = "team_deals" }\npeople = { type = "contact[]" }
priority = { type = "choice", options = ["low", "high", "urgent"] }\nspan = { type = "period" }
lines = { type = "line[]", label = "明细" }\nlisted = { type = "money", calc = "sum(lines.net)" }""",
    "line": """embedded = true\nplural = "lines"\n[fields]\nproduct = { type = "product" }\nqty = { type = "decimal" }
price = { type = "money" }\ndiscount = { type = "percent" }
net = { type = "money", calc = "qty * price * (1 - discount)" }""",
    "product": """plural = "products"\ntitle = "name"\n[fields]\nname = { type = "text" }""",
    "order": """plural = "orders"\nlabel = "订单"\ntitle = "name"\n[fields]\nname = { type = "text" }
customer = { type = "customer", within = true }\nstage = { type = "stage" }\ntotal = { type = "money" }
date = { type = "date" }\npayments_due = { type = "duration" }""",
    "payment": """plural = "payments"\ntitle = "name"\n[fields]\nname = { type = "text" }
order = { type = "order", within = true }\namount = { type = "money" }\nok = { type = "flag" }""",
    "task": """plural = "tasks"\ntitle = "text"\n[fields]\ntext = { type = "text" }
on = { type = "any", within = true }\nstage = { type = "stage" }\nfor = { type = "member", back = "todo" }
due = { type = "datetime" }""",
    "campaign": """plural = "campaigns"\ntitle = "name"\n[fields]\nname = { type = "text" }\nbudget = { type = "money" }""",
    "log": """label = "往来"\nembedded = "journal"\nplural = "log"\n[fields]\nat = { type = "datetime" }
by = { type = "member" }
via = { type = "choice", options = ["cli", "tui", "api", "import", "rule"] }
kind = { type = "choice", options = { call = "电话", email = "邮件", visit = "拜访", browse = "浏览" } }
with = { type = "contact[]", back = "meetings" }\ntext = { type = "text" }\npage = { type = "text" }
campaign = { type = "campaign", back = "touches" }\nspent = { type = "money" }\nscore = { type = "int" }""",
}
PIPELINES = {
    "lifecycle": 'for = "customer"\n[stage.lead]\n[stage.customer]\nkind = "won"',
    "sales": 'for = "deal"\n[stage.contact]\nodds = "20%"\n[stage.proposal]\nodds = "50%"\n[stage.won]\nkind = "won"\n'
    '[stage.lost]\nkind = "lost"',
    "order": 'for = "order"\n[stage.open]\n[stage.done]\nkind = "won"\n[stage.void]\nkind = "lost"',
    "task": 'for = "task"\n[stage.open]\n[stage.done]\nkind = "won"',
}
SETTINGS = 'name = "Shop"\nformat = 1\ncurrency = "CNY"\ntimezone = "Asia/Shanghai"\nlanguage = "zh"\ncountry = "CN"\n'

RECORDS: dict[str, dict[str, Fields]] = {
    "members": {
        "anna": {"name": "Anna", "role": ["sales"], "regions": ["广东"], "cap": "2"},
        "bob": {"name": "Bob", "role": ["finance"], "boss": "anna", "away": "2026-11-18..2026-11-25"},
    },
    "customers": {
        "acme": {
            "name": "Acme", "lifecycle": "customer", "tier": "A", "region": "广东/深圳", "owner": "anna",
            "budget": "9000.00 CNY", "phone": ["+8613800138000", "+8613800138001"], "grades": ["4", "9", "5"],
            "tags": ["vip"],
        },
        "bolt": {"name": "Bolt", "lifecycle": "lead", "tier": "B", "owner": "bob", "budget": "100.00 CNY",
                 "parent": "acme", "open_at": "09:30"},
        "cold": {"name": "Cold", "lifecycle": "lead"},
    },
    "contacts": {
        "amy": {"name": "Amy", "customer": "acme", "role": "decider", "seen": "2026-11-01"},
        "art": {"name": "Art", "customer": "acme", "role": "user", "seen": "2026-10-04"},
        "ben": {"name": "Ben", "customer": "bolt", "role": "user"},
        "old": {"name": "Old", "customer": "bolt", "role": "decider", "archived": "2026-10-01"},
    },
    "deals": {
        "pump": {
            "name": "Pump", "customer": "acme", "stage": "proposal", "amount": "1000.00 CNY", "close": "2026-12-01",
            "owner": "anna", "team": ["bob"], "people": ["amy", "art"], "priority": "high",
            "span": "2026-11-01..2026-11-30",
            "lines": ["{product: arm, qty: 2, price: 400.00 CNY, discount: 10%}",
                      "{product: leg, qty: 1.5, price: 200.00 CNY, discount: 20%}"],
        },
        "valve": {"name": "Valve", "customer": "acme", "stage": "won", "amount": "500.00 CNY", "owner": "bob",
                  "priority": "urgent", "lines": ["{product: arm, qty: 1, price: 390.00 CNY, discount: 0%}"]},
        "seal": {"name": "Seal", "customer": "bolt", "stage": "contact", "amount": "2500.00 CNY", "owner": "anna",
                 "team": ["anna", "bob"]},
        "gone": {"name": "Gone", "customer": "bolt", "stage": "contact", "amount": "9999.00 CNY",
                 "archived": "2026-11-01"},
    },
    "products": {"arm": {"name": "Arm"}, "leg": {"name": "Leg"}, "rod": {"name": "Rod"}},
    "orders": {
        "o1": {"name": "O1", "customer": "acme", "stage": "done", "total": "300.00 CNY", "date": "2026-03-01"},
        "o2": {"name": "O2", "customer": "acme", "stage": "done", "total": "700.50 CNY", "date": "2026-05-10",
               "payments_due": "30d"},
        "o3": {"name": "O3", "customer": "acme", "stage": "open", "total": "40.00 CNY", "date": "2026-11-02",
               "payments_due": "10d"},
        "o4": {"name": "O4", "customer": "bolt", "stage": "void", "total": "80.00 CNY", "date": "2026-04-01"},
        "o5": {"name": "O5", "customer": "acme", "stage": "open"},
    },
    "payments": {
        "p1": {"name": "P1", "order": "o1", "amount": "100.00 CNY", "ok": "yes"},
        "p2": {"name": "P2", "order": "o1", "amount": "200.00 CNY", "ok": "no"},
        "p3": {"name": "P3", "order": "o2", "amount": "700.50 CNY", "ok": "yes"},
        "p4": {"name": "P4", "order": "o4", "amount": "80.00 CNY", "ok": "yes"},
    },
    "tasks": {
        "t1": {"text": "ring", "on": "deals/pump", "stage": "open", "for": "bob"},
        "t2": {"text": "visit", "on": "customers/acme", "stage": "open", "for": "anna"},
        "t3": {"text": "chase", "on": "orders/o4", "stage": "done", "for": "anna"},
    },
    "campaigns": {"fair": {"name": "Fair", "budget": "50.00 CNY"}, "mail": {"name": "Mail"}},
}  # fmt: skip


class Line(NamedTuple):
    """A line of the log."""

    on: str
    at: str
    kind: str
    via: str = "cli"
    by: str = "anna"
    more: Fields = {}  # noqa: RUF012 - a default nobody writes to


LOG = [
    Line("customers/acme", "2026-11-19T10:00:00+08:00", "call", more={"direction": "in", "took": "10min"}),
    Line("deals/pump", "2026-11-10T10:00:00+08:00", "visit", by="bob", more={"with": ["contacts/amy"]}),
    Line("contacts/amy", "2026-10-01T10:00:00+08:00", "email", more={"campaign": "fair", "spent": "12.50 CNY"}),
    Line(
        "customers/acme", "2026-09-01T10:00:00+08:00", "browse", "rule:watch", more={"page": "/pricing", "score": "7"}
    ),
    Line("tasks/t1", "2026-11-12T10:00:00+08:00", "call", more={"text": "the 液压 task"}),
    Line("customers/bolt", "2026-08-01T10:00:00+08:00", "browse", more={"page": "/product-a", "campaign": "fair"}),
    Line("payments/p4", "2026-08-05T10:00:00+08:00", "email", "import:bank", more={"direction": "out"}),
]
"""Logged lines, in the order of their ids."""
TAKEN_BACK = Line("customers/cold", "2026-11-01T10:00:00+08:00", "call")
MOVES = [
    ("deals/pump", "2026-10-05T10:00:00+08:00", "contact", "proposal"),
    ("deals/valve", "2026-10-06T10:00:00+08:00", "contact", "proposal"),
    ("deals/valve", "2026-10-16T10:00:00+08:00", "proposal", "won"),
]
CLOSES = ["2026-11-20", "2026-11-25", "2026-12-01"]
"""What the closing date of deals/pump was set to, one after the other."""
CREATED = "2026-10-01T10:00:00+08:00"


def created(plural: str, place: int) -> str:
    """When a record was made: one a day, in the order of their list."""
    return f"2026-10-{place + 1:02d}T09:00:00+08:00" if plural == "orders" else CREATED


def write_shop(root: Path) -> Path:
    """Write the book's files."""
    (root / "crm.toml").write_text(SETTINGS, encoding="utf-8")
    for folder, files in (("schema", SCHEMA), ("pipelines", PIPELINES)):
        (root / folder).mkdir()
        for name, text in files.items():
            (root / folder / f"{name}.toml").write_text(text + "\n", encoding="utf-8")
    for plural, records in RECORDS.items():
        (root / plural).mkdir()
        for place, (name, fields) in enumerate(records.items()):
            (root / plural / f"{name}.md").write_text(_file(fields, created(plural, place)), encoding="utf-8")
    _write_journal(root)
    return root


def _file(fields: Fields, made: str) -> str:
    lines = ["---"]
    for name, value in fields.items():
        lines += [f"{name}:", *(f"  - {item}" for item in value)] if isinstance(value, list) else [f"{name}: {value}"]
    return "\n".join([*lines, f"created: {made}", "---", ""])


def _write_journal(root: Path) -> None:
    lines: list[Fields] = []

    def add(at: str, do: str, on: str, by: str = "anna", via: str = "cli", **more: object) -> None:
        identity = f"01JD{len(lines):022d}"
        lines.append({"id": identity, "at": at, "by": by, "via": via, "op": identity, "do": do, "on": on} | more)

    for plural, records in RECORDS.items():
        for place, (name, fields) in enumerate(records.items()):
            record = dict(fields)
            stages = [before for on, _, before, _ in MOVES if on == f"{plural}/{name}"]
            record |= {"stage": stages[0]} if stages else {}
            record |= {"close": "2026-11-10"} if name == "pump" else {}
            at = created(plural, place)
            add(at, "create", f"{plural}/{name}", record=record | {"created": at})
    for on, at, before, after in MOVES:
        add(at, "move", on, field="stage", **{"from": before, "to": after})
    for before, after in zip(["2026-11-10", *CLOSES], CLOSES, strict=False):
        add("2026-10-20T10:00:00+08:00", "set", "deals/pump", field="close", **{"from": before, "to": after})
    for line in (*LOG, TAKEN_BACK):
        add(line.at, "log", line.on, line.by, line.via, kind=line.kind, **({"text": "."} | line.more))
    add("2026-11-02T10:00:00+08:00", "retract", TAKEN_BACK.on, of=lines[-1]["id"])
    folder = root / "journal" / "2026-11"
    folder.mkdir(parents=True)
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    (folder / "aaaaa-0000000001.jsonl").write_text(text, encoding="utf-8")


class Shop:
    """Asks the book."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.env: QueryEnv = book.query_env()._replace(me="anna")

    def type(self, name: str) -> RecordType:
        return self.book.setup.types[name]

    def find(self, type_name: str, words: str, **env: Any) -> list[str]:  # noqa: ANN401 - parts of the surroundings
        """The ids a filter finds, archived ones too, in order."""
        kind = self.type(type_name)
        asked = compile_filter(parse_words([words]), kind, self.env._replace(**env))
        rows = self.book.index.rows(f'SELECT r.id FROM "rec_{kind.plural}" r WHERE {asked.text}', asked.params)  # noqa: S608
        return sorted(str(row[0]) for row in rows)

    def value(self, type_name: str, identity: str, expression: str, **env: Any) -> Any:  # noqa: ANN401 - a value of any kind
        """The SQL value of an expression on one record, in the units of its family."""
        kind = self.type(type_name)
        value = compile_value(parse(expression), kind, self.env._replace(**env))
        rows = self.book.index.rows(
            f'SELECT {value.text} FROM "rec_{kind.plural}" r WHERE r.id = ?',  # noqa: S608
            (*value.params, identity),
        )
        return rows[0][0]
