"""Where a dotted path leads: the types there, and the names that can follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.schema import label_of
from crmcli.query.env import LOG, MOVES, RECORD, ROWS
from crmcli.query.fields import find_field
from crmcli.query.journal import log_type, moves_type
from crmcli.query.manual.names import BUILT_IN
from crmcli.query.pointing import collections_of
from crmcli.reports.suggest.suggestion import Suggestion

if TYPE_CHECKING:
    from crmcli.model.schema import Field, RecordType, Setup

PARTS = {
    "money": ("currency",),
    "period": ("start", "end"),
    "stage": ("odds", "category", "kind"),
    "address": ("street", "district", "city", "province", "zip", "country"),
}
OF_STAGES = frozenset(["closed", "stage_since", "stage_days"])
"""Built-in fields that only records with a stage have."""


class Spot(NamedTuple):
    """What stands at a place: a type, and whether its records, rows, log lines or changes of stage are meant."""

    type: RecordType
    source: str = RECORD
    owner: RecordType | None = None


def at_type(record_type: RecordType) -> Spot:
    """The spot a question begins at."""
    return Spot(record_type, ROWS if record_type.embedded == "true" else RECORD)


def follow(setup: Setup, spots: list[Spot], names: list[str]) -> list[Spot]:
    """Where a path leads from any of some spots; nowhere gives none."""
    for name in names:
        found = [there for spot in spots for there in _step(setup, spot, name)]
        spots = list({(spot.type.name, spot.source): spot for spot in found}.values())
    return spots


def _step(setup: Setup, spot: Spot, name: str) -> Iterator[Spot]:
    field = find_field(spot.type, name)
    if field is not None and field.reference:
        target = setup.types.get(field.reference)
        found = [target] if target else [type_ for type_ in setup.types.values() if not type_.embedded]
        yield from map(at_type, found)
    elif field is not None and field.embedded:
        yield Spot(setup.types[field.type], ROWS)
    elif field is None and name == "by":
        yield from (at_type(setup.types[known]) for known in ("member",) if known in setup.types)
    elif field is None and spot.source == RECORD:
        yield from _collected(setup, spot.type, name)


def _collected(setup: Setup, record_type: RecordType, name: str) -> Iterator[Spot]:
    if name == "log":
        yield Spot(log_type(setup), LOG)
    elif name == "moves":
        yield Spot(moves_type(), MOVES, record_type)
    else:
        found = (other for made, other, _ in collections_of(setup, record_type) if made == name)
        yield from (Spot(other, LOG if other.embedded == "journal" else at_type(other).source) for other in found)


def fields_at(setup: Setup, spot: Spot, typed: str) -> Iterator[tuple[str, str]]:
    """The fields at a spot with their help; by label when what is typed begins one."""
    language = setup.config.language
    for field in spot.type.fields.values():
        label = label_of(field.label, language, field.type)
        if field.embedded:
            continue
        yield field.name, label
        yield from ((said, field.name) for said in field.label.values() if typed and said.startswith(typed))
    if spot.source == RECORD:
        staged = spot.type.stage is not None
        yield from ((name, said.says) for name, said in BUILT_IN.items() if staged or name not in OF_STAGES)


def paths_at(setup: Setup, spot: Spot) -> Iterator[tuple[str, str]]:
    """The names at a spot that lead to several: collections, rows, the log; for paths."""
    yield from ((field.name, "rows") for field in spot.type.fields.values() if field.embedded)
    if spot.source == RECORD:
        yield from (
            (name, f"{other.plural} of it") for name, other, _ in collections_of(setup, spot.type) if name != "log"
        )
        yield "log", "what was logged"
        if spot.type.stage is not None:
            yield "moves", "changes of stage"


def references_at(spot: Spot) -> Iterator[tuple[str, str]]:
    """The references at a spot."""
    yield from ((field.name, f"a {field.reference}") for field in spot.type.fields.values() if field.reference)


def parts_at(spots: list[Spot], name: str) -> list[Suggestion]:
    """The parts of a field that is no reference: `amount.currency`."""
    kinds = {field.type for spot in spots for field in (find_field(spot.type, name),) if field and not field.reference}
    return [Suggestion(part, f"part of {name}") for kind in kinds for part in PARTS.get(kind, ())]


def field_at(spots: list[Spot], name: str) -> list[tuple[Spot, Field | None]]:
    """The field a name means at each spot; None for a built-in one."""
    found = ((spot, find_field(spot.type, name)) for spot in spots)
    return [(spot, field) for spot, field in found if field is not None or (name in BUILT_IN and spot.source == RECORD)]
