"""Characters, keywords and units: what the lexer, the printer and the prompt agree on."""

from __future__ import annotations

KEYWORDS = frozenset({"AND", "OR", "NOT"})
BLANKS = " \t\n\r\u3000\u00a0"
QUOTES = "'\""
ASCII_OF = {"：": ":", "，": ",", "（": "(", "）": ")"}
"""Full-width punctuation that reads as ASCII between words."""
NARROW_OF = {
    "＞": ">", "＜": "<", "＝": "=", "！": "!", "～": "~", "＋": "+", "－": "-", "＊": "*", "／": "/", "｛": "{", "｝": "}",
    "“": '"', "”": '"', "‘": "'", "’": "'", "「": '"', "」": '"',
}  # fmt: skip
"""Other signs of keyboards that no expression has: refused, with what to write instead."""
OPENING = "“‘「"
INSTEAD = {
    ".": "a range goes after `:`, as in amount:5k..10k",
    "&": "a blank joins conditions that must all hold",
    "|": "OR joins conditions of which one is enough",
    "?": "`~` compares with a regular expression",
    "€": "a currency goes behind the amount, as in 5kEUR",
    "$": "a currency goes behind the amount, as in 5kUSD",
    "£": "a currency goes behind the amount, as in 5kGBP",
    "¥": "a currency goes behind the amount, as in 5kCNY",
    "￥": "a currency goes behind the amount, as in 5kCNY",
}
"""What to write for signs of other languages."""

DURATION_UNITS = frozenset({"s", "min", "h", "d", "w", "mo", "y", "wh", "wd"})
NUMBER_UNITS = frozenset({"k", "m", "bn", "百", "千", "万", "萬", "百万", "千万", "亿", "億", "万亿", "%"})


def is_name_start(char: str) -> bool:
    """Whether a field, tag or function name may begin with `char`: a letter of any script, or `_`."""
    return char.isidentifier()


def is_name_part(char: str) -> bool:
    """Whether a name may go on with `char`: a letter, digit, mark of any script, or `_`."""
    return char == "_" or ("a" + char).isidentifier()


def name_end(text: str, start: int) -> int:
    """Return where the name that begins at `start` ends."""
    end = start
    while end < len(text) and is_name_part(text[end]):
        end += 1
    return end


def tag_end(text: str, start: int) -> int:
    """Return where the tag that begins at `start` ends: letters, digits and `_ - / .` inside."""
    end = start
    while end < len(text) and (is_name_part(text[end]) or (text[end] in "-/." and is_tag_joint(text, end))):
        end += 1
    return end


def is_tag_joint(text: str, at: int) -> bool:
    """Whether the `-`, `/` or `.` at `at` joins two parts of a tag, rather than ending it."""
    return at + 1 < len(text) and is_name_part(text[at + 1])


def is_tag(text: str) -> bool:
    """Whether `text` as a whole is a tag's name."""
    return bool(text) and is_name_start(text[0]) and tag_end(text, 0) == len(text)
