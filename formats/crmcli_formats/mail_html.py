"""HTML of a mail as text: its paragraphs, list items and quotations as lines; scripts, styles and the rest of the head left out."""

from __future__ import annotations

import re
from html.parser import HTMLParser

LONGEST = 200_000
"""Letters of HTML that are read: its text is shown in lines, and nobody writes more."""

_SILENT = frozenset(["script", "style", "head", "title", "template", "noscript", "svg", "math", "object"])
_BREAKS = frozenset(
    [
        "br",
        "div",
        "p",
        "tr",
        "table",
        "ul",
        "ol",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "pre",
        "section",
        "article",
        "header",
        "footer",
        "dl",
        "dt",
        "dd",
    ]
)
_PARAGRAPHS = frozenset(["p", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "dl"])
_STRAY = re.compile(r"<(?![A-Za-z/!?])")
_OPEN = re.compile(r"<[!?]|</(?![A-Za-z])")
_DEEPEST = 9
"""Marks before a quoted line."""

_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")


def html_text(html: str) -> str:
    """The text of an HTML page. What is no whole tag is text."""
    html = _without(_without(html[:LONGEST], "<!--", "-->"), "<![", "]>")
    html = _OPEN.sub(" ", html)
    reader = _Reader()
    reader.feed(_STRAY.sub("&lt;", html))
    if ">" in reader.rawdata or len(reader.rawdata) < 200:
        reader.close()
    return reader.text()


def _without(html: str, begin: str, end: str) -> str:
    """The page without what stands between two marks; what is never closed stays, since it may be all there is."""
    pieces, place = [], 0
    while (start := html.find(begin, place)) >= 0 and (stop := html.find(end, start + len(begin))) >= 0:
        pieces.append(html[place:start])
        place = stop + len(end)
    return " ".join([*pieces, html[place:]])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._words: list[str] = []
        self._silent: list[str] = []
        self._quoted = self._kept = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag == "body":
            self._silent.clear()
        elif tag == "blockquote":
            self._end_line(blank=True)
            self._quoted += 1
        elif tag in _BREAKS:
            self._end_line(blank=tag in _PARAGRAPHS)
            self._kept += tag == "pre"
            if tag == "li":
                self._words.append("- ")
        elif tag in ("td", "th") and self._words:
            self._words.append(" ")
        elif tag == "img":
            self._words.append(next((value for name, value in attrs if name == "alt" and value), ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag in self._silent:
                del self._silent[self._silent.index(tag) :]
            return
        if tag == "blockquote":
            self._end_line(blank=True)
            self._quoted = max(0, self._quoted - 1)
        elif tag in _BREAKS:
            self._end_line(blank=tag in _PARAGRAPHS)
            self._kept = max(0, self._kept - (tag == "pre"))

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._kept:
            first, *others = data.split("\n")
            self._words.append(first)
            for line in others:
                self._end_line()
                self._words.append(line)
        else:
            self._words.append(_BLANKS.sub(" ", data))

    def text(self) -> str:
        """The lines read so far."""
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def _end_line(self, *, blank: bool = False) -> None:
        line = "".join(self._words).rstrip()
        self._words.clear()
        if not self._kept:
            line = _BLANKS.sub(" ", line).strip()
        if line:
            self._lines.append("> " * min(self._quoted, _DEEPEST) + line)
        if (blank or self._kept) and self._lines and self._lines[-1]:
            self._lines.append("")
