"""Drift that came in commits made without crm: the commit's author and time, the same id in every clone."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.actions.journal import take_drift
from crmcli.model.event import Event
from crmcli.store.book import Book, open_book
from tests.storing import git, index_differences, journal_events, replay_differences
from tests.unit.store.conftest import ACME, BOLT, DEAL, change, commit, edit

BOB = "Bob <bob@x.example>"


def by_git(book: Book) -> list[Event]:
    return sorted(event for event in journal_events(book.root) if event.via == "git")


def clone_of(book: Book, name: str) -> Book:
    target = book.root.parent / name
    git(book.root.parent, "clone", "-q", str(book.root), str(target))
    return open_book(target, me="anna@kern.example")


def test_a_value_is_by_the_author_of_the_commit_that_brought_it(shared: Book) -> None:
    edit(shared, ACME, "country: NO", "country: SE")
    commit(shared.root, BOB, "2026-11-20T15:00:00+01:00")
    edit(shared, ACME, "country: SE", "country: SE\nindustry: software")
    commit(shared.root, "Eve <eve@x.example>", "2026-11-20T16:00:00+01:00")
    take_drift(shared)
    found = {event.field: (event.by, event.at, event.to) for event in by_git(shared)}
    assert found == {
        "country": ("bob@x.example", "2026-11-20T15:00:00+01:00", "SE"),
        "industry": ("eve@x.example", "2026-11-20T16:00:00+01:00", "software"),
    }
    assert len({event.op for event in by_git(shared)}) == 2
    assert replay_differences(shared) == []
    assert take_drift(shared).changes == 0


def test_a_version_that_cannot_be_read_is_no_removal(shared: Book) -> None:
    path = shared.root / "deals" / f"{DEAL.id}.md"
    path.write_text("---\nname: [\n---\n", encoding="utf-8")
    commit(shared.root, "Eve <eve@x.example>", "2026-11-20T15:00:00+01:00")
    path.unlink()
    commit(shared.root, BOB, "2026-11-20T16:00:00+01:00")
    take_drift(shared)
    assert [(event.do, event.by) for event in by_git(shared)] == [("delete", "bob@x.example")]


def test_two_clones_journal_the_same_events(shared: Book) -> None:
    edit(shared, ACME, "country: NO", "country: SE\ntags:\n  - vip")
    (shared.root / "customers" / "made-1a2b3.md").write_text("---\nname: Made\n---\n", encoding="utf-8")
    (shared.root / "deals" / f"{DEAL.id}.md").unlink()
    commit(shared.root)
    one, two = clone_of(shared, "one"), clone_of(shared, "two")
    for clone in (one, two):
        take_drift(clone)
    assert by_git(one) == by_git(two)
    assert [(event.do, event.field) for event in sorted(by_git(one), key=lambda e: (e.do, e.field))] == [
        ("create", ""), ("delete", ""), ("set", "country"), ("set", "tags"),
    ]  # fmt: skip

    commit(one.root, "Anna <anna@kern.example>")
    git(one.root, "push", "-q", "origin", "HEAD:theirs")
    commit(two.root, "Chen <chen@x.example>")
    git(two.root, "fetch", "-q")
    git(two.root, "merge", "-q", "--no-edit", "origin/theirs")
    merged = open_book(two.root, me="anna@kern.example")
    assert len(by_git(merged)) == 8
    assert len(merged.index.rows("SELECT id FROM events WHERE via = 'git'")) == 4
    assert take_drift(merged).changes == 0
    assert index_differences(merged) == []


def test_a_value_set_back_and_forth_dates_from_its_last_coming(shared: Book) -> None:
    for value, hour in (("SE", 8), ("DK", 9), ("SE", 10)):
        path = shared.root / "customers" / f"{ACME.id}.md"
        lines = [f"country: {value}" if line.startswith("country") else line for line in path.read_text().split("\n")]
        path.write_text("\n".join(lines))
        commit(shared.root, BOB, f"2026-11-19T{hour:02}:00:00+01:00")
    take_drift(shared)
    assert [event.at for event in by_git(shared)] == ["2026-11-19T10:00:00+01:00"]


def test_a_commit_older_than_the_last_event_of_the_field_is_not_asked(shared: Book) -> None:
    edit(shared, ACME, "country: NO", "country: SE")
    commit(shared.root, BOB, "2026-11-18T09:00:00+01:00")
    take_drift(shared)
    before = by_git(shared)
    commit(shared.root)
    change(shared, ACME, "country", "DK")
    git(shared.root, "checkout", "-q", "--", "customers")
    commit(shared.root)
    take_drift(shared)
    assert by_git(shared)[0] == before[0]


def test_what_a_stash_put_back_is_by_nobody(shared: Book) -> None:
    change(shared, ACME, "country", "SE")
    git(shared.root, "stash", "-q")
    take_drift(shared)
    event = by_git(shared)[-1]
    assert (event.field, event.from_, event.to, event.by) == ("country", "SE", "NO", "")
    git(shared.root, "stash", "pop", "-q")
    take_drift(shared)
    assert [(e.from_, e.to) for e in journal_events(shared.root) if e.via == "hand"] == [("NO", "SE")]
    assert take_drift(shared).changes == 0
    assert replay_differences(shared) == []


def test_a_file_that_differs_from_head_was_changed_here(shared: Book) -> None:
    edit(shared, ACME, "country: NO", "country: SE")
    commit(shared.root)
    edit(shared, ACME, "country: SE", "country: SE\nindustry: software")
    take_drift(shared)
    assert by_git(shared) == []
    assert len([event for event in journal_events(shared.root) if event.via == "hand"]) == 2


def test_a_commit_from_the_future_is_not_followed(shared: Book) -> None:
    edit(shared, ACME, "country: NO", "country: SE")
    commit(shared.root, BOB, "2030-01-01T09:00:00+01:00")
    take_drift(shared)
    (event,) = by_git(shared)
    assert event.id < "01M8"
    assert event.at == "2030-01-01T09:00:00+01:00"


def test_switching_branches_leaves_no_drift(shared: Book) -> None:
    change(shared, ACME, "country", "SE")
    commit(shared.root)
    git(shared.root, "checkout", "-q", "HEAD~1")
    assert take_drift(shared).changes == 0
    assert index_differences(shared) == []
    git(shared.root, "checkout", "-q", "main")
    assert take_drift(shared).changes == 0


def test_a_revert_brings_its_segment_back_and_is_journaled_as_what_it_is(shared: Book) -> None:
    change(shared, BOLT, "industry", "first")
    commit(shared.root)
    change(shared, ACME, "country", "SE")
    commit(shared.root)
    known = {event.id for event in journal_events(shared.root)}
    change(shared, BOLT, "industry", "x")  # so that crm has seen this HEAD
    commit(shared.root)
    git(shared.root, "revert", "--no-edit", "HEAD~1")
    assert known - {event.id for event in journal_events(shared.root)}
    taken = take_drift(shared)
    assert any("was deleted by a commit and is back" in notice for notice in taken.notices)
    assert known <= {event.id for event in journal_events(shared.root)}
    event = by_git(shared)[-1]
    assert (event.field, event.from_, event.to, event.by) == ("country", "SE", "NO", "anna@example.com")
    assert replay_differences(shared) == []
    assert index_differences(shared) == []


def test_a_clone_that_has_not_looked_yet_brings_back_what_a_revert_took(shared: Book) -> None:
    change(shared, ACME, "country", "SE")
    commit(shared.root)
    known = {event.id for event in journal_events(shared.root)}
    (shared.state / "head").unlink()  # the hook of a commit writes, and does not see the commit
    git(shared.root, "revert", "--no-edit", "HEAD")
    assert known - {event.id for event in journal_events(shared.root)}
    take_drift(shared)
    assert known <= {event.id for event in journal_events(shared.root)}
    assert replay_differences(shared) == []


@pytest.mark.parametrize("where", ["customers", "customers/de"])
def test_a_record_deleted_in_a_commit(shared: Book, where: str) -> None:
    path = shared.root / where / "gone-1a2b3.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text("---\nname: Gone\n---\n", encoding="utf-8")
    take_drift(shared)
    commit(shared.root)
    path.unlink()
    commit(shared.root, BOB, "2026-11-19T11:00:00+01:00")
    take_drift(shared)
    event = by_git(shared)[-1]
    assert (event.do, event.by, event.at) == ("delete", "bob@x.example", "2026-11-19T11:00:00+01:00")
    assert event.record == {"name": "Gone"}


def test_a_book_in_a_subfolder_of_a_repository(tmp_path: Path) -> None:
    from tests.books import make_book

    (tmp_path / "work" / "other").mkdir(parents=True)
    git(tmp_path / "work", "init", "-q")
    book = make_book(tmp_path / "work" / "book", with_git=True)
    from tests.unit.store.conftest import add

    add(book, ACME, country="NO")
    commit(tmp_path / "work")
    edit(book, ACME, "country: NO", "country: SE")
    commit(tmp_path / "work", BOB)
    take_drift(book)
    assert [event.by for event in by_git(book)] == ["bob@x.example"]
    assert take_drift(book).changes == 0
