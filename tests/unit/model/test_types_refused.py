# ruff: noqa: E501 - a message stands on one line, as people see it
"""What is refused, why, and what would do."""

from __future__ import annotations

import pytest

from tests.unit.model.book import CHINESE, NOWHERE, check, parse

TYPED = [
    ("text", "a\tb", "a tab at position 2 | write a space instead"),
    ("text", "ab\x1b[0m", "an invisible control character (U+001B) at position 3 | take it out"),
    (
        "text",
        "a\u2028b",
        "a line break at position 2; this field holds one line | put longer text in the record's body",
    ),
    ("text", "\ud800", "an invisible control character (U+D800) at position 1 | take it out"),
    ("json", "NaN", "`NaN` is no JSON | write null, or a text in quotes"),
    ("json", "[1", "no JSON: expecting ',' delimiter at position 3 | as in {\"a\": 1}"),
    ("color", "red", "`red` is no colour | write # and six digits 0-9 a-f, as in #12aa88"),
    ("sku", "a b", "an article number holds no blanks | use letters, digits and - _ . / + # :"),
    ("serial", "HT-1", "a serial number is drawn by the book, never typed | leave the field out"),
    ("int", "12,000", "'12,000' can be read in two ways | write 12000 or 12.000"),
    ("int", "1.5", "`1.5` is no whole number | write it without decimals"),
    ("int", "9223372036854775808", "`9223372036854775808` is too large | at most 9223372036854775807"),
    ("decimal", "0.1234567", "`0.1234567` has more than 6 decimals | round it to 6"),
    ("percent", "20", "`20` has no % | write 20% or 2000%"),
    ("percent", "1", "`1` has no % | write 1% or 100%"),
    ("flag", "maybe", "`maybe` is neither yes nor no | write yes or no"),
    ("duration", "30", "`30` has no unit | write 30d for days or 30min for minutes"),
    ("duration", "30m", "`30m` may be minutes or months | write 30min or 30mo"),
    ("money", "12,000", "'12,000' can be read in two ways | write 12000 or 12.000"),
    ("money", "12'000 EUR", '"12\'000" is not how numbers are written here | write 12000'),
    ("money", "1.234,56", "'1.234,56' is not how numbers are written here | write 1234.56"),
    ("money", "¥100", "`¥` is both yuan and yen | write CNY or JPY"),
    ("money", "5 USD EUR", "`5 USD EUR` names two currencies, USD and EUR | keep one"),
    ("money", "5 xyz", "`5 xyz`: `xyz` is no currency | codes of ISO 4217, as in EUR"),
    ("money", "XAU 1", "`XAU 1`: `XAU` is no currency | did you mean AUD?"),
    (
        "account",
        "GB82WEST12345698765433",
        "GB82WEST12345698765433 is no IBAN: length or check digits are wrong | compare it with the invoice",
    ),
    (
        "account",
        "4111111111111112",
        "the check digit of card 4111111111111112 is wrong | check the digits; an account that is no card is written after its country, as in CN4111111111111112",
    ),
    ("date", "20.11.2026", "`20.11.2026` is no date | write 2026-11-20"),
    ("date", "2026-11", "`2026-11` is more than one day | write 2026-11-01 or 2026-11-30"),
    ("month", "2026-q4", "`2026-q4` is more than one month | write 2026-10 or 2026-12"),
    ("time", "25:00", "`25:00` is no time of day | as in 09:30"),
    (
        "period",
        "2026-05-01..2026-04-01",
        "the period ends before it begins: 2026-05-01..2026-04-01 | write 2026-04-01..2026-05-01",
    ),
    ("recurrence", "often", "`often` is no recurrence | as in every month, every 2 weeks, every mon, 每周一"),
    (
        "choice",
        "Sofware",
        "`Sofware` is not one of its options | did you mean software?; options: software (Software), robotics (Robotics), A (Prime)",
    ),
    ("email", "li.acme.com", "`li.acme.com` is no e-mail address: it has no @ | as in li@acme.com"),
    (
        "email",
        "a..b@acme.com",
        "`a..b@acme.com` is no e-mail address: `a..b` cannot stand before the @ | as in li.wei@acme.com",
    ),
    (
        "url",
        "javascript:alert(1)",
        "`javascript:alert(1)` is no web address | it begins with https:// (or ftp, ftps, sftp, ssh, git)",
    ),
    ("url", "https://a.com/a b", "`https://a.com/a b` has a blank in it | write %20 for it"),
    ("domain", "acme", "`acme` is no domain: it has no dot | as in acme.com"),
    (
        "domain",
        "-a.com",
        "`-a.com` is no domain: `-a` is no part of one | letters, digits and hyphens between dots, as in acme.com",
    ),
    ("handle", "@foo", "`@foo` does not say which network | write x:foo or github:foo"),
    ("id", "12345", "`12345` is no id of another system | system:value, as in hubspot:12345"),
    (
        "address",
        "{streat: x}",
        "an address has no part `streat` | did you mean street?; parts: street, extra, district, city, province, zip, country",
    ),
    ("country", "germny", "`germny` is no country of ISO 3166 | did you mean Germany (DE)?"),
    ("timezone", "Europe/Berlim", "`Europe/Berlim` is no time zone | did you mean Europe/Berlin?"),
    ("geo", "114.06,22.54", "latitude 114.06 is beyond 90 | latitude comes first: 22.54,114.06"),
    (
        "taxid",
        "91440300708461136X",
        "the check digit of 91440300708461136X is wrong | compare it with the business licence",
    ),
    ("file", "/etc/passwd", "`/etc/passwd` is not under files/ | attach the file, it is copied there"),
    (
        "file",
        "files/../crm.toml",
        "`files/../crm.toml` does not stay under files/ | leave out `..`, `.` and doubled slashes",
    ),
    ("file", "files\\a.pdf", "`files\\a.pdf` has a backslash | write files/a.pdf"),
    (
        "image",
        "files/a.pdf",
        "`files/a.pdf` is no image | its name ends in one of png, jpg, jpeg, gif, webp, svg, avif, heic, bmp, tif, tiff",
    ),
]


