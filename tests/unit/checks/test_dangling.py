"""What to do about a reference that points at nothing: of a list only that one goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.actions.set import set_fields
from crmcli.checks.references import find_problems
from crmcli.model.record import Ref
from crmcli.store.book import Book, open_book
from tests.books import add, make_book
from tests.environment import NOW

LISTS = 'friends = { type = "contact[]" }\nseen = { type = "any[]" }\nboss = { type = "contact" }\nabout '


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.setenv("CRM_NOW", NOW)
    made = make_book(tmp_path / "book")
    schema = made.root / "schema" / "customer.toml"
    schema.write_text(schema.read_text(encoding="utf-8").replace("\nabout ", f"\n{LISTS}"), encoding="utf-8")
    return open_book(made.root)


def test_the_remedy_takes_out_what_points_at_nothing_and_nothing_else(book: Book) -> None:
    li, bo = add(book, "contact", "Li Wei"), add(book, "contact", "Bo Nan")
    acme = add(book, "customer", "Acme", f"friends={li.id},{bo.id}", f"seen={li},{bo}", f"boss={bo.id}")
    (book.root / book.path_of(bo)).unlink()
    again = open_book(book.root)
    again.index.refresh()
    remedies = [problem.remedy for problem in find_problems(again)]
    who = again.path_of(acme).removesuffix(".md")
    assert [remedy.partition("crm ")[2] for remedy in remedies] == [
        f"set {who} boss=",
        f"set {who} friends-={bo.id}",
        f"set {who} seen-={bo}",
    ]
    for remedy in remedies:
        set_fields(again, [Ref("customers", acme.id)], [remedy.rpartition(" ")[2]])
    record = again.read_record(acme)
    assert (record.items("friends"), record.items("seen"), record.text("boss")) == ([li.id], [str(li)], "")
    assert find_problems(again) == []


def test_what_stands_in_a_list_is_taken_out_by_its_letters_beside_what_is_typed(book: Book) -> None:
    li, bo = add(book, "contact", "Li Wei"), add(book, "contact", "Bo Nan")
    acme = add(book, "customer", "Acme", f"friends={li.id},{bo.id}")
    path = book.root / book.path_of(acme)
    path.write_text(path.read_text(encoding="utf-8").replace("friends:\n", "friends:\n  - no one\n"), encoding="utf-8")
    again = open_book(book.root)
    set_fields(again, [acme], ["friends-=no one,bo"])
    assert again.read_record(acme).items("friends") == [li.id]
