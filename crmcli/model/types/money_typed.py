"""Reading amounts as people type them: `12k` `12kEUR` `50万` `EUR 12000` `€12`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import normalize

from crmcli.model.money import Money, rounded
from crmcli.model.types.base import ValueRefused
from crmcli.model.types.fixed_point import typed_number
from crmcli.model.types.refusal import short

if TYPE_CHECKING:
    from collections.abc import Callable

_PARTS = re.compile(
    r"([+-]?)\s*([^\d\s.,'+-]*)\s*([+-]?)((?:[0-9][0-9.,'_\u2019\s]*)?[0-9]|\.[0-9]+)\.?\s*([^\d.,'+-]*)"
)


def read_money(typed: str, currency_of: Callable[[str], str], book: str) -> Money:
    """An amount rounded half to even; `currency_of` gives the code of a code or sign, or ""."""
    text = normalize("NFKC", typed).strip().replace("\u2212", "-")
    match = _PARTS.fullmatch(text)
    if not match or (match[1] and match[3]):
        raise _no_amount(typed)
    before = currency_of(match[2]) if match[2] else ""
    if match[2] and not before:
        raise _no_currency(match[2], typed)
    scale, after = _scale_and_currency(match[5].strip(), currency_of, typed)
    before = before or currency_of(scale)
    if before and after and before != after:
        raise ValueRefused(f"{short(typed)} names two currencies, {before} and {after}", "keep one")
    code = before or after or book
    return Money(rounded(typed_number(f"{match[1]}{match[3]}{match[4]}{scale}"), code), code)


def _scale_and_currency(words: str, currency_of: Callable[[str], str], typed: str) -> tuple[str, str]:
    """Split `kEUR`, `万元`: all of it a currency (KMF is one), else the shortest scale before one, else a scale."""
    for cut in range(len(words)):
        code = currency_of(words[cut:].strip())
        if code:
            return words[:cut].strip(), code
    bare = words.lstrip("kmKM千万亿百萬億").strip()
    if len(bare) == 3 and bare.isascii():
        raise _no_currency(bare, typed)
    return words, ""


def _no_currency(word: str, typed: str) -> ValueRefused:
    from crmcli.model.money import DECIMALS  # noqa: PLC0415
    from crmcli.model.types.refusal import nearest_name  # noqa: PLC0415

    near = nearest_name(word.upper(), DECIMALS)
    hint = f"did you mean {near}?" if near else "codes of ISO 4217, as in EUR"
    return ValueRefused(f"{short(typed)}: `{word}` is no currency", hint)


def _no_amount(typed: str) -> ValueRefused:
    return ValueRefused(f"{short(typed)} is no amount", "as in 12000, 12k, 50万, 12000.00 EUR")