@pytest.mark.parametrize(("name", "typed", "words"), TYPED)
def test_a_refusal_says_why_and_what_would_do(name: str, typed: str, words: str) -> None:
    assert parse(name, typed) == f"refused: {words}"


STORED = [
    ("money", "12.345 EUR", "EUR has 2 decimals, `12.345 EUR` has more | round the amount"),
    ("money", "12.5 JPY", "JPY has no decimals, `12.5 JPY` has more | round the amount"),
    ("percent", "0.2", "`0.2` has no % | as in 20%"),
    ("flag", "是", "`是` is neither yes nor no | write yes or no"),
    ("date", "20.11.2026", "`20.11.2026` is no day | write 2026-11-20"),
    ("date", "fri", "`fri` is no day | files hold days as 2026-11-20; this word means 2026-11-27 now"),
    ("date", "2026-02-30", "`2026-02-30` is no day | as in 2026-11-20"),
    ("country", "Norway", "`Norway` is a country's name, not its code | write NO"),
    (
        "reference",
        "Acme GmbH",
        "`Acme GmbH` is no id of a record | a customer's file name without .md, as in acme-7k3f9",
    ),
    ("any", "acme-7k3f9", "`acme-7k3f9` names no record | a type's folder and an id, as in deals/acme-2p9dk"),
    (
        "recurrence",
        "FREQ=DAILY;BYDAY=1MO",
        "a numbered weekday as 1MO goes with MONTHLY or YEARLY | leave the number out",
    ),
    (
        "recurrence",
        "FREQ=MONTHLY;FOO=1",
        "`FOO=1` is no part of a recurrence | parts: FREQ INTERVAL COUNT UNTIL BYMONTH BYHOUR BYMINUTE BYMONTHDAY BYYEARDAY BYWEEKNO BYSETPOS BYDAY WKST",
    ),
]


@pytest.mark.parametrize(("name", "stored", "words"), STORED)
def test_a_wrong_value_in_a_file_is_refused_with_a_remedy(name: str, stored: str, words: str) -> None:
    assert check(name, stored) == f"refused: {words}"


def test_regions_of_china() -> None:
    assert (
        parse("region", "南山", CHINESE)
        == "refused: `南山` may be 2 places | write one of 黑龙江/鹤岗/南山, 广东/深圳/南山"
    )
    assert (
        check("region", "广东/深圳/南三", CHINESE)
        == "refused: `广东/深圳/南三`: 南三 is not in GB/T 2260 | province/city/county, as in 广东/深圳/南山"
    )
    assert (
        check("region", "CN-GD", CHINESE)
        == "refused: regions of China are written by name, not as CN-GD | as in 广东/深圳"
    )


def test_a_tax_number_in_a_chinese_book_has_eighteen_characters() -> None:
    words = "91440300708461136 has 17 characters, a social credit code has 18 | a foreign number starts with its country, as in US123456789"
    assert parse("taxid", "91440300708461136", CHINESE) == f"refused: {words}"
    assert parse("taxid", "US123456789", CHINESE) == "US123456789"


def test_a_national_phone_number_needs_a_country() -> None:
    words = "`030 123456` has no country code, and the book has no country | write +CC before it, or set country in crm.toml"
    assert parse("phone", "030 123456", NOWHERE) == f"refused: {words}"
    assert parse("phone", "0049 30 123456", NOWHERE) == "+4930123456"


def test_rows_of_a_type_that_is_not_there_are_carried_and_not_typed() -> None:
    assert check("line", "{product: arm-2m8qd, qty: 3}", embedded=True) == "{product: arm-2m8qd, qty: 3}"
    assert parse("line", "qty=3", embedded=True) == "refused: a line has no column `qty` | it has none"
