"""Taking records apart: what came after the merge goes to the side it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmcli.actions.identity.aftermath import NotAfterError
from crmcli.actions.identity.merge import Wishes, merge
from crmcli.actions.identity.sides import GONE, KEPT, NEITHER
from crmcli.actions.identity.unmerge import NotMergedError, aftermath, unmerge
from crmcli.actions.rename import rename
from crmcli.actions.undo import undo
from crmcli.engines.plan import UNDO
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.event import Event
from crmcli.model.record import Ref
from crmcli.store.book import Book
from crmcli.store.journal import encode_event
from tests.books import make_book
from tests.environment import NOW
from tests.storing import index_differences, replay_differences

A, B, C = (Ref("customers", f"acme-{name}") for name in "abc")
AL, BO = Ref("contacts", "al"), Ref("contacts", "bo")
OWN, THEIRS = Ref("deals", "own"), Ref("deals", "theirs")


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Book]:
    """A with a contact and a deal, B with the same, merged."""
    monkeypatch.setenv("CRM_NOW", NOW)
    made = make_book(tmp_path / "book")
    put(
        made,
        Change("create", A, record={"name": "Acme", "email": ["info@acme.de"], "domain": ["acme.de"]}),
        Change("create", B, record={"name": "Acme", "email": ["us@acme.us"], "domain": ["acme.us"], "size": "5"}),
        Change("create", C, record={"name": "Third"}),
        Change("create", AL, record={"name": "Al", "customer": "acme-a"}),
        Change("create", BO, record={"name": "Bo", "customer": "acme-b"}),
        Change("create", OWN, record={"name": "own", "customer": "acme-a"}),
        Change("create", THEIRS, record={"name": "theirs", "customer": "acme-b"}),
        Change("log", B, more={"kind": "call", "text": "before"}),
    )
    merge(made, A, [B])
    yield made
    assert index_differences(made) == []
    assert replay_differences(made) == []
    made.index.close()


def put(book: Book, *changes: Change, me: str = "") -> None:
    if me:
        book.identify(me)
    carry_out(book, list(changes), Request("test", rules=UNDO))


def text(book: Book, ref: Ref, field: str) -> str:
    return book.read_record(ref).text(field)


def sides(book: Book) -> dict[str, str]:
    """Whose each thing is that came after, by a log line's text or a record's id."""
    return {str(one.event.more.get("text") or one.ref.id): one.side for one in aftermath(book, A, B)}


def said_of(book: Book, ref: Ref) -> list[str]:
    rows = book.index.rows(
        """SELECT e.text FROM event_on o JOIN events e ON e.id = o.event WHERE o."on" = ?
        AND NOT EXISTS (SELECT 1 FROM events x WHERE x."of" = e.id AND x."do" = 'retract') ORDER BY e.at, e.text""",
        (str(ref),),
    )
    return [str(row[0]) for row in rows]


def test_a_line_goes_with_whom_it_names(book: Book) -> None:
    def line(words: str, *others: str) -> Change:
        return Change("log", A, more={"kind": "call", "text": words, "with": list(others)})

    put(
        book,
        line("bo", str(BO)),
        line("al", str(AL)),
        line("both", str(AL), str(BO)),
        line("none"),
        line("deal", str(THEIRS)),
    )
    assert sides(book) == {"bo": GONE, "al": KEPT, "both": NEITHER, "none": NEITHER, "deal": GONE}
    unmerge(book, A, B)
    assert said_of(book, A) == ["al", "both", "none"]
    assert said_of(book, B) == ["before", "bo", "deal"]


def test_a_line_keeps_its_time_its_author_and_all_it_says(book: Book) -> None:
    more: dict[str, object] = {"kind": "call", "took": "20min", "text": "bo", "with": [str(BO), str(A)]}
    put(book, Change("log", THEIRS, at="2026-11-20T09:00:00+01:00", more=more), me="li@kern.example")
    book.identify("anna@kern.example")
    unmerge(book, A, B)
    row = book.index.row(
        """SELECT * FROM events e WHERE text = 'bo'
        AND NOT EXISTS (SELECT 1 FROM events x WHERE x."of" = e.id AND x."do" = 'retract')"""
    )
    assert row is not None
    assert (row["on"], row["by"], row["local"], row["took"]) == (
        str(THEIRS),
        "li@kern.example",
        "2026-11-20T09:00:00+01:00",
        1200,
    )
    assert said_of(book, B) == ["bo", "before"]
    assert said_of(book, A) == []


def test_a_new_record_goes_with_whom_it_names(book: Book) -> None:
    deals = {
        "one": {"people": ["bo"]}, "two": {"people": ["al"]}, "three": {"people": ["al", "bo"]}, "four": {},
    }  # fmt: skip
    put(
        book,
        *(Change("create", Ref("deals", n), record={"name": n, "customer": "acme-a", **f}) for n, f in deals.items()),
    )
    assert sides(book) == {"one": GONE, "two": KEPT, "three": NEITHER, "four": NEITHER}
    unmerge(book, A, B)
    assert [text(book, Ref("deals", name), "customer") for name in deals] == ["acme-b", "acme-a", "acme-a", "acme-a"]


def test_what_is_decided_tells_of_the_rest(book: Book) -> None:
    """A new deal names Bo; a task is on the deal; a line names the task's deal. A deal that is sent along tells too."""
    new, free, task = Ref("deals", "new"), Ref("deals", "free"), Ref("tasks", "call")
    put(
        book,
        Change("create", new, record={"name": "new", "customer": "acme-a", "people": ["bo"]}),
        Change("create", free, record={"name": "free", "customer": "acme-a"}),
        Change("create", task, record={"text": "call", "on": str(new), "due": "2026-12-01"}),
        Change("log", A, more={"kind": "note", "text": "on the new", "with": [str(new)]}),
        Change("log", A, more={"kind": "note", "text": "on the free", "with": [str(free)]}),
    )
    assert sides(book) == {"new": GONE, "free": NEITHER, "on the new": GONE, "on the free": NEITHER}
    unmerge(book, A, B, mine=["deals/free"])
    assert said_of(book, B) == ["before", "on the free", "on the new"]
    assert text(book, free, "customer") == "acme-b"


