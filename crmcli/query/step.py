"""One step of a path as SQL: the keys it begins at, the tables it leads to, which of their rows it meets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
from crmcli.query.env import Scope
from crmcli.query.failures import QueryError
from crmcli.query.value_sql import ValueSql

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.query.place import Place


class OldCollectionError(QueryError):
    """`old.` before something that keeps no former state."""

    def __init__(self, name: str, at: Place) -> None:
        super().__init__(
            f"`{name}` cannot be asked for the state before a change",
            at,
            hint="`old.` knows the fields of records, also through references",
        )


class Among(NamedTuple):
    """The keys a step begins at: `test` is `= key` or `IN (SELECT key …)`, `rows` a query for them, in column `key`."""

    test: str
    rows: str


class Target(NamedTuple):
    """Where a step may lead: a type and its table; the key it begins at; which rows of the table it meets."""

    type: RecordType
    source: str
    key: str
    meets: Callable[[Scope, Among], str]
    owner: RecordType | None = None


class Step(NamedTuple):
    """One step by its name. `gone` says that archived records are left out, as of every collection."""

    name: str
    many: bool
    targets: tuple[Target, ...]
    gone: bool = False
    lasting: bool = True  # whether the state before a change is known too

    def reference(self, scope: Scope) -> ValueSql:
        """A step to one record as the reference it is."""
        target = self.targets[0]
        found = scope.inside(target.type, target.source)
        where = target.meets(found, Among(f"= {target.key}", f"SELECT {target.key} AS key"))
        source = f"{found.table()} {found.alias} WHERE {where}"
        return ValueSql(
            f"(SELECT {found.alias}.id FROM {source})",
            family="reference",
            label=self.name,
            reference=target.type.name,
            shown=f"(SELECT {found.column('_title')} FROM {source})",
            sort=f"(SELECT {found.column('_fold')} FROM {source})",
        )


class Reached(NamedTuple):
    """Where steps lead: a scope, and which of its rows."""

    scope: Scope
    where: str


def is_id(target: Scope, among: Among) -> str:
    """The rows whose id is the key."""
    return f"{target.alias}.id {among.test}"


def keys_among(place: Reached, key: str) -> Among:
    """The keys of a place: of the one row at hand, or of all rows that steps have led to."""
    if not place.where:
        return Among(f"= {key}", f"SELECT {key} AS key")
    rows = f"SELECT {key} AS key FROM {place.scope.table()} {place.scope.alias} WHERE {place.where}"
    return Among(f"IN ({rows})", rows)
