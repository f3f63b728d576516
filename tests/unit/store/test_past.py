"""The book at a past moment: what asks it, what it refuses, where its copy is."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from crmcli.actions.archive import delete
from crmcli.actions.journal import take_drift
from crmcli.actions.rename import rename
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.reports.listing import Request as ListRequest
from crmcli.reports.listing import list_records
from crmcli.reports.search import search
from crmcli.store import past_index
from crmcli.store.book import Book
from crmcli.store.past import NotThereThenError, PastUnwritableError
from crmcli.store.who import WhoNotFoundError, find_who
from tests.books import reopen
from tests.environment import NOW
from tests.unit.store.conftest import ACME, BOLT, DEAL, add, change

BEGAN = datetime.fromisoformat(NOW)
TEMP_STORES = {"FILE": 1, "MEMORY": 2}
"""What SQLite calls the places of temporary tables, in numbers."""


@pytest.fixture
def later(small: Book, monkeypatch: pytest.MonkeyPatch) -> Book:
    """Two days on: the deal is renamed and moved, a customer gone, another new."""
    monkeypatch.setenv("CRM_NOW", (BEGAN + timedelta(days=1)).isoformat())
    carry_out(small, [Change("move", DEAL, to="needs")], Request("move"))
    change(small, ACME, "name", "Acme Holding")
    monkeypatch.setenv("CRM_NOW", (BEGAN + timedelta(days=2)).isoformat())
    delete(small, [BOLT], purge=True)
    add(small, Ref("customers", "new-1a1a1"), name="Newcomer")
    carry_out(small, [Change("log", ACME, more={"kind": "call", "text": "spoke of turbines"})], Request("log"))
    return reopen(small)


def titles(book: Book) -> list[str]:
    table = list_records(book, book.setup.types["customer"], ListRequest(columns="name"))
    return [str(row[0]) for row in table.rows]


def test_lists_the_clock_and_search_are_those_of_then(later: Book) -> None:
    then = later.at(BEGAN)
    assert titles(then) == sorted([ACME.id, BOLT.id])
    assert (then.now(), then.context.now, then.me) == (BEGAN, BEGAN, later.me)
    assert len(search(later, ["turbines"]).rows) == 1
    assert search(then, ["turbines"]).rows == []
    assert len(search(then, ["bolt"]).rows) == 1
    assert titles(later) == ["Acme Holding", "Newcomer"]


def test_going_further_back_step_by_step(later: Book) -> None:
    book = later.at(BEGAN + timedelta(days=1))
    assert titles(book) == ["Acme Holding", BOLT.id]
    book.rewind(BEGAN)
    assert titles(book) == sorted([ACME.id, BOLT.id])
    assert book.now() == BEGAN
    book.rewind(BEGAN - timedelta(seconds=1))
    assert titles(book) == []
    with pytest.raises(ValueError, match="2026"):
        book.rewind(BEGAN)


def test_what_was_recorded_later_can_be_left_out(small: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two days later somebody writes down that the deal had moved long ago."""
    monkeypatch.setenv("CRM_NOW", (BEGAN + timedelta(days=2)).isoformat())
    carry_out(small, [Change("move", DEAL, to="needs", at=BEGAN.isoformat())], Request("move"))
    book = reopen(small)
    assert book.at(BEGAN).read_record(DEAL).text("stage") == "needs"
    assert book.at(BEGAN, known=BEGAN).read_record(DEAL).text("stage") == "contact"


def test_records_are_read_and_rendered_as_they_were(later: Book) -> None:
    then = later.at(BEGAN)
    assert then.read_record(DEAL).text("stage") == "contact"
    assert b"\nname: bolt-2m4pq\n" in then.record_bytes(BOLT)
    untouched = later.root / then.path_of(Ref("members", later.me))
    assert then.record_bytes(Ref("members", later.me)) == untouched.read_bytes()


def test_who_was_not_there_says_since_when(later: Book) -> None:
    then = later.at(BEGAN)
    with pytest.raises(NotThereThenError) as refused:
        find_who(then, "newcomer")
    assert str(refused.value) == ("customers/new-1a1a1 was not there on 2026-11-20 14:03: it was made 2026-11-22 14:03")
    assert refused.value.exit_code == 3
    with pytest.raises(NotThereThenError, match=r"it was deleted 2026-11-22 14:03"):
        later.at(BEGAN + timedelta(days=2)).path_of(BOLT)
    with pytest.raises(WhoNotFoundError):
        find_who(then, "nobody-at-all")


def test_who_answers_to_names_of_then_and_of_now(later: Book) -> None:
    then = later.at(BEGAN)
    assert find_who(then, "acme-7k3f9") == find_who(then, "Acme Holding") == ACME
    assert find_who(then, "bolt") == BOLT


