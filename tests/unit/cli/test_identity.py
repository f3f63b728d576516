"""Merging and taking apart with somebody at the terminal."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest

from crmcli.cli.main import run
from crmcli.cli.session import Session
from crmcli.cli.terminal import Terminal
from crmcli.engines.plan import UNDO
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.book import Book, open_book
from tests.books import make_book
from tests.environment import NOW

A, B, C = (Ref("customers", f"acme-{name}") for name in "abc")
Said = Callable[..., tuple[int, str]]


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Book]:
    monkeypatch.setenv("CRM_NOW", NOW)
    made = make_book(tmp_path / "book")
    changes = [
        Change("create", A, record={"name": "Acme GmbH", "size": "10", "country": "DE"}),
        Change("create", B, record={"name": "Acme Germany", "size": "12", "country": "AT"}),
        Change("create", C, record={"name": "Acme Ltd", "size": "14"}),
    ]
    carry_out(made, changes, Request("test", rules=UNDO))
    yield made
    made.index.close()


@pytest.fixture
def say(book: Book) -> Said:
    """Run a command at a terminal where these lines are typed; its exit code, and all that was said."""

    def said(*words: str, typed: str = "") -> tuple[int, str]:
        session = Session(dict(os.environ), StringIO(typed), StringIO(), StringIO())
        session.__dict__["terminal"] = Terminal(answers=True, shows=True)
        code = run([*words, "--book", str(book.root)], session)
        assert isinstance(session.stderr, StringIO)
        return code, session.stderr.getvalue()

    return said


def fields_of(book: Book, ref: Ref) -> dict[str, object]:
    found = open_book(book.root)
    fields = dict(found.read_record(ref).fields)
    found.index.close()
    return dict(fields)


def test_each_difference_is_asked_with_who_and_when(book: Book, say: Said) -> None:
    code, said = say("merge", "acme-a", "acme-b", typed="2\n3\nmany\n11\n\n")
    assert code == 0, said
    assert "  1  Acme GmbH (acme-a, Anna Kern, 2026-11-20 14:03)" in said
    assert "  2  Acme Germany (acme-b, Anna Kern, 2026-11-20 14:03)" in said
    assert "  3  another value" in said
    assert "many" in said, "what cannot be typed is said, and asked again"
    kept = fields_of(book, A)
    assert (kept["name"], kept["size"], kept["country"]) == ("Acme Germany", "11", "DE")


def test_of_several_each_is_asked(book: Book, say: Said) -> None:
    """The second other one is compared with what was chosen of the first."""
    code, said = say("merge", "acme-a", "acme-b", "acme-c", typed="\n2\n\n\n2\n")
    assert code == 0, said
    kept = fields_of(book, A)
    assert (kept["name"], kept["size"], kept["country"]) == ("Acme GmbH", "14", "DE")
    assert "12 (acme-b" in said
    assert (
        "Acme Germany (customers/acme-b), Acme Ltd (customers/acme-c) went into Acme GmbH (customers/acme-a)." in said
    )


@pytest.mark.parametrize("words", [("--yes",), ("--take", "acme-b"), ("--no-input",), ("--dry-run",)])
def test_nothing_is_asked_where_it_was_said(say: Said, words: tuple[str, ...]) -> None:
    code, said = say("merge", "acme-a", "acme-b", *words)
    assert code == 0, said
    assert "which one?" not in said


def test_what_came_after_is_asked_once(book: Book, say: Said) -> None:
    assert say("merge", "acme-a", "acme-b", "--yes")[0] == 0
    for title in ("Arm", "Pump", "Leg"):
        assert say("deal", "add", title, "customer=acme-a", "--yes")[0] == 0
    code, said = say("unmerge", "acme-a", typed="7\n1, 3\n")
    assert code == 0, said
    assert "these came after the merge, and nothing tells whose they are:" in said
    assert "  1  deal Arm (deals/arm-" in said
    assert said.count("which are Acme Germany's?") == 2, "7 is none of them"
    found = open_book(book.root)
    rows = found.index.rows('SELECT "_title", customer FROM rec_deals ORDER BY 1')
    assert [tuple(row) for row in rows] == [("Arm", "acme-b"), ("Leg", "acme-b"), ("Pump", "acme-a")]
    found.index.close()


def test_of_several_one_is_chosen(book: Book, say: Said) -> None:
    assert say("merge", "acme-a", "acme-b", "acme-c", "--yes")[0] == 0
    code, said = say("unmerge", "acme-a", typed="1\n")
    assert code == 0, said
    assert "  1  customers/acme-c  Acme Ltd" in said
    assert "Acme Ltd (customers/acme-c) is out of Acme GmbH (customers/acme-a)." in said
    assert fields_of(book, C)["name"] == "Acme Ltd"
    assert not (book.root / f"{B}.md").exists()
