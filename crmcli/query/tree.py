"""The typed tree of an expression (LANGUAGE §2): what the parser builds, the printer prints and the compiler reads.

Plain classes with slots: every list with a filter defines all of them at its start, and fourteen `NamedTuple`s cost
1.2 ms of that start against 0.2 for these. Nothing changes a node once it is made.
"""

from __future__ import annotations

from typing import TypeAlias

from crmcli.query.place import NOWHERE, Place


class Node:
    """What all nodes share: equality by content (places are all equal), and a readable repr."""

    __slots__ = ("at",)
    at: Place

    def _content(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._content() == other._content()

    def __hash__(self) -> int:
        return hash((type(self).__name__, *self._content()))

    def __repr__(self) -> str:
        parts = (f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({', '.join(parts)})"


class Junction(Node):
    """Two or more conditions: `op` is "AND" or "OR"."""

    __slots__ = ("op", "terms")

    def __init__(self, op: str, terms: tuple[Expr, ...], at: Place = NOWHERE) -> None:
        self.op, self.terms, self.at = op, terms, at


class Not(Node):
    """The exact opposite of a condition."""

    __slots__ = ("term",)

    def __init__(self, term: Expr, at: Place = NOWHERE) -> None:
        self.term, self.at = term, at


class Compare(Node):
    """`left op right`; `op` is one of = != < <= > >= ~. `at` is the operator's place."""

    __slots__ = ("left", "op", "right")

    def __init__(self, left: Expr, op: str, right: Expr, at: Place = NOWHERE) -> None:
        self.left, self.op, self.right, self.at = left, op, right, at


class Match(Node):
    """`left:value,value`: any of the values matches. `at` is the colon's place."""

    __slots__ = ("left", "values")

    def __init__(self, left: Expr, values: tuple[Value, ...], at: Place = NOWHERE) -> None:
        self.left, self.values, self.at = left, values, at


class Arith(Node):
    """`left op right`; `op` is one of + - * /."""

    __slots__ = ("left", "op", "right")

    def __init__(self, op: str, left: Expr, right: Expr, at: Place = NOWHERE) -> None:
        self.op, self.left, self.right, self.at = op, left, right, at


class Negative(Node):
    """The negative of a number or length; stands after an operator only."""

    __slots__ = ("term",)

    def __init__(self, term: Expr, at: Place = NOWHERE) -> None:
        self.term, self.at = term, at


class Literal(Node):
    """A value written out. `kind`: number · duration · signed (a duration counted from now) · date · string."""

    __slots__ = ("kind", "text")

    def __init__(self, kind: str, text: str, at: Place = NOWHERE) -> None:
        self.kind, self.text, self.at = kind, text, at


class Path(Node):
    """A field, or a field of what a reference points at; `old` asks for the state before the change."""

    __slots__ = ("names", "old")

    def __init__(self, names: tuple[str, ...], at: Place = NOWHERE, *, old: bool = False) -> None:
        self.names, self.old, self.at = names, old, at


class Call(Node):
    """A function and its arguments."""

    __slots__ = ("args", "name")

    def __init__(self, name: str, args: tuple[Expr, ...], at: Place = NOWHERE) -> None:
        self.name, self.args, self.at = name, args, at


class Tag(Node):
    """`+name`: carries the tag, or one below it."""

    __slots__ = ("name",)

    def __init__(self, name: str, at: Place = NOWHERE) -> None:
        self.name, self.at = name, at


class Placeholder(Node):
    """`{path}`: the value of the record at hand."""

    __slots__ = ("path",)

    def __init__(self, path: Path, at: Place = NOWHERE) -> None:
        self.path, self.at = path, at


class Bare(Node):
    """A word alone at the prompt: a text to find, or a field's name by mistake."""

    __slots__ = ("text",)

    def __init__(self, text: str, at: Place = NOWHERE) -> None:
        self.text, self.at = text, at


class Word(Node):
    """A value after `:`, as written; `none` and `any` mean themselves only when not quoted."""

    __slots__ = ("quoted", "text")

    def __init__(self, text: str, at: Place = NOWHERE, *, quoted: bool = False) -> None:
        self.text, self.quoted, self.at = text, quoted, at


class Range(Node):
    """`low..high` after `:`, both ends included; an end left out is None, never both."""

    __slots__ = ("high", "low")

    def __init__(self, low: Bound | None, high: Bound | None, at: Place = NOWHERE) -> None:
        self.low, self.high, self.at = low, high, at


class Group(Node):
    """`(expr)` as a value after `:`."""

    __slots__ = ("expr",)

    def __init__(self, expr: Expr, at: Place = NOWHERE) -> None:
        self.expr, self.at = expr, at


Expr: TypeAlias = Junction | Not | Compare | Match | Arith | Negative | Literal | Path | Call | Tag | Placeholder | Bare
Bound: TypeAlias = Word | Placeholder
Value: TypeAlias = Word | Range | Placeholder | Group