def test_a_renamed_record_goes_by_its_present_name(small: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_NOW", (BEGAN + timedelta(days=2)).isoformat())
    rename(small, ACME, "acme-new")
    then = reopen(small).at(BEGAN)
    new = Ref("customers", "acme-new")
    assert find_who(then, "acme-new") == find_who(then, "acme-7k3f9") == new
    row = then.index.row('SELECT "customer" FROM rec_deals')
    assert row is not None
    assert row[0] == "acme-new"


def test_a_file_without_a_journal_is_there_since_it_says(small: Book) -> None:
    """No event tells of either; one says when it was made."""
    (small.root / "customers" / "said.md").write_text("---\nname: Said\ncreated: 2026-11-10\n---\n")
    (small.root / "customers" / "unsaid.md").write_text("---\nname: Unsaid\n---\n")
    book = reopen(small)
    assert titles(book.at(datetime.fromisoformat("2026-11-11T00:00:00+01:00"))) == ["Said", "Unsaid"]
    then = book.at(datetime.fromisoformat("2026-11-09T00:00:00+01:00"))
    assert titles(then) == ["Unsaid"]
    with pytest.raises(NotThereThenError, match="it was made 2026-11-10 00:00"):
        then.path_of(Ref("customers", "said"))


def test_nobody_is_touched_by_what_was_said_later(small: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not who it was said with either; a call that was taken back later was still made."""
    member = Ref("members", small.me)
    said: dict[str, object] = {"kind": "call", "text": "hello"}
    first = carry_out(small, [Change("log", ACME, more={**said, "with": [str(BOLT)]})], Request("log"))
    monkeypatch.setenv("CRM_NOW", (BEGAN + timedelta(days=1)).isoformat())
    carry_out(small, [Change("log", DEAL, more={**said, "with": [str(member)]})], Request("log"))
    carry_out(small, [Change("retract", ACME, more={"of": first.events[0].id})], Request("undo"))
    book = reopen(small)

    def touched(asked: Book, ref: Ref) -> str | None:
        row = asked.index.row(f'SELECT touched FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))  # noqa: S608
        return str(row[0])[:10] if row and row[0] else None

    then = book.at(BEGAN)
    assert (touched(book, BOLT), touched(book, member)) == (None, "2026-11-21")
    assert (touched(then, BOLT), touched(then, member)) == ("2026-11-20", None)


def test_nothing_can_be_written_into_the_past(later: Book) -> None:
    with pytest.raises(PastUnwritableError) as refused:
        carry_out(later.at(BEGAN), [Change("set", ACME, "name", to="X")], Request("set"))
    assert refused.value.exit_code == 2
    assert "(2026-11-20 14:03)" in str(refused.value)
    assert later.read_record(ACME).text("name") == "Acme Holding"


def test_of_a_large_index_what_was_otherwise_lies_in_a_file_that_goes(
    later: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_index, "_IN_MEMORY", 0)
    later.index.refresh()
    before = sorted(path.name for path in later.state.iterdir())
    then = later.at(BEGAN)
    assert titles(then) == sorted([ACME.id, BOLT.id])
    assert then.index.connection.execute("PRAGMA temp_store").fetchone()[0] == TEMP_STORES["FILE"]
    then.rewind(BEGAN - timedelta(seconds=1))
    assert titles(then) == []
    then.close()
    assert sorted(path.name for path in later.state.iterdir()) == before


def test_without_a_place_for_temporary_files_memory_takes_what_was_otherwise(
    later: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = past_index.PastIndex._answer

    def without_a_place(index: past_index.PastIndex, sql: str, params: Sequence[str]) -> list[sqlite3.Row]:
        if index.connection.execute("PRAGMA temp_store").fetchone()[0] == TEMP_STORES["FILE"]:
            error = sqlite3.OperationalError("unable to open database file")
            error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise error
        return answer(index, sql, params)

    monkeypatch.setattr(past_index, "_IN_MEMORY", 0)
    monkeypatch.setattr(past_index.PastIndex, "_answer", without_a_place)
    then = later.at(BEGAN)
    assert titles(then) == sorted([ACME.id, BOLT.id])
    assert then.index.connection.execute("PRAGMA temp_store").fetchone()[0] == TEMP_STORES["MEMORY"]


def test_a_problem_goes_with_the_state_it_was_of(small: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a record that is gone now, too: it came back with the problem, and was without it before."""
    file = small.root / small.path_of(DEAL)
    file.write_text(file.read_text(encoding="utf-8").replace("---\n", "---\nclose: never\n", 1), encoding="utf-8")
    monkeypatch.setenv("CRM_NOW", (BEGAN + timedelta(days=1)).isoformat())
    take_drift(reopen(small))
    monkeypatch.setenv("CRM_NOW", (BEGAN + timedelta(days=2)).isoformat())
    book = reopen(small)
    delete(book, [DEAL], purge=True)

    def problems(asked: Book) -> list[str]:
        return [str(row[0]) for row in asked.index.rows("SELECT code FROM problems")]

    then = book.at(BEGAN + timedelta(days=1))
    assert (problems(book), problems(then)) == ([], ["bad-value"])
    then.rewind(BEGAN)
    assert problems(then) == []


def test_the_present_is_left_alone(later: Book) -> None:
    before = later.index.rows("SELECT id FROM events ORDER BY id")
    later.at(BEGAN).index.rows("SELECT 1")
    assert [tuple(row) for row in later.index.rows("SELECT id FROM events ORDER BY id")] == [tuple(r) for r in before]
