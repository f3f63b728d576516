"""Every remedy of `crm check --fix`: shown before it is done, nothing of content lost, and undone byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from crmcli.actions.identity.merge import merge
from crmcli.actions.mending import RULES, mend, mendings
from crmcli.actions.undo import undo
from crmcli.checks import run_checks
from crmcli.model.record import Ref
from crmcli.store.book import Book, open_book
from tests.books import add
from tests.storing import journal_events, replay_differences


class Case(NamedTuple):
    """What a hand or a colleague did, what is shown for it, and what the file says afterwards."""

    rule: str
    spoil: Callable[[Book], Path]
    code: str
    shown: str
    holds: bytes


def by_hand(book: Book, ref: Ref, before: bytes, after: bytes) -> Path:
    path = book.root / book.path_of(ref)
    content = path.read_bytes()
    assert before in content
    path.write_bytes(content.replace(before, after))
    return path


def notation(book: Book) -> Path:
    ref = add(book, "customer", "Acme", "country=DE", "industry=steel")
    return by_hand(book, ref, b"country: DE\n", b"# moved north\ncountry:   'Norway'  # since May\nmood: glad\n")


def notation_with_windows_ends(book: Book) -> Path:
    ref = add(book, "deal", "Arm", "amount=12k")
    path = by_hand(book, ref, b"amount: 12000.00 EUR", b'amount: "15k"')
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    return path


def in_a_list(book: Book, lines: bytes) -> Path:
    """A customer whose countries a hand wrote."""
    schema = book.root / "schema" / "customer.toml"
    text = schema.read_text(encoding="utf-8").replace("\nabout ", '\nmarkets = { type = "country[]" }\nabout ')
    schema.write_text(text, encoding="utf-8")
    ref = add(open_book(book.root), "customer", "Acme", "markets=DE")
    return by_hand(open_book(book.root), ref, b"markets:\n  - DE\n", lines)


def notation_in_a_list(book: Book) -> Path:
    return in_a_list(book, b"markets:\n# at home\n  - 'DE' # since 1990\n  - Norway\n")


def name_for_an_id(book: Book) -> Path:
    add(book, "customer", "Beta KG")
    acme = add(book, "customer", "Acme")
    ref = add(book, "deal", "Arm", f"customer={acme.id}")
    return by_hand(book, ref, f"customer: {acme.id}\n".encode(), b"customer: Beta KG # see mail\n")


def another_name(book: Book) -> Path:
    acme = add(book, "customer", "Acme")
    add(book, "deal", "Arm", f"customer={acme.id}")
    path = book.root / book.path_of(acme)
    return path.rename(path.with_name("acme.md"))


def reference_to_one_that_was_merged(book: Book) -> Path:
    acme, beta = add(book, "customer", "Acme"), add(book, "customer", "Beta KG")
    ref = add(book, "deal", "Arm", f"customer={beta.id}")
    merge(book, beta, [acme])
    return by_hand(book, ref, f"customer: {beta.id}\n".encode(), f"customer: {acme.id}  # as Li wrote\n".encode())


def change_of_one_that_was_merged(book: Book) -> Path:
    acme, beta = add(book, "customer", "Acme"), add(book, "customer", "Beta KG")
    merge(book, beta, [acme])
    line = (
        '{"id":"01M7WHZZZZ0000000000000001","at":"2026-11-20T15:00:00+01:00","by":"li","via":"cli",'
        f'"op":"01M7WHZZZZ0000000000000000","do":"set","on":"{acme}","field":"industry","from":null,"to":"steel"}}\n'
    )
    (book.root / "journal" / "2026-11" / "b7b7b-b7b7bb7b7b.jsonl").write_text(line, encoding="utf-8")
    return book.root / book.path_of(beta)


CASES = {
    "a value in another notation": Case(
        "values", notation, "bad-value", "country: `Norway` becomes NO", b"country:   'NO'  # since May\nmood: glad\n"
    ),
    "with Windows line ends": Case(
        "values", notation_with_windows_ends, "bad-value", "amount: `15k` becomes 15000.00 EUR", b'"15000.00 EUR"\r\n'
    ),
    "in a list": Case(
        "values", notation_in_a_list, "bad-value", "markets: `Norway` becomes NO", b"# since 1990\n  - NO\n"
    ),
    "a name for an id": Case(
        "references", name_for_an_id, "dangling-reference", "customer: `Beta KG` is beta-kg-", b"customer: beta-kg-"
    ),
    "a file of another name": Case(
        "renames", another_name, "renamed-by-hand", "journal that customers/acme-", b"aliases:\n  - acme-"
    ),
    "a reference to one that was merged": Case(
        "merged",
        reference_to_one_that_was_merged,
        "merged-reference",
        "customer: customers/acme-",
        b"customer: beta-kg-",
    ),
    "a change of one that was merged": Case(
        "merged", change_of_one_that_was_merged, "merged-late", "industry: what was changed in", b"industry: steel"
    ),
}
OF_THIS_MACHINE = {"cut_off"}
"""A rule whose remedies are no ops: every write does them, and nobody's content is touched (tests/faults)."""


def contents(root: Path) -> dict[str, bytes]:
    """All record files, by path."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.glob("*/*.md")}


def values(content: bytes) -> set[str]:
    """What a file says, whatever its form: words between blanks and marks."""
    for mark in b"\"'[]{},:\r\n":
        content = content.replace(bytes([mark]), b" ")
    return set(content.decode().split())


LEFT = {
    "a comment would go": b"markets:\n  - DE\n  - Norway  # since May\n",
    "they would come back sorted": b"markets:\n  - Norway\n  - DE\n",
    "they would come back on lines of their own": b"markets: [DE, Norway]\n",
}


@pytest.mark.parametrize("lines", LEFT.values(), ids=LEFT.keys())
def test_what_undo_would_not_give_back_to_the_byte_is_left_to_a_person(book: Book, lines: bytes) -> None:
    in_a_list(book, lines)
    before = contents(book.root)
    assert "bad-value" in {problem.code for problem in run_checks(open_book(book.root))}
    assert mendings(open_book(book.root)) == []
    assert mend(open_book(book.root), []).outcomes == []
    assert contents(book.root) == before


def test_every_rule_has_a_case() -> None:
    assert {case.rule for case in CASES.values()} == set(RULES) - OF_THIS_MACHINE


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_remedy_is_shown_safe_and_undone(book: Book, case: Case) -> None:
    path = case.spoil(book)
    before = contents(book.root)
    [shown] = mendings(open_book(book.root))
    assert (shown.code, shown.path) == (case.code, str(path.relative_to(book.root)))
    assert shown.what.startswith(case.shown)
    assert contents(book.root) == before

    mended = open_book(book.root)
    outcomes = mend(mended, [shown]).outcomes
    after = contents(book.root)
    assert case.holds in after[shown.path]
    assert case.code not in {problem.code for problem in run_checks(open_book(book.root))}
    gone = {word for name in before for word in values(before[name]) - values(after[name])}
    told = " ".join(repr(event) for event in journal_events(book.root))
    assert all(word in told for word in gone), gone
    assert replay_differences(open_book(book.root)) == []

    for outcome in reversed(outcomes):
        undo(open_book(book.root), outcome.op)
    if shown.rename:  # the file gets back the name that the journal knew, which the hand had changed
        before[book.path_of(shown.rename[0])] = before.pop(shown.path)
    assert contents(book.root) == before
    assert replay_differences(open_book(book.root)) == []
