"""What is wrong in data: a value that is reported, never an exception."""

from crmcli.light import NamedTuple


class Problem(NamedTuple):
    """One thing wrong in one place of the book.

    `code` is stable (kebab case, a page in docs/reference/errors.md), `path` relative to the book, `line` and
    `column` 1-based or 0 when there is none, `remedy` what a person does about it.
    """

    code: str
    path: str
    line: int
    message: str
    remedy: str
    column: int = 0
    severity: str = "error"  # error | warning
