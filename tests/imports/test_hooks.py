"""Hooks are told of an import once; one that may veto is asked before anything is written."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from crmcli.engines.form import ValueTakenError
from crmcli.engines.hooks.before import HookVetoError
from crmcli.store.trust import config_folder, read_hook, trust
from tests.imports.desk import Desk, counts

DEALS = 'to = "deal"\nsame = ["name"]\ncolumns = { n = "name", s = "stage", v = "amount" }\n'


def hook(desk: Desk, name: str, header: str, body: str) -> None:
    path = desk.root / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n# crm: {header}\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    trust(config_folder(os.environ), desk.root, read_hook(desk.root, name))


@pytest.fixture
def told(desk: Desk) -> Path:
    """Where a hook on won deals writes what it is told."""
    out = desk.folder / "told.jsonl"
    hook(desk, "tell", "on deal create stage:won", f"cat >> '{out}'; echo >> '{out}'")
    desk.map(DEALS)
    return out


def test_a_hook_is_told_of_an_import_once(desk: Desk, told: Path) -> None:
    outcome = desk.take("n,s,v", "A,won,1", "B,needs,2", "C,won,3")
    assert counts(outcome) == (3, 0, 0, 0)
    payloads = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines() if line]
    assert len(payloads) == 1
    assert payloads[0]["via"] == "import:test"
    assert payloads[0]["op"] == outcome.op


def test_a_dry_run_tells_no_hook(desk: Desk, told: Path) -> None:
    desk.take("n,s,v", "A,won,1", dry_run=True)
    assert not told.exists()


def test_a_veto_keeps_everything_out(desk: Desk) -> None:
    desk.map(DEALS)
    hook(desk, "no-large-deals", "before deal create amount:100..", "echo too large >&2; exit 1")
    before = desk.files()
    with pytest.raises(HookVetoError, match="too large"):
        desk.take("n,s,v", "A,needs,1", "B,needs,200")
    assert desk.files() == before
    assert desk.records("deals") == []


def test_a_consent_lets_the_import_through_in_one_op(desk: Desk) -> None:
    desk.map(DEALS)
    asked = desk.folder / "asked"
    hook(desk, "ask", "before deal create", f"echo asked >> '{asked}'")
    outcome = desk.take("n,s,v", *(f"Deal {number},needs,{number}" for number in range(30)))
    assert counts(outcome) == (30, 0, 0, 0)
    assert asked.read_text(encoding="utf-8").splitlines() == ["asked"]
    rows = desk.book.index.rows("SELECT DISTINCT op FROM events WHERE via = 'import:test'")
    assert [row[0] for row in rows] == [outcome.op]
    assert counts(desk.take("n,s,v", "Deal 1,needs,1")) == (0, 0, 1, 0)


def test_while_a_hook_is_asked_others_may_write(desk: Desk) -> None:
    """The lock is released; what they wrote is journaled before the import's own events."""
    desk.map(DEALS)
    desk.take("n,s,v", "A,needs,1")
    path = desk.root / desk.book.path_of(desk.one("deals", "A").ref)
    hook(desk, "ask", "before deal create", f"printf -- '---\\nname: Other\\n---\\n' > '{path.with_name('other.md')}'")
    outcome = desk.take("n,s,v", "A,needs,2", "B,needs,3")
    assert counts(outcome) == (1, 1, 0, 0)
    assert sorted(record.text("name") for record in desk.records("deals")) == ["A", "B", "Other"]


def test_a_record_changed_while_a_hook_was_asked_stops_the_import(desk: Desk) -> None:
    desk.map(DEALS)
    desk.take("n,s,v", "A,needs,1")
    path = desk.root / desk.book.path_of(desk.one("deals", "A").ref)
    hook(desk, "ask", "before deal create", f"printf -- '---\\nname: A\\namount: 9.00 EUR\\n---\\n' > '{path}'")
    with pytest.raises(Exception, match="was changed meanwhile"):
        desk.take("n,s,v", "A,needs,2", "B,needs,3")
    assert [record.text("amount") for record in desk.records("deals")] == ["9.00 EUR"]


def test_a_unique_value_taken_while_a_hook_was_asked_stops_the_import(desk: Desk) -> None:
    desk.map('to = "product"\ncolumns = { n = "name", k = "sku" }\n')
    path = desk.root / "products" / "other-7k3f9.md"
    path.parent.mkdir(exist_ok=True)
    hook(desk, "ask", "before product create", f"printf -- '---\\nname: Other\\nsku: ARM-6\\n---\\n' > '{path}'")
    with pytest.raises(ValueTakenError, match="products/other-7k3f9"):
        desk.take("n,k", "Gripper,GR-1", "Arm,ARM-6")
    assert desk.fields("products", "name", "sku") == [("Other", "ARM-6")]
