"""Words: what assigns, what is a title, what they write."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.actions.add import TitleMissingError, TitleTwiceError, add_record
from crmcli.actions.attach import Copies, FileMissingError
from crmcli.actions.set import set_fields
from crmcli.actions.typed import NothingToComputeError, comma_parts
from crmcli.actions.words import (
    Assignment,
    FieldFixedError,
    NotAListError,
    TagMalformedError,
    WordMalformedError,
    changes_of,
    check_tag,
    is_title,
    is_word,
    split_word,
)
from crmcli.engines.form import FieldUnknownError, ValueUntypableError
from crmcli.engines.process import StageAsFieldError
from crmcli.errors import CrmError
from crmcli.store.book import Book
from tests.books import add


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("name=Acme", ("name", "=", "Acme")),
        ("name=", ("name", "=", "")),
        ("name=a=b", ("name", "=", "a=b")),
        ("phone+=030", ("phone", "+=", "030")),
        ("phone-=030", ("phone", "-=", "030")),
        ("address.city=Kiel", ("address.city", "=", "Kiel")),
        ("行业=机械", ("行业", "=", "机械")),
        ("行业＝机械", ("行业", "=", "机械")),
        ("name=a＝b", ("name", "=", "a＝b")),
        ("+vip", ("vip", "+tag", "")),
        ("-vip", ("vip", "-tag", "")),
        ("＋意向/产品A", ("意向/产品A", "+tag", "")),
    ],
)
def test_a_word_is_taken_apart(word: str, parts: tuple[str, str, str]) -> None:
    assert is_word(word)
    assert split_word(word) == Assignment(*parts)


@pytest.mark.parametrize("word", ["acme", "-", "+49 30 901820", "+2w", "-30d", "=x", "3=4", "a b=c", ""])
def test_what_assigns_nothing_is_no_word(word: str) -> None:
    assert not is_word(word)


@pytest.mark.parametrize("title", ["Acme GmbH", "+1 for the idea", "+ more", "Offer: price = low", "1=2"])
def test_titles_that_look_like_words(title: str) -> None:
    assert is_title(title)


@pytest.mark.parametrize("word", ["name=+1 for the idea", "+vip", "phone+=030 90"])
def test_words_that_hold_blanks_are_no_titles(word: str) -> None:
    assert not is_title(word)


@pytest.mark.parametrize("word", ["nothing", "=value", ""])
def test_a_malformed_word_is_refused(word: str) -> None:
    with pytest.raises(WordMalformedError):
        split_word(word)


@pytest.mark.parametrize("tag", ["", "2w", "fri", "today", "q4", "a b", "_x", "-x", "a,b", "a:b", "x/", "明天"])
def test_a_tag_that_could_be_something_else_is_refused(tag: str) -> None:
    with pytest.raises(TagMalformedError):
        check_tag(tag)


@pytest.mark.parametrize("tag", ["vip", "key-account", "意向/产品A", "v1.2", "a_b", "Ärger"])
def test_tags(tag: str) -> None:
    assert check_tag(tag) == tag


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading_of_words(text: str) -> None:
    with suppress(CrmError):
        assert split_word(text).operator in ("=", "+=", "-=", "+tag", "-tag")


@given(st.lists(st.text(st.characters(blacklist_characters=",，", blacklist_categories=["Zs", "Cc"]), min_size=1)))
def test_parts_between_commas(parts: list[str]) -> None:
    kept = [part.strip() for part in parts if part.strip()]
    assert comma_parts(", ".join(kept)) == comma_parts("，".join(kept)) == kept


def test_each_word_sees_what_those_before_it_did(book: Book) -> None:
    ref = add(book, "customer", "Acme", "+old")
    set_fields(
        book, [ref], ["phone=030 901820", "phone+=030 901821", "phone-=030 901820", "+new", "-old", "tags+=x，y"]
    )
    record = book.read_record(ref)
    assert record.items("phone") == ["+4930901821"]
    assert record.items("tags") == ["new", "x", "y"]


def test_a_list_is_replaced_by_an_assignment(book: Book) -> None:
    ref = add(book, "customer", "Acme", "email=a@x.example,b@x.example")
    set_fields(book, [ref], ["email=c@x.example"])
    assert book.read_record(ref).items("email") == ["c@x.example"]


@pytest.mark.parametrize(
    ("word", "error"),
    [
        ("nmae=x", FieldUnknownError),
        ("name.first=x", FieldUnknownError),
        ("size+=1", NotAListError),
        ("size-=1", NotAListError),
        ("address.city+=Kiel", NotAListError),
        ("address.city-=Kiel", NotAListError),
        ("name.first-=x", FieldUnknownError),
        ("archived=sometime", ValueUntypableError),
        ("archived-=fri", NotAListError),
        ("archived+=fri", NotAListError),
        ("size=12,000", ValueUntypableError),
        ("address.planet=Mars", ValueUntypableError),
        ("lifecycle=customer", StageAsFieldError),
        ("created=2020-01-01", FieldFixedError),
        ("id=other", FieldFixedError),
        ("about=@/no/such/file", FileMissingError),
    ],
)
def test_a_refused_word_changes_nothing(book: Book, word: str, error: type[CrmError]) -> None:
    ref = add(book, "customer", "Acme")
    before = (book.root / book.path_of(ref)).read_bytes()
    with pytest.raises(error):
        set_fields(book, [ref], ["industry=steel", word])
    assert (book.root / book.path_of(ref)).read_bytes() == before


def test_a_new_tag_is_said_with_the_one_that_was_perhaps_meant(book: Book) -> None:
    ref = add(book, "customer", "Acme", "+key-account")
    written = changes_of(book, book.read_record(ref), ["+key-acount", "+key-account"], Copies(book))
    assert written.notices == ["new tag key-acount; did you mean key-account?"]


@pytest.mark.parametrize(("currency", "expected"), [("EUR", "13200.00 EUR"), ("CNY", "13200.00 CNY")])
def test_an_amount_is_computed_in_its_own_currency(book: Book, currency: str, expected: str) -> None:
    (book.root / "rates.tsv").write_text("2020-01-01\tCNY\t0.125\n")
    ref = add(book, "deal", "Arm", f"amount=12000 {currency}")
    set_fields(book, [ref], ["amount=(amount*1.1)"])
    assert book.read_record(ref).text("amount") == expected


def test_other_values_are_computed_too(book: Book) -> None:
    ref = add(book, "deal", "Arm", "odds=50%", "close=2026-12-01")
    set_fields(book, [ref], ["odds=(odds/2)", "close=(close+7d)"])
    record = book.read_record(ref)
    assert (record.text("odds"), record.text("close")) == ("25%", "2026-12-08")
    with pytest.raises(NothingToComputeError):
        add(book, "deal", "Arm", "amount=(amount*2)")


def test_parentheses_in_a_text_are_text(book: Book) -> None:
    assert book.read_record(add(book, "customer", "Acme", "industry=(steel)")).text("industry") == "(steel)"


def test_titles(book: Book) -> None:
    customer = book.setup.types["customer"]
    assert add_record(book, customer, "", ["name=Beta KG"]).refs[0].id.startswith("beta-kg-")
    with pytest.raises(TitleMissingError):
        add_record(book, customer, "", ["size=3"])
    with pytest.raises(TitleTwiceError):
        add_record(book, customer, "Beta", ["name=Beta KG"])


def test_what_is_left_empty_on_purpose_gets_no_default(book: Book) -> None:
    assert book.read_record(add(book, "customer", "Mine")).text("owner") == book.me
    assert book.read_record(add(book, "customer", "Nobody's", "owner=")).text("owner") == ""


def test_a_stage_may_be_given_at_birth_by_its_label(book: Book) -> None:
    ref = add(book, "deal", "Arm", "amount=1k", "阶段=方案报价")
    assert book.read_record(ref).text("stage") == "proposal"


def test_a_dry_run_writes_nothing(book: Book, tmp_path: Path) -> None:
    (tmp_path / "text.md").write_text("hello\n")
    outcome = add_record(book, book.setup.types["note"], "Idea", [f"body=@{tmp_path / 'text.md'}"], dry_run=True)
    assert outcome.dry
    assert (outcome.events[0].record or {})["body"] == "hello"
    assert not (book.root / "notes").exists()
