"""A map for many files meets one: what the file or the book lacks is left out, before the map is bound.

A map with `header` knows its files by a few columns; the others may lack, and letter case makes no difference. One that
came with the program is fitted to the book too: fields, records and stages that the book does not have are left out and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from crmcli.actions.importing.binding import OWN_STAGE
from crmcli.actions.importing.joining import TOGETHER, columns_of
from crmcli.model.schema import RecordType, Setup
from crmcli.store.setup.import_map import MapPart

_SYSTEM = frozenset(["keys", "tags", "created", "archived"])


def fitted(part: MapPart, header: Sequence[str], setup: Setup, to: str = "") -> tuple[MapPart, list[str]]:
    """The part with the columns of this file, and sentences about what the book lacks."""
    if not part.header:
        return part, []
    fitting = _Fitting(part, header, setup, to)
    return fitting.part(), fitting.told()


class _Fitting:
    def __init__(self, part: MapPart, header: Sequence[str], setup: Setup, to: str) -> None:
        self._part = part
        self._header: dict[str, str] = {}
        for name in header:
            self._header.setdefault(name.strip().casefold(), name.strip())
        self._setup = setup
        self._type = setup.types.get(to or part.to) or setup.by_plural(to or part.to)
        self._lacking: dict[str, str] = {}  # field → the column that would fill it

    def part(self) -> MapPart:
        """The part, fitted."""
        part = self._part
        named = {key: name for key in part.columns if (name := self._named(key))}
        columns = {named[key]: target for key, target in part.columns.items() if key in named}
        columns = {name: target for name, target in columns.items() if self._has(target, name)}
        moves = {name: stage for key, stage in part.moves.items() if (name := self._named(key)) and self._knows(stage)}
        kept = {*columns, *moves}
        names = {**{key: self._named(key) for key in part.moves}, **named}
        constants = {name: text for name, text in part.set.items() if self._has(name, "")}
        filled = {*columns.values(), *constants}
        return part._replace(
            columns=columns,
            moves=moves,
            set=constants,
            values={names[key]: table for key, table in part.values.items() if names.get(key) in kept},
            dates={names[key]: form for key, form in part.dates.items() if names.get(key) in kept},
            missing={name: policy for name, policy in part.missing.items() if self._refers(name, columns)},
            same=tuple(text for text in part.same if all(name.strip() in filled for name in text.split(TOGETHER))),
        )

    def told(self) -> list[str]:
        """What the book lacks, in a sentence."""
        if not self._lacking:
            return []
        listed = ", ".join(f"{field} ({column})" if column else field for field, column in self._lacking.items())
        return [f"fields that this book does not have, left out: {listed}"]

    def _named(self, key: str) -> str:
        """A key as the file has it: without the columns it lacks, "" where it has none of them."""
        whole = self._header.get(key.casefold())
        if whole is not None or TOGETHER not in key:
            return whole or ""
        found = (self._header.get(name.casefold(), "") for name in columns_of(key))
        return TOGETHER.join(name for name in found if name)

    def _has(self, target: str, column: str) -> bool:
        if not self._part.shipped or not target or self._type is None or self._is_there(self._type, target):
            return True
        self._lacking.setdefault(target, column)
        return False

    def _is_there(self, record_type: RecordType, target: str) -> bool:
        head, dot, inner = target.partition(".")
        field = record_type.fields.get(head)
        if target in _SYSTEM or field is not None:
            return not dot or (field is not None and field.type == "address")
        other = self._setup.types.get(head)
        return bool(dot and other and not other.embedded and _links(other, record_type) and inner in other.fields)

    def _knows(self, stage: str) -> bool:
        if not self._part.shipped or stage == OWN_STAGE or self._type is None:
            return True
        return any(stage in pipeline.stages for pipeline in self._setup.pipelines_of(self._type.name))

    def _refers(self, name: str, columns: Mapping[str, str]) -> bool:
        if not self._part.shipped:
            return name in self._targets(columns.values()) or name not in self._targets(self._part.columns.values())
        field = self._type.fields.get(name) if self._type else None
        return field is not None and bool(field.reference) and name in columns.values()

    def _targets(self, targets: Iterable[str]) -> set[str]:
        """The fields that columns fill, those of other records by their own names too."""
        return {name for target in targets for name in (target, target.rpartition(".")[2])}


def _links(other: RecordType, record_type: RecordType) -> bool:
    return any(field.reference == record_type.name and not field.many for field in other.fields.values())
