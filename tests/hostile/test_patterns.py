"""Regular expressions: the same answers as `re`, in a time that no pattern and no text can stretch."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmcli.text.patterns import LONGEST_TEXT, Matcher, PatternRefusedError

ATOMS = st.sampled_from([
    "a", "b", "é", ".", r"\w", r"\d", r"\s", "[ab]", "[^a]", r"\b", r"\B", "^", "$", r"\A", r"\Z", "\n", "_", "", "(?i:A)",
    "(?m:^)", "(?m:$)",
    "(?m:$)", "(?s:.)",
])  # fmt: skip


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeated = st.tuples(inner, st.sampled_from(["*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}", "{2,}"]))
    return (
        st.tuples(inner, inner).map("".join)
        | st.tuples(inner, inner).map(lambda two: f"({two[0]}|{two[1]})")
        | repeated.map(lambda two: f"(?:{two[0]}){two[1]}")
    )


PATTERNS = st.recursive(ATOMS, larger, max_leaves=6)
TEXTS = st.text(st.sampled_from(list("aabAé1 _-\n")), max_size=10)


@given(PATTERNS, TEXTS)
@example(r"(?:\B)+", "")
@example(r"(?:\B|a)*\b", "")
def test_it_finds_what_re_finds(pattern: str, text: str) -> None:
    assert Matcher(pattern).search(text) == (re.compile(pattern).search(text) is not None)


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*b", "(a*)*b", "(.*a){20}b", "a*a*a*a*a*a*b", "(a?){40}a{40}b", "(?:a|aa)+$"]
)
def test_patterns_that_take_re_for_ever(pattern: str) -> None:
    assert Matcher(pattern).search("a" * 2_000 + "!") is False


@pytest.mark.parametrize(
    "pattern",
    [
        "(a",
        "(a)\\1+",
        "(){4000000000,}",
        "a{600,}",
        "(?=a+)b",
        "(?<!a)b+",
        "a{5000}",
        "(a{100}){100}",
        "((((a{9}){9}){9}){9}){9}",
        "[",
        "*",
    ],
)
def test_what_is_refused(pattern: str) -> None:
    with pytest.raises(PatternRefusedError):
        Matcher(pattern)


@pytest.mark.parametrize(
    "pattern", ["(" * 20 + "x*" + "){,1}" * 20, "(?:" * 20 + "){499}" * 20 + "x", "(?:|(?:){499}){,2}x"]
)
def test_repeating_nothing_takes_no_time(pattern: str) -> None:
    assert Matcher(pattern).search("aax")


def test_of_a_long_text_the_beginning_counts() -> None:
    assert Matcher("b+").search("a" * (LONGEST_TEXT - 1) + "b")
    assert not Matcher("b+").search("a" * LONGEST_TEXT + "b")
