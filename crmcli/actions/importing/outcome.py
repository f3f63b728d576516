"""What came of an imported file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crmcli.actions.importing.preview import PreviewLine
from crmcli.errors import BadDataError
from crmcli.model.schema import RecordType

MESSAGE = "message"
"""What a row of a mailbox is called: its rejects are a list, not messages that could be imported."""


class RowsRefusedError(BadDataError):
    """Some rows were not taken; the others are imported."""

    def __init__(self, outcome: ImportOutcome) -> None:
        count = f"{outcome.refused:,} of {outcome.rows:,} {outcome.unit}s"
        if outcome.dry:
            others = "the others would be imported" if outcome.rows > outcome.refused else "nothing would be imported"
            super().__init__(f"{count} would be refused", hint=others)
            return
        written = "the others are imported" if outcome.rows > outcome.refused else "nothing was imported"
        mending = "mend them there and import that file with the same map"
        if outcome.unit == MESSAGE:
            mending = "once that is mended, import the same again: what is there by then is not taken twice"
        super().__init__(
            f"{count} {'was' if outcome.refused == 1 else 'were'} refused; {written}",
            hint=f"{outcome.rejects} says why, {outcome.unit} by {outcome.unit}; {mending}",
        )


class ValuesKeptError(BadDataError):
    """Values that the file and the book both changed; the book's stayed, and nobody said that they should."""

    def __init__(self, outcome: ImportOutcome) -> None:
        count = "1 value" if outcome.kept == 1 else f"{outcome.kept:,} values"
        stay = "would stay" if outcome.dry else "stayed"
        lists = f"{outcome.conflicts} lists them; " if outcome.conflicts else ""
        super().__init__(
            f"{count} changed here and in the file; what is here {stay}",
            hint=f"{lists}--prefer theirs takes the file's, --prefer ours keeps what is here and says no more",
        )


class ImportOutcome(NamedTuple):
    """What came of a file, or of a sheet of it. Rows are counted once: new, changed, same or refused.

    `op` is "" when nothing changed. `beside` counts records made because rows refer to them or hold them, by plural;
    `skipped` references left out; `kept` values that the file and the book both changed and that stayed. `rejects` is
    the file of refused rows, `conflicts` that of kept values, "" without one. `type` is None where they are not of one.
    """

    op: str
    type: RecordType | None
    rows: int
    new: int
    changed: int
    same: int
    refused: int
    beside: Mapping[str, int]
    skipped: int
    rejects: str
    preview: Sequence[PreviewLine]
    notices: list[str]
    dry: bool
    kept: int = 0
    conflicts: str = ""
    sentence: str = ""  # in place of the counts
    decided: bool = False  # whose value stays was said
    unit: str = "row"  # what a row is called
