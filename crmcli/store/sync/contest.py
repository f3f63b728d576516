"""What both sides changed: as it is told to people, and as they answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from crmcli.model.record import Fields, Ref, Value
from crmcli.model.schema import RecordType
from crmcli.store.sides import NOBODY, Author

NO_RECORD = Ref("", "")
OPEN = ""
OURS, THEIRS, BOTH, GIVEN = "ours", "theirs", "both", "given"
SIDES = (OURS, THEIRS)


class Contest(NamedTuple):
    """One thing that both sides changed, differently. `field` is "" (`merging.WHOLE`) for the whole file.

    `taken` says what became of it: `OURS`, `THEIRS`, `BOTH` (two texts, one after the other), `GIVEN` (a value somebody
    gave), or `OPEN`: a person decides. `why` is a sentence where it is not simply that the later change counts.
    """

    ref: Ref
    path: str
    field: str
    base: Value | None
    ours: Value | None
    theirs: Value | None
    ours_by: Author = NOBODY
    theirs_by: Author = NOBODY
    taken: str = OPEN
    why: str = ""

    @property
    def is_question(self) -> bool:
        """Whether a person decides."""
        return self.taken == OPEN


class Answer(NamedTuple):
    """What a person says to a contest: a side, or (`GIVEN`) a value, None for none."""

    taken: str
    value: Value | None = None


class Judge(NamedTuple):
    """How contested records are judged.

    `types` (`Setup.types`) holds the types of rows; `is_final` says whether the stage that fields say is won or lost; `answer`
    is asked about every contest, as it would be judged; `strict` leaves every field that both sides changed to a person.
    """

    types: Mapping[str, RecordType]
    is_final: Callable[[RecordType, Fields], bool]
    answer: Callable[[Contest], Answer | None]
    strict: bool = False
