"""What the schema calls private leaves the book by no export and tells no hook, unless somebody asks for it."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from crmcli.engines.hooks.header import Hook
from crmcli.engines.hooks.occurrence import Occurrence, batch_of
from crmcli.engines.hooks.payload import environment, payload_of
from crmcli.engines.hooks.site import HookSite
from crmcli.model.record import Record, Ref
from crmcli.store.book import open_book
from tests.books import write_files
from tests.hostile.book import book_in, crm

CONTACT = """
salary = { type = "money", private = true }
ills = { type = "text[]", private = true, was = ["sick"] }
photo = { type = "image", private = true }
pays = { type = "pay[]" }
"""
PAY = (
    'embedded = true\nplural = "pays"\n\n[fields]\nwhat = { type = "text" }\nsum = { type = "money", private = true }\n'
)
PICTURE = b"\x89PNG\r\n\x1a\nSECRETPICTURE"
LI = """---
name: Li
customer: acme
phone:
  - +4930901820
email:
  - secret@li.example
birthday: 1971-02-03
salary: 98765.43 EUR
ills:
  - SECRETILL
photo: files/li.png
pays:
  - {what: a raise, sum: 4321.99 EUR}
---
"""
ACME = "---\nname: Secret Pumps\naddress: {street: SECRETSTREET 5, city: Berlin}\n---\n\nSECRETBODY\n"
TASK = "---\ntext: call\non: contacts/li\ndue: 2026-12-01\nstage: open\n---\n"
DEAL = "---\nname: Robot\ncustomer: acme\nstage: won\namount: 7.00 EUR\n---\n"
SECRETS = {
    "birthday": "1971", "salary": "98765", "ills": "SECRETILL", "phone": "901820", "mail": "secret@li", "sum": "4321",
    "photo": base64.b64encode(PICTURE).decode()[:16], "address": "SECRETSTREET", "body": "SECRETBODY", "title": "Secret Pumps",
}  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made, _ = book_in(tmp_path_factory.mktemp("private"))
    contact, customer = (made / "schema" / f"{name}.toml" for name in ("contact", "customer"))
    text = contact.read_text(encoding="utf-8") + CONTACT
    for name in ("phone", "email"):
        text = text.replace(f'{{ type = "{name}[]",', f'{{ type = "{name}[]", private = true,')
    contact.write_text(text, encoding="utf-8")
    log = made / "schema" / "log.toml"
    text = log.read_text(encoding="utf-8")
    log.write_text(re.sub(r"(?m)^(text +=) \{", r"\1 { private = true,", text), encoding="utf-8")
    lines = customer.read_text(encoding="utf-8").splitlines()
    personal = ("name ", "address ", "about ")
    lines = [
        line.replace("{ type", "{ private = true, type", 1) if line.startswith(personal) else line for line in lines
    ]
    customer.write_text("\n".join(lines) + "\n", encoding="utf-8")
    files = {
        "schema/pay.toml": PAY,
        "contacts/li.md": LI,
        "customers/acme.md": ACME,
        "tasks/call.md": TASK,
        "deals/robot.md": DEAL,
    }
    write_files(made, files)
    (made / "files").mkdir(exist_ok=True)
    (made / "files" / "li.png").write_bytes(PICTURE)
    assert crm(made, "log", "customers/acme,contacts/li", "a talk", "--kind", "meeting").code == 0
    assert crm(made, "journal", "drift").code == 0
    return made


def exported(root: Path, folder: Path, form: str, *words: str) -> str:
    """Everything a file that was exported holds, as text."""
    path = folder / f"out.{form}"
    said = crm(root, "export", form, *words, "--to", str(path), "--yes")
    assert said.code == 0, said.err
    if form == "sqlite":
        with sqlite3.connect(path) as opened:
            text = "\n".join(opened.iterdump())
        opened.close()
        return text
    if form == "xlsx":
        with ZipFile(path) as packed:
            return "".join(packed.read(name).decode() for name in packed.namelist())
    return path.read_bytes().decode("utf-8", "replace").replace("\r\n ", "")


FORMS = [
    *((form, kind) for form in ("csv", "json", "md", "xlsx", "parquet") for kind in ("contacts", "customers")),
    ("vcard", "contacts"), ("vcard4", "customers"), ("ical", "tasks"), ("ical", "contacts"), ("hledger", "deals"), ("sqlite", ""),
]  # fmt: skip


def test_no_export_has_what_is_private(root: Path, tmp_path: Path) -> None:
    for form, kind in FORMS:
        text = exported(root, tmp_path, form, *([kind] if kind else []))
        assert {name for name, secret in SECRETS.items() if secret in text} == set(), (form, kind)


ASKED: dict[tuple[str, str], set[str]] = {
    ("csv", "contacts"): {"birthday", "salary", "ills", "phone", "mail"},
    ("vcard", "contacts"): {"birthday", "phone", "mail", "photo", "title"},
    ("ical", "tasks"): {"phone"},
    ("ical", "contacts"): {"mail"},
    ("hledger", "deals"): {"title"},
    ("sqlite", ""): set(SECRETS) - {"photo"},
}


def test_who_asks_for_it_gets_it(root: Path, tmp_path: Path) -> None:
    for (form, kind), wanted in ASKED.items():
        text = exported(root, tmp_path, form, *([kind] if kind else []), "--private")
        assert {name for name, secret in SECRETS.items() if secret in text} == wanted, (form, kind)


@pytest.mark.parametrize("private", [False, True])
def test_a_hook_is_told_nothing_of_it(root: Path, private: bool) -> None:
    """Neither the columns of rows, nor the text below the fields, nor a value under a former name."""
    book = open_book(root)
    site = HookSite(root, book.state, "Kern", "a1b2c", "", "", root, {}, book.setup.types)
    li, acme = Ref("contacts", "li"), Ref("customers", "acme")
    rows = ["{what: a raise, sum: 4321.99 EUR}"]
    person = Record(li, {"name": "Li", "sick": ["SECRETILL"], "pays": rows})
    firm = Record(acme, {"name": "Secret Pumps", "body": "SECRETBODY"})
    told = [
        Occurrence("customer", "log", acme, before=firm, after=firm, more={"kind": "call", "text": "SECRETTALK"}),
        Occurrence("contact", "set", li, "pays", from_=[], to=rows, before=person, after=person),
        Occurrence("contact", "set", li, "sick", from_=[], to=["SECRETILL"], before=person, after=person),
        Occurrence("customer", "set", acme, "body", from_="SECRETBODY", to="SECRETBODY", before=firm, after=firm),
    ]
    contents: list[dict[str, Any]] = []
    for occurrence in (*told, batch_of(told)):
        content = payload_of(Hook("spy", "hooks/spy", "on", (), private=private), occurrence, site).content
        contents.append({**content, "environment": environment(content, site, {})})
    said = json.dumps(contents)
    secrets = {name: SECRETS[name] for name in ("ills", "sum", "body", "title")} | {"talk": "SECRETTALK"}
    assert {name for name, secret in secrets.items() if secret in said} == (set(secrets) if private else set())
    assert "a raise" in said
    book.index.close()
