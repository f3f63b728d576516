"""Fields that were renamed (`was`): files that use the former name keep their rules and their one key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crmcli.actions.attach import attach_files
from crmcli.actions.edit import EditRefusedError, apply_edit
from crmcli.actions.hook import trust_hook, view_hook
from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.run import import_file
from crmcli.actions.move import move_records
from crmcli.actions.set import set_fields
from crmcli.actions.sheet import Cell, Sheet, write_cells
from crmcli.actions.undo import undo
from crmcli.engines.enforce import FieldLockedError
from crmcli.engines.form import FieldEmptyError, ValueTakenError
from crmcli.engines.hooking import site_of
from crmcli.engines.process import MoveNotAllowedError, StageNeedsError
from crmcli.engines.road import Request, carry_out
from crmcli.errors import CrmError
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.book import Book, open_book
from tests.storing import index_differences, replay_differences

LINE = 'embedded = true\nplural = "lines"\n[fields]\nitem = { type = "text" }\nqty = { type = "int", default = "1" }\n'
THING = """\
plural = "things"
title = "name"
list = ["name"]
[fields]
name = { type = "text", need = true, was = ["title"] }
code = { type = "text", unique = true, was = ["number"] }
tier = { type = "choice", options = ["A", "B"], was = ["class"] }
phone = { type = "phone[]", was = ["tel"] }
place = { type = "address", was = ["where"] }
paper = { type = "file", was = ["scan"] }
lines = { type = "line[]", was = ["rows"] }
phase = { type = "stage", was = ["step"] }
secret = { type = "text", private = true, was = ["hush"] }
sealed = { type = "text", lock = true, was = ["stamp"] }
"""
PHASES = """\
for = "thing"
[stage.first]
next = ["second"]
[stage.second]
next = ["third"]
need = ["tier", "name"]
[stage.third]
kind = "won"
need = ["phone"]
"""
OLD = """\
---
title: Acme
number: N-1
class: B
tel:
  - +4930901820
  - +49301111111
where: {street: Am Kai 1, city: Kiel}
rows:
  - {item: nut, qty: 2}
  - {item: cog, qty: 3}
step: second
hush: whisper
stamp: 1987
created: 2026-11-01T10:00:00+01:00
---
"""
ONE = Ref("things", "one")


@pytest.fixture
def things(book: Book) -> Book:
    """A book with one record that knows only former names."""
    book.index.close()
    for name, text in (("schema/line", LINE), ("schema/thing", THING), ("pipelines/phases", PHASES)):
        (book.root / f"{name}.toml").write_text(text)
    (book.root / "things").mkdir()
    (book.root / "things" / "one.md").write_text(OLD)
    return open_book(book.root)


def text(book: Book) -> str:
    return (book.root / "things" / "one.md").read_text()


def after(*changes: tuple[str, str]) -> str:
    """The record's file with these lines changed."""
    found = OLD
    for old, new in changes:
        assert found.count(old) == 1, old
        found = found.replace(old, new)
    return found


@pytest.mark.parametrize(
    ("words", "old", "new"),
    [
        (["name=Bolt"], "title: Acme", "title: Bolt"),
        (["title=Bolt"], "title: Acme", "title: Bolt"),
        (["tier=A"], "class: B", "class: A"),
        (["tier="], "class: B\n", ""),
        (["code=N-2"], "number: N-1", "number: N-2"),
        (["phone=030 902222"], "  - +4930901820\n  - +49301111111\n", "  - +4930902222\n"),
        (["phone+=030 90000", "phone-=030 901820"], "  - +4930901820\n  - +49301111111", "  - +49301111111\n  - +493090000"),
        (["place.city=Bonn"], "city: Kiel", "city: Bonn"),
        (["lines.2.qty=5"], "{item: cog, qty: 3}", "{item: cog, qty: 5}"),
        (["lines+=item=arm", "lines.3.qty=4"], "{item: cog, qty: 3}\n", "{item: cog, qty: 3}\n  - {item: arm, qty: 4}\n"),
        (["lines-=1"], "  - {item: nut, qty: 2}\n", ""),
        (["name=Bolt", "name=Cog"], "title: Acme", "title: Cog"),
        (["secret=hush"], "hush: whisper", "hush: hush"),
    ],
)  # fmt: skip
def test_a_word_writes_the_key_that_is_there(things: Book, words: list[str], old: str, new: str) -> None:
    set_fields(things, [ONE], words)
    assert text(things) == after((old, new))
    assert index_differences(things) == []
    assert replay_differences(things) == []
    undo(things)
    assert text(things) == OLD


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["name="], FieldEmptyError),
        (["tier=A", "name="], FieldEmptyError),
        (["sealed=2000"], FieldLockedError),
    ],
)
def test_rules_hold_for_what_stands_under_a_former_name(things: Book, words: list[str], error: type[CrmError]) -> None:
    with pytest.raises(error):
        set_fields(things, [ONE], words)
    assert text(things) == OLD


@pytest.mark.parametrize("key", ["code", "number"])
def test_a_unique_value_is_one_under_either_name(things: Book, key: str) -> None:
    (things.root / "things" / "two.md").write_text(f"---\nname: Two\n{key}: N-2\n---\n")
    things.index.stale()
    with pytest.raises(ValueTakenError, match="things/two"):
        set_fields(things, [ONE], ["code=N-2"])
    with pytest.raises(ValueTakenError, match="things/one"):
        set_fields(things, [Ref("things", "two")], ["code=N-1"])
    changes = [Change("set", ONE, "number", to="N-3"), Change("set", Ref("things", "two"), key, to="N-3")]
    with pytest.raises(ValueTakenError):
        carry_out(things, changes, Request("test"))


