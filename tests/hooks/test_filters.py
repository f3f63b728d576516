"""The filter of a hook speaks the whole language, on the planned state."""

from __future__ import annotations

import pytest

from crmcli.actions.add import add_record
from crmcli.actions.archive import delete
from crmcli.actions.hook import trust_hook, view_hook
from crmcli.actions.log import Entry, log_entry
from crmcli.actions.move import move_records
from crmcli.actions.set import set_fields
from crmcli.checks.hooks import find_problems
from crmcli.engines.hook_filters import HookFilterError
from crmcli.engines.hooking import site_of
from crmcli.engines.hooks.before import HookVetoError
from crmcli.store.book import Book
from tests.books import add, make_book

NO = "#!/bin/sh\n# crm: {}\necho no >&2\nexit 1\n"


@pytest.fixture
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A fresh book outside git."""
    return make_book(tmp_path_factory.mktemp("filters") / "book")


def hook(book: Book, header: str, name: str = "no") -> None:
    """A trusted hook that says no to what it is asked about."""
    path = book.root / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(NO.format(header))
    path.chmod(0o755)
    site = site_of(book)
    trust_hook(site, name, view_hook(site, name).sha256)


def test_a_condition_over_two_fields_and_another_record(book: Book) -> None:
    acme = add_record(book, book.setup.types["customer"], "Acme", ["size=3"]).refs[0]
    ref = add(book, "deal", "Arm", f"customer={acme.id}", "amount=1k")
    hook(book, "before deal set (amount>=5k OR close:any) customer.size<10")
    set_fields(book, [ref], ["amount=4k"])
    with pytest.raises(HookVetoError):
        set_fields(book, [ref], ["amount=5k"])
    with pytest.raises(HookVetoError):
        set_fields(book, [ref], ["close=fri"])
    set_fields(book, [acme], ["size=10"])
    set_fields(book, [ref], ["amount=5k", "close=fri"])


def test_the_state_before(book: Book) -> None:
    ref = add(book, "deal", "Arm", "amount=9k")
    hook(book, "before deal set old.amount<10k amount>=10k")
    set_fields(book, [ref], ["amount=9500"])
    with pytest.raises(HookVetoError):
        set_fields(book, [ref], ["amount=10k"])
    assert add(book, "deal", "Arm", "amount=20k")  # it had no amount before


def test_the_stage_entered_counts_from_now(book: Book) -> None:
    ref = add(book, "deal", "Arm", "amount=9k")
    hook(book, "before deal move moves.to:proposal")
    with pytest.raises(HookVetoError):
        move_records(book, [ref], "proposal")


def test_one_record_of_several_is_told(book: Book) -> None:
    small, large = add(book, "deal", "Arm", "amount=1k"), add(book, "deal", "Arm", "amount=50k")
    hook(book, "before deal set amount:100k..")
    with pytest.raises(HookVetoError, match=str(large)):
        set_fields(book, [small, large], ["amount=(amount*2)"])


def test_a_record_that_goes_is_asked_as_it_was(book: Book) -> None:
    small, large = add(book, "deal", "Arm", "amount=1k"), add(book, "deal", "Arm", "amount=50k")
    hook(book, "before deal delete amount:10k..")
    delete(book, [small], purge=True)
    with pytest.raises(HookVetoError):
        delete(book, [large], purge=True)


def test_words_about_a_line_stand_beside_a_filter(book: Book) -> None:
    ref = add(book, "deal", "Arm", "amount=50k")
    hook(book, "before deal log kind:call -text:hello amount:10k..")
    log_entry(book, [ref], Entry("hello", "call"))
    log_entry(book, [ref], Entry("bye", "email"))
    with pytest.raises(HookVetoError):
        log_entry(book, [ref], Entry("bye", "call"))


def test_a_filter_nobody_can_ask(book: Book) -> None:
    hook(book, "before deal set amuont:100k..")
    with pytest.raises(HookFilterError) as caught:
        set_fields(book, [add(book, "deal", "Arm")], ["amount=1"])
    assert caught.value.exit_code == 6
    assert str(caught.value).startswith("hooks/no: its filter cannot be asked: deal has no field `amuont`")
    found = find_problems(book)
    assert [(p.code, p.path, p.severity) for p in found] == [("hook-filter", "hooks/no", "error")]
    assert "amuont" in found[0].message


def test_without_a_filter_nothing_is_tried(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = add(book, "deal", "Arm")
    hook(book, "before deal move to:needs")
    monkeypatch.setattr("crmcli.store.index.index.Index.trial", lambda _: pytest.fail("tried"))
    with pytest.raises(HookVetoError):
        move_records(book, [ref], "needs")
