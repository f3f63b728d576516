"""How much room the sheets of a workbook take once they are read: two cells far apart make a table of all cells between.

The library that reads them holds every cell up to the last column and the last row that have anything, so a file of a
few bytes could ask for all memory there is. What is counted is what stands in the file, whatever it says of itself.
"""

from __future__ import annotations

import re
import zipfile
from typing import IO

MOST_CELLS = 20_000_000
"""Cells of a sheet from its first to its last: a million rows of nineteen columns."""
_BLOCK = 1 << 20
_LONGEST_TAG = 4096
_CELLS = re.compile(rb"""<(?:[\w.-]+:)?c(?=[\s>])(?:[^<>]*?\sr\s*=\s*["']\s*([A-Za-z]+)(\d+))?[^<>]*(?<!/)>""").findall
"""The start tags of cells that are not empty, with column and row where they name them (ECMA-376, 18.3.1.4)."""


def too_roomy(archive: zipfile.ZipFile) -> str:
    """The name of a part whose cells would take too much room, "" where there is none. Every part may hold a sheet."""
    for part in archive.infolist():
        with archive.open(part) as content:
            if _room(content) > MOST_CELLS:
                return part.filename
    return ""


def _room(content: IO[bytes]) -> int:
    """The cells between the first and the last of a part, or those that are there, whichever are more."""
    column = row = cells = 0
    left = b""
    while block := content.read(_BLOCK):
        text = left + block
        end = text.rfind(b"<")
        left = text[end:] if end >= 0 and len(text) - end <= _LONGEST_TAG else b""
        found = _CELLS(text[: len(text) - len(left)])
        cells += len(found)
        column = max([column, *(_number(letters) for letters in {letters for letters, _ in found})])
        row = max([row, *(int(digits.lstrip(b"0")[:18] or b"0") for _, digits in found)])
        if max(cells, column * row) > MOST_CELLS:
            break
    return max(cells, column * row)


def _number(letters: bytes) -> int:
    """A column's number: A is 1, AA 27; more than seven letters are as far away as any."""
    number = 0
    for letter in letters[:7].upper():
        number = number * 26 + letter - 64
    return number
