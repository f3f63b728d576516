"""What the program itself says on a screen, in the language of the book. Scripts never see it: they read names."""

from __future__ import annotations


def is_chinese(language: str) -> bool:
    """Whether a book's language is Chinese of any kind; all others read English."""
    return language == "zh" or language.startswith("zh-")


def phrase(language: str, english: str, **values: object) -> str:
    """The English sentence, or the Chinese one that stands for it, with `values` in its braces."""
    text = english
    if is_chinese(language):
        from crmcli.text.chinese_phrases import CHINESE  # noqa: PLC0415 - English books need none of it

        text = CHINESE[english]
    return text.format(**values) if values else text


def counted(language: str, number: int, noun: str) -> str:
    """`1 day`, `3 days`, `1,200 days`; in Chinese 3 天."""
    if is_chinese(language):
        from crmcli.text.chinese_phrases import MEASURES  # noqa: PLC0415

        return f"{number:,} {MEASURES.get(noun, noun)}"
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"
