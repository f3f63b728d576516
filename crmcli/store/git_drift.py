"""Drift that came in commits made without crm: by whom, when, under which id (STORE rule 10b)."""

from __future__ import annotations

import hashlib
import json
from typing import NamedTuple

from crmcli.model.event import Event
from crmcli.model.ids import ulid, ulid_milliseconds
from crmcli.model.record import BODY, Fields
from crmcli.store import git
from crmcli.store.replay import instant, same
from crmcli.text import frontmatter


class Author(NamedTuple):
    """Who brought a value, and when: the commit's author time (ISO with offset, and ms) and e-mail."""

    at: str
    milliseconds: int
    mail: str


def author_of(repository: git.Repository, path: str, event: Event, last: str) -> Author:
    """Walk the commits that touch `path`, newest first, to where the present value first appears.

    Stops at the first commit older than the field's last event (`last`).
    """
    out = git.run(repository.top, "log", "--format=%H %at %aI %ae", "--", path)
    chosen: Author | None = None
    for line in out.splitlines():
        commit, seconds, at, mail = (line.split(" ", 3) + [""])[:4]
        if chosen is not None and last and instant(at) < instant(last):
            break
        if not _holds(_fields_at(repository, commit, path), event):
            break
        chosen = Author(at, int(seconds) * 1000, mail)
    return chosen or Author("", 0, "")


def _fields_at(repository: git.Repository, commit: str, path: str) -> Fields | None:
    content = git.run_bytes(repository.top, "cat-file", "blob", f"{commit}:{path}", check=False)
    if not content:
        return None
    try:
        document = frontmatter.parse(content.decode("utf-8"))
    except (UnicodeDecodeError, frontmatter.FrontMatterError):
        return None
    return dict(document.fields) | ({BODY: document.body} if document.body else {})


def _holds(fields: Fields | None, event: Event) -> bool:
    """Whether a version of the file already has what the event brings."""
    if fields is None:
        return False
    if event.record is not None:
        return True
    value = fields.get(event.field)
    if event.add or event.remove:
        items = [value] if isinstance(value, str) else value or []
        return set(event.add) <= set(items) and not set(event.remove) & set(items)
    return same(value, event.to)


def derived_id(event: Event, previous: str, author: Author) -> str:
    """The same id in every clone that notices this drift: time from the commit, the rest from what it says."""
    milliseconds = max(author.milliseconds, ulid_milliseconds(previous) + 1 if previous else 0)
    told = [event.on, event.do, event.field, event.from_, event.to, list(event.add), list(event.remove), previous]
    if event.record is not None:
        told.append(event.record)
    seed = hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogateescape"))
    return ulid(milliseconds, int.from_bytes(seed.digest()[:10], "big"))
