"""Text that a spreadsheet would run as a formula, guarded by an apostrophe in CSV and unguarded when it is read back.

A cell that begins with `=`, `@`, a tab or a carriage return, or with `+` or `-` and is no number, amount or phone number, gets one `'`
before it: spreadsheets then show it as text. A text that has apostrophes before such a beginning gets one more, so that taking one
off always gives back what was written. Numbers (`-5`, `-5.00 EUR`) and phone numbers (`+49 30 1234`) stay as they are.
"""

from __future__ import annotations

_RUNS = frozenset("=@\t\r＝＠")
_MAYBE = frozenset("+-＋－")
_OF_NUMBERS = frozenset("0123456789 \u00a0().,/-%")


def guarded(text: str) -> str:
    """The cell to be written for a text."""
    return f"'{text}" if text and text[0] in _BEGINNINGS and _would_run(text.lstrip("'")) else text


def unguarded(cell: str) -> str:
    """The text a cell was written for."""
    return cell[1:] if cell[:1] == "'" and _would_run(cell.lstrip("'")) else cell


_BEGINNINGS = _RUNS | _MAYBE | {"'"}


def _would_run(text: str) -> bool:
    if text[:1] in _RUNS and text:
        return True
    if not text or text[0] not in _MAYBE:
        return False
    rest = text[1:]
    number, _, unit = rest.rpartition(" ")
    if len(unit) == 3 and unit.isascii() and unit.isupper():
        rest = number
    return not (rest and _OF_NUMBERS.issuperset(rest))
