"""The trigram index over texts: empty after a build, filled by the first question that needs it, then kept up."""

from __future__ import annotations

from crmcli.reports.search import search
from crmcli.store.book import Book
from crmcli.store.index.texts import is_filled
from tests.books import reopen
from tests.storing import index_differences
from tests.unit.store.conftest import ACME, BOLT, add, change, edit

HITS = "SELECT count(*) FROM fts WHERE fts MATCH ?"


def hits(book: Book, word: str) -> int:
    """Texts that the trigram index alone finds, whatever it holds now."""
    return int(book.index.connection.execute(HITS, (word,)).fetchone()[0])


def test_a_build_leaves_it_empty_and_a_search_fills_it(small: Book) -> None:
    small.index.rebuild()
    small.index.rows("SELECT * FROM rec_customers")
    assert not is_filled(small.index.connection)
    assert hits(small, "acme") == 0
    assert [row[0] for row in search(small, ["acme"]).rows] == [ACME.id]
    assert is_filled(small.index.connection)
    assert hits(small, "acme") == 1


def test_changes_go_into_it_once_it_is_filled(small: Book) -> None:
    small.index.rebuild()
    change(small, ACME, "industry", "zeppelins")
    assert hits(small, "zeppelins") == 0
    assert small.index.rows(HITS, ("zeppelins",))[0][0] == 1
    change(small, ACME, "industry", "airships")
    edit(small, BOLT, "country: NO", "country: NO\nindustry: airships")
    small.index.stale()
    small.index.refresh()
    assert (hits(small, "zeppelins"), hits(small, "airships")) == (0, 2)
    again = reopen(small)
    add(again, BOLT._replace(id="cork-3k9xy"), industry="airships")
    assert hits(again, "airships") == 3
    assert index_differences(again) == []


def test_a_trial_that_searches_finds_what_is_tried(small: Book) -> None:
    from crmcli.model.record import Record

    small.index.rebuild()
    with small.index.trial() as loader:
        loader.put_record(Record(ACME, {"name": "tried out"}), f"customers/{ACME.id}.md")
        assert small.index.rows_as_it_is(HITS, ("tried",))[0][0] == 1
    assert is_filled(small.index.connection)
    assert small.index.rows(HITS, ("tried",))[0][0] == 0
    assert small.index.rows(HITS, (ACME.id.partition("-")[0],))[0][0] == 1
