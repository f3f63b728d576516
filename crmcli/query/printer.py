"""Tree → text: writes the language back, so that `parse(print_expr(x)) == x` and nobody has to guess what was read."""

from __future__ import annotations

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
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.query.tree import Bound, Expr, Value

OR, AND, NOT, COMPARE, SUM, PRODUCT, ATOM = range(7)
"""How tightly each kind of node binds; a node inside a tighter one gets parentheses."""


def print_expr(tree: Expr) -> str:
    """Write `tree` as a person would type it, with the fewest parentheses."""
    return _print(tree, OR)


def _print(tree: Expr, least: int) -> str:
    text, binds = _written(tree)
    return text if binds >= least else f"({text})"


def _written(tree: Expr) -> tuple[str, int]:
    """The text of a node and how tightly it binds."""
    if isinstance(tree, Junction):
        return _junction(tree)
    if isinstance(tree, Not):
        return _not(tree)
    if isinstance(tree, Compare):
        return f"{_print(tree.left, SUM)}{_spaced(tree)}{_print(tree.right, SUM)}", COMPARE
    if isinstance(tree, Match):
        left = print_expr(tree.left) if isinstance(tree.left, (Path, Call)) else f"({print_expr(tree.left)})"
        return f"{left}:{','.join(map(_value, tree.values))}", COMPARE
    if isinstance(tree, Arith):
        least = SUM if tree.op in "+-" else PRODUCT
        return f"{_print(tree.left, least)} {tree.op} {_print(tree.right, least + 1)}", least
    return _atom(tree), ATOM


def _junction(tree: Junction) -> tuple[str, int]:
    if tree.op == "OR":
        return " OR ".join(_print(term, AND) for term in tree.terms), OR
    return " ".join(_print(term, NOT) for term in tree.terms), AND


def _not(tree: Not) -> tuple[str, int]:
    term = tree.term
    tight = isinstance(term, Tag) or (isinstance(term, Match) and isinstance(term.left, Path))
    if tight or (isinstance(term, Literal) and term.kind == "string"):
        return "-" + _print(term, COMPARE).removeprefix("+"), NOT
    return "NOT " + _print(term, NOT), NOT


def _spaced(tree: Compare) -> str:
    """The operator, with blanks when one side is a sum."""
    plain = not isinstance(tree.left, Arith) and not isinstance(tree.right, Arith)
    return tree.op if plain else f" {tree.op} "


def _atom(tree: Expr) -> str:
    if isinstance(tree, Negative):
        # `-12` and `-30d` are values themselves, so the negative of a literal keeps its parentheses.
        inner = print_expr(tree.term)
        return f"-({inner})" if isinstance(tree.term, Literal) else "-" + _print(tree.term, ATOM)
    if isinstance(tree, Literal):
        return quote(tree.text) if tree.kind == "string" else tree.text
    if isinstance(tree, Path):
        return print_path(tree)
    if isinstance(tree, Call):
        return f"{tree.name}({', '.join(print_expr(arg) for arg in tree.args)})"
    if isinstance(tree, Tag):
        return "+" + tree.name
    if isinstance(tree, Placeholder):
        return "{" + print_path(tree.path) + "}"
    if isinstance(tree, Bare):
        return tree.text
    raise TypeError(tree)


def print_path(path: Path) -> str:
    """Write a path, `old.` included."""
    return ".".join(("old", *path.names) if path.old else path.names)


def _value(value: Value) -> str:
    if isinstance(value, Range):
        return f"{_bound(value.low)}..{_bound(value.high)}"
    if isinstance(value, Group):
        return f"({print_expr(value.expr)})"
    return _bound(value)


def _bound(bound: Bound | None) -> str:
    if bound is None:
        return ""
    if isinstance(bound, Placeholder):
        return "{" + print_path(bound.path) + "}"
    return quote(bound.text) if bound.quoted else bound.text


def quote(text: str) -> str:
    """Quote `text`; a quote inside is doubled unless the other kind does."""
    mark = '"' if "'" in text and '"' not in text else "'"
    return mark + text.replace(mark, mark * 2) + mark
