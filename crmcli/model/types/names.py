"""Codes of countries, languages and currencies by their names, from pycountry and its translations."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from crmcli.model.types.refusal import nearest_name

if TYPE_CHECKING:
    from collections.abc import Iterator

_LANGUAGES = (
    "zh_CN",
    "zh_TW",
    "de",
    "fr",
    "es",
    "it",
    "pt_BR",
    "nl",
    "ru",
    "ja",
    "ko",
    "nb_NO",
    "sv",
    "da",
    "pl",
    "tr",
    "ar",
)
"""Translations that are searched besides English and the book's own language."""

_DOMAINS = {"country": "iso3166-1", "currency": "iso4217", "language": "iso639-3"}
_ALSO = {
    "country": {
        "uk": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "usa": "US", "america": "US",
        "holland": "NL",
        "uae": "AE", "russia": "RU", "turkey": "TR", "south korea": "KR", "north korea": "KP", "ivory coast": "CI",
        "czech republic": "CZ", "taiwan": "TW", "中国台湾": "TW", "台湾": "TW", "中国香港": "HK", "香港": "HK",
        "中国澳门": "MO",
        "澳门": "MO", "韩国": "KR", "朝鲜": "KP", "俄罗斯": "RU", "阿联酋": "AE", "vietnam": "VN", "iran": "IR",
        "syria": "SY",
    },
    "language": {
        "中文": "zh", "汉语": "zh", "简体中文": "zh-Hans", "繁體中文": "zh-Hant", "繁体中文": "zh-Hant",
        "mandarin": "zh", "english": "en",
        "deutsch": "de", "français": "fr", "español": "es", "italiano": "it", "português": "pt", "nederlands": "nl",
        "русский": "ru", "日本語": "ja", "한국어": "ko", "norsk": "no", "svenska": "sv", "dansk": "da", "suomi": "fi",
        "polski": "pl", "türkçe": "tr", "العربية": "ar", "עברית": "he", "हिन्दी": "hi", "tiếng việt": "vi", "ไทย": "th",
        "čeština": "cs", "magyar": "hu", "ελληνικά": "el", "українська": "uk", "română": "ro", "bahasa indonesia": "id",
    },
    "currency": {"人民币": "CNY", "euro": "EUR", "dollar": "USD", "yuan": "CNY", "yen": "JPY", "pound": "GBP"},
}  # fmt: skip


def code_by_name(kind: str, word: str, language: str) -> str:
    """The code that `word` names (kind: country, language, currency), "" for none; in any letter case."""
    folded = word.casefold().strip()
    own = language.replace("-", "_")
    return _names(kind, own).get(folded) or ""


def near_name(kind: str, word: str, language: str) -> str:
    """A known name like `word` with its code, as `Germany (DE)`; "" when none is near."""
    names = _near_names(kind, language.replace("-", "_"))
    near = nearest_name(word.strip(), names)
    return f"{near.title() if near.isascii() else near} ({names[near]})" if near else ""


@cache
def _names(kind: str, own: str) -> dict[str, str]:
    """Every folded name to its code; the first wins: common English, the book's language, then the others."""
    entries = list(_entries(kind))
    found = dict(_ALSO[kind])
    for names, code in entries:
        for name in names:
            found.setdefault(name.casefold(), code)
    for locale in dict.fromkeys((own, own.partition("_")[0], *_LANGUAGES)):
        for names, code in entries:
            for name in _translated(kind, locale, names):
                found.setdefault(name.casefold(), code)
    return found


@cache
def _near_names(kind: str, own: str) -> dict[str, str]:
    """The names worth a guess: English ones, and those of the book's language."""
    found = dict(_ALSO[kind])
    for names, code in _entries(kind):
        spoken = [*names, *_translated(kind, own, names), *_translated(kind, own.partition("_")[0], names)]
        found.update({name.casefold(): code for name in spoken if len(name) > 3 or not name.isascii()})
    return found


def _entries(kind: str) -> Iterator[tuple[list[str], str]]:
    import pycountry  # noqa: PLC0415

    if kind == "currency":
        from crmcli.model.money import DECIMALS  # noqa: PLC0415

        for currency in pycountry.currencies:
            if currency.alpha_3 in DECIMALS:
                yield [currency.name], currency.alpha_3
    elif kind == "country":
        for country in pycountry.countries:
            names = [getattr(country, key, "") for key in ("name", "common_name", "official_name", "alpha_3")]
            yield [name for name in names if name], country.alpha_2
    else:
        for language in pycountry.languages:
            code = getattr(language, "alpha_2", "")
            if code:
                yield [language.name, language.alpha_3], code


def _translated(kind: str, locale: str, names: list[str]) -> Iterator[str]:
    catalogue = _catalogue(_DOMAINS[kind], locale)
    for name in names:
        other = catalogue.get(name)
        if other:
            yield from (part.strip() for part in other.split(";"))


@cache
def _catalogue(domain: str, locale: str) -> dict[str, str]:
    """The translations of one domain, empty when pycountry has none in that language."""
    import gettext  # noqa: PLC0415

    import pycountry  # noqa: PLC0415

    try:
        loaded = gettext.translation(domain, pycountry.LOCALES_DIR, languages=[locale])
    except OSError:
        return {}
    return {key: text for key, text in getattr(loaded, "_catalog", {}).items() if isinstance(key, str)}
