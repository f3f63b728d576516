"""Merging and taking apart are each other's way back, whatever the records say and in whatever order (docs/identity.md)."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import permutations
from pathlib import Path

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from crmcli.actions.identity.merge import Wishes, merge
from crmcli.actions.identity.unmerge import unmerge
from crmcli.actions.undo import undo
from crmcli.engines.plan import UNDO
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Fields, Ref
from crmcli.store.book import Book
from tests.books import make_book
from tests.environment import NOW
from tests.lines import LINE, with_lines
from tests.storing import index_differences, replay_differences

A, B, C = (Ref("customers", f"acme-{name}") for name in "abc")
D1, D2, D3 = (Ref("deals", f"deal-{name}") for name in "123")
PUMP, ARM = Ref("products", "pump"), Ref("products", "arm")

NAMES = st.sampled_from(["Acme", "Acme GmbH", "阿里巴巴", "it's: #1"])
BODIES = st.sampled_from(["", "hello", "two\n\nparts", "- a\n- b", "hello\n\nmore"])
ROWS = st.lists(
    st.sampled_from([
        "{product: pump, qty: 1}", "{product: pump, qty: 2, note: x}", "{product: arm, qty: 5}", "{product: arm, price: 1.00 EUR}",
        "{qty: 3, note: 'a, b'}",
    ]),
    max_size=3,
    unique=True,
)  # fmt: skip


@st.composite
def customers(draw: st.DrawFn, others: tuple[str, ...]) -> Fields:
    """The fields of a customer, which may refer to the others."""
    fields: Fields = {"name": draw(NAMES), "created": NOW}
    scalars = {
        "industry": st.sampled_from(["steel", "wood"]),
        "size": st.sampled_from(["5", "70"]),
        "country": st.sampled_from(["NO", "DE"]),
        "lifecycle": st.sampled_from(["lead", "customer"]),
        "address": st.sampled_from(["{city: Kiel}", "{city: Bonn, zip: 01234}"]),
        "parent": st.sampled_from(others),
        "odd": st.sampled_from(["kept", "too"]),
    }
    for name, values in scalars.items():
        if draw(st.booleans()):
            fields[name] = draw(values)
    tags = draw(st.lists(st.sampled_from(["vip", "emea", "cold"]), unique=True))
    mails = draw(st.lists(st.sampled_from(["a@acme.de", "b@acme.de", "c@x.no"]), unique=True))
    fields |= {name: value for name, value in (("tags", sorted(tags)), ("email", mails)) if value}
    if body := draw(BODIES):
        fields["body"] = body
    return fields


@st.composite
def deals(draw: st.DrawFn) -> Fields:
    fields: Fields = {"name": draw(NAMES), "stage": draw(st.sampled_from(["contact", "proposal"])), "created": NOW}
    if draw(st.booleans()):
        fields["customer"] = draw(st.sampled_from(["acme-a", "acme-b", "acme-c"]))
    if rows := draw(ROWS):
        fields["lines"] = rows
    if draw(st.booleans()):
        fields["odds"] = "40%"
    return fields


Contents = dict[Ref, Fields]
BOOKS = st.fixed_dictionaries({
    A: customers(("acme-b", "acme-c")), B: customers(("acme-a", "acme-c")), C: customers(("acme-a", "acme-b")),
    D1: deals(), D2: deals(), D3: deals(),
})  # fmt: skip


@contextmanager
def book_of(contents: Contents, *, styled: bool = False) -> Iterator[Book]:
    """A book with these records, log lines and tasks on them; `styled`: the files of those that go are not as crm writes them."""
    home = Path(tempfile.mkdtemp())
    os.environ["CRM_NOW"] = NOW
    try:
        book = with_lines(make_book(home / "book"), LINE.replace(", need = true", ""))
        products = [Change("create", ref, record={"name": ref.id, "price": "9.00 EUR"}) for ref in (PUMP, ARM)]
        records = [Change("create", ref, record=fields) for ref, fields in contents.items()]
        lines = [
            Change("log", ref, more={"kind": "call", "text": f"with {ref.id}", "with": [str(A), str(D1)]})
            for ref in (A, B, C, D2)
        ]
        tasks = [
            Change(
                "create", Ref("tasks", f"task-{ref.id}"), record={"text": "call", "on": str(ref), "due": "2026-12-01"}
            )
            for ref in (A, B, C, D3)
        ]
        carry_out(book, [*products, *records, *lines, *tasks], Request("test", rules=UNDO))
        if styled:
            for ref in (B, C):
                path = book.root / f"{ref}.md"
                path.write_bytes(path.read_bytes().replace(b"name:", b"# by hand\nname:  ", 1).replace(b"\n", b"\r\n"))
            book.index.stale()
        yield book
    finally:
        os.environ.pop("CRM_NOW", None)
        shutil.rmtree(home, ignore_errors=True)


def files(book: Book) -> dict[str, bytes]:
    return {path.relative_to(book.root).as_posix(): path.read_bytes() for path in sorted(book.root.rglob("*.md"))}


def insist_on_laws(book: Book) -> None:
    assert index_differences(book) == []
    assert replay_differences(book) == []


def lines_of(book: Book) -> list[tuple[str, ...]]:
    return sorted(tuple(map(str, row)) for row in book.index.rows('SELECT event, "on" FROM event_on'))


LAWS = settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.generate))


@LAWS
@given(contents=BOOKS, take=st.booleans(), styled=st.booleans())
def test_a_merge_is_undone_and_redone_and_taken_apart(contents: Contents, *, take: bool, styled: bool) -> None:
    with book_of(contents, styled=styled) as book:
        before, lines = files(book), lines_of(book)
        wishes = Wishes(whole=B if take else None)
        merge(book, A, [B], wishes)
        merged = files(book)
        assert f"{B}.md" not in merged
        insist_on_laws(book)
        undone = undo(book)
        assert (files(book), lines_of(book)) == (before, lines)
        insist_on_laws(book)
        undo(book, undone.op)
        assert files(book) == merged
        insist_on_laws(book)
        apart = unmerge(book, A, B)
        assert (files(book), lines_of(book)) == (before, lines)
        assert apart.stayed == []
        assert [one for one in apart.after if one.side] == []
        insist_on_laws(book)
        undo(book)
        assert files(book) == merged
        insist_on_laws(book)
        unmerge(book, A, B)
        assert (files(book), lines_of(book)) == (before, lines)
        insist_on_laws(book)


@LAWS
@given(contents=BOOKS, takes=st.tuples(st.booleans(), st.booleans()), first=st.booleans())
def test_a_chain_comes_apart_in_any_order(contents: Contents, takes: tuple[bool, bool], *, first: bool) -> None:
    with book_of(contents) as book:
        before, lines = files(book), lines_of(book)
        merge(book, B, [C], Wishes(whole=C if takes[0] else None))
        merge(book, A, [B], Wishes(whole=B if takes[1] else None))
        insist_on_laws(book)
        if first:
            unmerge(book, A, C)
            insist_on_laws(book)
            unmerge(book, A, B)
        else:
            unmerge(book, A, B)
            insist_on_laws(book)
            unmerge(book, B, C)
        assert lines_of(book) == lines
        assert files(book) == before
        insist_on_laws(book)


@LAWS
@given(contents=BOOKS, take=st.sampled_from([None, B, C]), order=st.sampled_from(list(permutations([B, C]))))
def test_two_at_once_come_apart_one_by_one(contents: Contents, take: Ref | None, order: tuple[Ref, ...]) -> None:
    with book_of(contents) as book:
        before, lines = files(book), lines_of(book)
        merge(book, A, [B, C], Wishes(whole=take))
        insist_on_laws(book)
        for gone in order:
            unmerge(book, A, gone)
            insist_on_laws(book)
        assert lines_of(book) == lines
        assert files(book) == before


@LAWS
@given(contents=BOOKS, take=st.booleans())
@example(
    contents={
        A: {"name": "A", "created": NOW}, B: {"name": "B", "created": NOW}, C: {"name": "C", "created": NOW},
        D1: {"name": "1", "lines": ["{product: pump, qty: 1}"], "created": NOW},
        D2: {"name": "2", "lines": ["{product: pump, qty: 2}", "{product: arm}"], "created": NOW},
        D3: {"name": "3", "created": NOW},
    },
    take=True,
)  # fmt: skip
def test_deals_with_rows(contents: Contents, *, take: bool) -> None:
    with book_of(contents) as book:
        before = files(book)
        merge(book, D1, [D2], Wishes(whole=D2 if take else None))
        insist_on_laws(book)
        unmerge(book, D1, D2)
        assert files(book) == before
        insist_on_laws(book)
