"""What every error says, read from its class: the words that stand in its sentence whatever it is about."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.places import SOURCE_ROOTS

ROOT_CLASS = "CrmError"
GAP = "\0"
"""Stands for what is put in; no sentence has one of its own."""


class Leaf(NamedTuple):
    """An error that is raised: its class, where it stands, and how its sentence may read, with `GAP` for what varies."""

    name: str
    path: Path
    sentences: tuple[str, ...]


def leaves() -> list[Leaf]:
    """Every class below `CrmError` that no other class is made from; two may have one name."""
    classes = list(_classes())
    by_name = {node.name: node for _, node in classes}
    errors = {ROOT_CLASS}
    while more := {name for name, node in by_name.items() if name not in errors and errors & set(_bases(node))}:
        errors |= more
    bases = {base for _, node in classes for base in _bases(node)}
    return [
        Leaf(node.name, path, tuple(_sentences(node, by_name)))
        for path, node in classes
        if node.name in errors - bases - {ROOT_CLASS}
    ]


def _classes() -> Iterator[tuple[Path, ast.ClassDef]]:
    for root in SOURCE_ROOTS:
        for path in sorted(root.glob("crmcli*/**/*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    yield path, node


def _bases(node: ast.ClassDef) -> list[str]:
    return [base.id for base in node.bases if isinstance(base, ast.Name)]


def _sentences(node: ast.ClassDef | None, by_name: dict[str, ast.ClassDef]) -> Iterator[str]:
    """How the sentence may read that the class, or the nearest one above it, hands on."""
    while node is not None:
        for made in node.body:
            if isinstance(made, ast.FunctionDef) and made.name == "__init__":
                yield from _handed_on(made)
                return
        node = next((by_name[base] for base in _bases(node) if base in by_name), None)


def _handed_on(made: ast.FunctionDef) -> Iterator[str]:
    called: dict[str, list[ast.expr]] = {}
    for node in ast.walk(made):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for one, value in _pairs(target, node.value):
                    called.setdefault(one, []).append(value)
    for node in ast.walk(made):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "__init__":
            yield from _texts(node.args[0], called)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, part in zip(target.elts, value.elts, strict=True):
            yield from _pairs(one, part)


def _texts(value: ast.expr, called: dict[str, list[ast.expr]]) -> list[str]:
    """Every way a text may read."""
    if isinstance(value, ast.Constant):
        return [str(value.value)]
    if isinstance(value, ast.IfExp):
        return _texts(value.body, called) + _texts(value.orelse, called)
    if isinstance(value, ast.BinOp):
        return _joined([value.left, value.right], called)
    if isinstance(value, ast.JoinedStr):
        return _joined(value.values, called)
    if isinstance(value, ast.FormattedValue):
        return _texts(value.value, called)
    if isinstance(value, ast.Name) and value.id in called:
        rest = {name: values for name, values in called.items() if name != value.id}
        return [text for made in called[value.id] for text in _texts(made, rest)]
    return [GAP]


def _joined(parts: list[ast.expr], called: dict[str, list[ast.expr]]) -> list[str]:
    texts = [""]
    for part in parts:
        texts = [text + more for text in texts for more in _texts(part, called)]
    return texts
