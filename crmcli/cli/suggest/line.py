"""A half-typed command line: the finished words, the one being typed, and how much of that the shell keeps."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """`words` without the program's name; `typed` without quotes; `before` is what of it stands before an open `quote`."""

    words: list[str]
    typed: str
    quote: str
    before: str

    def kept(self, breaks: str) -> str:
        """What of `typed` a shell that splits words at `breaks` does not replace: up to an open quote, or to the last break."""
        if self.quote:
            return self.before
        end = max((self.typed.rfind(mark) for mark in breaks if mark in ":="), default=-1)
        return self.typed[: end + 1]


def read_line(line: str) -> Line:
    """Cut a line at blanks outside quotes, as a shell does; a quote that is not closed holds what follows."""
    words: list[str] = []
    word, quote, before, begun = "", "", "", False
    at = 0
    while at < len(line):
        char = line[at]
        if quote:
            quote, word = ("", word) if char == quote else (quote, word + char)
        elif char in "'\"":
            quote, before, begun = char, word, True
        elif char == "\\" and at + 1 < len(line):
            at += 1
            word, begun = word + line[at], True
        elif char.isspace():
            words += [word] if begun else []
            word, begun = "", False
        else:
            word, begun = word + char, True
        at += 1
    return Line(words[1:], word, quote, before if quote else "")
