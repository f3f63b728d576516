"""What the git hook before a commit does: drift is journaled, and its segments go with the commit (SETTLED 12).

A segment goes with a commit only when every record it tells of does: else a colleague who has the commit would find
files behind their journal, and take the difference for a change.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.event import Event
from crmcli.store import git
from crmcli.store.all_drift import all_drift, note_clean
from crmcli.store.journal import is_segment
from crmcli.store.layout import CONFIG, JOURNAL
from crmcli.store.writing import write_drift

if TYPE_CHECKING:
    from crmcli.store.book import Book

_TOLD = """SELECT DISTINCT e."on" FROM events e JOIN segments s ON s.no = e.seg WHERE s.path = ?
AND e."do" IN ('create', 'restore', 'set', 'move', 'delete', 'rename')"""


class InCommit(NamedTuple):
    """What was journaled, the segments added to the commit, sentences for people."""

    events: list[Event]
    added: list[str]
    notices: list[str]


def books_in_commit(here: Path) -> list[Path]:
    """The books of the repository that is committing, whatever book is asked elsewhere: the one at its top, else all that git knows."""
    repository = git.find_repository(here)
    if repository is None:
        return []
    top = repository.top
    if (top / CONFIG).is_file():
        return [top]
    known = git.run(top, "ls-files", "-z", "--", f":(glob)**/{CONFIG}").split("\0")
    return [(top / path).parent for path in known if path and (top / path).is_file()]


def journal_in_commit(book: Book) -> InCommit:
    """Journal all drift while git commits, under the lock: what is committed apart from what is not."""
    repository = git.find_repository(book.root)
    if repository is None:
        return InCommit([], [], [])
    mark = git.head_mark(repository)
    found = all_drift(book)
    unstaged = _unstaged(repository, book)
    going = [drift for drift in found.drift if drift.path not in unstaged]
    staying = [drift for drift in found.drift if drift.path in unstaged]
    events = write_drift(book, found._replace(drift=going), mark, in_commit=True)
    events += write_drift(book, found._replace(drift=staying), mark, in_commit=True)
    note_clean(book, found.clean)
    return InCommit(events, _add_segments(repository, book), found.notices)


def _unstaged(repository: git.Repository, book: Book) -> set[str]:
    """Files of the book that differ from what git would commit, and those it does not know."""
    prefix = git.prefix_of(repository, book.root)
    where = ("--", f":(literal){prefix or '.'}") if prefix else ()
    changed = git.run(repository.top, "diff", "--name-only", "--no-renames", "-z", *where)
    unknown = git.run(repository.top, "ls-files", "-o", "-z", "--exclude-standard", *where)
    return {path.removeprefix(prefix) for path in (changed + unknown).split("\0") if path}


def _add_segments(repository: git.Repository, book: Book) -> list[str]:
    """Add the segments that may go. Not to a commit of named paths: git keeps what a hook adds to it out of the index."""
    index = os.environ.get("GIT_INDEX_FILE", "")
    if not index or os.path.basename(index).startswith("next-index"):  # noqa: PTH119 - a name git gave
        return []
    unstaged = _unstaged(repository, book)
    waiting = sorted(p for p in unstaged if p.startswith(f"{JOURNAL}/") and is_segment(p.rpartition("/")[2]))
    added = [path for path in waiting if not _files_of(book, path) & unstaged]
    if added:
        prefix = git.prefix_of(repository, book.root)
        git.run(repository.top, "add", "--", *(f":(literal){prefix}{path}" for path in added))
    return added


def _files_of(book: Book, segment: str) -> set[str]:
    """The files of the records that a segment's events changed."""
    told = [str(row[0]) for row in book.index.rows(_TOLD, (segment,))]
    found = {on: book.index.row("SELECT path FROM files WHERE ref = ?", (on,)) for on in told}
    return {str(row[0]) if row else f"{on}.md" for on, row in found.items()}
