"""Which commit of git brought an event, and whose it was: that of the segment it stands in.

What a commit made without crm changed was journaled later, mostly by somebody else: its op says which commit that was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.ids import ulid_milliseconds
from crmcli.store import git
from crmcli.store.pack import PREFIX

if TYPE_CHECKING:
    from crmcli.store.book import Book, InGit

_PLACES = """SELECT e.id, e.op, s.path, e.via FROM events e JOIN segments s ON s.no = e.seg
  WHERE e.id IN (SELECT value FROM json_each(?))"""
_FORMAT = "--format=%x01%H%x00%an%x00%aI"


class Commit(NamedTuple):
    """A commit: its full name, its author's name, the author's time (ISO with offset)."""

    name: str
    author: str
    at: str


def commits_of(book: Book, events: Iterable[str]) -> dict[str, Commit]:
    """The commit of each event, by its id; those not committed yet, and all of a book outside git, are left out.

    A segment is committed once, since it is sealed by that; what was packed later is looked for among the changes of its
    month.
    """
    place = book.in_git()
    asked = sorted(set(events))
    if place is None or not asked:
        return {}
    rows = [tuple(map(str, row)) for row in book.index.rows(_PLACES, (json.dumps(asked),))]
    without = _made_without_crm(place, {op for _, op, _, via in rows if via == "git"})
    found = {id_: without[op] for id_, op, _, _ in rows if op in without}
    for path, ids in _by_segment([row for row in rows if row[0] not in found]).items():
        packed = path.rpartition("/")[2].startswith(PREFIX)
        for id_, same_op in ids.items():
            commit = _first(place, path, id_, packed=packed)
            if commit is not None:
                found |= dict.fromkeys(same_op, commit)
    return found


def _made_without_crm(place: InGit, ops: set[str]) -> dict[str, Commit]:
    """The commits that ops are named after, by op."""
    if not ops:
        return {}
    from crmcli.store.git_drift import Author, derived_op  # noqa: PLC0415 - where commits were made without crm

    moments = {ulid_milliseconds(op) for op in ops}
    said = git.run(place.repository.top, "log", "--format=%at%x00%H%x00%an%x00%aI", place.commit, check=False)
    found: dict[str, Commit] = {}
    for line in said.splitlines():
        seconds, _, told = line.partition("\0")
        if seconds.isdigit() and int(seconds) * 1000 in moments:
            commit = Commit(*told.split("\0"))
            found[derived_op(Author(commit.name, commit.at, int(seconds) * 1000, ""))] = commit
    return found


def _by_segment(rows: list[tuple[str, ...]]) -> dict[str, dict[str, list[str]]]:
    """Per segment, for one event of each op in it, all asked for of that op: they were written, and committed, at once."""
    found: dict[str, dict[str, list[str]]] = {}
    first: dict[tuple[str, str], str] = {}
    for id_, op, path, _ in rows:
        one = first.setdefault((path, op), id_)
        found.setdefault(path, {}).setdefault(one, []).append(id_)
    return found


def _first(place: InGit, path: str, event: str, *, packed: bool) -> Commit | None:
    """The oldest commit that added the event's line: to its segment, or where that was packed, to any of the month."""
    where = place.prefix + (path.rpartition("/")[0] if packed else path)
    said = git.run(
        place.repository.top, "log", _FORMAT, f"-S{event}", "--no-renames", place.commit, "--", f":(literal){where}",
        check=False,
    )  # fmt: skip
    told = [part.strip("\n").split("\0") for part in said.split("\x01") if part.strip("\n")]
    return Commit(*told[-1]) if told else None
