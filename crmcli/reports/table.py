"""The value of every question with rows: lists, `crm report`, `crm sql`."""

from collections.abc import Sequence

from crmcli.light import NamedTuple
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
    row, empty where rows are no records; then `key` is the column that tells them apart, "" where none does. `filters`
    is per row the filter that lists its records (`--rows KEY`, the key is the row's first cell). `totals` is a row of
    its own, None where a total has no meaning. `bad` holds the numbers (from 0) of rows whose file has a problem.
    `definition` explains the figures: clock, denominator.
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
    key: str = ""
