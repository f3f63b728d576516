"""What reports return and front ends draw: plain values that know nothing of terminals.

Text here is as it stands in the book; making it safe for a terminal is the drawer's. `Table` is the value of every
question with rows (lists, `report`); the others are one screen each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crmcli.reports.cells import TEXT, Cell, Form


class Column(NamedTuple):
    """A column: its name for scripts (a field's name or path, never a label), its label for people, how cells read."""

    name: str
    label: str
    form: Form = TEXT
    bar: bool = False  # draw the share of the column's greatest value beside the number


class Table(NamedTuple):
    """Rows with named columns.

    `rows` may be fewer than `found`, the number of rows before a limit. `refs` (`plural/id`) names the record of each
    row, empty where rows are no records. `filters` is per row the filter that lists its records (`--rows KEY`, the
    key is the row's first cell). `totals` is a row of its own, None where a total has no meaning. `bad` holds the
    numbers (from 0) of rows whose file has a problem. `definition` explains the figures: clock, denominator.
    """

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    title: str = ""
    found: int = 0
    refs: Sequence[str] = ()
    totals: Sequence[Cell] = ()
    filters: Sequence[str] = ()
    bad: frozenset[int] = frozenset()
    definition: str = ""
    warnings: tuple[str, ...] = ()


class TodayLine(NamedTuple):
    """One record of the queue with all its reasons, the most pressing first.

    `group` is one of late, waits, today, quiet, loose, start; `when` a date or time as shown ("" for none); `whose` the
    record it is about (a task's customer); `amount` money as shown.
    """

    group: str
    ref: str
    title: str
    reasons: tuple[str, ...] = ()
    when: str = ""
    whose: str = ""
    amount: str = ""


class TodayView(NamedTuple):
    """One member's queue, best first within its groups; the order of `lines` is the order of the row numbers."""

    member: str
    date: str
    lines: tuple[TodayLine, ...]
    hidden: int = 0  # lines beyond what fits a day
    notes: tuple[str, ...] = ()


class FieldLine(NamedTuple):
    """A field of a record for people; `target` is the id behind a reference, `bad` a value its field cannot hold."""

    name: str
    label: str
    text: str
    target: str = ""
    bad: bool = False


class TimelineLine(NamedTuple):
    """One thing that happened.

    `kind`: call, email, meeting, …, or set, move, create, archive. `amount` of detail is the writer's choice:
    `text` is free text of several lines, `what` a line the program made (`stage: proposal → won`).
    """

    at: str  # as shown: date and time
    by: str
    kind: str
    what: str = ""
    text: str = ""
    direction: str = ""
    took: str = ""
    ref: str = ""  # the record it was written on, when it is another than the one shown


class RelatedLine(NamedTuple):
    """A record that refers to the one shown."""

    ref: str
    title: str
    cells: tuple[str, ...] = ()
    kind: str = ""  # open | hold | won | lost of its stage


class Related(NamedTuple):
    """Related records of one collection; `found` counts those left out too."""

    title: str
    lines: tuple[RelatedLine, ...]
    found: int = 0


class StageMark(NamedTuple):
    """A stage on the track of a record's pipeline."""

    label: str
    kind: str
    here: bool = False
    done: bool = False


class RecordView(NamedTuple):
    """The page of one record (`show`)."""

    ref: str
    type_label: str
    title: str
    fields: tuple[FieldLine, ...]
    tags: tuple[str, ...] = ()
    track: tuple[StageMark, ...] = ()
    since: str = ""  # in this stage for so long
    related: tuple[Related, ...] = ()
    timeline: tuple[TimelineLine, ...] = ()
    older: int = 0  # lines of the timeline not shown
    body: str = ""
    archived: str = ""
    problems: tuple[str, ...] = ()
    extra: tuple[FieldLine, ...] = ()  # keys in the file that the schema does not know


class BriefView(NamedTuple):
    """One screen before a meeting: who, where things stand, what was said last, what is next."""

    ref: str
    title: str
    line: str  # what it is, in one line: tier, industry, city
    facts: tuple[FieldLine, ...]
    people: tuple[RelatedLine, ...] = ()
    deals: tuple[RelatedLine, ...] = ()
    next_steps: tuple[RelatedLine, ...] = ()
    last: tuple[TimelineLine, ...] = ()
    warnings: tuple[str, ...] = ()


class BoardCard(NamedTuple):
    """A record on a board."""

    ref: str
    title: str
    amount: str = ""
    who: str = ""
    mark: str = ""  # "", late or quiet


class BoardColumn(NamedTuple):
    """A stage with its cards, the first ones first; `found` and `total` include those not shown."""

    name: str
    label: str
    kind: str
    cards: tuple[BoardCard, ...]
    found: int
    total: str = ""


class BoardView(NamedTuple):
    """A pipeline as columns of cards."""

    title: str
    columns: tuple[BoardColumn, ...]
    notes: tuple[str, ...] = ()