def test_a_move_leaves_the_stage_that_is_there(things: Book) -> None:
    with pytest.raises(MoveNotAllowedError, match="from second to first"):
        move_records(things, [ONE], "first")
    with pytest.raises(StageNeedsError, match="phone"):
        move_records(things, [ONE], "third", ["phone="])
    move_records(things, [ONE], "third")
    assert text(things) == after(("step: second", "step: third"))
    row = things.index.row("SELECT phase, stage_since IS NOT NULL FROM rec_things WHERE id = 'one'")
    assert row is not None
    assert tuple(row) == ("third", 1)
    assert index_differences(things) == []


def test_what_a_stage_needs_may_stand_under_a_former_name(things: Book) -> None:
    path = things.root / "things" / "one.md"
    path.write_text(after(("step: second", "step: first")))
    things.index.stale()
    move_records(things, [ONE], "second")
    assert text(things) == OLD
    move_records(things, [ONE], "third")
    assert text(things) == after(("step: second", "step: third"))


def test_a_cell_of_a_sheet_and_a_file_that_is_attached(things: Book, tmp_path: Path) -> None:
    record_type = things.setup.types["thing"]
    sheet = Sheet(record_type, ("id", "name", "tier"), {"one": ["one", "Acme", "B"]})
    write_cells(things, sheet, [Cell(3, "one", "name", "Bolt"), Cell(3, "one", "tier", "A")], lambda: sheet)
    assert text(things) == after(("title: Acme", "title: Bolt"), ("class: B", "class: A"))
    undo(things)
    (things.root / "things" / "one.md").write_text(after(("class: B\n", "class: B\nscan: files/old.pdf\n")))
    things.index.stale()
    (tmp_path / "new.pdf").write_text("new")
    attach_files(things, ONE, [tmp_path / "new.pdf"], field="paper")
    assert text(things) == after(("class: B\n", "class: B\nscan: files/things/one/new.pdf\n"))


def test_an_import_finds_what_stands_under_former_names(things: Book, tmp_path: Path) -> None:
    (things.root / "imports").mkdir()
    columns = '{ n = "name", c = "code", t = "tier", p = "phase", city = "place.city" }'
    (things.root / "imports" / "t.toml").write_text(f'to = "thing"\nsame = ["code"]\ncolumns = {columns}\n')
    rows = tmp_path / "rows.csv"
    rows.write_text("n,c,t,p,city\nAcme,N-1,B,second,Kiel\n")
    [outcome] = import_file(things, rows, Asked("t", folder=tmp_path))
    assert (outcome.new, outcome.changed, outcome.same) == (0, 0, 1)
    rows.write_text("n,c,t,p,city\nBolt,N-1,A,third,Bonn\n")
    [outcome] = import_file(open_book(things.root), rows, Asked("t", folder=tmp_path, prefer="theirs"))
    assert (outcome.new, outcome.changed, outcome.same) == (0, 1, 0)
    wanted = (("title: Acme", "title: Bolt"), ("class: B", "class: A"), ("second", "third"), ("Kiel", "Bonn"))
    assert text(things) == after(*wanted)


def test_hooks_are_told_under_present_names(things: Book, tmp_path: Path) -> None:
    hook = things.root / "hooks" / "tell"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        f"#!/bin/sh\n# crm: on thing set field:name\n# crm: on thing move field:phase\ncat >> {tmp_path}/told\n"
    )
    hook.chmod(0o755)
    site = site_of(things)
    trust_hook(site, "tell", view_hook(site, "tell").sha256)
    set_fields(things, [ONE], ["tier=A"])
    set_fields(things, [ONE], ["name=Bolt", "secret=loud"])
    move_records(things, [ONE], "third")
    told = (tmp_path / "told").read_text()
    assert "whisper" not in told
    assert "loud" not in told
    named, moved = (json.loads(line) for line in told.replace("}{", "}\n{").splitlines())
    assert (named["field"], named["from"], named["to"]) == ("name", "Acme", "Bolt")
    assert (named["before"]["name"], named["after"]["name"], named["after"]["code"]) == ("Acme", "Bolt", "N-1")
    assert (moved["event"], moved["field"], moved["from"], moved["to"]) == ("move", "phase", "second", "third")


def test_an_edited_value_is_looked_at_under_a_former_name(things: Book) -> None:
    with pytest.raises(EditRefusedError, match="class"):
        apply_edit(things, ONE, OLD.encode(), after(("class: B", "class: Z")).encode())
    wanted = after(("class: B", "class: A"), ("cog, qty: 3", "cog, qty: 4"), ("step: second", "step: third"))
    outcome = apply_edit(things, ONE, OLD.encode(), wanted.encode())
    assert text(things) == wanted
    assert [event.do for event in outcome.events if event.field == "step"] == ["move"]
    with pytest.raises(MoveNotAllowedError):
        apply_edit(things, ONE, wanted.encode(), OLD.encode())


def test_keys_may_be_renamed_in_an_editor(things: Book) -> None:
    """Of a stage it is no move."""
    renamed = after(("title:", "name:"), ("step:", "phase:"), ("tel:", "phone:"), ("rows:", "lines:"))
    apply_edit(things, ONE, OLD.encode(), renamed.encode())
    assert text(things) == renamed
    assert index_differences(things) == []
    undo(things)
    assert text(things) == OLD
    apply_edit(things, ONE, text(things).encode(), renamed.encode())
    set_fields(things, [ONE], ["name=Bolt"])
    assert text(things) == renamed.replace("name: Acme", "name: Bolt")
