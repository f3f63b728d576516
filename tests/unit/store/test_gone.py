"""Who is only in the journal any more."""

from __future__ import annotations

import pytest

from crmcli.actions.archive import delete
from crmcli.actions.journal import take_drift
from crmcli.actions.rename import rename
from crmcli.actions.undo import undo
from crmcli.errors import AmbiguousError
from crmcli.store.book import Book
from crmcli.store.gone import deletion_of, find_gone, is_there
from tests.unit.store.conftest import ACME, BOLT, DEAL, add


def test_a_deleted_record_is_found_by_its_id_its_path_and_how_it_begins(small: Book) -> None:
    op = delete(small, [DEAL], purge=True).op
    for word in (DEAL.id, str(DEAL), f"deal/{DEAL.id}", f"deals/{DEAL.id}.md", "big-", DEAL.id.upper()):
        assert find_gone(small, word) == DEAL
    assert find_gone(small, DEAL.id, [small.setup.types["customer"]]) is None
    gone = deletion_of(small, DEAL)
    assert gone is not None
    assert (gone.at[:10], gone.by, gone.op) == ("2026-11-20", small.me, op)


def test_whoever_is_there_is_not_gone(small: Book) -> None:
    assert find_gone(small, DEAL.id) is None
    delete(small, [DEAL], purge=True)
    undo(small)
    assert is_there(small, DEAL)
    assert find_gone(small, DEAL.id) is None
    assert deletion_of(small, DEAL) is None


def test_a_former_name_leads_to_the_last_one(small: Book) -> None:
    rename(small, DEAL, "huge")
    delete(small, [DEAL._replace(id="huge")], purge=True)
    assert find_gone(small, DEAL.id) == DEAL._replace(id="huge")


def test_several_that_begin_so_are_named(small: Book) -> None:
    for name in ("big-1", "big-2"):
        add(small, DEAL._replace(id=name))
        delete(small, [DEAL._replace(id=name)], purge=True)
    assert find_gone(small, "big-1") == DEAL._replace(id="big-1")
    with pytest.raises(AmbiguousError, match="big-2"):
        find_gone(small, "big-")


def test_a_file_that_a_hand_removed_is_gone_before_the_journal_knows(small: Book) -> None:
    (small.root / "customers" / f"{BOLT.id}.md").unlink()
    small.index.stale()
    assert find_gone(small, BOLT.id) == BOLT
    assert deletion_of(small, BOLT) is None
    take_drift(small)
    assert deletion_of(small, BOLT) is not None
    assert is_there(small, ACME)
