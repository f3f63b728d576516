"""Text → tree, and what is said when it is none."""

from __future__ import annotations

import pytest

from crmcli.query.failures import ExpressionSyntaxError
from crmcli.query.parser import DEEPEST, parse
from crmcli.query.tree import (
    Arith,
    Bare,
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
    Word,
)

STAGE, AMOUNT, CLOSE = Path(("stage",)), Path(("amount",)), Path(("close",))
ANY = Word("any")

TREES: list[tuple[str, Expr]] = [
    ("stage:won", Match(STAGE, (Word("won"),))),
    ("stage:won,lost", Match(STAGE, (Word("won"), Word("lost")))),
    ("stage：won，lost", Match(STAGE, (Word("won"), Word("lost")))),
    ("金额>50万", Compare(Path(("金额",)), ">", Literal("number", "50万"))),
    ("（stage:any）", Match(STAGE, (ANY,))),
    ("amount:5k..", Match(AMOUNT, (Range(Word("5k"), None),))),
    ("close:..fri", Match(CLOSE, (Range(None, Word("fri")),))),
    ("close:-30d..2026-12-01", Match(CLOSE, (Range(Word("-30d"), Word("2026-12-01")),))),
    ("amount:1.5..2.5", Match(AMOUNT, (Range(Word("1.5"), Word("2.5")),))),
    ("amount:(net*2),3", Match(AMOUNT, (Group(Arith("*", Path(("net",)), Literal("number", "2"))), Word("3")))),
    ("name:'none'", Match(Path(("name",)), (Word("none", quoted=True),))),
    ("name:Acme(West)", Match(Path(("name",)), (Word("Acme(West)"),))),
    ("keys:hubspot:12345", Match(Path(("keys",)), (Word("hubspot:12345"),))),
    ("at>={started}", Compare(Path(("at",)), ">=", Placeholder(Path(("started",))))),
    ("region:{customer.region}", Match(Path(("region",)), (Placeholder(Path(("customer", "region"))),))),
    ("stage:any amount>5", Junction("AND", (Match(STAGE, (ANY,)), Compare(AMOUNT, ">", Literal("number", "5"))))),
    ("stage:any\u3000AND amount", Junction("AND", (Match(STAGE, (ANY,)), AMOUNT))),
    ("a OR b c", Junction("OR", (Path(("a",)), Junction("AND", (Path(("b",)), Path(("c",))))))),
    ("(a OR b) c", Junction("AND", (Junction("OR", (Path(("a",)), Path(("b",)))), Path(("c",))))),
    ("NOT a", Not(Path(("a",)))),
    ("-vip", Not(Tag("vip"))),
    ("-churn-risk +意向/产品A", Junction("AND", (Not(Tag("churn-risk")), Tag("意向/产品A")))),
    ("-is:away", Not(Match(Path(("is",)), (Word("away"),)))),
    ("-owner.team:east", Not(Match(Path(("owner", "team")), (Word("east"),)))),
    ("-amount>5", Not(Compare(AMOUNT, ">", Literal("number", "5")))),
    ("-amount > 5", Not(Compare(AMOUNT, ">", Literal("number", "5")))),
    ("-(a b)", Not(Junction("AND", (Path(("a",)), Path(("b",)))))),
    ('-"text"', Not(Literal("string", "text"))),
    ("- -vip".replace(" ", ""), Not(Not(Tag("vip")))),
    ("close<-30d", Compare(CLOSE, "<", Literal("signed", "-30d"))),
    ("close<-fri", Compare(CLOSE, "<", Literal("date", "-fri"))),
    ("close>+2w", Compare(CLOSE, ">", Literal("signed", "+2w"))),
    ("a=-b", Compare(Path(("a",)), "=", Negative(Path(("b",))))),
    ("a=-3", Compare(Path(("a",)), "=", Literal("number", "-3"))),
    ("a - b", Arith("-", Path(("a",)), Path(("b",)))),
    ("a-b", Arith("-", Path(("a",)), Path(("b",)))),
    ("a -b", Junction("AND", (Path(("a",)), Not(Tag("b"))))),
    ("a -3", Junction("AND", (Path(("a",)), Literal("number", "-3")))),
    ("a+b*c", Arith("+", Path(("a",)), Arith("*", Path(("b",)), Path(("c",))))),
    ("a - b - c", Arith("-", Arith("-", Path(("a",)), Path(("b",))), Path(("c",)))),
    ("count()", Call("count", ())),
    ("sum(lines.net, is:won)", Call("sum", (Path(("lines", "net")), Match(Path(("is",)), (Word("won"),))))),
    (
        "if(is:won,lost, 1, 2)",
        Call("if", (Match(Path(("is",)), (Word("won"), Word("lost"))), Literal("number", "1"), Literal("number", "2"))),
    ),
    ("name = 'it''s'", Compare(Path(("name",)), "=", Literal("string", "it's"))),
    ("old.stage:won", Match(Path(("stage",), old=True), (Word("won"),))),
    ("close=2026-11-20", Compare(CLOSE, "=", Literal("date", "2026-11-20"))),
    ("close<2026-q4", Compare(CLOSE, "<", Literal("date", "2026-q4"))),
    ("close<2026-w47", Compare(CLOSE, "<", Literal("date", "2026-w47"))),
    ("due<2026-11-20T14:00+01:00", Compare(Path(("due",)), "<", Literal("date", "2026-11-20T14:00+01:00"))),
    ("due<fri@14:00", Compare(Path(("due",)), "<", Literal("date", "fri@14:00"))),
    ("open_at<9:30", Compare(Path(("open_at",)), "<", Literal("date", "9:30"))),
    ("a>500kEUR", Compare(Path(("a",)), ">", Literal("number", "500kEUR"))),
    ("a>2bn", Compare(Path(("a",)), ">", Literal("number", "2bn"))),
    ("a<8wh", Compare(Path(("a",)), "<", Literal("duration", "8wh"))),
]

