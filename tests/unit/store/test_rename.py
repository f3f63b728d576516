"""`crm rename`: a new id, the old one as an alias, everything that pointed at the old one points at the new one."""

from __future__ import annotations

import pytest

from crmcli.actions.rename import IdUsedError, rename
from crmcli.actions.undo import ChangedSinceError, undo
from crmcli.engines.plan import IdMalformedError, IdTakenError
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.event import Event
from crmcli.model.record import Ref
from crmcli.store.book import Book
from crmcli.store.journal import encode_event
from crmcli.store.who import find_who
from tests.books import reopen
from tests.environment import NOW
from tests.storing import index_differences, journaled, on_disk, replay_differences
from tests.unit.store.conftest import ACME, BOLT, DEAL, add

NEW = ACME._replace(id="acme-de")


def test_the_file_its_alias_and_every_reference(small: Book) -> None:
    path = small.root / "customers" / f"{ACME.id}.md"
    path.write_text(path.read_text(encoding="utf-8").replace("country", "# a comment\ncountry"), encoding="utf-8")
    add(small, BOLT._replace(id="child-1a2b3"), parent=ACME.id)
    task = Ref("tasks", "call-1a2b3")
    carry_out(small, [Change("create", task, record={"text": "call", "on": str(ACME)})], Request("next"))
    outcome = rename(small, ACME, "acme-de")
    assert set(outcome.refs) == {NEW, DEAL, BOLT._replace(id="child-1a2b3"), task}
    assert not path.exists()
    text = (small.root / "customers" / "acme-de.md").read_text(encoding="utf-8")
    assert "# a comment" in text
    held = on_disk(small)
    assert held[str(NEW)]["aliases"] == [ACME.id]
    assert held[str(DEAL)]["customer"] == "acme-de"
    assert held["customers/child-1a2b3"]["parent"] == "acme-de"
    assert held[str(task)]["on"] == str(NEW)
    assert replay_differences(small) == []
    assert index_differences(small) == []


def test_who_history_and_stages_follow(small: Book) -> None:
    carry_out(small, [Change("move", DEAL, to="needs")], Request("move"))
    carry_out(small, [Change("log", DEAL, more={"kind": "call", "text": "hi", "with": [str(ACME)]})], Request("log"))
    new = DEAL._replace(id="great")
    rename(small, DEAL, "great")
    rename(small, ACME, "acme-de")
    again = reopen(small)
    assert find_who(again, DEAL.id) == new
    assert [row[0] for row in again.index.rows('SELECT "to" FROM moves WHERE id = ? ORDER BY event', ("great",))] == [
        "contact", "needs",
    ]  # fmt: skip
    touched = again.index.row("SELECT touched FROM rec_customers WHERE id = ?", ("acme-de",))
    assert touched is not None
    assert touched[0]
    assert [row[0] for row in again.index.rows('SELECT "on" FROM event_on ORDER BY "on"')] == [str(NEW), str(new)]
    assert index_differences(again) == []


def test_a_late_event_of_a_clone_that_had_not_heard_counts(small: Book) -> None:
    rename(small, ACME, "acme-de")
    event = Event("01M7WGVHZZZZZZZZZZZZZZZZZZ", NOW, "b", "cli", "x", "set", str(ACME), "industry", to="late")
    (small.root / "journal" / "2026-11" / "other-0123456789.jsonl").write_bytes(encode_event(event))
    assert journaled(small.root)[str(NEW)]["industry"] == "late"
    assert index_differences(small) == []


def test_a_reference_under_the_old_name_is_followed(small: Book) -> None:
    rename(small, ACME, "acme-de")
    late = small.root / "deals" / "late-1a2b3.md"
    late.write_text(f"---\nname: Late\ncustomer: {ACME.id}\n---\n", encoding="utf-8")
    again = reopen(small)
    assert [row[0] for row in again.index.rows("SELECT customer FROM rec_deals WHERE id = 'late-1a2b3'")] == ["acme-de"]
    assert index_differences(again) == []
    add(again, ACME, country="FI")
    assert [row[0] for row in again.index.rows("SELECT customer FROM rec_deals WHERE id = 'late-1a2b3'")] == [ACME.id]
    assert index_differences(again) == []
    (small.root / "customers" / f"{ACME.id}.md").unlink()
    assert index_differences(again) == []
    (small.root / "customers" / "acme-de.md").unlink()
    assert index_differences(again) == []


def test_back_again(small: Book) -> None:
    rename(small, ACME, "acme-de")
    rename(small, NEW, ACME.id)
    held = on_disk(small)[str(ACME)]
    assert held["aliases"] == ["acme-de"]
    assert replay_differences(small) == []
    assert index_differences(small) == []


def test_a_record_may_be_made_under_the_old_id(small: Book) -> None:
    rename(small, ACME, "acme-de")
    add(small, ACME, country="FI")
    assert replay_differences(small) == []
    assert index_differences(small) == []


def test_refusals(small: Book) -> None:
    before = on_disk(small)
    with pytest.raises(IdMalformedError):
        rename(small, ACME, "No Id")
    with pytest.raises((IdTakenError, IdUsedError)):
        rename(small, ACME, BOLT.id)
    carry_out(small, [Change("delete", BOLT)], Request("delete"))
    with pytest.raises(IdUsedError):
        rename(small, ACME, BOLT.id)
    del before[str(BOLT)]
    assert on_disk(small) == before
    assert rename(small, ACME, ACME.id).op == ""
    assert rename(small, ACME, "acme-de", dry_run=True).dry
    assert on_disk(small) == before


def test_undo_and_redo(small: Book) -> None:
    before = on_disk(small)
    rename(small, ACME, "acme-de")
    after = on_disk(small)
    undo(small)
    assert on_disk(small) == before
    assert index_differences(small) == []
    op = small.index.rows("SELECT op FROM events ORDER BY id")[-1][0]
    undo(small, op)
    assert on_disk(small) == after
    assert replay_differences(small) == []
    assert index_differences(small) == []


def test_an_undo_does_not_meet_a_later_name(small: Book) -> None:
    op = rename(small, ACME, "acme-de").op
    rename(small, NEW, "acme-se")
    with pytest.raises(ChangedSinceError, match="acme-se"):
        undo(small, op)
