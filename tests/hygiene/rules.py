"""What the house style forbids in a module, as far as a syntax tree shows it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.hygiene.sources import Offence

CLOCKS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime", "asctime"},
}
"""Calls that read the wall clock. `time.monotonic` measures a wait and is nobody's "now"."""

BROAD = {"Exception", "BaseException"}
MUTABLE_CALLS = {"dict", "list", "set", "bytearray", "defaultdict", "deque", "OrderedDict", "Counter"}
MUTATORS = {"append", "extend", "insert", "add", "update", "setdefault", "pop", "popitem", "clear", "remove", "discard"}
FUNCTION_LIMIT = 60
FILE_LIMIT = 400


def prints(tree: ast.Module) -> Iterator[Offence]:
    """Find `print(…)`: only the command line's one writer writes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield Offence(node.lineno, "print: say it through the command line's writer")


def clocks(tree: ast.Module) -> Iterator[Offence]:
    """Find readings of the wall clock."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            taken = CLOCKS["time"].intersection(alias.name for alias in node.names)
            yield from (Offence(node.lineno, f"time.{name}: ask crmcli.clock") for name in sorted(taken))
        elif isinstance(node, ast.Attribute) and node.attr in CLOCKS.get(_last_name(node.value), ()):
            yield Offence(node.lineno, f"{_last_name(node.value)}.{node.attr}: ask crmcli.clock")


def _last_name(node: ast.expr) -> str:
    """`datetime` for both `datetime` and `datetime.datetime`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def swallowed(tree: ast.Module) -> Iterator[Offence]:
    """Find handlers that catch everything by name of nothing, or everything to do nothing."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        if node.type is None:
            yield Offence(node.lineno, "except without a class: name what is expected")
        elif _last_name(node.type) in BROAD and all(_does_nothing(statement) for statement in node.body):
            yield Offence(node.lineno, "an exception of any kind is swallowed")


def _does_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass | ast.Continue) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def state(tree: ast.Module) -> Iterator[Offence]:
    """Find values of the module that change, or are there to be changed: `global`, mutated tables, open containers.

    A table in capitals that nothing changes is a constant; a name in small letters bound to a container is not.
    """
    names: set[str] = set()
    for statement in tree.body:
        for name, value in _bindings(statement):
            names.add(name)
            if not name.strip("_").isupper() and name != "__all__" and _is_container(value):
                yield Offence(statement.lineno, f"{name} is mutable: make it a constant or a value somebody owns")
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield Offence(node.lineno, f"global {', '.join(node.names)}")
        elif isinstance(node, ast.expr) and (changed := _changed_name(node)) in names:
            yield Offence(node.lineno, f"{changed} belongs to the module and is changed")


def _bindings(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(statement, ast.Assign):
        yield from ((name.id, statement.value) for name in statement.targets if isinstance(name, ast.Name))
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
        yield statement.target.id, statement.value


def _is_container(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return _last_name(value.func) in MUTABLE_CALLS
    return isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)


def _changed_name(node: ast.expr) -> str:
    """The name whose value a statement changes in place; only capitals are looked at, small names may be local."""
    name = ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
        name = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        name = node.value.id if isinstance(node.value, ast.Name) else ""
    return name if name.isupper() else ""


def long_functions(tree: ast.Module) -> Iterator[Offence]:
    """Find functions past the limit: there is a second thing inside that wants its own name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LIMIT:
                yield Offence(node.lineno, f"{node.name} has {length} lines, {FUNCTION_LIMIT} are the limit")


def no_example(tree: ast.Module) -> Iterator[Offence]:
    """Find command modules whose help shows no example."""
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    if not ast.get_docstring(tree):
        yield Offence(1, "the module does not say what the command is for")
    if not any("Example" in text for text in texts):
        yield Offence(1, "the command's help has no Example")
