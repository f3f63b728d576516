"""What the machine's locale suggests for a new book: language, country, currency, time zone."""

from __future__ import annotations

import locale
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_EURO = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "DE",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PT",
        "SI",
        "SK",
    ]
)
_CURRENCIES = {
    "AE": "AED", "AR": "ARS", "AU": "AUD", "BR": "BRL", "CA": "CAD", "CH": "CHF", "CL": "CLP", "CN": "CNY",
    "CO": "COP", "CZ": "CZK", "DK": "DKK", "EG": "EGP", "GB": "GBP", "HK": "HKD", "HU": "HUF", "ID": "IDR",
    "IL": "ILS", "IN": "INR", "JP": "JPY", "KE": "KES", "KR": "KRW", "MX": "MXN", "MY": "MYR", "NG": "NGN",
    "NO": "NOK", "NZ": "NZD", "PH": "PHP", "PK": "PKR", "PL": "PLN", "RO": "RON", "SA": "SAR", "SE": "SEK",
    "SG": "SGD", "TH": "THB", "TR": "TRY", "TW": "TWD", "UA": "UAH", "US": "USD", "VN": "VND", "ZA": "ZAR",
}  # fmt: skip
"""Currencies in daily use (ISO 4217 by ISO 3166), for guessing only; the person may say another."""


class Guess(NamedTuple):
    """Defaults for a new book."""

    language: str
    country: str
    currency: str
    timezone: str


def guess(environment: Mapping[str, str]) -> Guess:
    """Read LC_ALL, LC_MONETARY, LANG, TZ and the machine's zone; what they do not say is en, EUR, UTC.

    A locale without a country (C, POSIX) leaves the country to the time zone.
    """
    name = next((environment[key] for key in ("LC_ALL", "LC_MONETARY", "LANG") if environment.get(key)), "")
    code = name.partition(".")[0].partition("@")[0]
    language, _, country = code.partition("_")
    if language in ("", "C", "POSIX"):
        language, country = "en", ""
    zone = _zone(environment)
    country = country or _country_of(zone)
    return Guess(language, country, _currency(country), zone)


def _country_of(zone: str) -> str:
    """The country a time zone is in, by the table of the time zone database (zone.tab, tz-link.html); "" for none."""
    from importlib.resources import files  # noqa: PLC0415 - a new book only

    try:
        table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    except (ModuleNotFoundError, OSError):
        return ""
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return next((row[0] for row in rows if len(row) > 2 and row[2] == zone), "")


def _currency(country: str) -> str:
    if country in _EURO:
        return "EUR"
    if country in _CURRENCIES:
        return _CURRENCIES[country]
    symbol = str(locale.localeconv().get("int_curr_symbol", "")).strip()
    return symbol or "EUR"


def _zone(environment: Mapping[str, str]) -> str:
    named = environment.get("TZ", "").lstrip(":")
    if "/" in named and not named.startswith("/"):
        return named
    link = Path("/etc/localtime")
    if link.is_symlink():
        _, found, zone = str(link.resolve()).partition("zoneinfo/")
        if found and "/" in zone:
            return zone
    return "UTC"
