"""The other forms: what files may say besides, what the index holds, what people see."""

from __future__ import annotations

import pytest

from crmcli.model.schema import Field
from crmcli.model.types.address import set_part
from crmcli.model.types.base import Column, ValueRefused
from crmcli.model.types.registry import TYPE_NAMES, UnknownFieldTypeError, type_named
from tests.unit.model.book import CHINESE, GERMAN, check, context, field, index, rows, show

ALSO_READ = """
money      12000              12000.00 EUR
money      12000 usd          12000.00 USD
money      12000.5 EUR        12000.50 EUR
money      -0.00 EUR          0.00 EUR
decimal    1.50               1.5
decimal    +01.5              1.5
int        007                7
percent    20.0%              20%
flag       true               yes
flag       No                 no
duration   1.5h               90min
datetime   2026-11-20T14:00   2026-11-20T14:00:00+01:00
datetime   2026-07-20 14:00   2026-07-20T14:00:00+02:00
datetime   2026-11-20T13:00:00Z  2026-11-20T13:00:00+00:00
datetime   2026-11-20         2026-11-20
time       9:30               09:30
reference  [[acme-7k3f9]]     acme-7k3f9
reference  [[customers/acme-7k3f9|Acme]]  acme-7k3f9
any        [[deals/acme-2p9dk]]  deals/acme-2p9dk
email      Li@ACME.COM        Li@acme.com
domain     ACME.com           acme.com
handle     twitter:li         x:li
phone      +49 (0)30 123456   +4930123456
phone      +390612345678      +390612345678
country    no                 NO
language   ZH-hans            zh-Hans
region     广东省/深圳市      广东/深圳
address    {zip: 10115, city: "Berlin"}  {city: Berlin, zip: 10115}
recurrence  RRULE:byday=MO;freq=weekly;interval=1  FREQ=WEEKLY;BYDAY=MO
taxid      de136695976        DE136695976
"""


@pytest.mark.parametrize(("name", "stored", "canonical"), rows(ALSO_READ))
def test_files_may_say_it_otherwise(name: str, stored: str, canonical: str) -> None:
    assert check(name, stored) == canonical
    assert check(name, canonical) == canonical


INDEXED = [
    ("decimal", "-0.5", (-500000,)),
    ("percent", "20%", (200000,)),
    ("flag", "yes", (1,)),
    ("duration", "30d", (2592000, 0, "30d")),
    ("duration", "8wh", (28800, 1, "8wh")),
    ("money", "12000.00 EUR", (1200000, "EUR", 1200000)),
    ("money", "12000.00 USD", (1200000, "USD", None)),
    ("money", "500 JPY", (500, "JPY", None)),
    ("money", "1.234 KWD", (1234, "KWD", None)),
    ("datetime", "2026-11-20T14:03:11+01:00", ("2026-11-20T13:03:11Z", "2026-11-20T14:03:11+01:00")),
    ("datetime", "2026-11-20", ("2026-11-19T23:00:00Z", "2026-11-20")),
    ("month", "2026-11", ("2026-11-01",)),
    ("period", "2026-01-01..", ("2026-01-01", None)),
    ("geo", "22.54,114.06", (22.54, 114.06)),
    ("region", "广东/深圳/南山", ("广东/深圳/南山", "广东", "深圳", "南山")),
    ("region", "DE-BY", ("DE-BY", "DE-BY", None, None)),
    ("file", "files/a.pdf", ("files/a.pdf", None, None)),
    ("markdown", "# Met", ()),
    (
        "address",
        "{city: 深圳, zip: 518000}",
        ('{"city": "深圳", "zip": "518000"}', None, None, None, "深圳", None, "518000", None),
    ),
]


@pytest.mark.parametrize(("name", "stored", "values"), INDEXED)
def test_the_index_compares_these(name: str, stored: str, values: tuple[object, ...]) -> None:
    assert index(name, stored) == values


