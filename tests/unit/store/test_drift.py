"""Drift by hand: what is journaled, what is left alone, and that it happens once."""

from __future__ import annotations

import shutil

import pytest

from crmcli.actions.journal import take_drift
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.store.all_drift import all_drift
from crmcli.store.book import Book
from crmcli.store.drift import drift_of, state_now
from crmcli.store.records import ReadRecord, parse_record
from tests.books import reopen
from tests.storing import git, index_differences, journal_events, replay_differences
from tests.unit.store.conftest import ACME, BOLT, DEAL, add, change, commit, edit


def told(book: Book, *, via: str = "hand") -> list[tuple[str, str, str, object, object]]:
    """What was journaled of drift: do, on, field, from, to."""
    events = [event for event in journal_events(book.root) if event.via == via]
    return [(event.do, event.on, event.field, event.from_, event.to) for event in sorted(events)]


def test_a_write_journals_the_drift_of_what_it_touches_before(small: Book) -> None:
    edit(small, ACME, "country: NO", "country: SE")
    edit(small, BOLT, "country: NO", "country: DK")
    change(small, ACME, "industry", "software")
    assert told(small) == [("set", str(ACME), "country", "NO", "SE")]
    events = sorted(journal_events(small.root))[-2:]
    assert [event.via for event in events] == ["hand", "cli"]
    assert events[0].op != events[1].op
    assert events[0].by == small.me
    change(small, ACME, "industry", "hardware")
    assert len(told(small)) == 1


def test_a_read_journals_nothing(small: Book) -> None:
    edit(small, ACME, "country: NO", "country: SE")
    assert reopen(small).index.row("SELECT country FROM rec_customers WHERE id = ?", (ACME.id,))[0] == "SE"  # type: ignore[index]
    assert all_drift(small).drift
    assert told(small) == []


def test_all_drift(small: Book) -> None:
    edit(small, ACME, "country: NO", "country: SE\ntags:\n  - vip\nodd: key")
    (small.root / "customers" / "made-1a2b3.md").write_text("---\nname: Made\n---\n\nBody.\n", encoding="utf-8")
    (small.root / "deals" / f"{DEAL.id}.md").unlink()
    taken = take_drift(small)
    assert (taken.changes, taken.records) == (5, 3)
    assert ("delete", str(DEAL), "", None, None) in told(small)
    assert ("create", "customers/made-1a2b3", "", None, None) in told(small)
    assert state_now(small, ACME._replace(id="made-1a2b3")) == {"name": "Made", "body": "Body."}
    assert replay_differences(small) == []
    assert take_drift(small).changes == 0
    assert index_differences(small) == []


def test_what_was_looked_at_is_not_read_again(small: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    take_drift(small)
    edit(small, BOLT, "country: NO", "country: DK")
    looked: list[str] = []

    def parse(path: str, content: bytes) -> ReadRecord:
        looked.append(path)
        return parse_record(path, content)

    monkeypatch.setattr("crmcli.store.drift.parse_record", parse)
    all_drift(small)
    assert looked == [f"customers/{BOLT.id}.md"]


def test_a_record_that_was_deleted_and_is_there_again_is_restored(small: Book) -> None:
    path = small.root / "customers" / f"{BOLT.id}.md"
    content = path.read_bytes()
    carry_out(small, [Change("delete", BOLT)], Request("delete"))
    path.write_bytes(content)
    assert take_drift(small).changes == 1
    assert told(small) == [("restore", str(BOLT), "", None, None)]


def test_a_stage_changed_by_hand_is_a_move(small: Book) -> None:
    edit(small, DEAL, "stage: contact", "stage: won")
    take_drift(small)
    assert told(small) == [("move", str(DEAL), "stage", "contact", "won")]
    assert tuple(small.index.rows("SELECT \"to\", via FROM moves WHERE type = 'deals' ORDER BY event")[-1]) == (
        "won",
        "hand",
    )


@pytest.mark.parametrize(
    "content", [b"---\n<<<<<<< ours\n---\n", b"---\nname: never closed\n", b"\xff", b"---\na: [1\n---\n"]
)
def test_a_broken_file_is_no_drift(small: Book, content: bytes) -> None:
    (small.root / "customers" / f"{ACME.id}.md").write_bytes(content)
    assert take_drift(small).changes == 0
    row = small.index.row("SELECT name, _problem FROM rec_customers WHERE id = ?", (ACME.id,))
    assert row is not None
    assert tuple(row) == (ACME.id, 1)
    assert index_differences(small) == []


def test_the_order_of_a_list_is_no_drift(small: Book) -> None:
    add(small, ACME._replace(id="list-1a2b3"), tags=["a", "b"])
    edit(small, ACME._replace(id="list-1a2b3"), "  - a\n  - b\n", "  - b\n  - a\n")
    assert drift_of(small, [ACME._replace(id="list-1a2b3")]).drift == []


def test_an_editor_that_saved_over_a_change_is_told(small: Book) -> None:
    change(small, ACME, "country", "SE")
    edit(small, ACME, "country: SE", "country: NO\nindustry: software")
    outcome = carry_out(small, [Change("set", ACME, "tags", add=("vip",))], Request("set"))
    assert outcome.notices == [f"{ACME}: country is back at 'NO': an editor saved over the last change"]


def test_an_editor_that_saved_over_a_tag_is_told(small: Book) -> None:
    carry_out(small, [Change("set", ACME, "tags", add=("vip",))], Request("set"))
    edit(small, ACME, "tags:\n  - vip\n", "industry: software\n")
    assert any("tags is back at" in notice for notice in take_drift(small).notices)


def test_a_hand_that_sets_one_field_back_is_no_editor(small: Book) -> None:
    change(small, ACME, "country", "SE")
    edit(small, ACME, "country: SE", "country: NO")
    assert take_drift(small).notices == []


@pytest.mark.parametrize(
    "mark", ["MERGE_HEAD", "REVERT_HEAD", "CHERRY_PICK_HEAD", "rebase-merge", "rebase-apply", "index.lock"]
)
def test_nothing_is_journaled_while_git_is_in_the_middle_of_something(shared: Book, mark: str) -> None:
    edit(shared, ACME, "country: NO", "country: SE")
    (shared.root / ".git" / mark).touch()
    assert take_drift(shared).changes == 0
    (shared.root / ".git" / mark).unlink()
    assert take_drift(shared).changes == 1


def test_nothing_is_journaled_while_something_is_unmerged(shared: Book) -> None:
    edit(shared, BOLT, "country: NO", "country: FI")
    git(shared.root, "stash", "-q")
    edit(shared, BOLT, "country: NO", "country: DK")
    commit(shared.root)
    git(shared.root, "stash", "pop", check=False)
    edit(shared, ACME, "country: NO", "country: SE")
    assert git(shared.root, "ls-files", "-u")
    assert take_drift(shared).changes == 0


def test_a_sparse_checkout_deletes_nothing(shared: Book) -> None:
    git(shared.root, "sparse-checkout", "set", "--no-cone", "/*", "!/deals/")
    assert not (shared.root / "deals").exists()
    assert take_drift(shared).changes == 0


def test_a_book_that_moved_has_another_clone_and_no_drift(small: Book) -> None:
    target = small.root.parent / "moved"
    shutil.copytree(small.root, target)
    moved = type(small)(target, me=small.me)
    change(moved, ACME, "country", "SE")
    names = {path.name[:5] for path in (target / "journal").rglob("*.jsonl")}
    assert len(names) == 2
    assert told(moved) == []
