"""`crm check` names records that break a condition, and conditions nobody can ask."""

from __future__ import annotations

import pytest

from crmcli.checks import expressions
from crmcli.checks.conditions import find_problems
from crmcli.model.record import Ref
from crmcli.store.book import Book
from tests.books import add, reopen
from tests.unit.engines.conditioned import with_fields


def by_hand(book: Book, ref: Ref, old: str, new: str) -> Book:
    """The book after somebody edited a record in another editor."""
    path = book.root / book.path_of(ref)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return reopen(book)


def told(book: Book) -> list[tuple[str, str, str, str]]:
    """Code, path, message, severity."""
    return [(p.code, p.path, p.message, p.severity) for p in find_problems(book)]


def test_a_hand_edit_that_breaks_a_rule(book: Book) -> None:
    book = with_fields(
        book,
        "deal",
        'lost_note = { type = "text", need = "lost_reason:other" }',
        'cost = { type = "money", must = "cost<amount" }',
        'size = { type = "int", must = "size>=1", say = "at least one" }',
        'net = { type = "money", calc = "amount - cost", need = true }',
        'lines = { type = "text[]", need = "size>100" }',
    )
    ref = add(book, "deal", "Arm", "amount=100", "cost=50", "size=3")
    assert told(book) == []
    book = by_hand(book, ref, "size: 3", "size: 0\nlost_reason: other")
    assert told(book) == [
        ("condition-need", f"deals/{ref.id}.md", "lost_note is needed and empty: lost_reason:other", "warning"),
        ("condition-must", f"deals/{ref.id}.md", "size: at least one", "warning"),
    ]
    assert find_problems(book)[0].remedy == f"fill it: crm set deals/{ref.id} lost_note=…"
    book = by_hand(book, ref, "size: 0", "size: 101")
    book = by_hand(book, ref, "cost: 50.00 EUR\n", "")
    assert [message for _, _, message, _ in told(book)] == [
        "lost_note is needed and empty: lost_reason:other",
        "net is needed and empty",
        "lines is needed and empty: size>100",
    ]
    book = by_hand(book, ref, "size: 101", "size: 5\ncost: 200.00 EUR")
    assert told(book)[1][2] == "cost: it must keep cost<amount"
    book = by_hand(book, ref, "---\nname", "---\narchived: 2026-11-20\nname")
    assert told(book) == []


def test_what_is_about_a_change_is_no_state(book: Book) -> None:
    book = with_fields(
        book,
        "deal",
        'amount = { type = "money", must = "old.amount:none OR amount>=old.amount" }',
        'close = { type = "date", need = "changed(amount)" }',
    )
    add(book, "deal", "Arm", "amount=100", "close=fri")
    assert told(book) == []


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ('must = "amuont>0"', "deal.fee: `must`: deal has no field `amuont`"),
        ('need = "is:lots"', "deal.fee: `need`: there is no state `lots`"),
        ('show = "close +"', "deal.fee: `show`: "),
        ('lock = "customer"', "deal.fee: `lock`: `customer` alone is no condition"),
        ('lock = "changed(close)"', "deal.fee: `lock`: changed(…) compares with the state before a change"),
        ('default = "(customer.nmae)"', "deal.fee: `default`: customer has no field `nmae`"),
        ('default = "(close)"', "deal.fee: `default`: deal.fee holds a money, and (close) gives a date"),
    ],
)
def test_a_condition_nobody_can_ask(book: Book, word: str, said: str) -> None:
    book = with_fields(book, "deal", f'fee = {{ type = "money", {word} }}')
    (found,) = expressions.find_problems(book)
    assert (found.code, found.path, found.severity) == ("expression-wrong", "schema/deal.toml", "error")
    lines = (book.root / "schema" / "deal.toml").read_text().splitlines()
    assert lines[found.line - 1].startswith("fee = ")
    assert found.message.startswith(said)
    assert "\n" not in found.message


def test_a_fresh_book_has_none(book: Book) -> None:
    assert told(book) == []
    assert expressions.find_problems(book) == []


def test_the_state_before_is_asked_of_changes_only(book: Book) -> None:
    line = 'embedded = true\nplural = "lines"\n[fields]\nqty = { type = "int", must = "qty>=old.qty" }\n'
    (book.root / "schema" / "line.toml").write_text(line)
    book = with_fields(
        book,
        "deal",
        'cheaper = { type = "flag", calc = "amount<old.amount" }',
        'fee = { type = "money", must = "fee>=old.fee", default = "(old.amount)" }',
        'lines = { type = "line[]" }',
    )
    (book.root / "rules").mkdir()
    tag = '[tag.moving]\nfor = "deal"\nwhere = "is:open"\nbut = "changed(close)"\n'
    (book.root / "rules" / "tags.toml").write_text(tag)
    found = expressions.find_problems(reopen(book))
    assert [p.message.partition(" compares")[0] for p in found] == [
        "deal.cheaper: `calc`: `old.`",
        "line.qty: `must`: `old.`",
        "tag.moving: `but`: changed(…)",
    ]
    assert [p.path for p in found] == ["schema/deal.toml", "schema/line.toml", "rules/tags.toml"]


def test_a_name_that_is_wrong_in_a_computed_field_is_told_once(book: Book) -> None:
    book = with_fields(
        book,
        "deal",
        'net = { type = "money", calc = "amuont * 2" }',
        'twice = { type = "money", calc = "net * 2", must = "net>0" }',
        'a = { type = "int", calc = "b + 1" }',
        'b = { type = "int", calc = "a + 1" }',
    )
    assert [p.message.partition(": ")[0] for p in expressions.find_problems(book)] == ["deal.net", "deal.a"]
