"""A small book with a day's work: late and due tasks, a deal that may be won, Chinese names, a name full of markup."""

from __future__ import annotations

from pathlib import Path

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Fields, Ref, parse_ref
from crmcli.store.book import Book, open_book
from crmcli.store.setup.config_text import NewBook
from tests.books import make_book, write_files

NOW = "2026-11-20T14:03:11+01:00"
"""A Friday."""
BEFORE = "2026-11-02T09:00:00+01:00"
MARKUP = "[bold red]Evil[/] \x1b[31mSpA\u202e"
"""A name that would be markup, an escape and a turn of the writing direction, were it not text."""
RECORDS: dict[str, Fields] = {
    "customers/acme": {
        "name": "Acme GmbH", "lifecycle": "customer", "owner": "anna", "domain": ["acme.example"], "tags": ["vip"],
        "body": "Wants a robot that packs crates.",
    },
    "customers/ali": {"name": "阿里巴巴集团", "lifecycle": "customer", "owner": "anna"},
    "customers/evil": {"name": MARKUP, "lifecycle": "customer", "owner": "anna"},
    "contacts/li-wei": {
        "name": "李伟", "customer": "acme", "phone": ["+8613800138000"], "email": ["li@acme.example"], "role": "decider",
    },
    "deals/crates": {
        "name": "Crate packing", "customer": "acme", "stage": "proposal", "amount": "12000.00 EUR", "close": "2026-12-15",
        "owner": "anna",
    },
    "deals/arm": {"name": "机械臂方案", "customer": "ali", "stage": "needs", "owner": "anna", "amount": "50000.00 EUR"},
    "tasks/quote": {"text": "send the quote", "on": "deals/crates", "due": "2026-11-16", "for": "anna"},
    "tasks/call": {"text": "call back", "on": "customers/acme", "due": "2026-11-20T16:00+01:00", "for": "anna"},
    "tasks/markup": {"text": "answer [b]him[/b]", "on": "customers/evil", "due": "2026-11-20", "for": "anna"},
    "tasks/later": {"text": "ask again", "on": "customers/acme", "due": "2026-12-01", "for": "anna"},
}  # fmt: skip
QUEUE = ["tasks/quote", "tasks/call", "tasks/markup", "deals/arm"]
"""What the day of Anna holds, in order, reckoned by hand: late, then today by its hour, then a deal without a next step."""


def make_round_book(root: Path, patch: object) -> Book:
    """Make it, for Anna; `patch` is a MonkeyPatch, which sets the clock."""
    patch.setenv("CRM_NOW", BEFORE)  # type: ignore[attr-defined]
    made = make_book(root, wishes=NewBook("Kern Robotics", "EUR", "Europe/Berlin", "en", "DE"))
    for path in (made.root / "members").glob("*.md"):
        path.unlink()
    write_files(
        made.root,
        {f"members/{who}.md": f"---\nname: {name}\n---\n" for who, name in (("anna", "Anna Kern"), ("ben", "Ben Ode"))},
    )
    book = open_book(made.root, me="anna")
    changes = [Change("create", parse_ref(where), record=fields) for where, fields in RECORDS.items()]
    carry_out(book, changes, Request("import", via="import:test"))
    entry = Change(
        "log", Ref("customers", "acme"), more={"kind": "call", "direction": "in", "text": "asks for a quote"}
    )
    carry_out(book, [entry], Request("log"))
    patch.setenv("CRM_NOW", NOW)  # type: ignore[attr-defined]
    book.index.close()
    return book
