"""Errors of the expression language: a sentence, the text, and a caret under the place."""

from __future__ import annotations

import unicodedata

from crmcli.errors import UsageError
from crmcli.query.place import Place


class QueryError(UsageError):
    """An expression that cannot be read or does not fit the record type.

    `text` is the expression as typed, `column` where the trouble begins (from 0), `expected` what would do there,
    `nearest` the name probably meant; both may be "".
    """

    def __init__(self, sentence: str, at: Place, *, hint: str = "", expected: str = "", nearest: str = "") -> None:
        super().__init__(sentence + caret(at), hint=hint or (f"did you mean `{nearest}`?" if nearest else ""))
        self.sentence = sentence
        self.text = at.text
        self.column = at.column
        self.expected = expected
        self.nearest = nearest


class ExpressionSyntaxError(QueryError):
    """The text does not follow the grammar: something else is expected here."""

    def __init__(self, found: str, expected: str, at: Place, *, hint: str = "") -> None:
        super().__init__(f"{found}; expected {expected}", at, hint=hint, expected=expected)


def caret(at: Place) -> str:
    """Return two more lines, the expression and a caret under its place; "" when there is no text."""
    if not at.text or "\n" in at.text:
        return ""
    wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in at.text[: at.column])
    return f"\n  {at.text}\n  {' ' * wide}^"
