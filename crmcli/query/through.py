"""Paths through more than one plain reference: collections, lists, rows, the log, references to any type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.failures import QueryError
from crmcli.query.fields import ITSELF, UnknownFieldError, find_field, value_of
from crmcli.query.paths import from_row, path_value, spot_value
from crmcli.query.pointing import collection_names
from crmcli.query.sql import Sql, any_of
from crmcli.query.step import Among, OldCollectionError, Reached
from crmcli.query.steps import reach, step_of
from crmcli.query.value_sql import ValueSql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.step import Step


class ListInPathError(QueryError):
    """A path used as one value goes through several records."""

    def __init__(self, name: str, path: str, at: Place) -> None:
        super().__init__(
            f"`{name}` may be several, so `{path}` has no one value",
            at,
            hint=f"it can be matched with `:`; sum({path}), count({path}), last({path}) make one value of them",
        )


class MixedKindsError(QueryError):
    """A reference to any type leads to fields of different kinds under one name."""

    def __init__(self, path: str, kinds: Iterable[str], at: Place) -> None:
        said = ", ".join(sorted(kinds))
        super().__init__(f"`{path}` is of several kinds: {said}", at, hint="ask each type by itself")


class NowhereFieldError(QueryError):
    """A path through a reference to any type goes on with a name that no type knows."""

    def __init__(self, name: str, nearest: Sequence[str], at: Place) -> None:
        super().__init__(
            f"no type of record that is meant here has a field `{name}`",
            at,
            expected="a field of one of the types",
            nearest=nearest[0] if nearest else "",
        )


def some_end(
    scope: Scope,
    names: tuple[str, ...],
    at: Place,
    onward: Callable[[Scope, tuple[str, ...]], Sql],
    ask: Callable[[Scope, str], Sql],
    archived: bool,
) -> Sql:
    """Whether some row that the first name leads to is as asked; `ask` is for a name that leads nowhere."""
    step = step_of(scope, names[0])
    if step is None or (len(names) == 1 and not step.many):
        return _ask_here(scope, names, at, ask)
    rest = names[1:] or (ITSELF,)
    changes = "field" in names[1:2]
    conditions, failures = list[Sql](), list[QueryError]()
    for end in reach(scope, names[:1], at, archived=archived, changes=changes):
        try:
            inner = ask(end.scope, ITSELF) if rest == (ITSELF,) else onward(end.scope, rest)
        except OldCollectionError:
            raise
        except QueryError as error:
            failures.append(error)
            continue
        found = f"SELECT 1 FROM {end.scope.table()} {end.scope.alias} WHERE {end.where} AND ({inner.text})"
        conditions.append(Sql(f"EXISTS ({found})", inner.params))
    if not conditions and failures:
        raise telling(failures, rest, at)
    return any_of(conditions)


def _ask_here(scope: Scope, names: Sequence[str], at: Place, ask: Callable[[Scope, str], Sql]) -> Sql:
    """Ask about a field, or a part of one; say what is wrong with a name that is neither."""
    if find_field(scope.type, names[0]) is None and names[0] != ITSELF:
        value_of(scope, names[0], at)  # says what is wrong with the name
    return ask(scope, ".".join(names))


def telling(failures: Sequence[QueryError], names: Sequence[str], at: Place) -> QueryError:
    """Of several refusals, one per type, the one that says most: not that some type has no such field."""
    first = min(failures, key=lambda error: isinstance(error, UnknownFieldError))
    if len(failures) > 1 and isinstance(first, UnknownFieldError):
        return NowhereFieldError(names[0] if names else "", [error.nearest for error in failures if error.nearest], at)
    return first


def value_through(scope: Scope, names: tuple[str, ...], at: Place) -> ValueSql:
    """The value at the end of a path whose first step is no plain reference of a record."""
    step = step_of(scope, names[0])
    if step is None:
        return spot_value(scope, ".".join(names), at)
    if step.many:
        raise ListInPathError(names[0], ".".join(names), at)
    found, failures = list[ValueSql](), list[QueryError]()
    for end in _ends(scope, step):
        try:
            value = path_value(end.scope, names[1:], at)
        except QueryError as error:
            failures.append(error)
            continue
        found.append(from_row(value, f"{end.scope.table()} {end.scope.alias} WHERE {end.where}"))
    if not found:
        raise (
            telling(failures, names[1:], at)
            if failures
            else UnknownFieldError(names[0], scope.type, at, collection_names(scope))
        )
    return _of_any(found, ".".join(names), at)


def _ends(scope: Scope, step: Step) -> list[Reached]:
    ends = []
    for target in step.targets:
        end = scope.inside(target.type, target.source, target.owner)
        ends.append(Reached(end, target.meets(end, Among(f"= {target.key}", f"SELECT {target.key} AS key"))))
    return ends


def _of_any(found: Sequence[ValueSql], path: str, at: Place) -> ValueSql:
    """One value of those that several types may give: at most one of them is there."""
    if len(found) == 1:
        return found[0]
    families = {value.family for value in found}
    scales = {value.scale for value in found}
    first = found[0]
    alike = len(families) == 1 and len(scales) == 1 and not any(value.many for value in found)
    named = families <= {"text", "choice", "stage", "word"}
    if not alike and not named:
        raise MixedKindsError(path, families, at)
    text = f"COALESCE({', '.join(value.text for value in found)})"
    params = tuple(param for value in found for param in value.params)
    same = len({value.reference for value in found}) == 1
    shown = [value.shown for value in found if value.shown]
    return first._replace(
        text=text,
        params=params,
        family=first.family if alike and first.family not in ("choice", "stage") else "text",
        field=None,
        reference=first.reference if same else "*",
        raw=tuple(f"COALESCE({', '.join(texts)})" for texts in zip(*(value.raw for value in found), strict=True))
        if alike and len({len(value.raw) for value in found}) == 1
        else (),
        shown=f"COALESCE({', '.join(shown)})" if len(shown) > 1 else "".join(shown),
        sort="" if params else text,
        folded="",
        matches="contains" if named else first.matches,
    )
