"""Why the front matter of a record file cannot be read."""

from __future__ import annotations


class FrontMatterError(ValueError):
    """One thing wrong in a record file's front matter, with its place.

    `code` is the problem's stable code: `conflict-markers`, `bad-yaml`, `unclosed-front-matter` or
    `duplicate-key`. `line` and `column` are 1-based in the file, 0 when there is none.
    """

    def __init__(self, code: str, line: int, message: str, *, column: int = 0, remedy: str = "") -> None:
        super().__init__(f"line {line}: {message}")
        self.code = code
        self.line = line
        self.column = column
        self.message = message
        self.remedy = remedy
