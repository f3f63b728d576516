"""What ruamel.yaml finds wrong in a front matter, in words for whoever wrote the file, and what to do about it."""

from __future__ import annotations

from typing import NamedTuple

QUOTE = "put the value in single quotes, doubling any ' inside"
ONE_A_LINE = "write `key: value`, one a line"
CLOSE = "close it on the same line, or put the value in single quotes if it is text"


class Trouble(NamedTuple):
    """One kind of trouble: how the parser begins to say it, and in what context; our sentence and remedy.

    `{found}` in the sentence is what the parser says it found.
    """

    problem: str
    context: str
    message: str
    remedy: str = QUOTE


TROUBLES = (
    Trouble("mapping values are not allowed", "", "a value with `: ` inside must be quoted"),
    Trouble(
        "sequence entries are not allowed", "", "a `-` begins a list item and cannot stand here",
        "put each item on a line of its own below the key, or quote the value",
    ),
    Trouble("mapping keys are not allowed", "", "a value that begins with `? ` must be quoted"),
    Trouble("could not find expected ':'", "", "a line without `key: value`", ONE_A_LINE),
    Trouble(
        "found unexpected end of stream", "", "a quote that is never closed",
        "close the quote, or put the value in single quotes, doubling any ' inside",
    ),
    Trouble("found unexpected document separator", "", "a quote that is never closed", "close the quote before this line"),
    Trouble("expected ',' or ']'", "", "a list `[…]` that is never closed, or lacks a comma", CLOSE),
    Trouble("expected ',' or '}'", "", "a map `{…}` that is never closed, or lacks a comma", CLOSE),
    Trouble("expected the node content", "flow node", "a `[` or `{` whose content is broken off before {found}", CLOSE),
    Trouble("expected the node content", "", "a value cannot begin with {found}"),
    Trouble(
        "expected <block end>", "", "a line that does not stand in line with those above it",
        "begin every key at the edge, and list items with two blanks and `- `",
    ),
    Trouble("found character '\\t'", "", "a tab where YAML wants blanks", "use blanks in place of the tab"),
    Trouble("found character", "", "a value cannot begin with {found}"),
    Trouble("found undefined alias", "", "{found} is an alias that nothing above defines; as text it must be quoted"),
    Trouble("", "scanning an alias", "a value that begins with `*` must be quoted"),
    Trouble("", "scanning an anchor", "a value that begins with `&` must be quoted"),
    Trouble("", " tag", "a value that begins with `!` must be quoted"),
    Trouble("found undefined tag handle", "", "a value that begins with `!` must be quoted"),
    Trouble(
        "", "double-quoted", "a `\\` that no escape of YAML follows",
        "put the value in single quotes, where `\\` is a letter like any other",
    ),
    Trouble(
        "", "block scalar", "a value that begins with `|` or `>` must be quoted, unless a block of text follows it",
    ),
    Trouble("maximum depth", "", "nested too deep", ONE_A_LINE),
    Trouble("but found another document", "", "a second document", "keep one front matter, closed by a line `---`"),
)  # fmt: skip
"""The first that fits is it."""

OTHER = Trouble("", "", "this is not YAML that can be read as `key: value` lines", ONE_A_LINE)


BEGINNINGS = ("a flow sequence", "a flow mapping", "a simple key", "an alias", "an anchor", " tag", "a block scalar")


def is_told_where_it_begins(problem: str, context: str) -> bool:
    """Whether the place to mend is where the thing begins: what never ends, and what ought to be quoted."""
    return "end of stream" in problem or any(part in context for part in BEGINNINGS)


def explained(problem: str, context: str) -> tuple[str, str]:
    """Our sentence and remedy for what the parser says."""
    trouble = next((t for t in TROUBLES if problem.startswith(t.problem) and t.context in context), OTHER)
    return trouble.message.replace("{found}", _found(problem)), trouble.remedy


def _found(problem: str) -> str:
    """What the parser stumbled over: the last text in its quotes."""
    for quote in ("'", '"'):
        if problem.count(quote) >= 2:
            said = problem.split(quote)[-2]
            return {"<stream end>": "the end", "<block end>": "the end"}.get(said, f"`{said}`")
    return "this"
