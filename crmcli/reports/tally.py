"""What one member got done in the course of today, as the journal tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.ids import encode
from crmcli.reports.reasons import task_type
from crmcli.text.phrases import counted, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.store.book import Book

_TODAY = """SELECT e.op, e."do", e."on", json_extract(e.more, '$.undoes'), json_extract(e.more, '$.cmd'),
  CASE e."do" WHEN 'move' THEN (SELECT m.kind FROM moves m WHERE m."type" = substr(e."on", 1, instr(e."on", '/') - 1)
    AND m.id = substr(e."on", instr(e."on", '/') + 1) AND m.event = e.id) END
FROM events e WHERE e.id >= ? AND e.by = ? AND e.via NOT IN ('hand', 'git') AND e.via NOT LIKE 'import%'
ORDER BY +e.op DESC, e.id"""
"""The order is that of few rows: `+` keeps SQLite from walking all ops for it."""


class Tally(NamedTuple):
    """Numbers of a day: log lines, tasks finished, records moved to another stage, tasks put off, next steps, records made."""

    logged: int = 0
    done: int = 0
    moved: int = 0
    snoozed: int = 0
    planned: int = 0
    made: int = 0


def day_tally(book: Book, member: str = "") -> Tally:
    """What `member` ("": who asks) did since midnight in the book's zone; what was undone does not count."""
    midnight = book.now().replace(hour=0, minute=0, second=0, microsecond=0)
    since = encode(int(midnight.timestamp() * 1000), 10)
    rows = book.index.rows(_TODAY, (since, member or book.me))
    counts = dict.fromkeys(Tally._fields, 0)
    task = task_type(book.setup)
    tasks = f"{task.plural}/" if task else "\0"
    verbs = {str(row[0]): str(row[4]) for row in rows if row[4]}
    for op, do, on, *_, kind in _standing(rows):
        what = (
            ""
            if verbs.get(op) == "init"
            else _counted_as(do, verbs.get(op, ""), str(kind or ""), task=str(on).startswith(tasks))
        )
        if what:
            counts[what] += 1
    return Tally(**counts)


def _standing(rows: Sequence[Sequence[object]]) -> list[tuple[str, str, str, object, object, object]]:
    """The rows of ops that stand: no undo, and undone by none that stands."""
    undone: set[object] = set()
    undoers: set[object] = set()
    for op, _, _, undoes, _, _ in rows:  # the newest first, so that it is known whether an op stands
        if undoes:
            undoers.add(op)
            if op not in undone:
                undone.add(undoes)
    return [(str(r[0]), str(r[1]), str(r[2]), *r[3:6]) for r in rows if r[0] not in undone | undoers]  # type: ignore[misc]


def _counted_as(do: str, verb: str, kind: str, *, task: bool) -> str:
    if do == "log":
        return "logged"
    if do == "move":
        return ("done" if kind in ("won", "lost") else "") if task else "moved"
    if do == "create":
        return "planned" if task else "made"
    return "snoozed" if do == "set" and verb == "snooze" else ""


def tally_words(tally: Tally, language: str) -> str:
    """The numbers that are not zero, in a sentence without a full stop; "" for an idle day."""
    said = (
        ("{lines} logged", "line", tally.logged),
        ("{tasks} done", "task", tally.done),
        ("{records} moved", "record", tally.moved),
        ("{tasks} put off", "task", tally.snoozed),
        ("{steps} planned", "step", tally.planned),
        ("{records} made", "record", tally.made),
    )
    parts = [
        phrase(language, sentence, **{sentence[1 : sentence.index("}")]: counted(language, number, noun)})
        for sentence, noun, number in said
        if number
    ]
    return ", ".join(parts)
