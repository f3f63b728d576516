"""The engine files of the books that are asked: every kind of field, and computed ones of every kind."""

from __future__ import annotations

from pathlib import Path

from tests.books import write_files

SETTINGS = """\
name = "Oracle"
format = 1
currency = "EUR"
timezone = "Europe/Berlin"
language = "en"
country = "DE"
"""

SCHEMA = {
    "member": """\
plural = "members"
title = "name"
[fields]
name = { type = "text" }
role = { type = "choice[]", options = ["sales", "finance", "service"] }
boss = { type = "member", back = "reports" }
regions = { type = "region[]" }
away = { type = "period" }
cap = { type = "int" }
""",
    "customer": """\
plural = "customers"
title = "name"
[fields]
name = { type = "text", label = "名称" }
lifecycle = { type = "stage" }
tier = { type = "choice", options = { A = "一级", B = "二级", C = "三级" } }
size = { type = "int" }
region = { type = "region" }
country = { type = "country" }
owner = { type = "member", back = "customers" }
budget = { type = "money" }
terms = { type = "duration" }
share = { type = "percent" }
happy = { type = "rating" }
newsletter = { type = "flag" }
open_at = { type = "time" }
contract = { type = "period" }
grades = { type = "int[]" }
parent = { type = "customer", back = "branches" }
birthday = { type = "date" }
since = { type = "month" }
revenue = { type = "money", calc = "sum(orders.total, is:won)" }
first_order = { type = "date", calc = "min(orders.date)" }
fullname = { type = "text", calc = "'{name}（{region}）{tier}'" }
open_deals = { type = "int", calc = "count(deals, is:open)" }
spare = { type = "money", calc = "budget * (1 - share)" }
per_head = { type = "decimal", calc = "size / happy" }
chief = { type = "member", calc = "owner.boss" }
rich = { type = "flag", calc = "budget>=1k" }
listed_all = { type = "money", calc = "sum(deals.listed)" }
""",
    "contact": """\
plural = "contacts"
title = "name"
[fields]
name = { type = "text" }
customer = { type = "customer", within = true }
role = { type = "choice", options = ["decider", "user", "buyer"] }
seen = { type = "date" }
score = { type = "decimal" }
""",
    "deal": """\
plural = "deals"
title = "name"
[fields]
name = { type = "text" }
customer = { type = "customer", within = true }
pipeline = { type = "pipeline" }
stage = { type = "stage" }
amount = { type = "money", label = "金额" }
close = { type = "date" }
signed = { type = "datetime" }
owner = { type = "member", back = "deals" }
team = { type = "member[]", back = "team_deals" }
people = { type = "contact[]" }
priority = { type = "choice", options = ["low", "normal", "high", "urgent"] }
odds = { type = "percent" }
qty = { type = "decimal" }
lines = { type = "line[]" }
span = { type = "period" }
net = { type = "money", calc = "amount * (1 - odds)" }
listed = { type = "money", calc = "sum(lines.net)" }
cycle = { type = "duration", calc = "closed - created" }
renew = { type = "date", calc = "close - 60d" }
tier = { type = "choice", options = "customer.tier", calc = "customer.tier" }
line = { type = "text", calc = "'{customer}: {amount} {close} {priority} {team} {net}'" }
""",
    "line": """\
embedded = true
plural = "lines"
[fields]
item = { type = "text" }
product = { type = "product" }
qty = { type = "decimal" }
price = { type = "money" }
discount = { type = "percent" }
due = { type = "date" }
net = { type = "money", calc = "qty * price * (1 - discount)" }
""",
    "product": """\
plural = "products"
title = "name"
[fields]
name = { type = "text" }
price = { type = "money" }
""",
    "order": """\
plural = "orders"
title = "name"
[fields]
name = { type = "text" }
customer = { type = "customer", within = true }
deal = { type = "deal" }
stage = { type = "stage" }
total = { type = "money" }
date = { type = "date" }
lines = { type = "line[]" }
""",
    "task": """\
plural = "tasks"
title = "text"
[fields]
text = { type = "text" }
on = { type = "any", within = true }
stage = { type = "stage" }
for = { type = "member", back = "todo" }
due = { type = "datetime" }
""",
    "note": """\
plural = "notes"
title = "name"
[fields]
name = { type = "text" }
on = { type = "any" }
score = { type = "int" }
""",
    "log": """\
embedded = "journal"
plural = "log"
[fields]
at = { type = "datetime" }
by = { type = "member" }
via = { type = "choice", options = ["cli", "tui", "api", "hand", "git", "import", "rule", "hook", "sync", "merge"] }
kind = { type = "choice", options = ["call", "email", "meeting", "visit", "chat", "note", "event"] }
direction = { type = "choice", options = ["in", "out"] }
took = { type = "duration" }
with = { type = "contact[]", back = "meetings" }
text = { type = "text" }
score = { type = "int" }
field = { type = "text" }
touch = { type = "flag", calc = "kind:call,email,meeting,visit,chat -via:rule" }
""",
}

PIPELINES = {
    "lifecycle": """\
for = "customer"
[stage.lead]
[stage.customer]
kind = "won"
[stage.gone]
kind = "lost"
""",
    "project": """\
for = "deal"
[stage.survey]
label = "勘察"
[stage.proposal]
[stage.won]
kind = "won"
""",
    "sales": """\
for = "deal"
[stage.contact]
[stage.proposal]
label = "报价"
[stage.hold]
kind = "hold"
[stage.won]
kind = "won"
[stage.lost]
kind = "lost"
""",
    "order": """\
for = "order"
[stage.open]
[stage.done]
kind = "won"
[stage.void]
kind = "lost"
""",
    "task": """\
for = "task"
[stage.open]
[stage.done]
kind = "won"
""",
}

TAGS = """\
[tag.big]
for = "customer"
where = "revenue>=500 OR tier:A"
but = "+black OR lifecycle:gone"

[tag.active]
for = "customer"
where = "count(log, at:-30d..)>0"

[tag.top]
for = "customer"
where = "+big +active"

[tag."意向/高"]
for = "customer"
where = "size>=10 share>20%"

[tag.urgent]
for = "deal"
where = "priority>=high close:..+7d"

[tag.rising]
for = "deal"
where = "count(customer.deals, amount>{amount})=0 amount:any"
"""


def write_engine_files(root: Path) -> None:
    """Write crm.toml, schema/, pipelines/ and rules/."""
    files = {"crm.toml": SETTINGS, "rules/tags.toml": TAGS}
    files |= {f"schema/{name}.toml": text for name, text in SCHEMA.items()}
    files |= {f"pipelines/{name}.toml": text for name, text in PIPELINES.items()}
    write_files(root, files)
