"""The modules of the packages, parsed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.places import PACKAGES, ROOT


class Offence(NamedTuple):
    """Where a module breaks a rule, and how."""

    line: int
    what: str


Rule = Callable[[ast.Module], Iterator[Offence]]


def module_paths() -> list[Path]:
    """Every Python file of the four packages."""
    return sorted(path for package in PACKAGES for path in package.rglob("*.py"))


def module_name(path: Path) -> str:
    """The path within the repository, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


def offences(rule: Rule, *, allowed: frozenset[str] = frozenset()) -> list[str]:
    """What breaks `rule` in any module but the `allowed` ones, as `path:line: what`."""
    return [
        f"{module_name(path)}:{offence.line}: {offence.what}"
        for path in module_paths()
        if module_name(path) not in allowed
        for offence in rule(ast.parse(path.read_text(encoding="utf-8"), module_name(path)))
    ]
