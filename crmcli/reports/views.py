"""What reports return and front ends draw: plain values that know nothing of terminals.

Text here is as it stands in the book; making it safe for a terminal is the drawer's. Each view is one screen; questions
with rows (lists, `report`) return a `Table` (table.py).
"""

from crmcli.light import NamedTuple
from crmcli.reports.table import Column, Table

__all__ = [
    "BoardCard",
    "BoardColumn",
    "BoardView",
    "BriefView",
    "Column",
    "FieldLine",
    "RecordView",
    "Related",
    "RelatedLine",
    "StageMark",
    "Table",
    "TimelineLine",
    "TodayLine",
    "TodayView",
]


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
    dynamic: tuple[str, ...] = ()  # tags that a filter keeps
    track: tuple[StageMark, ...] = ()
    since: str = ""  # in this stage for so long
    related: tuple[Related, ...] = ()
    timeline: tuple[TimelineLine, ...] = ()
    older: int = 0  # lines of the timeline not shown
    body: str = ""
    archived: str = ""
    problems: tuple[str, ...] = ()
    extra: tuple[FieldLine, ...] = ()  # keys in the file that the schema does not know
    rows: tuple[Table, ...] = ()  # rows inside the record, a table per field


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
    weighted: str = ""  # at the records' odds, where it was asked for


class BoardView(NamedTuple):
    """A pipeline as columns of cards."""

    title: str
    columns: tuple[BoardColumn, ...]
    notes: tuple[str, ...] = ()
