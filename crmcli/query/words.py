"""The words of a shell command → one expression: each word a condition, all must hold.

A word without any sign of the language (`acme-gmbh`, `液压`) is a text to find; the shell has taken the quotes away,
so which words those are is decided before anything is cut into tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.marks import ASCII_OF, BLANKS, KEYWORDS, NARROW_OF
from crmcli.query.parser import parse_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.query.tree import Expr

SIGNS = frozenset(":=<>~(){}'\"" + BLANKS + "".join(ASCII_OF))
OPERATORS = "=<>!~*/+-"
WIDE_OPERATORS = frozenset("＞＜＝")
"""In a word they are surely meant as operators, and are refused."""


def parse_words(words: Sequence[str]) -> Expr | None:
    """Read the filter words of a command, joined by blanks; no word, no expression."""
    words = [word for word in words if word.strip(BLANKS)]
    if not words:
        return None
    return parse_spans(" ".join(words), _bare_spans(words))


def _bare_spans(words: Sequence[str]) -> dict[int, int]:
    """Where in the joined text stand words to find: start → end."""
    spans, start = {}, 0
    for i, word in enumerate(words):
        if _is_bare(word) and not _joined(words, i):
            spans[start] = start + len(word)
        start += len(word) + 1
    return spans


def _is_bare(word: str) -> bool:
    if word[0] in "+-" or word in KEYWORDS or SIGNS.intersection(word):
        return False
    return word[0] not in NARROW_OF and not WIDE_OPERATORS.intersection(word)


def _joined(words: Sequence[str], i: int) -> bool:
    """Whether an operator stands as a word of its own beside word `i` (`amount '>' 5k`)."""
    before, after = words[i - 1] if i else "", words[i + 1] if i + 1 < len(words) else ""
    return _is_operator(before) or _is_operator(after)


def _is_operator(word: str) -> bool:
    return bool(word) and all(c in OPERATORS for c in word)
