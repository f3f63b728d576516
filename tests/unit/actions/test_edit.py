"""What a person changed in a copy of a record, merged by field."""

from __future__ import annotations

import pytest

from crmcli.actions.edit import EditConflictError, EditedItemError, EditRefusedError, EditUnreadableError, apply_edit
from crmcli.actions.set import set_fields
from crmcli.actions.undo import undo
from crmcli.engines.form import FieldEmptyError
from crmcli.engines.kept_tags import KeptTagError
from crmcli.engines.process import MoveNotAllowedError
from crmcli.errors import CrmError
from crmcli.model.record import Ref
from crmcli.store.book import Book, open_book
from tests.books import add


@pytest.fixture
def book(book: Book) -> Book:
    """A book in which a filter keeps a tag."""
    (book.root / "rules").mkdir()
    (book.root / "rules" / "tags.toml").write_text('[tag.big]\nfor = "customer"\nwhere = "size>=200"\n')
    return open_book(book.root)


@pytest.fixture
def acme(book: Book) -> Ref:
    return add(book, "customer", "Acme", "industry=steel", "phone=030 901820,030 901821", "about=Line one.")


def _bytes(book: Book, ref: Ref) -> bytes:
    return (book.root / book.path_of(ref)).read_bytes()


def _edited(book: Book, ref: Ref, old: str, new: str) -> tuple[bytes, bytes]:
    base = _bytes(book, ref)
    assert old.encode() in base
    return base, base.replace(old.encode(), new.encode(), 1)


def test_fields_items_and_the_body_each_become_a_change(book: Book, acme: Ref) -> None:
    base, edited = _edited(book, acme, "industry: steel", "industry: tools\nsize: 7")
    edited = edited.replace(b"  - +4930901820\n", b"").replace(b"Line one.", b"Line two.")
    outcome = apply_edit(book, acme, base, edited)
    assert {(e.field, e.to, e.remove) for e in outcome.events} == {
        ("industry", "tools", ()), ("size", "7", ()), ("phone", None, ("+4930901820",)), ("body", "Line two.", ()),
    }  # fmt: skip


def test_what_somebody_else_changed_meanwhile_stays(book: Book, acme: Ref) -> None:
    base, edited = _edited(book, acme, "industry: steel", "industry: tools")
    set_fields(book, [acme], ["size=9", "phone+=030 901822"])
    apply_edit(book, acme, base, edited)
    record = book.read_record(acme)
    assert (record.text("industry"), record.text("size"), len(record.items("phone"))) == ("tools", "9", 3)


def test_the_same_field_is_a_conflict_unless_both_say_the_same(book: Book, acme: Ref) -> None:
    base, edited = _edited(book, acme, "industry: steel", "industry: tools")
    set_fields(book, [acme], ["industry=tools"])
    apply_edit(book, acme, base, edited)
    set_fields(book, [acme], ["industry=trade"])
    with pytest.raises(EditConflictError):
        apply_edit(book, acme, base, edited)
    assert book.read_record(acme).text("industry") == "trade"


def test_comments_and_unknown_keys_survive(book: Book, acme: Ref) -> None:
    base, edited = _edited(book, acme, "industry: steel", "# they make springs\nindustry: springs\nmood: good")
    apply_edit(book, acme, base, edited)
    assert b"industry: springs" in _bytes(book, acme)
    assert book.read_record(acme).text("mood") == "good"


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("industry: steel", "industry: [", EditUnreadableError),
        ("---\nname", "name", EditUnreadableError),
        ("industry: steel", "size: many", EditRefusedError),
        ("name: Acme\n", "", FieldEmptyError),
        ("lifecycle: lead", "lifecycle: churned", MoveNotAllowedError),
        ("industry: steel", "industry: steel\ntags: [new, big]", KeptTagError),
        ("industry: steel", "industry: steel\ntags:\n  - two words", EditedItemError),
        ("industry: steel", "industry: steel\ntags: 2wd", EditedItemError),
        ("industry: steel", "industry: steel\nkeys: [nothing]", EditRefusedError),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    book: Book, acme: Ref, old: str, new: str, error: type[CrmError]
) -> None:
    base, edited = _edited(book, acme, old, new)
    with pytest.raises(error):
        apply_edit(book, acme, base, edited)
    assert _bytes(book, acme) == base


@pytest.mark.parametrize("words", [["+big"], ["-big"], ["tags=new,big"]])
def test_a_tag_that_a_filter_keeps_is_nobodys_to_put_or_to_take(book: Book, acme: Ref, words: list[str]) -> None:
    with pytest.raises(KeptTagError):
        set_fields(book, [acme], words)
    with pytest.raises(KeptTagError):
        add(book, "customer", "Bolt", "+big")


def test_one_that_a_file_has_may_go_and_come_back(book: Book, acme: Ref) -> None:
    path = book.root / book.path_of(acme)
    path.write_text(path.read_text().replace("industry: steel", "industry: steel\ntags:\n  - big"))
    book.index.stale()
    set_fields(book, [acme], ["+new", "industry=tools"])
    base, edited = _edited(book, acme, "  - big\n", "")
    apply_edit(book, acme, base, edited)
    assert book.read_record(acme).items("tags") == ["new"]
    undo(book)
    assert book.read_record(acme).items("tags") == ["big", "new"]


def test_created_is_not_changed(book: Book, acme: Ref) -> None:
    base, edited = _edited(book, acme, "created: 2026", "created: 1999")
    assert not apply_edit(book, acme, base, edited).events
