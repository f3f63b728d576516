"""Packs: the same bytes from the same events, nothing lost, nothing else touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.actions.journal import pack_segments, take_drift
from crmcli.actions.undo import recent_ops, undo
from crmcli.store import disk
from crmcli.store.book import Book, open_book
from crmcli.store.journal import SEGMENT_LIMIT
from crmcli.store.pack import pack
from tests.storing import git, index_differences, journal_events, on_disk, replay_differences
from tests.unit.store.conftest import ACME, BOLT, change, commit

LATER = "2026-12-05T10:00:00+01:00"


def segments(book: Book) -> list[str]:
    return sorted(path.name for path in (book.root / "journal").rglob("*.jsonl"))


def grown(book: Book) -> Book:
    """Some commits, so that there are several sealed segments."""
    for value in ("SE", "DK", "FI"):
        change(book, ACME, "country", value)
        commit(book.root)
    return book


@pytest.fixture
def old(shared: Book, monkeypatch: pytest.MonkeyPatch) -> Book:
    """A book with several segments, two weeks later."""
    grown(shared)
    monkeypatch.setenv("CRM_NOW", LATER)
    return open_book(shared.root)


def test_nothing_is_packed_before_a_week(shared: Book) -> None:
    before = segments(grown(shared))
    assert pack_segments(shared) == ([], [])
    assert segments(shared) == before


def test_sealed_segments_become_one_file(old: Book) -> None:
    before = sorted(journal_events(old.root))
    count = len(segments(old))
    assert pack_segments(old, dry_run=True).segments
    assert len(segments(old)) == count
    done = pack_segments(old)
    assert len(done.segments) == count
    assert segments(old) == [done.packs[0].rpartition("/")[2]]
    assert sorted(journal_events(old.root)) == before
    assert replay_differences(old) == []
    assert index_differences(old) == []
    assert pack_segments(old) == ([], [])


def test_two_clones_make_the_same_pack(old: Book) -> None:
    target = old.root.parent / "clone"
    git(old.root.parent, "clone", "-q", str(old.root), str(target))
    clone = open_book(target, me="anna@kern.example")
    assert pack_segments(old).packs == pack_segments(clone).packs
    (name,) = segments(old)
    assert next(old.root.rglob(name)).read_bytes() == next(target.rglob(name)).read_bytes()


def test_what_is_not_committed_stays(old: Book) -> None:
    change(old, BOLT, "country", "SE")
    fresh = set(segments(old))
    done = pack_segments(old)
    left = fresh - {path.rpartition("/")[2] for path in done.segments}
    assert len(left) == 1
    assert left <= set(segments(old))


def test_what_the_upstream_lacks_stays(old: Book) -> None:
    bare = old.root.parent / "bare.git"
    git(old.root.parent, "init", "-q", "--bare", str(bare))
    git(old.root, "remote", "add", "origin", str(bare))
    git(old.root, "push", "-q", "-u", "origin", "HEAD~1:refs/heads/main")
    git(old.root, "branch", "-q", "--set-upstream-to=origin/main")
    done = pack_segments(old)
    assert len(segments(old)) == 2
    assert len(done.segments) == 3


def test_a_segment_that_cannot_be_read_whole_stays(old: Book) -> None:
    path = next((old.root / "journal").rglob("*.jsonl"))
    path.write_bytes(path.read_bytes() + b"nonsense\n")
    commit(old.root)
    done = pack_segments(old)
    assert path.name in segments(old)
    assert done.segments


def test_a_crash_between_pack_and_removal_loses_nothing(old: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {event.id for event in journal_events(old.root)}
    removed: list[Path] = []

    def remove(path: Path) -> None:
        if path.suffix == ".jsonl" and not path.name.startswith("."):
            removed.append(path)
            if len(removed) == 2:
                raise KeyboardInterrupt
        path.unlink(missing_ok=True)

    monkeypatch.setattr(disk, "remove", remove)
    with pytest.raises(KeyboardInterrupt):
        pack(old)
    monkeypatch.undo()
    monkeypatch.setenv("CRM_NOW", LATER)
    again = open_book(old.root)
    assert {event.id for event in journal_events(again.root)} == before
    assert index_differences(again) == []
    commit(again.root)
    pack_segments(again)
    assert len(segments(again)) == 1
    assert index_differences(again) == []


def test_outside_git_months_are_packed(small: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    (first,) = (small.root / "journal").rglob("*.jsonl")
    extra = first.with_name(f"{first.name[:5]}-0123456789.jsonl")
    extra.write_bytes(first.read_bytes())
    monkeypatch.setenv("CRM_NOW", LATER)
    again = open_book(small.root)
    change(again, ACME, "country", "SE")
    assert len(pack_segments(again).segments) == 2
    assert len(segments(again)) == 2
    assert index_differences(again) == []


def test_packs_keep_to_the_limit(old: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmcli.store.pack.SEGMENT_LIMIT", 600)
    assert SEGMENT_LIMIT == 8 * 1024 * 1024
    before = {event.id for event in journal_events(old.root)}
    assert len(pack_segments(old).packs) > 1
    assert {event.id for event in journal_events(old.root)} == before
    commit(old.root)
    assert pack_segments(old) == ([], [])


def test_what_was_packed_can_be_undone(old: Book) -> None:
    pack_segments(old)
    commit(old.root)
    assert recent_ops(old)[0].on == str(ACME)
    undo(old)
    assert on_disk(old)[str(ACME)]["country"] == "DK"
    undo(old)
    assert on_disk(old)[str(ACME)]["country"] == "SE"


def test_what_another_clone_did_is_packed_apart_and_not_undone(old: Book) -> None:
    target = old.root.parent / "clone"
    git(old.root.parent, "clone", "-q", str(old.root), str(target))
    clone = open_book(target, me="anna@kern.example")
    own = {op.op for op in recent_ops(old)}
    change(clone, BOLT, "country", "SE")
    commit(clone.root)
    change(clone, BOLT, "country", "DK")
    commit(clone.root)
    git(old.root, "pull", "-q", str(target), "HEAD")
    again = open_book(old.root)
    assert not {op.op for op in recent_ops(again)} ^ own
    with pytest.MonkeyPatch.context() as later:
        later.setenv("CRM_NOW", "2026-12-20T10:00:00+01:00")
        again = open_book(old.root)
        pack_segments(again)
        assert len(segments(again)) == 2
        assert not {op.op for op in recent_ops(again)} ^ own
        assert not {op.op for op in recent_ops(open_book(target))} & own


def test_packing_is_no_drift_and_no_revert(old: Book) -> None:
    pack_segments(old)
    commit(old.root)
    taken = take_drift(old)
    assert taken.changes == 0
    assert len(segments(old)) == 1