TROUBLES = [
    ("stage:", 6, "nothing stands after `:`"),
    ("stage: won", 6, "nothing stands after `:`"),
    ("stage :won", 6, "`:` stands here"),
    ("stage:..", 6, "`..` stands here"),
    ("(a", 0, "`(` is not closed"),
    ("a)", 1, "`)` stands here"),
    ("a >", 3, "nothing stands after `>`"),
    ("1<a<5", 3, "`<` stands here"),
    ("a==5", 1, "`==` is no operator"),
    ("a- b", 1, "a blank stands after `-` only"),
    ("if(a>1,2)", 6, "a comma stands tight"),
    ("if(a, )", 6, "`)` stands here"),
    ("sum(a", 0, "`sum(` is not closed"),
    ("name:'x", 5, "the text after ' is not closed"),
    ("{a", 0, "`{` is not closed"),
    ("{a b}", 0, "`{a b}` stands here"),
    ("5x", 1, "`x` is no unit"),
    ("a ? b", 2, "`?` has no meaning"),
    ("+ a", 0, "a blank stands after `+` only"),
    ("a OR", 4, "nothing stands after `OR`"),
    ("", 0, "nothing stands here"),
    ("a:b'c'd 'e'f", 11, "a name stands here"),
]


@pytest.mark.parametrize(("text", "tree"), TREES, ids=[text for text, _ in TREES])
def test_reads(text: str, tree: Expr) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(("text", "column", "sentence"), TROUBLES, ids=[text for text, _, _ in TROUBLES])
def test_says_where_it_breaks(text: str, column: int, sentence: str) -> None:
    with pytest.raises(ExpressionSyntaxError) as failure:
        parse(text)
    assert failure.value.column == column
    assert failure.value.sentence.startswith(sentence)
    assert failure.value.expected
    assert failure.value.text == text


def test_points_below_wide_characters() -> None:
    with pytest.raises(ExpressionSyntaxError) as failure:
        parse("名称 ?")
    assert str(failure.value).splitlines()[1:] == ["  名称 ?", "       ^"]


def test_places_are_of_the_text() -> None:
    tree = parse("stage:won amount>5k")
    assert isinstance(tree, Junction)
    compare = tree.terms[1]
    assert isinstance(compare, Compare)
    assert (compare.left.at.column, compare.at.column, compare.right.at.column) == (10, 16, 17)


def test_refuses_endless_nesting() -> None:
    assert parse("(" * DEEPEST + "a" + ")" * DEEPEST) == Path(("a",))
    for text in ("(" * 5000, "-" * 5000 + "(a)", "NOT " * 5000 + "a", "x=" + "-" * 5000 + "a", "f(" * 5000):
        with pytest.raises(ExpressionSyntaxError):
            parse(text)


def test_at_the_prompt_a_name_alone_is_a_word() -> None:
    assert parse("acme OR -is:won", prompt=True) == Junction(
        "OR", (Bare("acme"), Not(Match(Path(("is",)), (Word("won"),))))
    )
    assert parse("owner.away", prompt=True) == Path(("owner", "away"))
