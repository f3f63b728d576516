"""Numbers as people type them: `12k`, `1.2m`, `50万`, `20%`, `1_000`.

The decimal sign is `.`, and nothing is guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from decimal import Decimal

_SCALES = {
    "k": 3,
    "m": 6,
    "bn": 9,
    "百": 2,
    "千": 3,
    "万": 4,
    "萬": 4,
    "百万": 6,
    "千万": 7,
    "亿": 8,
    "億": 8,
    "万亿": 12,
}
_LONGEST = 40
_GROUPS = ",'\u2019 \u00a0\u202f"


class NumberRefusedError(ValueError):
    """A text that is no number, or one that could be several; `hint` offers the readings."""

    def __init__(self, text: str, readings: list[str]) -> None:
        reasons = (f"not a number: {text!r}", f"{text!r} is not how numbers are written here")
        super().__init__(reasons[len(readings)] if len(readings) < 2 else f"{text!r} can be read in two ways")
        self.readings = readings
        self.hint = "write " + " or ".join(readings) if readings else "write it as 1200, 1.5, 12k, 1.2m, 50万 or 20%"


def parse_number(text: str) -> Decimal:
    """Return exactly the number that `text` says; raise `NumberRefusedError`.

    `k` is thousand, `m` million (never minutes), `bn` 10⁹, 百 千 万 亿 as in Chinese; `%` is hundredths; `_` may group
    digits. `12,000` and `12'000` are refused with their readings.
    """
    from decimal import Decimal  # noqa: PLC0415 - 4 ms, only where a number is typed

    typed = normalize("NFKC", text).strip()
    if any(char.isdigit() and not char.isdecimal() for char in text):  # 10² would become 102
        raise NumberRefusedError(text.strip(), [])
    sign = "-" if typed[:1] == "-" else ""
    digits, shift = _scaled(typed[1:] if typed[:1] in "+-" and typed else typed)
    whole, point, fraction = digits.partition(".")
    if not _is_digits(whole or "0") or not (_is_digits(fraction) if point else whole) or len(digits) > _LONGEST:
        raise NumberRefusedError(text.strip(), [f"{sign}{reading}" for reading in _readings(typed)])
    return Decimal(sign + _shifted(whole.replace("_", "") or "0", fraction.replace("_", ""), shift))


def _scaled(typed: str) -> tuple[str, int]:
    """Split digits from their scale, given as a power of ten."""
    if typed.endswith("%"):
        return typed[:-1].rstrip(" "), -2
    start = len(typed)
    while start and typed[start - 1].isalpha():
        start -= 1
    unit = typed[start:].casefold()
    if not unit:
        return typed, 0
    return (typed[:start].rstrip(" "), _SCALES[unit]) if unit in _SCALES else (typed, 0)


def _is_digits(text: str) -> bool:
    """Whether these are ASCII digits, grouped perhaps by single underscores."""
    return all(group.isascii() and group.isdigit() for group in text.split("_"))


def _shifted(whole: str, fraction: str, shift: int) -> str:
    """Move the decimal point by `shift` places, as text, so that nothing is rounded."""
    if shift < 0:
        whole = whole.rjust(-shift + 1, "0")
        return f"{whole[:shift]}.{whole[shift:]}{fraction}"
    fraction = fraction.ljust(shift, "0")
    left = fraction[shift:]
    return f"{whole}{fraction[:shift]}" + (f".{left}" if left else "")


def _readings(typed: str) -> list[str]:
    """What a number with foreign separators can mean, in our notation; none when it is no number at all."""
    body, shift = _scaled(typed.lstrip("+-"))
    unit = typed.lstrip("+-")[len(body) :] if shift else ""
    marks = [char for char in body if char in _GROUPS + "."]
    parts = body
    for mark in set(marks):
        parts = parts.replace(mark, "\0")
    groups = parts.split("\0")
    if len(groups) < 2 or not all(group.isascii() and group.isdigit() for group in groups):
        return []
    grouped = all(len(group) == 3 for group in groups[1:])
    joined = "".join(groups) + unit
    if len(set(marks)) == 2 and len(marks) >= 2 and marks.count(marks[-1]) == 1:
        return ["".join(groups[:-1]) + "." + groups[-1] + unit]
    if len(set(marks)) != 1:
        return []
    if len(groups) == 2 and marks[0] in ",.":
        decimal = f"{groups[0]}.{groups[1]}{unit}"
        return [joined, decimal] if grouped else [decimal]
    return [joined] if grouped else []
