"""Every node of a tree, and every path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crmcli.query.tree import Arith, Call, Compare, Group, Junction, Match, Negative, Not, Path, Placeholder, Range


def nodes(node: Any) -> Iterator[Any]:  # noqa: ANN401 - any node of the tree
    """A node and all below it."""
    yield node
    below: tuple[Any, ...] = ()
    if isinstance(node, Junction):
        below = node.terms
    elif isinstance(node, (Not, Negative)):
        below = (node.term,)
    elif isinstance(node, (Compare, Arith)):
        below = (node.left, node.right)
    elif isinstance(node, Match):
        below = (node.left, *node.values)
    elif isinstance(node, Call):
        below = ()  # what stands inside a function asks, it does not choose what is listed
    elif isinstance(node, Placeholder):
        below = (node.path,)
    elif isinstance(node, Range):
        below = tuple(end for end in (node.low, node.high) if end is not None)
    elif isinstance(node, Group):
        below = (node.expr,)
    for one in below:
        yield from nodes(one)


def paths(node: Any) -> list[Path]:  # noqa: ANN401 - any node of the tree
    return [found for found in nodes(node) if isinstance(found, Path)]
