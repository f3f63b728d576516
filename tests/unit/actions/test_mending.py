"""`crm check --fix` does what was shown and agreed to; what changed since then is left as it is."""

from __future__ import annotations

from crmcli.actions.mending import mend, mendings
from crmcli.model.record import Ref
from crmcli.store.book import Book
from tests.books import add


def rewrite(book: Book, ref: Ref, before: str, after: str) -> None:
    """Edit a record's file by hand, in another process than crm's."""
    path = book.root / book.path_of(ref)
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def test_a_value_saved_while_the_question_stood_is_left_alone(book: Book) -> None:
    acme, bolt = add(book, "customer", "Acme", "country=DE"), add(book, "customer", "Bolt", "country=DE")
    for ref in (acme, bolt):
        rewrite(book, ref, "country: DE", "country: Norway")
    book.index.stale()
    shown = mendings(book)
    rewrite(book, acme, "country: Norway", "country: FR")
    mended = mend(book, shown)
    assert [book.read_record(ref).text("country") for ref in (acme, bolt)] == ["FR", "NO"]
    assert [(left.code, left.path) for left in mended.left] == [("bad-value", book.path_of(acme))]


def test_what_was_not_shown_is_not_done(book: Book) -> None:
    acme = add(book, "customer", "Acme", "country=DE")
    rewrite(book, acme, "country: DE", "country: Norway")
    book.index.stale()
    shown = mendings(book)
    rewrite(book, acme, "country: Norway", "country: France")
    mended = mend(book, shown)
    assert book.read_record(acme).text("country") == "France"
    assert (mended.outcomes, mended.left) == ([], shown)


def test_a_file_renamed_by_hand_and_edited_before_the_answer_is_left(book: Book) -> None:
    acme = add(book, "customer", "Acme")
    path = book.root / book.path_of(acme)
    path.rename(path.with_name("acme.md"))
    book.index.stale()
    shown = mendings(book)
    assert [mending.rename for mending in shown] == [(acme, Ref("customers", "acme"))]
    rewrite(book, Ref("customers", "acme"), "name: Acme", "name: Zenith")
    assert mend(book, shown).left == shown
