"""Hooks for what came with others' commits: on the book's runner alone, marked `where runner`, once for all of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.engines import hooking
from crmcli.model.event import Event
from crmcli.model.record import Fields, Record, Ref, parse_ref
from crmcli.store import git, outbox
from crmcli.store.index.event_rows import row_event
from crmcli.store.records import parse_record

if TYPE_CHECKING:
    from crmcli.engines.hooks.occurrence import Occurrence
    from crmcli.store.book import Book

_CAME = """SELECT e.* FROM events e JOIN segments s ON s.no = e.seg
WHERE s.path IN (SELECT value FROM json_each(?)) ORDER BY e.id"""


def queue(book: Book, repository: git.Repository, before: str, segments: Sequence[str]) -> list[str]:
    """Make due what the runner's hooks want to know of the events in `segments`; `before` is the commit without them.

    Returns notices about hooks that stay inert. The same events asked again are the same entries.
    """
    if not segments or not hooking.has_hooks(book):
        return []
    site = hooking.site_of(book)
    if not site.is_runner:
        return []
    from crmcli.engines.hook_filters import answer_filters, key_of  # noqa: PLC0415 - on the runner only
    from crmcli.engines.hooks.after import due  # noqa: PLC0415
    from crmcli.engines.hooks.header import RUNNER, load_hooks  # noqa: PLC0415
    from crmcli.engines.hooks.occurrence import occurrences  # noqa: PLC0415

    hooks = [hook for hook in load_hooks(site)[0] if hook.where == RUNNER]
    events = [row_event(row) for row in book.index.rows(_CAME, (json.dumps(list(segments)),))] if hooks else []
    names = {t.plural: t.name for t in book.setup.types.values() if not t.embedded}
    events = [event for event in events if parse_ref(event.on).plural in names]
    refs = list(dict.fromkeys(parse_ref(event.on) for event in events))
    found = occurrences(events, names.__getitem__, _before(book, repository, before, events, refs), _now(book, refs))
    answers = answer_filters(book, hooks, found, [], [])

    def matches(text: str, occurrence: Occurrence) -> bool:
        return answers.get(key_of(text, occurrence), False)

    entries, notices = due(site, hooks, found, matches, came_by_sync=True)
    outbox.put(book.state / "outbox", entries)
    return notices


def _now(book: Book, refs: Sequence[Ref]) -> dict[Ref, Record]:
    """The records as they are; those that are gone or cannot be read are left out."""
    found = {}
    for ref in refs:
        row = book.index.row(f'SELECT "_path" FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))
        if row is not None:
            read = parse_record(str(row[0]), book.record_bytes(ref), ref)
            if not read.problem:
                found[ref] = read.record
    return found


def _before(
    book: Book, repository: git.Repository, commit: str, events: Sequence[Event], refs: Sequence[Ref]
) -> dict[Ref, Record]:
    """The records as a commit had them; a record that was deleted meanwhile as its deletion has it."""
    prefix = git.prefix_of(repository, book.root)
    gone = {parse_ref(e.on): e.record for e in events if e.do == "delete" and e.record is not None}
    found = {ref: Record(ref, record) for ref, record in gone.items()}
    plurals = sorted({ref.plural for ref in refs})
    said = git.run(
        repository.top, "ls-tree", "-r", "-z", commit, "--", *(f"{prefix}{p}/" for p in plurals), check=False
    )
    lines = (line.partition("\t") for line in said.split("\0") if line)
    wanted = set(refs)
    with git.Blobs(repository) as blobs:
        for meta, _, full in lines:
            path = full.removeprefix(prefix)
            ref = Ref(path.partition("/")[0], path.rpartition("/")[2].removesuffix(".md"))
            if ref in wanted:
                fields = _fields(path, blobs.read(meta.split()[2]), ref)
                found |= {ref: Record(ref, fields)} if fields is not None else {}
    return found


def _fields(path: str, content: bytes | None, ref: Ref) -> Fields | None:
    read = parse_record(path, content, ref) if content is not None else None
    return dict(read.record.fields) if read is not None and not read.problem else None
