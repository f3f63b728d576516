"""Who gave a field the value that one side of a merge has, and when: the journal knows, else the side's last commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.event import Event
from crmcli.model.record import Fields, Value
from crmcli.store import git
from crmcli.store.drift import events_of
from crmcli.store.merge_values import items
from crmcli.store.merging import WHOLE
from crmcli.store.records import parse_record
from crmcli.store.replay import same

if TYPE_CHECKING:
    from crmcli.model.record import Ref
    from crmcli.store.book import Book
    from crmcli.store.unmerged import Left

_THEIR_HEADS = ("rebase-merge/stopped-sha", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD")
"""Files of the git folder that name the commit being brought in; of a stash, its own name does."""


class Author(NamedTuple):
    """Who (a member, else an e-mail) and when (ISO with offset); both "" where nobody knows."""

    by: str
    at: str


NOBODY = Author("", "")


class Sides:
    """Asks for the authors of both sides; each commit is looked up once."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._commits: dict[tuple[str, str], Author] = {}

    def authors(self, left: Left, name: str) -> tuple[Author, Author]:
        """Who gave the field `name` of a file its value, on our side and on theirs."""
        return self._author(left, name, left.ours, "ours"), self._author(left, name, left.theirs, "theirs")

    def _author(self, left: Left, name: str, content: bytes | None, side: str) -> Author:
        if left.ref.id:
            fields = None if content is None else dict(parse_record(left.path, content, left.ref).record.fields)
            for event in reversed(events_of(self._book, left.ref)):
                if _made(event, name, fields):
                    return Author(event.by, event.at)
        return self._of_commit(left, side) if left.staged else NOBODY

    def _of_commit(self, left: Left, side: str) -> Author:
        key = (left.path, side)
        if key not in self._commits:
            self._commits[key] = self._ask(left.path, side)
        return self._commits[key]

    def _ask(self, path: str, side: str) -> Author:
        repository = git.find_repository(self._book.root)
        if repository is None:
            return NOBODY
        commit = "HEAD" if side == "ours" else _their_head(repository)
        if not commit:
            return NOBODY
        place = f":(literal){git.prefix_of(repository, self._book.root)}{path}"
        said = git.run(repository.top, "log", "-1", "--format=%ae%x00%aI", commit, "--", place, check=False)
        by, _, at = said.strip().partition("\0")
        return Author(by, at)


def author_of(book: Book, ref: Ref, name: str, value: Value | None) -> Author:
    """Who gave a record's field the value it has, by the journal; without a value, who changed the field last."""
    for event in reversed(events_of(book, ref)):
        changed = event.field == name or bool(event.do != "delete" and (event.record or {}).get(name))
        if changed and (value is None or _made(event, name, {name: value})):
            return Author(event.by, event.at)
    return NOBODY


def _their_head(repository: git.Repository) -> str:
    """The commit that git is bringing in; that of the newest stash where no operation is under way."""
    for name in _THEIR_HEADS:
        found = git.commit_in(repository.folder / name)
        if found:
            return found
    if git.operation_under_way(repository):
        return ""
    return git.run(repository.top, "rev-parse", "-q", "--verify", "refs/stash", check=False).strip()


def _made(event: Event, name: str, fields: Fields | None) -> bool:
    """Whether an event gave a field the value that a version of the file has."""
    if name == WHOLE or fields is None:
        return (event.do == "delete") == (fields is None) and event.do in _TELLING
    value = fields.get(name)
    if event.record is not None:
        return event.do != "delete" and same(event.record.get(name), value)
    if event.field != name or event.do not in ("set", "move"):
        return False
    if event.add or event.remove:
        return _holds(value, event)
    return same(event.to, value)


def _holds(value: Value | None, event: Event) -> bool:
    present = set(items(value))
    return present.issuperset(event.add) and present.isdisjoint(event.remove)


_TELLING = frozenset(["create", "restore", "set", "move", "delete"])
