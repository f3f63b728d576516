"""What came with others' commits: how much, by whom; and the hooks of the book's runner that wait for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.model.record import Ref
from crmcli.store import git
from crmcli.store.holders import letters_here
from crmcli.store.pack import PREFIX
from crmcli.store.sync.segments import is_of_journal
from crmcli.store.sync.trees import changes
from crmcli.store.sync.unite import NAME

if TYPE_CHECKING:
    from crmcli.store.book import Book
    from crmcli.store.sync.arrive import Journey
    from crmcli.store.sync.talk import Talk

_BY = """SELECT coalesce((SELECT max(k.id) FROM keys k WHERE k."type" = ?2 AND k.fold = lower(e.by)), e.by, ''),
count(DISTINCT e.op) FROM events e JOIN segments s ON s.no = e.seg
WHERE s.path IN (SELECT value FROM json_each(?1)) GROUP BY 1 ORDER BY 2 DESC, 1"""
"""Ops by whom; a commit made without crm has an e-mail, which is a member's if one has it."""
_NAMED = 3


def segments_between(book: Book, talk: Talk, journey: Journey) -> list[str]:
    """The segments that came on the way, packs and what a merge itself wrote aside."""
    prefix = git.prefix_of(talk.repository, book.root)
    moved = changes(talk, *journey).items()
    new = [path.removeprefix(prefix) for path, change in moved if change.before is None and path.startswith(prefix)]
    own = (PREFIX, NAME)
    return [path for path in new if is_of_journal(path) and not path.rpartition("/")[2].startswith(own)]


def came_in_words(book: Book, segments: list[str]) -> str:
    """How many changes came and by whom; "" where none did. What this clone answered is none of them."""
    here = f"{letters_here(book.root, book.state)}-"
    segments = [path for path in segments if not path.rpartition("/")[2].startswith(here)]
    member = book.setup.types.get("member")
    asked = (json.dumps(segments), member.plural if member else "")
    rows = [(str(row[0]), int(row[1])) for row in book.index.rows(_BY, asked)] if segments else []
    total = sum(number for _, number in rows)
    if not total:
        return ""
    names = [book.title_of(Ref(member.plural, by)) if member else by for by, _ in rows if by]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if 1 < len(names) <= _NAMED else names[:1])
    if len(names) > _NAMED:
        listed = f"{len(names)} people"
    what = "1 change" if total == 1 else f"{total} changes"
    return f"{what} came, by {listed}" if listed else f"{what} came"
