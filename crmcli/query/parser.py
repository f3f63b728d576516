"""Tokens → tree: the grammar of LANGUAGE §2 by recursive descent, a method per rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.failures import ExpressionSyntaxError
from crmcli.query.marks import is_name_part, is_name_start
from crmcli.query.place import Place
from crmcli.query.tokens import Token, read_tokens
from crmcli.query.tree import (
    Arith,
    Bare,
    Call,
    Compare,
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

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.query.tree import Bound, Expr, Value

DEEPEST = 60
"""How many parentheses and negations may stand inside each other."""

MOST_WORDS, MOST_SIGNS = 1_500, 40
"""How long an expression may be: what SQLite reads has bounds, and it should say so in our words."""

LITERALS = frozenset({"number", "duration", "signed", "date", "string"})
SHOWN = {"end": "the end", "bare": "a word", "name": "a name", "not": "`-`", "negative": "`-`"}


def parse(text: str, *, prompt: bool = False) -> Expr:
    """Read one expression as files hold it; with `prompt`, a name alone as a condition is a word to find."""
    tree = parse_tokens(text, read_tokens(text))
    return at_prompt(tree) if prompt else tree


def parse_spans(text: str, bare: Mapping[int, int]) -> Expr:
    """Read what was typed at the prompt; `bare` gives the spans of words to find."""
    return at_prompt(parse_tokens(text, read_tokens(text, bare)))


def parse_tokens(text: str, tokens: list[Token]) -> Expr:
    """Read tokens to the last; the text is for the places in errors."""
    reading = _Parser(text, tokens)
    if len(tokens) > MOST_WORDS:
        raise reading.unexpected(f"at most {MOST_WORDS} words and signs", tokens[MOST_WORDS])
    if sum(token.kind == "arith" for token in tokens) > MOST_SIGNS:
        signs = [token for token in tokens if token.kind == "arith"]
        raise reading.unexpected(f"at most {MOST_SIGNS} signs of arithmetic", signs[MOST_SIGNS])
    return reading.whole()


def at_prompt(tree: Expr) -> Expr:
    """Turn every name that stands alone as a condition into a word to find."""
    if isinstance(tree, Junction):
        return Junction(tree.op, tuple(at_prompt(term) for term in tree.terms), tree.at)
    if isinstance(tree, Not):
        return Not(at_prompt(tree.term), tree.at)
    if isinstance(tree, Path) and not tree.old and len(tree.names) == 1:
        return Bare(tree.names[0], tree.at)
    return tree


class _Parser:
    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.next = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def take(self) -> Token:
        token = self.tokens[self.next]
        self.next += 1
        return token

    def place(self, token: Token) -> Place:
        return Place(self.text, token.start)

    def unexpected(self, expected: str, token: Token | None = None, hint: str = "") -> ExpressionSyntaxError:
        token = token or self.token
        if token.kind == "end":
            return ExpressionSyntaxError(self.nothing_here(), expected, self.place(token), hint=hint)
        shown = SHOWN.get(token.kind) or f"`{self.text[token.start : token.end]}`"
        return ExpressionSyntaxError(f"{shown} stands here", expected, self.place(token), hint=hint)

    def nothing_here(self) -> str:
        """What the end is told as: the text ends too early."""
        before = self.tokens[-2] if len(self.tokens) > 1 else None
        return f"nothing stands after `{self.text[before.start : before.end]}`" if before else "nothing stands here"

    def unclosed(self, opening: Token, expected: str) -> ExpressionSyntaxError:
        """A parenthesis that the text does not close, else what stands where it should be closed."""
        if self.token.kind != "end":
            return self.unexpected(expected)
        shown = self.text[opening.start : opening.end] + ("" if opening.kind == "(" else "(")
        return ExpressionSyntaxError(f"`{shown}` is not closed", "`)`", self.place(opening))

    def is_keyword(self, word: str) -> bool:
        return self.token.kind == "keyword" and self.token.text == word

    def whole(self) -> Expr:
        tree = self.expr()
        if self.token.kind == ")":
            raise self.unexpected("no more `)`")
        if self.token.kind != "end":
            raise self.unexpected("a blank, AND, OR or the end")
        return tree

    def expr(self) -> Expr:
        at = self.place(self.token)
        terms = [self.conjunction()]
        while self.is_keyword("OR"):
            self.take()
            terms.append(self.conjunction())
        return terms[0] if len(terms) == 1 else Junction("OR", tuple(terms), at)

    def conjunction(self) -> Expr:
        at = self.place(self.token)
        terms = [self.negation()]
        while True:
            if self.is_keyword("AND"):
                self.take()
            elif self.token.kind in {"end", ")", ","} or self.is_keyword("OR"):
                break
            elif not self.token.blank:
                raise self.unexpected("a blank, an operator or the end")
            terms.append(self.negation())
        return terms[0] if len(terms) == 1 else Junction("AND", tuple(terms), at)

    def negation(self) -> Expr:
        if self.token.kind != "not" and not self.is_keyword("NOT"):
            return self.comparison()
        token = self.deeper()
        term = Not(self.negation(), self.place(token))
        self.depth -= 1
        return term

    def deeper(self) -> Token:
        """Take a token that opens one more level."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.unexpected(f"at most {DEEPEST} levels of parentheses")
        return self.take()

    def comparison(self) -> Expr:
        left = self.sum()
        if self.token.kind == ":":
            return self.match(left)
        if self.token.kind != "op":
            return left
        token = self.take()
        right = self.sum()
        if self.token.kind in {"op", ":"}:
            raise self.unexpected("one comparison at a time", hint="a range is written amount:1k..5k")
        return Compare(left, token.text, right, self.place(token))

    def sum(self) -> Expr:
        left = self.product()
        while self.token.kind == "arith" and self.token.text in "+-":
            token = self.take()
            left = Arith(token.text, left, self.product(), self.place(token))
        return left

    def product(self) -> Expr:
        left = self.unary()
        while self.token.kind == "arith" and self.token.text in "*/":
            token = self.take()
            left = Arith(token.text, left, self.unary(), self.place(token))
        return left

    def unary(self) -> Expr:
        if self.token.kind != "negative":
            return self.atom()
        token = self.deeper()
        term = Negative(self.unary(), self.place(token))
        self.depth -= 1
        return term

    def atom(self) -> Expr:
        token = self.token
        if token.kind == "(":
            return self.group()
        if token.kind == "name":
            return self.name()
        if token.kind in LITERALS:
            self.take()
            return Literal(token.kind, token.text, self.place(token))
        if token.kind == "tag":
            self.take()
            return Tag(token.text, self.place(token))
        if token.kind == "placeholder":
            return self.placeholder()
        if token.kind == "bare":
            self.take()
            return Bare(token.text, self.place(token))
        raise self.unexpected("a field, a value or a function")

    def group(self) -> Expr:
        opening = self.deeper()
        tree = self.expr()
        if self.token.kind != ")":
            raise self.unclosed(opening, f"`)` for the `(` at column {opening.start + 1}")
        self.take()
        self.depth -= 1
        return tree

    def name(self) -> Expr:
        token = self.take()
        if self.token.kind == "(" and not self.token.blank and "." not in token.text:
            return self.call(token)
        return path_of(token.text, self.place(token))

    def call(self, name: Token) -> Call:
        self.deeper()
        args: list[Expr] = []
        while self.token.kind != ")":
            args.append(self.expr())
            if self.token.kind != ",":
                break
            self.take()
            if self.token.kind == ")":
                raise self.unexpected("one more argument")
        if self.token.kind != ")":
            raise self.unclosed(name, f"`, ` or `)` in {name.text}(…)")
        self.take()
        self.depth -= 1
        return Call(name.text, tuple(args), self.place(name))

    def placeholder(self) -> Placeholder:
        token = self.take()
        if not all(is_name_start(part[:1]) and all(map(is_name_part, part)) for part in token.text.split(".")):
            raise self.unexpected("a path such as {customer.name}", token)
        return Placeholder(path_of(token.text, self.place(token)), self.place(token))

    def match(self, left: Expr) -> Match:
        colon = self.take()
        if colon.blank:
            raise self.unexpected("no blank before `:`", colon)
        values = [self.value()]
        while self.token.kind == "alt":
            self.take()
            values.append(self.value())
        return Match(left, tuple(values), self.place(colon))

    def value(self) -> Value:
        token = self.token
        if token.kind == "(":
            return Group(self.group(), self.place(token))
        low = self.bound()
        if self.token.kind != "..":
            if low is None:
                raise self.unexpected("a value")
            return low
        self.take()
        high = None if self.token.blank else self.bound()
        if low is None and high is None:
            raise self.unexpected("a value on one side of `..`", token)
        return Range(low, high, self.place(token))

    def bound(self) -> Bound | None:
        token = self.token
        if token.kind == "placeholder":
            return self.placeholder()
        if token.kind not in {"word", "string"}:
            return None
        self.take()
        return Word(token.text, self.place(token), quoted=token.kind == "string")


def path_of(text: str, at: Place) -> Path:
    """The path that `text` writes, names between dots; `old.` in front asks for the state before."""
    names = tuple(text.split("."))
    old = names[0] == "old" and len(names) > 1
    return Path(names[1:] if old else names, at, old=old)
