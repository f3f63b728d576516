"""Which stages records were in, and for how long, from the journal's moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from crmcli.reports.cells import Cell
from crmcli.reports.figures import seconds_between, wall_clock
from crmcli.reports.selection import pipelines_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.model.schema import Pipeline
    from crmcli.reports.selection import Selection
    from crmcli.store.book import Book


class Journey(NamedTuple):
    """What became of a record. Places are those of its pipeline's open stages, from 0.

    `visited` are the places it was in; `furthest` is the greatest of them, one more than the last when it is won now,
    -1 when there is none. `finished` holds the seconds spent in each place it has left, all visits together.
    """

    id: str
    won: bool
    lost: bool
    ever_won: bool
    furthest: int
    visited: frozenset[int]
    finished: Mapping[int, int]


def read_journeys(book: Book, selection: Selection) -> dict[str, Journey]:
    """The journeys of all records selected, by id."""
    stage = selection.type.stage
    plural = selection.type.plural
    places = {p.name: _places(p) for p in pipelines_of(book.setup, selection.type)}
    rows = book.index.rows(
        f"""SELECT r.id, r."_kind", r."_pipeline", r."{stage.name if stage else "id"}", r.stage_since, m."at", m."to", m.kind
        FROM "rec_{plural}" r LEFT JOIN moves m ON m."type" = ? AND m.id = r.id
        WHERE {selection.where.text} ORDER BY r.id, m."at", m.event""",
        [plural, *selection.where.params],
    )
    clock = wall_clock(book.zone)
    return {
        str(name): _journey(list(moves), places, clock) for name, moves in groupby(rows, key=lambda row: str(row[0]))
    }


def _places(pipeline: Pipeline) -> dict[str, int]:
    names = (stage.name for stage in pipeline.stages.values() if stage.kind == "open")
    return {name: place for place, name in enumerate(names)}


def _journey(
    moves: Sequence[Sequence[Cell]], places: Mapping[str, Mapping[str, int]], clock: Callable[[str], datetime]
) -> Journey:
    name, kind, pipeline, stage, since = moves[0][:5]
    own = places.get(pipeline, {})
    entries = [(to, clock(at)) for *_, at, to, _kind in moves if at]
    if since and (not entries or entries[-1][0] != stage):
        entries.append((stage, clock(since)))  # a stage written by hand that no move tells of yet
    visited = frozenset(own[to] for to, _ in entries if to in own)
    won = kind == "won"
    return Journey(
        str(name),
        won,
        kind == "lost",
        won or any(row[7] == "won" for row in moves),
        len(own) if won else max(visited, default=-1),
        visited,
        _finished(entries, own),
    )


def _finished(entries: Sequence[tuple[Cell, datetime]], places: Mapping[str, int]) -> dict[int, int]:
    """The seconds in each stage that the record has left for good, or until now."""
    spent: dict[int, int] = {}
    for (to, at), (_, until) in pairwise(entries):
        if to in places:
            place = places[to]
            spent[place] = spent.get(place, 0) + seconds_between(at, until)
    last = places.get(entries[-1][0]) if entries else None
    return {place: seconds for place, seconds in spent.items() if place != last}
