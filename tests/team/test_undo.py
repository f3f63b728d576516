"""Undo across clones: what a colleague did, imports with their updates, deletions, both of us at once."""

from __future__ import annotations

import json

from crmcli.store.book import open_book
from tests.storing import replay_differences
from tests.team.clones import Clone, Team

MAP = """\
to = "customer"
same = ["name"]

[columns]
Name = "name"
Size = "size"
"""


def share(*clones: Clone) -> None:
    """Everybody brings and takes everything."""
    for clone in (*clones, *clones):
        clone.crm("sync")


def ops(clone: Clone, which: str = "--list") -> list[str]:
    found: list[dict[str, str]] = json.loads(clone.crm("undo", which, "--format", "json"))
    return [row["op"] for row in found]


def sizes(clone: Clone) -> dict[str, object]:
    found: list[dict[str, object]] = json.loads(clone.crm("customers", "--columns", "name,size", "--format", "json"))
    return {str(row["name"]): row["size"] for row in found}


def at_rest(team: Team) -> None:
    for clone in (team.anna, team.li):
        book = open_book(clone.root)
        assert replay_differences(book) == []
        book.index.close()
    assert team.anna.git("rev-parse", "HEAD") == team.li.git("rev-parse", "HEAD")
    assert team.anna.git("rev-parse", "HEAD^{tree}") == team.li.git("rev-parse", "HEAD^{tree}")


def test_a_colleagues_import_is_taken_back_whole(team: Team) -> None:
    anna, li = team.anna, team.li
    (anna.root / "imports").mkdir(exist_ok=True)
    (anna.root / "imports" / "list.toml").write_text(MAP)
    (anna.root.parent / "list.csv").write_text("Name,Size\nAcme GmbH,99\nBolt,7\nChen,8\n")
    before = sizes(anna)
    anna.crm("import", "../list.csv", "--as", "list", "--prefer", "theirs")
    [op, *_] = ops(anna)
    share(anna, li)
    assert sizes(li) == before | {"Acme GmbH": 99, "Bolt": 7, "Chen": 8}
    assert (op in ops(li), op in ops(li, "--all")) == (False, True)
    li.crm("undo", op)
    share(li, anna)
    assert sizes(anna) == before
    at_rest(team)
    anna.crm("undo", ops(li)[0])  # undoing an undo is redo, in whichever clone
    share(anna, li)
    assert sizes(li) == before | {"Acme GmbH": 99, "Bolt": 7, "Chen": 8}
    at_rest(team)


def test_both_undo_the_same_op(team: Team) -> None:
    anna, li = team.anna, team.li
    anna.crm("set", "acme", "size=41", "+vip")
    anna.crm("log", "acme", "called")
    [logged, changed, *_] = ops(anna)
    share(anna, li)
    for clone in (anna, li):
        clone.crm("undo", logged)
        clone.crm("undo", changed)
    share(anna, li)
    assert sizes(anna) == {"Acme GmbH": 40}
    for clone in (anna, li):
        assert "called" not in clone.crm("show", "acme", "--format", "plain")
        assert clone.says("undo", changed).code == 5  # it is undone, once
    at_rest(team)


def test_a_deleted_record_comes_back_in_the_other_clone(team: Team) -> None:
    anna, li = team.anna, team.li
    text = anna.read("customers/acme.md")
    anna.crm("delete", "acme", "--purge", "--yes")
    [op, *_] = ops(anna)
    share(anna, li)
    assert sizes(li) == {}
    li.crm("undo", op)
    share(li, anna)
    assert anna.read("customers/acme.md") == text
    at_rest(team)


def test_what_changed_since_is_named_and_stays(team: Team) -> None:
    anna, li = team.anna, team.li
    anna.crm("set", "acme", "size=41", "industry=food")
    [op, *_] = ops(anna)
    share(anna, li)
    li.crm("set", "acme", "size=50")
    said = li.says("undo", op)
    assert (said.code, "customers/acme size: the op wrote '41', now it is '50'" in said.err) == (5, True)
    li.crm("undo", op, "--what-fits")
    share(li, anna)
    assert "industry: machining" in anna.read("customers/acme.md")
    assert sizes(anna) == {"Acme GmbH": 50}
    at_rest(team)
