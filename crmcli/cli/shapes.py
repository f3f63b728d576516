"""What the answer of a command is made of: which formats fit it, and which of `--columns --sort --limit` it can heed.

A format or option that does not fit is refused before anything is done (exit 2): a write that ignored `--limit`, or a
script that took a page for JSON, would do more harm than a sentence.
"""

from __future__ import annotations

from crmcli.cli.options import FORMATS
from crmcli.errors import UsageError
from crmcli.light import NamedTuple


class Shape(NamedTuple):
    """Of one kind of answer: the formats that fit, whether rows can be arranged, whether their number can be set."""

    formats: tuple[str, ...]
    arranges: bool = False
    limits: bool = False
    hint: str = "it writes sentences for people only"  # where no format fits


SHAPES = {
    "rows": Shape(FORMATS, arranges=True, limits=True),
    "record": Shape(FORMATS, arranges=True, limits=True),
    "page": Shape(("plain", "table", "json", "jsonl", "ids")),
    "events": Shape(("jsonl", "json", "ids"), limits=True),
    "summary": Shape(("plain", "json", "jsonl"), limits=True),
    "text": Shape(("plain",)),
    "ids": Shape(("ids", "plain")),
    "sheet": Shape(("ids", "plain"), arranges=True, limits=True),
    "export": Shape((), arranges=True, limits=True, hint="the first word says the format: crm export json deals"),
    "nothing": Shape(()),
}
"""By the word in `commands/table.py`. A screen (today, board, diff) is `rows` with a drawing for people."""


class FormatUnfitError(UsageError):
    """A command's answer has no such form."""

    def __init__(self, name: str, fitting: tuple[str, ...], hint: str = "") -> None:
        hint = f"--format {', '.join(fitting)}" if fitting else hint
        super().__init__(f"this cannot be written as {name}", hint=hint)


class UnarrangedError(UsageError):
    """`--columns`, `--sort` or `--limit` for an answer without rows."""

    def __init__(self, option: str, command: str) -> None:
        super().__init__(f"{command} does not take {option}: it shows no rows", hint="lists and reports do: crm deals")


def refuse_unfit(shape: Shape, given: dict[str, object], command: str) -> None:
    """Raise for a format or an option that the answer cannot have."""
    name = given.get("format")
    if name in FORMATS and name not in shape.formats:
        raise FormatUnfitError(str(name), shape.formats, shape.hint)
    for option, heeded in (("columns", shape.arranges), ("sort", shape.arranges), ("limit", shape.limits)):
        if given.get(option) is not None and not heeded:
            raise UnarrangedError(f"--{option}", command)
