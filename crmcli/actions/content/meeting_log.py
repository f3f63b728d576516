"""The lines of the log that meetings of calendars made, found by what the meetings are known by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crmcli.actions.content.meeting_lines import COLUMNS, KIND, STANDING, Line, line_of, series_uid

if TYPE_CHECKING:
    from crmcli.store.book import Book


class MeetingLog:
    """The lines that stand, looked up once; each is read when it is asked for."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._events: dict[str, list[str]] = {}
        self._of_series: dict[str, list[str]] = {}
        for event, uid in book.index.rows(_KNOWN, (KIND,)):
            self._events.setdefault(str(uid), []).append(str(event))
            series, slash, _ = str(uid).rpartition("/")
            if slash:
                self._of_series.setdefault(series, []).append(str(event))

    def lines(self, uid: str) -> list[Line]:
        """The lines of a meeting: those that carry what it is known by, else the line that it is itself, which went out from here."""
        return self._read(self._events.get(uid) or [uid])

    def of_series(self, uid: str) -> list[Line]:
        """The lines of a series: of its meetings, and of the one it was before it came again."""
        single = [line for line in self._read(self._of_series.get(uid, ())) if series_uid(line)]
        return [*self._read(self._events.get(uid, ())), *single]

    def _read(self, events: Iterable[str]) -> list[Line]:
        return [line_of(row) for event in events for row in self._book.index.rows(_LINE, (event,))]


_KNOWN = f"""SELECT e.id, json_extract(e.more, '$.uid') FROM events e WHERE e."do" = 'log' AND e.kind = ?
AND json_extract(e.more, '$.uid') IS NOT NULL AND {STANDING} ORDER BY e.id"""  # noqa: S608 - no values
_LINE = f"""SELECT {COLUMNS} FROM events e WHERE e.id = ? AND e."do" = 'log' AND {STANDING}"""  # noqa: S608
