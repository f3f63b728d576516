"""What the screens themselves say, in the language of the book (`crmcli.text.phrases` has what both front ends say)."""

from __future__ import annotations

from crmcli.text.phrases import is_chinese


def word(language: str, english: str) -> str:
    """The English words, or the Chinese ones that stand for them."""
    if not is_chinese(language):
        return english
    from crmcli_tui.chinese import CHINESE  # noqa: PLC0415 - English books need none of it

    return CHINESE.get(english, english)
