"""`field=(expression)`: every family of values, in the form its field stores."""

from __future__ import annotations

import pytest

from crmcli.actions.set import set_fields
from crmcli.actions.typed import NothingToComputeError
from crmcli.engines.expressions import ExpressionUnfitError
from crmcli.engines.form import FieldComputedError, ValueUntypableError
from crmcli.model.record import Ref, Value
from crmcli.query.failures import QueryError
from crmcli.store.book import Book
from tests.books import add
from tests.environment import NOW
from tests.unit.engines.conditioned import with_fields

FIELDS = (
    'n = { type = "int" }',
    'm = { type = "int" }',
    'd = { type = "decimal" }',
    'share = { type = "percent" }',
    'happy = { type = "rating", max = 5 }',
    'price = { type = "money" }',
    'yen = { type = "money" }',
    'day = { type = "date" }',
    'at = { type = "datetime" }',
    'month = { type = "month" }',
    'time = { type = "time" }',
    'time2 = { type = "time" }',
    'span = { type = "period" }',
    'span2 = { type = "period" }',
    'len = { type = "duration" }',
    'len2 = { type = "duration" }',
    'ok = { type = "flag" }',
    'tier = { type = "choice", options = ["A", "B", "C"] }',
    'tier2 = { type = "choice", options = ["A", "B"] }',
    'boss = { type = "member", back = "bossed" }',
    'crew = { type = "member[]", back = "crewed" }',
    'thing = { type = "any", back = "things" }',
    'site = { type = "url" }',
    'mail = { type = "email[]" }',
    'place = { type = "address" }',
    'geo = { type = "geo" }',
    'nation = { type = "country" }',
    'sum = { type = "int", calc = "n + m" }',
    'net = { type = "money", calc = "price * (1 - share)" }',
)


@pytest.fixture
def book(book: Book, monkeypatch: pytest.MonkeyPatch) -> Book:
    """A book whose customers have a field of every family."""
    monkeypatch.setenv("CRM_NOW", NOW)
    (book.root / "rates.tsv").write_text("2020-01-01\tJPY\t0.008\n")
    return with_fields(book, "customer", *FIELDS)


