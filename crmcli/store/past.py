"""The book in the past: the ordinary book on an index that was rewound, with a clock that says then.

Nothing can be written to it. Engine files and rates are those of now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from crmcli.errors import NotFoundError, UsageError
from crmcli.model.ids import encode
from crmcli.model.record import BODY, SYSTEM_FIELDS, Fields, Record, Ref
from crmcli.store.book import Book, InGit, RecordMissingError
from crmcli.store.past_index import PastIndex
from crmcli.store.past_moment import Moment

if TYPE_CHECKING:
    from crmcli.model.record import Value
    from crmcli.model.schema import RecordType, Setup

_BEGUN = (
    """SELECT "do", at FROM main.events WHERE "on" = ? AND "do" IN ('create', 'restore', 'delete') ORDER BY at, id"""
)
_SAID = {"create": "made", "restore": "restored", "delete": "deleted"}
_LAST_LETTER = "Z" * 16
"""No id of a millisecond sorts after its ten letters and these."""


class PastUnwritableError(UsageError):
    """A change was to be made in the past."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(
            f"nothing can be written into the past ({shown(moment)})",
            hint="leave --as-of and --known-at out; `--at` dates a line of the log, `crm undo` takes changes back",
        )


class NotThereThenError(NotFoundError):
    """A record that exists at some time, and not at the moment that was asked for."""

    def __init__(self, ref: Ref, moment: datetime, did: str, at: datetime | None) -> None:
        when = f" {shown(at)}" if at else ""
        what = f": it was {did}{when}" if did else ""
        super().__init__(f"{ref} was not there on {shown(moment)}{what}", hint="ask for another moment with --as-of")


class PastBook(Book):
    """A book as it was at `moment`; made by `Book.at`.

    `rewind` goes further back on the same tables. `known` leaves out what was recorded after it, however it was dated.
    """

    def __init__(self, present: Book, moment: datetime, known: datetime | None = None) -> None:
        super().__init__(present.root)
        self.present = present
        self.moment = moment
        self.known = known
        self._is_now = moment >= present.now()  # events dated ahead belong to the present

    def rewind(self, moment: datetime) -> None:
        """Go back to `moment`, which must not lie after the one the book is at."""
        if moment > self.moment:
            raise ValueError(moment)
        index = self.index
        self.moment, self._is_now = moment, self._is_now and moment == self.moment
        self.__dict__.pop("context", None)
        index.rewind(self._bounds(), self.context)

    def at(self, moment: datetime, known: datetime | None = None) -> PastBook:
        """The book at another moment, on tables of its own, as far as it is known here if nothing else is said."""
        return self.present.at(moment, known or self.known)

    def close(self) -> None:
        """Give the tables back; they are made again when something is asked."""
        self.index.close()

    # ---- what differs from the present book ---------------------------------------------------------------

    def now(self) -> datetime:
        """The moment, in the book's zone."""
        return self.moment.astimezone(self.zone)

    @cached_property
    def setup(self) -> Setup:
        """What the engine files say now."""
        return self.present.setup

    @cached_property
    def me(self) -> str:
        """Who asks, in the present."""
        return self.present.me

    @cached_property
    def index(self) -> PastIndex:
        """The index of then, opened at the first question."""
        return PastIndex(self.root, self.state, self.setup, self.context, self.present.index, self._bounds())

    def in_git(self) -> InGit | None:
        """Where the present book lies."""
        return self.present.in_git()

    def writer(self) -> str:
        """Nobody: raises `PastUnwritableError` (exit 2)."""
        raise PastUnwritableError(self.now())

    # ---- records ------------------------------------------------------------------------------------------

    def path_of(self, ref: Ref) -> str:
        """The file of a record; raises `NotThereThenError` (exit 3) for one that was not there."""
        try:
            return super().path_of(ref)
        except RecordMissingError:
            raise self._absent(ref) from None

    def read_record(self, ref: Ref) -> Record:
        """The record as it was."""
        fields = self._rewound(ref)
        return super().read_record(ref) if fields is None else Record(ref, fields)

    def record_bytes(self, ref: Ref) -> bytes:
        """The record's file: as it stands where nothing changed since, else the fields of then in a new file's order."""
        fields = self._rewound(ref)
        return super().record_bytes(ref) if fields is None else _rendered(self.type_of(ref), fields)

    def find_elsewhere(self, word: str, types: Sequence[RecordType] | None) -> Ref | None:
        """The record that answers to `word` now and was there, under another name perhaps; None where nobody does.

        Raises `NotThereThenError` (exit 3) for one that was not there.
        """
        from crmcli.store.who import candidates  # noqa: PLC0415 - it asks this book when it finds nobody

        found = candidates(self.present, word, types)[1]
        if len(found) != 1:
            return None
        self.path_of(found[0][0])
        return found[0][0]

    def _rewound(self, ref: Ref) -> Fields | None:
        self.path_of(ref)
        return self.index.fields_of(ref)

    def _absent(self, ref: Ref) -> NotFoundError:
        """Why a record is not there: what was done to it first after the moment, else last before it."""
        told = [(str(do), datetime.fromisoformat(str(at))) for do, at in self.index.rows(_BEGUN, (str(ref),))]
        after = [entry for entry in told if entry[1] > self.moment]
        before = [entry for entry in told if entry[1] <= self.moment and entry[0] == "delete"]
        if before or after:
            do, at = before[-1] if before else after[0]
            return NotThereThenError(ref, self.now(), _SAID[do], at.astimezone(self.zone))
        row = self.present.index.row(f'SELECT created FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))
        if row is None:
            return RecordMissingError(ref)
        made = datetime.fromisoformat(row[0]).astimezone(self.zone) if row[0] else None
        return NotThereThenError(ref, self.now(), "made" if made else "", made)

    def _bounds(self) -> Moment:
        """The moment as the index compares it."""
        known = ""
        if self.known is not None:
            known = encode(int(self.known.timestamp()) * 1000 + 999, 10) + _LAST_LETTER
        at = "" if self._is_now else self.moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Moment(at, known)


def shown(moment: datetime) -> str:
    """A moment for people: the day alone where its end is meant."""
    return moment.strftime("%Y-%m-%d" if moment.strftime("%H:%M:%S") == "23:59:59" else "%Y-%m-%d %H:%M")


def _rendered(record_type: RecordType, fields: Mapping[str, Value]) -> bytes:
    from crmcli.text import frontmatter  # noqa: PLC0415 - only where a file of the past is written out

    own = record_type.fields.values()
    order = dict.fromkeys([*(field.name for field in own), *SYSTEM_FIELDS, *fields])
    front = {name: fields[name] for name in order if name in fields and name != BODY}
    body = fields.get(BODY, "")
    maps = {field.name for field in own if field.type == "address" or field.embedded}
    return frontmatter.render(front, body if isinstance(body, str) else "", maps=maps).encode()
