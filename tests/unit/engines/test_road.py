"""The road of a change: all or nothing, hooks before and after, what was read must still be there."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.actions.add import add_record
from crmcli.actions.hook import trust_hook, view_hook
from crmcli.actions.log import Entry, log_entry
from crmcli.actions.move import move_records
from crmcli.actions.set import set_fields
from crmcli.engines.hooking import site_of
from crmcli.engines.hooks.before import HookVetoError
from crmcli.engines.process import MoveNotAllowedError, StageNeedsError, StageUnknownError
from crmcli.engines.road import ChangedMeanwhileError, Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.book import Book
from crmcli.store.drift import state_now
from tests.books import reopen


def add_deal(book: Book, *words: str) -> Ref:
    """A deal with an amount."""
    return add_record(book, book.setup.types["deal"], "Robot arm", ["amount=12k", *words]).refs[0]


def write_hook(book: Book, name: str, text: str) -> None:
    """A trusted hook."""
    path = book.root / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}")
    path.chmod(0o755)
    site = site_of(book)
    trust_hook(site, name, view_hook(site, name).sha256)


def journal(book: Book) -> bytes:
    """All bytes of the journal."""
    return b"".join(path.read_bytes() for path in sorted(book.root.glob("journal/*/*.jsonl")))


def test_a_move_outside_next_changes_nothing(book: Book) -> None:
    ref = add_deal(book)
    before = journal(book)
    with pytest.raises(MoveNotAllowedError) as caught:
        move_records(book, [ref], "won")
    assert caught.value.exit_code == 7
    assert "needs, proposal, lost, hold" in caught.value.hint
    assert journal(book) == before


def test_one_refusal_refuses_the_whole_op(book: Book) -> None:
    first, second = add_deal(book), add_deal(book)
    move_records(book, [first], "lost", ["lost_reason=price"])
    before = journal(book)
    with pytest.raises(MoveNotAllowedError):
        move_records(book, [second, first], "proposal")
    assert journal(book) == before
    assert book.read_record(second).fields["stage"] == "contact"


def test_needed_fields_travel_with_the_move(book: Book) -> None:
    ref = add_deal(book)
    with pytest.raises(StageNeedsError) as caught:
        move_records(book, [ref], "lost")
    assert "lost_reason=…" in caught.value.hint
    move_records(book, [ref], "lost", ["lost_reason=price"], note="chose the rival")
    record = book.read_record(ref)
    assert (record.fields["stage"], record.fields["lost_reason"]) == ("lost", "price")
    row = book.index.row('SELECT "_last_open", closed FROM rec_deals WHERE id = ?', (ref.id,))
    assert row is not None
    assert row[0] == "contact"
    assert row[1] is not None


def test_an_unknown_stage_names_the_stages(book: Book) -> None:
    ref = add_deal(book)
    with pytest.raises(StageUnknownError) as caught:
        move_records(book, [ref], "propsal")
    assert "did you mean proposal?" in str(caught.value)


def test_a_move_clears_own_odds(book: Book) -> None:
    ref = add_deal(book, "odds=70%")
    move_records(book, [ref], "needs")
    assert "odds" not in book.read_record(ref).fields
    row = book.index.row("SELECT odds FROM rec_deals WHERE id = ?", (ref.id,))
    assert row is not None
    assert row[0] == 250_000


def test_a_veto_writes_nothing(book: Book) -> None:
    write_hook(book, "no", "# crm: before deal move to:proposal amount:10k..\necho 'not yet' >&2\nexit 1\n")
    ref = add_deal(book)
    before = journal(book)
    with pytest.raises(HookVetoError, match="not yet"):
        move_records(book, [ref], "proposal")
    assert journal(book) == before
    small = add_record(book, book.setup.types["deal"], "Gripper", ["amount=500"]).refs[0]
    move_records(book, [small], "proposal")
    assert book.read_record(small).fields["stage"] == "proposal"


def test_a_change_while_a_hook_is_asked_is_a_conflict(book: Book) -> None:
    """The hook itself edits the record, as another process might: its answer was about something else."""
    write_hook(
        book,
        "edits",
        '# crm: before deal set field:close\nsed -i "s/^name: .*/name: Changed/" "$CRM_BOOK/deals/$CRM_ID.md"\n',
    )
    ref = add_deal(book)
    with pytest.raises(ChangedMeanwhileError) as caught:
        set_fields(book, [ref], ["close=2026-12-24"])
    assert caught.value.exit_code == 5
    assert reopen(book).read_record(ref).fields["name"] == "Changed"
    assert "close" not in reopen(book).read_record(ref).fields


def test_hooks_after_the_commit_run_without_the_lock(book: Book) -> None:
    """A hook that locks the book itself, as every crm it calls does, must get the lock at once."""
    write_hook(
        book,
        "locks",
        '# crm: on customer log kind:call\n# crm: limit 5s\nflock -n "$CRM_BOOK" true || exit 9\necho got it\n',
    )
    acme = add_record(book, book.setup.types["customer"], "Acme", []).refs[0]
    outcome = log_entry(book, [acme], Entry("hello", "call"))
    assert outcome.notices == ["hook locks: got it"]
    assert log_entry(book, [acme], Entry("hello", "email")).notices == []


def test_an_untrusted_hook_is_inert_and_said_to_be(book: Book) -> None:
    path = book.root / "hooks" / "sly"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\n# crm: on customer create\ntouch pwned\n")
    path.chmod(0o755)
    outcome = add_record(book, book.setup.types["customer"], "Acme", [])
    assert not (book.root / "pwned").exists()
    assert outcome.notices == [
        "hook sly is not trusted on this machine and was not run; look at it with: crm hook trust sly"
    ]


def test_a_dry_run_writes_nothing(book: Book) -> None:
    ref = add_deal(book)
    before = journal(book), (book.root / book.path_of(ref)).read_bytes()
    outcome = move_records(book, [ref], "proposal", dry_run=True)
    assert outcome.dry
    assert [(e.do, e.to) for e in outcome.events] == [("move", "proposal")]
    assert (journal(book), (book.root / book.path_of(ref)).read_bytes()) == before


def test_a_hand_edit_is_journaled_before_the_next_write(book: Book) -> None:
    ref = add_deal(book)
    path = book.root / book.path_of(ref)
    path.write_text(path.read_text().replace("name: Robot arm", "name: Big robot arm"))
    book.index.stale()
    set_fields(book, [ref], ["close=2026-12-24"])
    rows = book.index.rows('SELECT via, field, "from", "to" FROM events WHERE "on" = ? ORDER BY id', (str(ref),))
    assert [tuple(row) for row in rows][1:] == [
        ("hand", "name", "Robot arm", "Big robot arm"),
        ("cli", "close", None, "2026-12-24"),
    ]


def test_nothing_to_change_writes_no_event(book: Book) -> None:
    ref = add_deal(book)
    before = journal(book)
    assert set_fields(book, [ref], ["amount=12k", "name=Robot arm"]).op == ""
    assert journal(book) == before


def test_ids_grow_whatever_the_clock_says(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also on a machine whose clock is years behind, what comes later in the tree comes later in replay."""
    ref = add_deal(book)
    monkeypatch.setenv("CRM_NOW", "2020-01-01T00:00:00+01:00")
    later = reopen(book)
    set_fields(later, [ref], ["close=2026-12-24"])
    ids = [str(row[0]) for row in later.index.rows("SELECT id FROM events ORDER BY rowid")]
    assert ids == sorted(set(ids))
    assert state_now(later, ref) == dict(later.read_record(ref).fields)


