"""Text from records on a terminal: harmless, and measured in cells.

Nothing that stands in a record may move the cursor, colour, reorder or hide: control characters, escapes, bidi
controls, invisible characters, foreign line ends and lone surrogates are shown instead of sent.
"""

from __future__ import annotations

from typing import Literal
from unicodedata import category

_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u2800")
_SHOWN_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_JOINERS = frozenset("\u200c\u200d")
_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")


def safe(text: str, *, newline: str = "↵", multiline: bool = False) -> str:
    """Return `text` with everything that acts or hides made visible: ESC as `␛`, U+202E as `<U+202E>`.

    A line end becomes `newline`; with `multiline` line ends (LF) and tabs stay what they are.
    """
    if text.isprintable() and (text.isascii() or _BLANK_LETTERS.isdisjoint(text)):
        return text
    if "\r\n" in text:
        text = text.replace("\r\n", "\n")
    return "".join(
        char if char.isprintable() and char not in _BLANK_LETTERS else _shown(char, text, place, newline, multiline)
        for place, char in enumerate(text)
    )


def _shown(char: str, text: str, place: int, newline: str, multiline: bool) -> str:
    if char == "\n":
        return "\n" if multiline else newline
    if char == "\t" and multiline:
        return char
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    joins = char in _JOINERS and 0 < place < len(text) - 1 and not (text[place - 1] + text[place + 1]).isascii()
    if joins or char in _VISIBLE_FORMATS:
        return char
    acts = char in _BLANK_LETTERS or category(char) in _SHOWN_CATEGORIES or code & 0xFFFE == 0xFFFE
    return f"<U+{code:04X}>" if acts else char


def width(text: str) -> int:
    """Return how many terminal cells `text` takes; it must be `safe` already."""
    if text.isascii():
        return len(text)
    cells = 0
    for char in text:
        known = _cells(char)
        if known < 0:
            return _measured(text)
        cells += known
    return cells


def _cells(char: str) -> int:
    """Cells of a character of the common blocks, -1 for others: loading wcwidth's tables costs 36 ms of CPU."""
    if " " <= char <= "~":
        return 1
    if "\u4e00" <= char <= "\u9fff" or "\u3001" <= char <= "\u3029" or "\uff01" <= char <= "\uff60":
        return 2
    if "\u3041" <= char <= "\u3096" or "\u30a1" <= char <= "\u30fa" or "\uac00" <= char <= "\ud7a3" or char == "\u3000":
        return 2
    if "\u00a1" <= char <= "\u02ff" or "\u0400" <= char <= "\u0482" or "\u0391" <= char <= "\u03e1":
        return -1 if char == "\u00ad" or char in "©®" else 1
    if "\u2500" <= char <= "\u259f" or char in "–—‘’“”…↵€·• ":
        return 1
    return -1


def _measured(text: str) -> int:
    from wcwidth import wcswidth, wcwidth  # noqa: PLC0415 - 36 ms of tables

    cells = wcswidth(text)
    return cells if cells >= 0 else sum(max(0, wcwidth(char)) for char in text)


def _graphemes(text: str) -> list[str]:
    if all(_cells(char) >= 0 for char in text):
        return list(text)
    from wcwidth import iter_graphemes  # noqa: PLC0415 - 36 ms of tables

    return list(iter_graphemes(text))


def clip(text: str, cells: int, ellipsis: str = "…") -> str:
    """Cut `text` to at most `cells` cells, ending in `ellipsis` when something was cut; characters stay whole."""
    if width(text) <= cells:
        return text
    room = cells - width(ellipsis)
    if room < 0:
        return ellipsis[: max(cells, 0)]
    if text.isascii():
        return text[:room] + ellipsis
    kept: list[str] = []
    for grapheme in _graphemes(text):
        room -= width(grapheme)
        if room < 0:
            break
        kept.append(grapheme)
    return "".join(kept) + ellipsis


def pad(text: str, cells: int, align: Literal["left", "right", "center"] = "left") -> str:
    """Fill `text` with blanks to `cells` cells; longer text stays as it is."""
    missing = cells - width(text)
    if missing <= 0:
        return text
    if align == "right":
        return " " * missing + text
    before = missing // 2 if align == "center" else 0
    return " " * before + text + " " * (missing - before)