@pytest.fixture
def acme(book: Book) -> Ref:
    """A customer with much in it."""
    return add(
        book, "customer", "Acme", "n=7", "m=2", "d=2.5", "share=12.5%", "happy=3", "price=1000.05", "yen=1000 JPY",
        "day=2026-01-31", "at=2026-11-20T14:00:00+01:00", "month=2026-11", "time=09:30", "span=2026-01-01..2026-03-31",
        "len=90min", "ok=yes", "tier=B", "site=https://a.example", "mail=a@b.example,c@d.example", "place.city=Kiel",
        "geo=54.3,10.1", "country=DE",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("n=(n*m + 1)", "15"),
        ("n=(round(n*1.1))", "8"),
        ("n=(sum*2)", "18"),
        ("d=(0.1+0.2)", "0.3"),
        ("d=(n/3)", "2.333333"),
        ("d=(share)", "0.125"),
        ("share=(share+5%)", "17.5%"),
        ("share=(share*2 + 1)", "125%"),
        ("share=(1/3)", "33.3333%"),
        ("happy=(happy+1)", "4"),
        ("price=(price*1.1)", "1100.06 EUR"),  # 1100.055, half to even
        ("price=(price*0.5)", "500.02 EUR"),  # 500.025, half to even
        ("price=(net)", "875.04 EUR"),  # 875.04375
        ("price=(1000*2)", "2000.00 EUR"),
        ("price=(price - 1k)", "0.05 EUR"),
        ("price=(yen)", "1000 JPY"),
        ("yen=(yen*1.0015)", "1002 JPY"),  # 1001.5, half to even
        ("day=(day+1mo)", "2026-02-28"),
        ("day=(day+30d)", "2026-03-02"),
        ("day=(at)", "2026-11-20"),
        ("day=(today)", "2026-11-20"),
        ("at=(at+2h)", "2026-11-20T16:00:00+01:00"),
        ("at=(day)", "2026-01-31"),
        ("month=(day)", "2026-01"),
        ("month=(month)", "2026-11"),
        ("time2=(time)", "09:30"),
        ("span2=(span)", "2026-01-01..2026-03-31"),
        ("len=(len*2)", "3h"),
        ("len=(len*1.5)", "135min"),
        ("len2=(10d)", "10d"),
        ("len2=(day - span.start)", "30d"),
        ("ok=(n>100)", "no"),
        ("ok=(n>1)", "yes"),
        ("tier2=(tier)", "B"),
        ("tier=(if(n>5, 'A', 'C'))", "A"),
        ("boss=(owner)", "{me}"),
        ("boss=(me)", "{me}"),
        ("crew=(owner)", ["{me}"]),
        ("thing=(owner)", "members/{me}"),
        ("nation=(country)", "DE"),
        ("geo=(geo)", "54.3,10.1"),
        ("n=(d/0)", ""),
        ("price=(n/0)", ""),
    ],
)
def test_values_of_every_family(book: Book, acme: Ref, word: str, expected: Value) -> None:
    name = word.partition("=")[0]
    set_fields(book, [acme], [word])
    found = book.read_record(acme).fields.get(name, "")
    assert found == (
        [item.format(me=book.me) for item in expected] if isinstance(expected, list) else expected.format(me=book.me)
    )


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("n=(n*1.1)", "customer.n cannot be '(n*1.1)': `7.7` is no whole number"),
        ("n=(price/10)", "customer.n cannot be '(price/10)': `100.005` is no whole number"),
        ("happy=(happy*2)", "customer.happy cannot be '(happy*2)': 6 is not between 1 and 5"),
        ("tier2=(if(n>5, 'C', 'A'))", "customer.tier2 cannot be"),
    ],
)
def test_a_value_the_field_cannot_hold(book: Book, acme: Ref, word: str, said: str) -> None:
    with pytest.raises(ValueUntypableError) as caught:
        set_fields(book, [acme], [word])
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("word", "family"),
    [
        ("n=(day)", "a date"),
        ("day=(n)", "a number"),
        ("len=(n)", "a number"),
        ("n=(len)", "a length"),
        ("ok=(n)", "a number"),
        ("price=(day + 30d)", "a date"),
        ("tier=(owner)", "a record"),
        ("share=(price)", "an amount"),
    ],
)
def test_an_expression_of_another_kind(book: Book, acme: Ref, word: str, family: str) -> None:
    with pytest.raises(ExpressionUnfitError) as caught:
        set_fields(book, [acme], [word])
    assert caught.value.exit_code == 2
    assert str(caught.value).endswith(f"gives {family}")


def test_what_is_wrong_with_the_expression_is_shown(book: Book, acme: Ref) -> None:
    with pytest.raises(QueryError) as caught:
        set_fields(book, [acme], ["n=(n*nn)"])
    assert str(caught.value) == "customer has no field `nn`\n  n*nn\n    ^"
    with pytest.raises(FieldComputedError):
        set_fields(book, [acme], ["sum=(n+1)"])
    with pytest.raises(NothingToComputeError):
        add(book, "customer", "Beta", "n=(m+1)")


def test_several_records_each_from_its_own(book: Book, acme: Ref) -> None:
    beta = add(book, "customer", "Beta", "n=10", "price=1 USD")
    set_fields(book, [acme, beta], ["n=(n*2)", "price=(price*2)"])
    assert [book.read_record(ref).fields["n"] for ref in (acme, beta)] == ["14", "20"]
    assert book.read_record(acme).fields["price"] == "2000.10 EUR"


def test_an_empty_part_empties_the_field(book: Book, acme: Ref) -> None:
    set_fields(book, [acme], ["m="])
    set_fields(book, [acme], ["n=(n+m)"])
    assert "n" not in book.read_record(acme).fields
