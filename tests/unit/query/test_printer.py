"""Tree → text → the same tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.query.parser import parse
from crmcli.query.printer import print_expr, quote
from crmcli.query.tree import (
    Arith,
    Call,
    Compare,
    Expr,
    Group,
    Junction,
    Literal,
    Match,
    Negative,
    Not,
    Path,
    Placeholder,
    Range,
    Tag,
    Value,
    Word,
)

NAMES = st.sampled_from(["stage", "amount", "close", "owner", "金额", "_x", "a1", "naïve", "деньги", "विषय"])
TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12)
PATHS = st.builds(
    lambda names, old: Path(tuple(names), old=old), st.lists(NAMES, min_size=1, max_size=3), st.booleans()
)
TAGS = st.builds(Tag, st.sampled_from(["vip", "churn-risk", "意向/产品A", "a.b", "x_1"]))
NUMBERS = st.sampled_from(["12", "1.5", "5k", "1.2m", "50万", "3亿", "20%", "500kEUR", "-10", "-2.5k"])
LITERALS = st.one_of(
    st.builds(Literal, st.just("number"), NUMBERS),
    st.builds(Literal, st.just("duration"), st.sampled_from(["15min", "4h", "30d", "6mo", "8wh"])),
    st.builds(Literal, st.just("signed"), st.sampled_from(["-30d", "+2w"])),
    st.builds(
        Literal, st.just("date"), st.sampled_from(["2026-11-20", "2026-q4", "2026-11", "-fri", "fri@14:00", "9:30"])
    ),
    st.builds(Literal, st.just("string"), TEXTS),
)
WORDS = st.one_of(
    st.builds(
        Word,
        st.sampled_from(
            ["won", "me", "none", "any", "5k", "-30d", "a@b.c", "x:y", "阿里（杭州）", "deals/x", "O'Neil"]
        ),
    ),
    st.builds(lambda text: Word(text, quoted=True), TEXTS),
)
PLACEHOLDERS = st.builds(Placeholder, PATHS)
BOUNDS = st.one_of(WORDS, PLACEHOLDERS)
RANGES = st.one_of(
    st.builds(Range, BOUNDS, BOUNDS), st.builds(Range, BOUNDS, st.none()), st.builds(Range, st.none(), BOUNDS)
)


def _values(trees: st.SearchStrategy[Expr]) -> st.SearchStrategy[tuple[Value, ...]]:
    return st.lists(st.one_of(BOUNDS, RANGES, st.builds(Group, trees)), min_size=1, max_size=3).map(tuple)


def _bigger(trees: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(trees, min_size=2, max_size=3).map(tuple)
    right = st.one_of(trees, st.builds(Negative, st.one_of(PATHS, trees)))
    return st.one_of(
        st.builds(Junction, st.sampled_from(["AND", "OR"]), several),
        st.builds(Not, trees),
        st.builds(Compare, trees, st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "~"]), right),
        st.builds(Match, trees, _values(trees)),
        st.builds(Arith, st.sampled_from("+-*/"), trees, right),
        st.builds(Call, st.sampled_from(["if", "count", "sum"]), st.lists(trees, max_size=3).map(tuple)),
    )


TREES: st.SearchStrategy[Expr] = st.recursive(st.one_of(PATHS, TAGS, LITERALS, PLACEHOLDERS), _bigger, max_leaves=12)


@given(TREES)
def test_what_is_printed_reads_back(tree: Expr) -> None:
    assert parse(print_expr(tree)) == tree


@given(TEXTS)
def test_any_text_can_be_a_value(text: str) -> None:
    tree = parse(f"name:{quote(text)}")
    assert isinstance(tree, Match)
    value = tree.values[0]
    assert isinstance(value, Word)
    assert (value.text, len(tree.values)) == (text, 1)


@pytest.mark.parametrize(
    "text",
    [
        "stage:won,lost -vip +key",
        "a OR b c",
        "(a OR b) c",
        "-(a OR b)".replace("-", "NOT "),
        "amount>=5k",
        "today - created > 30d",
        "a * (b + c) / 2",
        "a - (b - c)",
        "if(is:won, paid * if(discount>30%, 2%, 5%), 0)",
        "name='it''s \"x\"'",
        "-'text' -is:away",
        "region:{customer.region},..5,{a}..",
    ],
)
def test_prints_as_people_write(text: str) -> None:
    assert print_expr(parse(text)) == text
