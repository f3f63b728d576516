"""What an expression is worked out from: the paths and aggregates in it, and which of them are the record's own fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.calls import AGGREGATES
from crmcli.query.fields import find_field
from crmcli.query.parser import parse
from crmcli.query.template import template_pieces
from crmcli.query.tree import Call, Group, Literal, Node, Path, Placeholder, Range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.schema import Field, RecordType
    from crmcli.query.tree import Expr


def parts_of(tree: Expr) -> list[Expr]:
    """Paths and aggregates, in the order in which they stand, each once; an aggregate is one part, whatever is in it."""
    found: dict[Expr, None] = {}
    for part in _parts(tree):
        found[part] = None
    return list(found)


def own_fields(record_type: RecordType, field: Field, seen: frozenset[str] = frozenset()) -> list[str]:
    """The stored fields of the record itself that a computed field is worked out from, through other computed ones too."""
    names: dict[str, None] = {}
    for part in _all_paths(parse(field.calc)):
        other = find_field(record_type, part.names[0])
        if other is None or other.name in seen:
            continue
        deeper = own_fields(record_type, other, seen | {field.name}) if other.calc else [other.name]
        names |= dict.fromkeys(deeper)
        if other.default.startswith("(stage.") and record_type.stage is not None:
            names[record_type.stage.name] = None  # while it is empty the stage gives it
    return list(names)


def _parts(tree: object) -> Iterator[Expr]:
    if isinstance(tree, (Path, Placeholder)):
        yield tree if isinstance(tree, Path) else tree.path
    elif isinstance(tree, Call) and tree.name in AGGREGATES:
        yield tree
    elif isinstance(tree, Literal):
        yield from _of_template(tree)
    else:
        for below in _below(tree):
            yield from _parts(below)


def _all_paths(tree: object) -> Iterator[Path]:
    if isinstance(tree, Path):
        yield tree
    elif isinstance(tree, Literal):
        yield from _of_template(tree)
    else:
        for below in _below(tree):
            yield from _all_paths(below)


def _of_template(literal: Literal) -> list[Path]:
    if literal.kind != "string" or "{" not in literal.text:
        return []
    return [piece for piece in template_pieces(literal) if isinstance(piece, Path)]


def _below(tree: object) -> Iterator[object]:
    """The nodes right below a node, whatever it is."""
    if isinstance(tree, Range):
        yield from (end for end in (tree.low, tree.high) if end is not None)
    elif isinstance(tree, Group):
        yield tree.expr
    elif isinstance(tree, Node):
        for name in tree.__slots__:
            value = getattr(tree, name)
            yield from value if isinstance(value, tuple) else [value] if isinstance(value, Node) else []
