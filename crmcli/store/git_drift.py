"""Drift that came in commits made without crm: by whom, when, under which id (STORE rule 10b)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import NamedTuple

from crmcli.model.event import Event
from crmcli.model.ids import ulid, ulid_milliseconds
from crmcli.model.record import BODY, Fields
from crmcli.store import git
from crmcli.store.replay import instant, same
from crmcli.text import frontmatter

_HEADER = "\x01"
_FEW = 100


class Author(NamedTuple):
    """Who brought a value, and when: the commit, its author's time (ISO with offset, and ms) and e-mail."""

    commit: str
    at: str
    milliseconds: int
    mail: str


class Version(NamedTuple):
    """A file as one commit left it; `blob` is "" where it took the file away."""

    author: Author
    blob: str


class History:
    """The commits up to `tip` that touched some files, newest first; read with one `git log`."""

    def __init__(self, repository: git.Repository, paths: Iterable[str], blobs: git.Blobs, tip: str = "HEAD") -> None:
        wanted = set(paths)
        self._blobs = blobs
        self._versions: dict[str, list[Version]] = {}
        limits = sorted(wanted) if len(wanted) <= _FEW else sorted({path.partition("/")[0] for path in wanted})
        out = git.run(
            repository.top, "log", "-z", "--raw", "-c", "--no-abbrev", "--no-renames", f"--format={_HEADER}%H %at %aI %ae",
            tip, "--", *(f":(literal){path}" for path in limits), check=False,
        )  # fmt: skip
        self._read(out, wanted)

    def _read(self, out: str, wanted: set[str]) -> None:
        author: Author | None = None
        words = iter(out.split("\0"))
        for word in words:
            token = word.lstrip("\n")
            if token.startswith(_HEADER):
                author = _author(token[len(_HEADER) :])
            elif token.startswith(":"):
                path = next(words, "")
                if author is not None and path in wanted:
                    blob = token.split()[-2]
                    self._versions.setdefault(path, []).append(Version(author, blob if blob.strip("0") else ""))

    def author_of(self, path: str, event: Event, last: str) -> Author | None:
        """Where the present value first appears, walking back; stops at what is older than the field's last event (`last`).

        None when no commit has it, and when what a version says is not in this clone (a partial one).
        """
        chosen: Author | None = None
        for version in self._versions.get(path, ()):
            if chosen is not None and last and instant(version.author.at) < instant(last):
                break
            has = self._has(version.blob, event)
            if has is None:
                return None
            if not has:
                break
            chosen = version.author
        return chosen

    def _has(self, blob: str, event: Event) -> bool | None:
        """Whether a version of the file ("": not there) already has what the event brings; None when it is not in this clone."""
        if event.do == "delete" or not blob:
            return event.do == "delete" and not blob
        content = self._blobs.read(blob)
        if content is None:
            return None
        if event.record is not None:
            return True
        fields = _fields(content)
        return fields is not None and _holds(fields, event)


def _fields(content: bytes) -> Fields | None:
    try:
        document = frontmatter.parse(content.decode("utf-8"))
    except (UnicodeDecodeError, frontmatter.FrontMatterError):
        return None
    return dict(document.fields) | ({BODY: document.body} if document.body else {})


def _author(text: str) -> Author | None:
    commit, seconds, at, mail = [*text.strip().split(" ", 3), "", "", "", ""][:4]
    return Author(commit, at, int(seconds) * 1000, mail) if seconds.isdigit() and at else None


def _holds(fields: Fields, event: Event) -> bool:
    value = fields.get(event.field)
    if event.add or event.remove:
        items = [value] if isinstance(value, str) else value or []
        return set(event.add) <= set(items) and not set(event.remove) & set(items)
    return same(value, event.to)


def derived_id(event: Event, previous: str, author: Author) -> str:
    """The same id in every clone that notices this drift: time from the commit, the rest from what it says."""
    milliseconds = max(author.milliseconds, ulid_milliseconds(previous) + 1 if previous else 0)
    told: list[object] = [event.on, event.do, event.field, event.from_, event.to, list(event.add), list(event.remove)]
    told.append(previous)
    if event.record is not None:
        told.append(event.record)
    return _hashed(milliseconds, json.dumps(told, ensure_ascii=False, sort_keys=True))


def derived_op(author: Author) -> str:
    """The op of everything one commit brought; the same in every clone."""
    return _hashed(author.milliseconds, author.commit)


def _hashed(milliseconds: int, text: str) -> str:
    seed = hashlib.sha256(text.encode("utf-8", "surrogateescape"))
    return ulid(milliseconds, int.from_bytes(seed.digest()[:10], "big"))
