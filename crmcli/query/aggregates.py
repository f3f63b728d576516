"""`count sum avg median min max distinct first last decay`: one value of many, as a sub-select on the row at hand.

The first argument is a path that becomes many somewhere: `orders.total`, `contracts.payments.amount`, `lines`, `log.at`,
`phone`. Filters follow, and all must hold; they are asked where the path becomes many for the last time (of a payment, in
`sum(contracts.payments.amount, stage:confirmed)`). Empty values do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.query.aggregated import ADDED, DAYS, TAKES, Body, aggregated, order_of
from crmcli.query.built_in import IN_TABLES
from crmcli.query.conditions import condition
from crmcli.query.env import RECORD
from crmcli.query.failures import QueryError
from crmcli.query.fields import family_of, find_field, is_list, itself
from crmcli.query.items import in_row, item_of, items_in_row, items_table
from crmcli.query.journal import when_said
from crmcli.query.paths import check_path, path_value
from crmcli.query.pointing import collection_names, collections_of
from crmcli.query.sql import ALWAYS, Sql, all_of
from crmcli.query.step import OldCollectionError
from crmcli.query.steps import reach, steps_in
from crmcli.query.through import telling
from crmcli.query.tree import Arith, Compare, Junction, Match, Not, Path, Tag

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Call, Expr
    from crmcli.query.value_sql import ValueSql


class NoFieldError(QueryError):
    """An aggregate over records that does not say of which field."""

    def __init__(self, name: str, path: Path, record_type: RecordType, at: Place) -> None:
        said = ".".join(path.names)
        example = _example(name, record_type)
        super().__init__(
            f"{name} of which field? `{said}` are records of type {record_type.name}",
            at,
            hint=f"write {name}({said}.{example or 'FIELD'})" + (f", or count({said})" if name != "decay" else ""),
            expected=f"a field of {record_type.name}",
        )


def _example(name: str, record_type: RecordType) -> str:
    from crmcli.model.types import type_named  # noqa: PLC0415 - only on the way to a refusal

    wanted = DAYS if name == "decay" else ADDED
    fields = (f for f in record_type.fields.values() if not f.many and not f.embedded)
    return next((f.name for f in fields if family_of(f, type_named(f).family) in wanted), "")


class RowsOnlyError(QueryError):
    """An aggregate without a collection where there are no rows of a report."""

    def __init__(self, name: str, scope: Scope, at: Place) -> None:
        super().__init__(
            f"{name}(…) without a collection runs over the rows of a report, and this is no report",
            at,
            hint=f"name a collection, {_collection_example(name, scope)}",
            expected="a collection",
        )


def _collection_example(name: str, scope: Scope) -> str:
    """A collection of the scope that would do."""
    known = list(collections_of(scope.setup, scope.type)) if collection_names(scope) else []
    if not known:
        return "of the record it belongs to"
    if name in TAKES:
        fit = ((of, field) for of, other, _ in known if (field := _example(name, other)))
        of, field = next(fit, ("", ""))
        return f"as in {name}({of}.{field})" if of else f"one of {', '.join(collection_names(scope))}"
    return f"as in {name}({known[0][0]})"


class MissingCommaError(QueryError):
    """The filters of an aggregate follow its first argument without a comma."""

    def __init__(self, name: str, path: Path, at: Place) -> None:
        said = ".".join(path.names)
        super().__init__(
            f"a `, ` is missing after `{said}` in {name}(…)", at, hint=f"write {name}({said}, …)", expected="`, `"
        )


class ListFilterError(QueryError):
    """A filter on the items of a list, which have no fields."""

    def __init__(self, name: str, path: Path, at: Place) -> None:
        said = ".".join(path.names)
        super().__init__(f"the items of `{said}` have no fields to ask", at, hint=f"{name}({said}) takes all of them")


class NotAPathError(QueryError):
    """A sum or product over a collection where a path is expected."""

    def __init__(self, name: str, path: Path, at: Place) -> None:
        said = ".".join(path.names)
        super().__init__(
            f"{name}(…) takes a path, no sum or product of them",
            at,
            hint=f"work it out outside, as in {name}({said}) * 2, or in a computed field of the elements",
            expected="a path",
        )


class _Asked(NamedTuple):
    """An aggregate with its arguments told apart."""

    call: Call
    path: Path
    depth: int  # how many names of the path lead to the elements
    filters: tuple[Expr, ...]


def aggregate_value(scope: Scope, call: Call) -> ValueSql:
    """The value of an aggregate over a collection; without one, over the rows of a report."""
    path = call.args[0] if call.args else None
    if isinstance(path, Path):
        inner = scope.ungrouped()
        check_path(inner, path)
        if path.old:
            raise OldCollectionError(call.name, path.at)
        depth = steps_in(inner, path.names)
        if depth or _ends_in_list(inner, path):
            filters = call.args[2:] if call.name == "decay" else call.args[1:]
            return aggregated(inner, call, _bodies(inner, _Asked(call, path, depth, filters)))
    if isinstance(path, Junction) and path.op == "AND" and isinstance(path.terms[0], Path) and not scope.env.grouped:
        raise MissingCommaError(call.name, path.terms[0], call.at)
    if call.name in ("min", "max") and len(call.args) > 1 and not any(map(is_filter, call.args[1:])):
        from crmcli.query.alternatives import extreme  # noqa: PLC0415 - values side by side

        return extreme(scope, call)
    if scope.env.grouped:
        from crmcli.query.grouped import over_rows  # noqa: PLC0415 - only reports

        return over_rows(scope, call)
    if isinstance(path, Path):
        path_value(scope, path.names, path.at)  # says what is wrong with the name
    if isinstance(path, Arith) and (inside := _collection_in(scope, path)):
        raise NotAPathError(call.name, inside, path.at)
    raise RowsOnlyError(call.name, scope, call.at)


def _collection_in(scope: Scope, expr: Expr) -> Path | None:
    """A path through a collection inside a sum or product."""
    if isinstance(expr, Arith):
        return _collection_in(scope, expr.left) or _collection_in(scope, expr.right)
    return expr if isinstance(expr, Path) and steps_in(scope, expr.names) else None


def is_filter(expr: Expr) -> bool:
    """Whether an argument is a condition by its form, not a value."""
    return isinstance(expr, (Match, Compare, Junction, Not, Tag))


def _ends_in_list(scope: Scope, path: Path) -> bool:
    """Whether a path of one name is a list of plain values, as `phone` is."""
    if len(path.names) > 1:
        return False
    if scope.source == RECORD and path.names[0] in IN_TABLES:
        return True
    field = find_field(scope.type, path.names[0])
    return field is not None and is_list(field) and not field.calc


def _bodies(scope: Scope, asked: _Asked) -> list[Body]:
    """The elements a path leads to; several bodies when a reference on the way may point at any type."""
    path, filters = asked.path, asked.filters
    if not asked.depth:
        if filters:
            raise ListFilterError(asked.call.name, path, filters[0].at)
        return [_items(scope, "", ALWAYS, path_value(scope, path.names, path.at))]
    from crmcli.query.compile import asks_archived  # noqa: PLC0415

    rest = path.names[asked.depth :]
    archived = "archived" in rest or any(map(asks_archived, filters))
    changes = "field" in rest or any(_speaks_of(expr, "field") for expr in filters)
    found, failures = list[Body](), list[QueryError]()
    for place in reach(scope, path.names[: asked.depth], path.at, archived=archived, changes=changes):
        try:
            found.append(_body(place.scope, place.where, asked))
        except OldCollectionError:
            raise
        except QueryError as error:
            failures.append(error)
    if not found:
        raise telling(failures, rest, path.at)
    return found


def _body(scope: Scope, where: str, asked: _Asked) -> Body:
    """The elements at one place."""
    rest = asked.path.names[asked.depth :]
    name = asked.call.name
    if not rest and name in TAKES:
        raise NoFieldError(name, asked.path, scope.type, asked.path.at)
    value = path_value(scope, rest, asked.path.at) if rest else itself(scope)
    filters = [condition(scope, expr) for expr in asked.filters]
    held = all_of([when_said(scope, where, filters), *filters])
    source = f"{scope.table()} {scope.alias}"
    if value.many:
        return _items(scope, f"{source}, ", held, value)
    return Body(scope, source, held, value, order_of(scope), plain=not rest)


def _items(scope: Scope, source: str, held: Sql, value: ValueSql) -> Body:
    """The items of a list field, of the row at hand or of every element."""
    alias = scope.new_alias()
    item = item_of(scope, value, alias)
    order = order_of(scope) if source else ()
    if in_row(scope, value):
        return Body(scope, f"{source}{items_in_row(scope, value)} {alias}", held, item, (*order, f"{alias}.key"))
    table, rows = items_table(scope, value, alias)
    own = Sql(f"{rows} AND {alias}.id = {scope.alias}.id")
    place = f"{alias}.pos" if table == "items" else f"{alias}.rowid"
    where = own if held == ALWAYS else all_of([held, own])
    return Body(scope, f"{source}{table} {alias}", where, item, (*order, place))


def _speaks_of(expr: Expr, name: str) -> bool:
    """Whether a filter asks the field `name` of the elements themselves."""
    if isinstance(expr, Junction):
        return any(_speaks_of(term, name) for term in expr.terms)
    if isinstance(expr, Not):
        return _speaks_of(expr.term, name)
    if isinstance(expr, Path):
        return expr.names[0] == name and not expr.old
    if isinstance(expr, (Compare, Arith)):
        return _speaks_of(expr.left, name) or _speaks_of(expr.right, name)
    return isinstance(expr, Match) and _speaks_of(expr.left, name)
