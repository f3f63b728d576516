"""A file renamed by hand is told from one deleted and one made."""

from __future__ import annotations

from crmcli.actions.journal import take_drift
from crmcli.actions.rename import rename, renamed_by_hand
from crmcli.checks.hand_renames import find_problems
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.store.book import Book
from crmcli.store.drift import state_now
from crmcli.store.hand_renames import hand_renames
from tests.storing import index_differences, journal_events, on_disk, replay_differences
from tests.unit.store.conftest import ACME, BOLT, edit

NEW = ACME._replace(id="acme-de")


def move_file(book: Book, new: str = "acme-de") -> None:
    target = book.root / "customers" / f"{new}.md"
    target.parent.mkdir(exist_ok=True)
    (book.root / "customers" / f"{ACME.id}.md").rename(target)
    book.index.stale()


def test_it_is_told_and_not_journaled(small: Book) -> None:
    move_file(small)
    edit(small, NEW, "country: NO", "country: SE")  # `created` still tells
    taken = take_drift(small)
    assert taken.changes == 0
    (notice,) = taken.notices
    assert notice == (
        f"customers/acme-de.md looks like {ACME} under a new name, so it is not journaled as a new record: "
        f"`crm rename {ACME} acme-de` tells the journal"
    )
    assert hand_renames(small) == [(ACME, NEW)]


def test_a_write_does_not_make_it_a_new_record(small: Book) -> None:
    move_file(small)
    carry_out(small, [Change("set", NEW, "country", to="SE")], Request("set"))
    assert not [event for event in journal_events(small.root) if event.on == str(NEW) and event.do == "create"]
    assert hand_renames(small) == [(ACME, NEW)]


def test_rename_tells_the_journal(small: Book) -> None:
    move_file(small)
    edit(small, NEW, "country: NO", "country: SE")
    assert renamed_by_hand(small, ACME.id, "acme-de") == ACME
    rename(small, ACME, "acme-de")
    take_drift(small)
    assert hand_renames(small) == []
    state = state_now(small, NEW)
    assert state is not None
    assert (state["country"], state["aliases"]) == ("SE", [ACME.id])
    assert on_disk(small)["deals/big-4x8zt"]["customer"] == "acme-de"
    assert replay_differences(small) == []
    assert index_differences(small) == []


def test_a_copy_is_a_new_record(small: Book) -> None:
    content = (small.root / "customers" / f"{ACME.id}.md").read_bytes()
    (small.root / "customers" / "acme-de.md").write_bytes(content)
    small.index.stale()
    assert hand_renames(small) == []
    assert take_drift(small).changes == 1


def test_two_that_fit_are_none(small: Book) -> None:
    content = (small.root / "customers" / f"{ACME.id}.md").read_bytes()
    move_file(small)
    (small.root / "customers" / "acme-se.md").write_bytes(content)
    small.index.stale()
    assert hand_renames(small) == []


def test_content_tells_where_created_does_not(small: Book) -> None:
    for ref, number in ((ACME, 1), (BOLT, 2)):
        (small.root / "customers" / f"{ref.id}.md").rename(small.root / "customers" / f"new-{number}.md")
    small.index.stale()
    pairs = hand_renames(small)
    assert pairs == [(ACME, ACME._replace(id="new-1")), (BOLT, ACME._replace(id="new-2"))]


def test_check_says_where_it_lies_now(small: Book) -> None:
    move_file(small, "north/acme-de")
    (problem,) = find_problems(small)
    assert (problem.code, problem.path, problem.severity) == (
        "renamed-by-hand",
        "customers/north/acme-de.md",
        "warning",
    )
    assert str(ACME) in problem.message
    assert f"`crm rename {ACME} acme-de`" in problem.remedy
    rename(small, ACME, "acme-de")
    assert find_problems(small) == []