@pytest.mark.parametrize(
    ("mail", "side"), [("zoe@acme.us", GONE), ("zoe@acme.de", KEPT), ("us@acme.us", GONE), ("zoe@web.de", NEITHER)]
)
def test_an_address_tells(book: Book, mail: str, side: str) -> None:
    put(book, Change("create", Ref("contacts", "zoe"), record={"name": "Zoe", "customer": "acme-a", "email": [mail]}))
    assert sides(book) == {"zoe": side}


def test_a_reference_that_came_to_an_old_record_is_new(book: Book) -> None:
    third = Ref("contacts", "third")
    put(book, Change("create", third, record={"name": "Third", "customer": "acme-c"}))
    put(book, Change("set", third, "customer", to="acme-a"))
    assert sides(book) == {"third": NEITHER}
    unmerge(book, A, B, mine=["third"])
    assert text(book, third, "customer") == "acme-b"


def test_a_rename_of_the_kept_brings_nothing_new(book: Book) -> None:
    rename(book, A, "acme")
    kept = Ref("customers", "acme")
    assert aftermath(book, kept, B) == []
    unmerge(book, kept, B)
    assert [text(book, ref, "customer") for ref in (AL, BO, OWN, THEIRS)] == ["acme", "acme-b", "acme", "acme-b"]


def test_a_reference_that_was_moved_on_stays_where_it_is(book: Book) -> None:
    put(book, Change("set", BO, "customer", to="acme-c"))
    unmerge(book, A, B)
    assert [text(book, ref, "customer") for ref in (BO, THEIRS)] == ["acme-c", "acme-b"]


def test_what_was_changed_since_stays_and_is_told(book: Book) -> None:
    put(book, Change("set", A, "size", to="9"), Change("set", A, "email", remove=("us@acme.us",)))
    found = unmerge(book, A, B)
    assert [(stay.key, stay.value) for stay in found.stayed] == [("size", "9")]
    assert (text(book, A, "size"), text(book, B, "size")) == ("9", "5")
    assert book.read_record(B).items("email") == ["us@acme.us"]


def test_the_others_keep_what_they_gave_too(book: Book) -> None:
    """Two gave the same: taking one out leaves it, as the other has it still."""
    put(
        book,
        Change("set", C, "size", to="5"),
        Change("set", C, "tags", add=("key",)),
        Change("set", C, "country", to="GB"),
    )
    merge(book, A, [C])
    unmerge(book, A, B)
    assert (text(book, A, "size"), text(book, A, "country")) == ("5", "GB")
    unmerge(book, A, C)
    assert book.read_record(A).fields.keys() == {"name", "lifecycle", "owner", "email", "domain", "created"} & set(
        book.read_record(A).fields
    )
    assert text(book, A, "size") == ""


def test_a_line_on_the_one_that_went_comes_back_by_itself(book: Book) -> None:
    """Somebody who had not heard of the merge wrote it: nothing is logged anew."""
    path = next((book.root / "journal").rglob("*.jsonl"))
    known = path.read_text().splitlines()[-1][7:32]
    late = Event(f"{known}Z", NOW, "li", "cli", f"{known}Z", "log", str(B), more={"kind": "call", "text": "late"})
    path.with_name("b7b7b-b7b7bb7b7b.jsonl").write_bytes(encode_event(late))
    book.index.stale()
    assert said_of(book, A) == ["before", "late"]
    found = unmerge(book, A, B)
    assert found.after == []
    assert said_of(book, B) == ["before", "late"]
    assert said_of(book, A) == []
    assert not [event for event in found.outcome.events if event.do in ("log", "retract")]


def test_undone_it_is_as_before(book: Book) -> None:
    put(book, Change("log", A, more={"kind": "call", "text": "bo", "with": [str(BO)]}))
    before = {path: path.read_bytes() for path in book.root.rglob("*.md")}
    unmerge(book, A, B)
    undo(book)
    assert {path: path.read_bytes() for path in book.root.rglob("*.md")} == before
    assert said_of(book, A) == ["before", "bo"]
    unmerge(book, A, B)
    assert said_of(book, B) == ["before", "bo"]


def test_merged_again_and_taken_apart_again(book: Book) -> None:
    unmerge(book, A, B)
    put(book, Change("set", B, "size", to="6"))
    merge(book, A, [B], Wishes(whole=B))
    unmerge(book, A, B)
    assert (text(book, A, "size"), text(book, B, "size")) == ("", "6")


def test_whom_nothing_went_into(book: Book) -> None:
    with pytest.raises(NotMergedError):
        unmerge(book, A, C)
    with pytest.raises(NotMergedError):
        unmerge(book, C, B)
    with pytest.raises(NotAfterError):
        unmerge(book, A, B, mine=["deals/own"])
    unmerge(book, A, B)
    with pytest.raises(NotMergedError):
        unmerge(book, A, B)
