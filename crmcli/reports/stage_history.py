"""Which stages records were in, and for how long, from the journal's moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from crmcli.reports.cells import Cell
from crmcli.reports.figures import seconds_between, wall_clock
from crmcli.reports.selection import pipelines_of
from crmcli.text.plain_json import dumps

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.model.schema import Pipeline
    from crmcli.reports.selection import Selection
    from crmcli.store.book import Book


_CHUNK = 5_000


class Journey(NamedTuple):
    """What became of a record. Places are those of its pipeline's open stages, from 0.

    `visited` are the places it was in; `furthest` is the greatest of them, one more than the last when it is won now,
    -1 when there is none. `finished` holds by place the seconds spent where it has left, all visits together; None elsewhere.
    """

    id: str
    won: bool
    lost: bool
    ever_won: bool
    furthest: int
    visited: frozenset[int]
    finished: tuple[int | None, ...]


def read_journeys(book: Book, selection: Selection, names: Sequence[str]) -> list[Journey]:
    """The journeys of selected records, which are named in the order of their ids; some thousand records at a time."""
    stage = selection.type.stage
    plural = selection.type.plural
    places = {p.name: _places(p) for p in pipelines_of(book.setup, selection.type)}
    clock = wall_clock(book.zone)
    question = f"""SELECT r.id, r."_kind", r."_pipeline", r."{stage.name if stage else "id"}", r.stage_since,
        m."at", m."to", m.kind FROM json_each(?) j CROSS JOIN "rec_{plural}" r ON r.id = j.value
        LEFT JOIN moves m ON m."type" = ? AND m.id = r.id ORDER BY j.key, m."at", m.event"""
    found: list[Journey] = []
    visits: dict[frozenset[int], frozenset[int]] = {}  # most records take one of a few ways
    for first in range(0, len(names), _CHUNK):
        some = names[first : first + _CHUNK]
        rows = book.index.rows(question, [dumps(list(some)), plural])
        told = groupby(rows, key=lambda row: str(row[0]))
        for name, (_, moves) in zip(some, told, strict=True):
            journey = _journey(name, list(moves), places, clock)
            found.append(journey._replace(visited=visits.setdefault(journey.visited, journey.visited)))
    return found


def _places(pipeline: Pipeline) -> dict[str, int]:
    names = (stage.name for stage in pipeline.stages.values() if stage.kind == "open")
    return {name: place for place, name in enumerate(names)}


def _journey(
    name: str,
    moves: Sequence[Sequence[Cell]],
    places: Mapping[str, Mapping[str, int]],
    clock: Callable[[str], datetime],
) -> Journey:
    kind, pipeline, stage, since = moves[0][1:5]
    own = places.get(pipeline, {})
    entries = [(to, clock(at)) for *_, at, to, _kind in moves if at]
    if since and (not entries or entries[-1][0] != stage):
        entries.append((stage, clock(since)))  # a stage written by hand that no move tells of yet
    visited = frozenset(own[to] for to, _ in entries if to in own)
    won = kind == "won"
    return Journey(
        name,
        won,
        kind == "lost",
        won or any(row[7] == "won" for row in moves),
        len(own) if won else max(visited, default=-1),
        visited,
        _finished(entries, own),
    )


def _finished(entries: Sequence[tuple[Cell, datetime]], places: Mapping[str, int]) -> tuple[int | None, ...]:
    """The seconds in each stage that the record has left for good, or until now."""
    spent: list[int | None] = [None] * len(places)
    for (to, at), (_, until) in pairwise(entries):
        if to in places:
            place = places[to]
            spent[place] = (spent[place] or 0) + seconds_between(at, until)
    if entries and entries[-1][0] in places:
        spent[places[entries[-1][0]]] = None
    return tuple(spent)
