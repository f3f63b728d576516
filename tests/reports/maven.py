"""The sales book of `maven_crm`, written file by file: 8,800 deals, their moves, 35 agents, 85 accounts, 7 products."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crmcli.model.ids import ulid

ZONE = "America/New_York"
IMPORTED = "2018-01-02"
FILES = {
    "crm.toml": f'name = "Maven"\nformat = 1\ncurrency = "USD"\ntimezone = "{ZONE}"\nlanguage = "en"\n',
    "schema/member.toml": """\
title = "name"
[fields]
name    = { type = "text", need = true }
manager = { type = "text" }
region  = { type = "text" }
""",
    "schema/customer.toml": """\
title = "name"
[fields]
name   = { type = "text", need = true }
sector = { type = "text" }
""",
    "schema/product.toml": """\
title = "name"
[fields]
name   = { type = "text", need = true }
series = { type = "text" }
""",
    "schema/deal.toml": """\
title = "name"
list  = ["name", "stage", "amount"]
[fields]
name     = { type = "text", need = true }
customer = { type = "customer" }
product  = { type = "product" }
stage    = { type = "stage" }
amount   = { type = "money" }
close    = { type = "date" }
odds     = { type = "percent", default = "(stage.odds)" }
owner    = { type = "member" }
""",
    "pipelines/sales.toml": """\
for = "deal"
[stage.prospecting]
odds = "10%"
[stage.engaging]
odds = "40%"
rot  = "90d"
[stage.won]
kind = "won"
[stage.lost]
kind = "lost"
""",
}
PRODUCTS = {"GTXPro": "GTX Pro"}


class Row(NamedTuple):
    """A line of sales_pipeline.csv, its agent's manager and region, its account's sector."""

    id: str
    agent: str
    manager: str
    region: str
    product: str
    account: str
    sector: str
    stage: str
    engaged: str
    closed: str
    value: int


def read_rows(folder: Path) -> list[Row]:
    """The opportunities as the tables say them; an account or value that is missing is "" or 0."""
    teams = {line["sales_agent"]: line for line in _table(folder / "sales_teams.csv")}
    sectors = {line["account"]: line["sector"] for line in _table(folder / "accounts.csv")}
    return [
        Row(
            line["opportunity_id"].lower(),
            line["sales_agent"],
            teams[line["sales_agent"]]["manager"],
            teams[line["sales_agent"]]["regional_office"],
            PRODUCTS.get(line["product"], line["product"]),
            line["account"],
            sectors.get(line["account"], ""),
            line["deal_stage"].lower(),
            line["engage_date"],
            line["close_date"],
            int(line["close_value"] or 0),
        )
        for line in _table(folder / "sales_pipeline.csv")
    ]


def write_book(root: Path, folder: Path) -> None:
    """Write the whole book, one journal segment included."""
    rows = read_rows(folder)
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    agents = {row.agent: {"name": row.agent, "manager": row.manager, "region": row.region} for row in rows}
    accounts = {
        line["account"]: {"name": line["account"], "sector": line["sector"]} for line in _table(folder / "accounts.csv")
    }
    products = {
        line["product"]: {"name": line["product"], "series": line["series"]} for line in _table(folder / "products.csv")
    }
    deals = {row.id: _deal(row) for row in rows}
    events: list[dict[str, object]] = []
    for plural, records in (("members", agents), ("customers", accounts), ("products", products), ("deals", deals)):
        (root / plural).mkdir()
        for name, fields in records.items():
            stem = slug(name)
            fields.setdefault("created", midnight(IMPORTED))
            text = "".join(f"{key}: {value}\n" for key, value in fields.items() if value)
            (root / plural / f"{stem}.md").write_text(f"---\n{text}---\n", encoding="utf-8")
            if plural != "deals":
                events.append({"do": "create", "on": f"{plural}/{stem}", "at": fields["created"], "record": fields})
    for row in rows:
        events += _history(row, deals[row.id])
    segment = root / "journal" / "2018-01" / "m4v3n-0123456789.jsonl"
    segment.parent.mkdir(parents=True)
    segment.write_text("".join(_lines(events)), encoding="utf-8")


def slug(name: str) -> str:
    """An id made from a name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def midnight(day: str) -> str:
    """The moment a day begins in the book's zone."""
    return datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(ZONE)).isoformat()


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _deal(row: Row) -> dict[str, str]:
    return {
        "name": f"{row.product} {row.id}",
        "customer": slug(row.account),
        "product": slug(row.product),
        "stage": row.stage,
        "amount": f"{row.value}.00 USD" if row.closed else "",
        "owner": slug(row.agent),
        "created": midnight(row.engaged or IMPORTED),
    }


def _history(row: Row, record: dict[str, str]) -> Iterator[dict[str, object]]:
    """Created in the stage of its first date, moved on its last one."""
    on = f"deals/{row.id}"
    filled = {key: value for key, value in record.items() if value and key != "created"}
    first = "engaging" if row.engaged else row.stage
    yield {"do": "create", "on": on, "at": record["created"], "record": filled | {"stage": first}}
    if row.closed:
        move: dict[str, object] = {"do": "move", "on": on, "at": midnight(row.closed), "field": "stage"}
        yield move | {"from": first, "to": row.stage}


def _lines(events: list[dict[str, object]]) -> Iterator[str]:
    for number, event in enumerate(events):
        name = ulid(1514880000000 + number, number)
        head = {"id": name, "at": event["at"], "via": "import:maven", "op": ulid(1514880000000, 0)}
        yield json.dumps(head | event) + "\n"
