# ruff: noqa: ARG002 - the protocol's arguments
"""Languages by BCP 47."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crmcli.model.types.base import Manual, ValueContext, ValueRefused
from crmcli.model.types.single import SingleText

if TYPE_CHECKING:
    from crmcli.model.schema import Field

_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el "
    "en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it "
    "iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt "
    "my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk "
    "sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi "
    "yo za zh zu"
)
_TWO_LETTERS = frozenset(_CODES.split())


class Language(SingleText):
    """A language as BCP 47 writes it: `en`, `de-AT`, `zh-Hans`. Letter case is mended; a name may be typed.

    Checked are the language (ISO 639), the script (ISO 15924) and the region (ISO 3166-1); variants and extensions
    are not taken.
    """

    name = "language"
    manual = Manual("lang: zh-Hans", "BCP 47", "`lang=zh-Hans` `german` `中文`", "`:` contains")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """A tag or a name."""
        word = typed.strip()
        tag = _tag(word.replace("_", "-"))
        if not tag:
            from crmcli.model.types.names import code_by_name  # noqa: PLC0415 - only for names

            tag = code_by_name("language", word, context.language)
        if not tag:
            raise _no_language(word, context.language)
        return tag

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A tag."""
        tag = stored if stored in _TWO_LETTERS else _tag(stored)
        if not tag:
            raise _no_language(stored, context.language)
        return tag


@lru_cache(maxsize=4096)
def _tag(text: str) -> str:
    """`text` as a tag in the usual letter case, "" when it is none."""
    if not text.isascii():
        return ""
    language, *rest = text.split("-")
    language = language.lower()
    tag = [language] if language in _TWO_LETTERS or _is_three_letters(language) else []
    if tag and rest and len(rest[0]) == 4 and _is_script(rest[0].title()):
        tag.append(rest.pop(0).title())
    if tag and rest and _is_region(rest[0].upper()):
        tag.append(rest.pop(0).upper())
    return "" if rest else "-".join(tag)


def _is_three_letters(code: str) -> bool:
    import pycountry  # noqa: PLC0415

    found = pycountry.languages.get(alpha_3=code) if len(code) == 3 else None
    return found is not None


def _is_script(code: str) -> bool:
    import pycountry  # noqa: PLC0415

    return pycountry.scripts.get(alpha_4=code) is not None


def _is_region(code: str) -> bool:
    from crmcli.model.types.country import COUNTRIES  # noqa: PLC0415

    return code in COUNTRIES or code == "419"  # Latin America, the one area that languages are commonly tagged with


def _no_language(word: str, language: str) -> ValueRefused:
    from crmcli.model.types.names import near_name  # noqa: PLC0415

    near = near_name("language", word, language)
    return ValueRefused(
        f"`{word}` is no language of BCP 47", f"did you mean {near}?" if near else "as in en, de-AT, zh-Hans"
    )
