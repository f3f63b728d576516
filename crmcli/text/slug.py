"""Names of files from titles: `Café Müller KG` → `cafe-muller-kg`, 深圳市阿里巴巴有限公司 → `a-li-ba-ba`.

A slug matches `[a-z0-9]+(-[a-z0-9]+)*`, has at most 32 characters, is cut between words or syllables and is never a
name that Windows reserves.
"""

from __future__ import annotations

from unicodedata import normalize

from crmcli.text.fold import fold

__all__ = ["fold", "has_han", "is_device", "pinyin_of", "slug"]

LONGEST = 32
_RESERVED = frozenset({"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)})
_FIRST_HAN = "\u3400"


def slug(title: str, fallback: str) -> str:
    """Return the slug of `title`; of `fallback` (a type's name) when it has no letter that can be written in ASCII."""
    words = _words(title) or _words(fallback) or ["record"]
    text = _joined(words)
    if text in _RESERVED:
        text = _joined([text, *(word for word in _words(fallback) if word not in _RESERVED)])
    return f"{text}-x" if text in _RESERVED else text


def is_device(name: str) -> bool:
    """Whether Windows takes a file's name for a device, whatever its ending says."""
    return name.partition(".")[0].casefold() in _RESERVED


def pinyin_of(title: str) -> tuple[str, str]:
    """Return a title's whole pinyin without hyphens and its initials, `("alibaba", "albb")`; ("", "") without Chinese.

    ASCII words count too (`A股` is `agu`, `ag`), each with its first letter.
    """
    if not has_han(title):
        return "", ""
    syllables = _syllables(title)
    return "".join(syllables), "".join(syllable[0] for syllable in syllables)


def has_han(text: str) -> bool:
    """Whether there is a Chinese character in `text`."""
    return not text.isascii() and any(_is_han(char) for char in text)


def _is_han(char: str) -> bool:
    return char >= _FIRST_HAN and (
        char <= "\u4dbf" or "\u4e00" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or char >= "\U00020000"
    )


_BLANKED = "".join(chr(place) if chr(place).isalnum() else " " for place in range(128))
"""What becomes of ASCII characters, by their number: those that are neither letters nor digits separate."""


def _words(title: str) -> list[str]:
    if title.isascii():
        return _ascii_words(title)
    if has_han(title):
        from crmcli.text.chinese_names import short_name  # noqa: PLC0415 - only for Chinese names

        return _syllables(short_name(normalize("NFKC", title)))
    return _latin_words(title)


def _joined(words: list[str]) -> str:
    """Join words with hyphens as far as there is room; a first word too long is cut."""
    text = "-".join(words)
    if len(text) <= LONGEST:
        return text
    text = words[0][:LONGEST]
    for word in words[1:]:
        if len(text) + 1 + len(word) > LONGEST:
            break
        text = f"{text}-{word}"
    return text


def _ascii_words(text: str) -> list[str]:
    # Marks inside of a word go (O'Brien, A.B.C.), everything else separates.
    return text.lower().replace("'", "").translate(_BLANKED).split()


def _latin_words(text: str) -> list[str]:
    """Write letters of other alphabets with ASCII letters as far as known; marks vanish, unknown letters too."""
    from crmcli.text.latin import LETTERS  # noqa: PLC0415 - only for names that are not ASCII

    spelled = normalize("NFKC", text).casefold().translate(LETTERS)
    bare = "".join(char for char in normalize("NFKD", spelled) if ord(char) < 0x300 or ord(char) > 0x36F)
    bare = bare.translate(LETTERS).replace("\u2019", "")
    return _ascii_words("".join(char if char.isascii() else "" if char.isalnum() else " " for char in bare))


def _syllables(text: str) -> list[str]:
    """Return pinyin without tones, a syllable per Chinese character, between the words in other letters."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - 0.3 s, only for Chinese names

    words: list[str] = []
    run = ""
    for char in [*normalize("NFKC", text), ""]:
        han = bool(char) and _is_han(char)
        if run and (not char or han != _is_han(run[-1])):
            spelled = lazy_pinyin(run, errors="ignore") if _is_han(run[-1]) else [run]
            for word in spelled:
                words += _latin_words(word)
            run = ""
        run += char
    return words