SHOWN = [
    ("money", "1234567.50 EUR", "1,234,567.50 EUR", "1,234,567.50 EUR"),
    ("money", "-12000 JPY", "-12,000 JPY", "-12,000 JPY"),
    ("choice", "software", "Software", "软件"),
    ("flag", "yes", "yes", "是"),
    ("date", "2026-11-21", "tomorrow", "明天"),
    ("date", "2027-03-02", "2 Mar 2027", "2027年3月2日"),
    ("datetime", "2026-11-20T14:03:11+01:00", "today 14:03", "今天 21:03"),
    ("datetime", "2026-11-21", "tomorrow", "明天"),
    ("month", "2026-11", "2026-11", "2026年11月"),
    ("duration", "30d", "30d", "30天"),
    ("recurrence", "FREQ=WEEKLY;BYDAY=MO,FR", "every mon, fri", "每周一五"),
    ("recurrence", "FREQ=MONTHLY;INTERVAL=2", "every 2 months", "每2个月"),
    ("recurrence", "FREQ=MONTHLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=1MO"),
    ("address", "{street: Am Ring 1, city: Ulm, zip: 89073}", "Am Ring 1, Ulm, 89073", "Ulm Am Ring 1 89073"),
    ("region", "北京/北京/朝阳", "北京/朝阳", "北京/朝阳"),
    ("file", "files/acme/contract.pdf", "contract.pdf", "contract.pdf"),
    ("markdown", "\n## Met at the fair\n\nmore", "Met at the fair", "Met at the fair"),
    ("period", "2026-01-01..", "2026-01-01 –", "2026-01-01 –"),
]


@pytest.mark.parametrize(("name", "stored", "german", "chinese"), SHOWN)
def test_people_see(name: str, stored: str, german: str, chinese: str) -> None:
    assert show(name, stored) == german
    assert show(name, stored, CHINESE) == chinese


def test_numbers_show_their_unit() -> None:
    assert show("int", "120", unit="人") == "120 人"


def test_a_moment_falls_back_to_utc_in_a_zone_nobody_knows() -> None:
    lost = context()._replace(timezone="Mars/Olympus")
    assert check("datetime", "2026-11-20T14:00", lost) == "2026-11-20T14:00:00+00:00"


def test_one_part_of_an_address_is_set_and_emptied() -> None:
    stored = set_part("", "city", "深圳", GERMAN)
    assert stored == "{city: 深圳}"
    stored = set_part(stored, "street", "南山路 1 号, 2 楼", GERMAN)
    assert stored == "{street: '南山路 1 号, 2 楼', city: 深圳}"
    assert set_part(stored, "postcode", "518000", GERMAN).endswith("zip: 518000}")
    assert set_part(stored, "country", "china", GERMAN).endswith("country: CN}")
    assert set_part(set_part(stored, "street", "", GERMAN), "city", " ", GERMAN) == ""
    with pytest.raises(ValueRefused, match="no part `planet`"):
        set_part(stored, "planet", "x", GERMAN)


@pytest.mark.parametrize("name", [*TYPE_NAMES, "reference"])
def test_every_type_says_what_the_manual_needs(name: str) -> None:
    of = type_named(field(name))
    assert of.name == name
    assert all(of.manual)
    assert of.matches in ("contains", "equal", "within")
    assert (of.matches == "equal") or of.family == "text"
    assert len({column.suffix for column in of.columns(field(name))}) == len(of.columns(field(name)))


def test_keys_unique_and_indexed_fields_get_a_tree() -> None:
    plain = type_named(field("phone"))
    assert plain.columns(field("phone")) == (Column("", "TEXT", indexed=False),)
    for more in ({"key": 1}, {"unique": True}, {"indexed": True}):
        assert plain.columns(field("phone", **more)) == (Column("", "TEXT", indexed=True),)


def test_a_record_type_may_be_called_like_a_field_type() -> None:
    assert type_named(Field("f", "account", reference="account")).name == "reference"
    assert type_named(Field("f", "account", embedded=True)).name == "row"
    assert type_named(Field("f", "account")).name == "account"
    assert type_named(Field("f", "any", reference="*")).name == "any"
    with pytest.raises(UnknownFieldTypeError, match="unknown type `acount`"):
        type_named(Field("f", "acount"))