def test_a_unique_value_is_refused_once_taken(book: Book) -> None:
    product = book.setup.types["product"]
    add_record(book, product, "Arm", ["sku=ARM-6"])
    from crmcli.engines.form import ValueTakenError

    with pytest.raises(ValueTakenError, match="ARM-6"):
        add_record(book, product, "Other arm", ["sku=ARM-6"])


def test_two_records_of_one_op_may_not_share_a_unique_value(book: Book) -> None:
    from crmcli.engines.form import ValueTakenError

    changes = [
        Change("create", Ref("products", f"arm-{n}"), record={"name": f"Arm {n}", "sku": "ARM-6"}) for n in (1, 2)
    ]
    with pytest.raises(ValueTakenError):
        carry_out(book, changes, Request("test"))


def test_the_editor_keeps_comments_and_unknown_keys(book: Book, tmp_path: Path) -> None:
    del tmp_path
    ref = add_deal(book)
    path = book.root / book.path_of(ref)
    path.write_text(path.read_text().replace("amount:", "# agreed by phone\nshoe_size: 43\namount:"))
    book.index.stale()
    set_fields(book, [ref], ["close=2026-12-24"])
    text = path.read_text()
    assert "# agreed by phone\nshoe_size: 43\namount: 12000.00 EUR\nclose: 2026-12-24\n" in text
