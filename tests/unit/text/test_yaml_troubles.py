"""Broken YAML is explained in our words, with the line, whatever the parser calls it."""

from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.text.front_error import FrontMatterError
from crmcli.text.frontmatter import parse
from crmcli.text.yaml_troubles import OTHER, TROUBLES, explained

PARSERS_WORDS = re.compile(
    r"\bexpected\b|\bfound\b|<block|<stream|could not|scalar|token|indicator|hexdec|not allowed here|directive|node"
)


@pytest.mark.parametrize(
    ("lines", "line", "column", "message", "remedy"),
    [
        ("a: 1\nb: x: y", 3, 5, "a value with `: ` inside must be quoted", "single quotes"),
        ("a: 1\nb: [x, y", 3, 4, "a list `[…]` that is never closed, or lacks a comma", "close it"),
        ("a: {k: 1\nb: 2", 2, 4, "a map `{…}` that is never closed, or lacks a comma", "close it"),
        ("a: [", 2, 1, "a `[` or `{` whose content is broken off before the end", "close it"),
        ("a: @home", 2, 4, "a value cannot begin with `@`", "single quotes"),
        ("a: `x`", 2, 4, "a value cannot begin with ```", "single quotes"),
        ("a: *x", 2, 4, "`x` is an alias that nothing above defines; as text it must be quoted", "single quotes"),
        ("a: * x", 2, 4, "a value that begins with `*` must be quoted", "single quotes"),
        ("a: & x", 2, 4, "a value that begins with `&` must be quoted", "single quotes"),
        ("a: !<x", 2, 4, "a value that begins with `!` must be quoted", "single quotes"),
        ('a: "C:\\new\\dir"', 2, 12, "a `\\` that no escape of YAML follows", "where `\\` is a letter"),
        ("a: |x", 2, 4, "a value that begins with `|` or `>` must be quoted", "single quotes"),
        ("a: 1\n  b: 2", 3, 4, "a value with `: ` inside must be quoted", "single quotes"),
        ("a:\n  - x\n b: 2", 4, 2, "a line that does not stand in line with those above it", "begin every key"),
        ("a: - x", 2, 4, "a `-` begins a list item and cannot stand here", "line of its own"),
        ("a: 1\n\tb: 2", 3, 1, "a tab where YAML wants blanks", "blanks"),
        ("a: 'x\nb: 2", 2, 4, "a quote that is never closed", "close the quote"),
        ("a: 1\njust words\nb: [", 3, 1, "a line without `key: value`", "one a line"),
        ("%YAML 1.20\na: [x]", 2, 1, "a line that begins with `%`", "one a line"),
    ],
)
def test_what_people_write_wrong(lines: str, line: int, column: int, message: str, remedy: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        parse(f"---\n{lines}\n---\n")
    error = caught.value
    assert (error.code, error.line, error.message) == ("bad-yaml", line, message) or error.message.startswith(message)
    assert (error.line, error.column) == (line, column)
    assert remedy in error.remedy


PIECES = st.sampled_from(
    [
        "a", "b: ", "- ", " ", "\n", "\nc: ", "'", '"', "[", "]", "{", "}", ":", "? ", "|", ">", "&x ", "*x", "!", "!t ",
        "%", "@", "`", ",", " #", "\t", "\\q", "...", "\n---", "<<", '"\\x"', "|9", "&", "*", "!<", "%YAML 1.2", "0",
    ]
)  # fmt: skip


@given(st.lists(PIECES, min_size=1, max_size=10).map("".join))
def test_no_word_of_the_parser_comes_through(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            parse(f"---\na: {text}\n---\n")
        except FrontMatterError as error:
            caught = error
        else:
            return
    assert not PARSERS_WORDS.search(re.sub(r"`[^`]*`", "", caught.message))
    assert caught.remedy
    assert caught.line >= 1


def test_an_unknown_trouble_is_still_said_in_our_words() -> None:
    assert explained("something new", "while scanning the moon") == (OTHER.message, OTHER.remedy)


def test_every_trouble_can_be_told_from_those_before_it() -> None:
    for trouble in TROUBLES:
        first = next(t for t in TROUBLES if trouble.problem.startswith(t.problem) and t.context in trouble.context)
        assert first is trouble
