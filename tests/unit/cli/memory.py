"""A small book, and a command line that writes into memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import StringIO
from typing import NamedTuple

from crmcli.cli.main import run
from crmcli.cli.session import Session

FILES = {
    "crm.toml": 'name = "Demo"\nformat = 1\ncurrency = "EUR"\n[alias]\nhot = "deals +hot"\nloop = "hot"\nsh = "rm x"\n',
    "schema/customer.toml": """\
label = { en = "Customer", zh = "客户" }
plural = "customers"
alias = ["客户"]
title = "name"
list = ["name", "tier"]
[fields]
name = { type = "text", need = true }
tier = { type = "choice", options = ["A", "B"] }
""",
    "schema/gear.toml": 'plural = "gear"\ntitle = "name"\n[fields]\nname = { type = "text" }\n',
    "schema/deal.toml": """\
plural = "deals"
title = "name"
list = ["name", "customer", "stage", "amount"]
[fields]
name = { type = "text" }
customer = { type = "customer" }
stage = { type = "stage" }
amount = { type = "money" }
close = { type = "date" }
big = { type = "flag" }
""",
    "pipelines/sales.toml": """\
for = "deal"
[stage.talk]
label = "Talking"
odds = "20%"
[stage.offer]
odds = "50%"
[stage.won]
kind = "won"
[stage.lost]
kind = "lost"
""",
    "customers/acme.md": "---\nname: Acme GmbH\ntier: A\ntags:\n  - vip\ncreated: 2026-11-01T10:00:00+01:00\n---\n",
    "customers/globex.md": "---\nname: Globex\ntier: B\ncreated: 2026-11-02T10:00:00+01:00\n---\n",
    "customers/old.md": "---\nname: Old Co\ntier: B\narchived: 2026-10-01\ncreated: 2026-01-02T10:00:00+01:00\n---\n",
    "deals/renewal.md": "---\nname: Renewal\ncustomer: acme\nstage: offer\namount: 12000.00 EUR\n"
    "close: 2026-12-01\nbig: yes\ncreated: 2026-11-03T10:00:00+01:00\n---\n",
    "deals/pilot.md": "---\nname: Pilot\ncustomer: globex\nstage: talk\namount: 950.50 EUR\n"
    "created: 2026-11-04T10:00:00+01:00\n---\n",
}


class Shown(NamedTuple):
    code: int
    out: str
    err: str


Crm = Callable[..., Shown]


def make_session(stdin: str = "", **environment: str) -> Session:
    return Session({**os.environ, **environment}, StringIO(stdin), StringIO(), StringIO())


def run_in_memory(*words: str, stdin: str = "", **environment: str) -> Shown:
    session = make_session(stdin, **environment)
    code = run(words, session)
    assert isinstance(session.stdout, StringIO)
    assert isinstance(session.stderr, StringIO)
    return Shown(code, session.stdout.getvalue(), session.stderr.getvalue())
