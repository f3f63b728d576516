"""Where names lead: references, collections, rows inside records, the log, stage changes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import NamedTuple

from tests.oracle.readers import Field, Row, World
from tests.oracle.values import Worth

BUILT_IN = {
    "id": "exact", "type": "exact", "tags": "tags", "created": "datetime", "archived": "date", "by": "ref", "via": "via",
    "touched": "datetime", "next_due": "datetime", "closed": "datetime", "stage_since": "datetime", "stage_days": "number",
    "late": "flag",
}  # fmt: skip


class Lead(NamedTuple):
    """A name that leads to rows: of which type, one or several, a collection or not."""

    kind: str
    many: bool
    rows: Callable[[Row], list[Row]]
    collection: bool = False


class Leads(ABC):
    """The names of one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    @abstractmethod
    def leaf(self, row: Row, name: str, part: str = "") -> Worth:
        """A row's own values of a field."""

    # ---- names -------------------------------------------------------------------------------------------

    def named(self, kind: str, name: str) -> str:
        """A field's own name for its label."""
        found = self.world.types.get(kind)
        return found.labels.get(name, name) if found else name

    def knows(self, row: Row, name: str) -> bool:
        found = self.world.types.get(row.kind)
        return bool(found and self.named(row.kind, name) in found.fields) or name in BUILT_IN

    def lead(self, kind: str, name: str) -> Lead | None:
        """Where a name leads, None when it is a value."""
        name = self.named(kind, name)
        field = self.world.types[kind].fields.get(name) if kind in self.world.types else None
        if field is not None:
            target = self.world.types.get(field.type)
            if target is None:
                return None
            if target.embedded == "true":
                return Lead(field.type, many=True, rows=lambda row: row.values[name], collection=True)
            return Lead(field.type, field.many, lambda row: self.targets(self.leaf(row, name).items))
        if name in BUILT_IN:
            return (
                None
                if name != "by"
                else Lead("member", many=False, rows=lambda row: self.targets(row.values.get("by", [])))
            )
        return self.collection(kind, name)

    def targets(self, refs: list[str]) -> list[Row]:
        return [row for row in map(self.world.row, refs) if row is not None]

    def collection(self, kind: str, name: str) -> Lead | None:
        if name == "log":
            return Lead("log", many=True, rows=lambda row: self.log(row), collection=True)  # noqa: PLW0108
        if name == "moves":
            own = self.world.moves
            return Lead(
                "moves", many=True, rows=lambda row: [move for move in own if move.whole is row], collection=True
            )
        for other in self.world.types.values():
            for field in other.fields.values():
                if field.type in (kind, "any") and (field.back or other.plural) == name and not field.calc:
                    return self._back(other.name, field)
        return None

    def _back(self, kind: str, field: Field) -> Lead:
        def rows(row: Row) -> list[Row]:
            own = self.world.types[kind]
            pool = self.world.lines if own.embedded == "journal" else self.world.inside
            pool = pool if own.embedded else list(self.world.records[kind].values())
            return [one for one in pool if one.kind == kind and row.ref in one.values[field.name]]

        return Lead(kind, many=True, rows=rows, collection=True)

    def parts(self, row: Row) -> list[Row]:
        """A record and everything that is within it, to any depth."""
        found = [row]
        for whole in found:
            for kind in self.world.types.values():
                for field in kind.fields.values():
                    if field.within:
                        pool = self.world.records[kind.name].values()
                        found += [one for one in pool if whole.ref in one.values[field.name] and one not in found]
        return found

    def log(self, row: Row) -> list[Row]:
        """What was logged on it or on a part of it, and the changes of its own fields."""
        refs = {part.ref for part in self.parts(row)}
        return [
            line
            for line in self.world.lines
            if (line.ons & refs if line.stored["do"] == "log" else row.ref in line.ons)
        ]
