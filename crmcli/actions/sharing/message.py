"""The message of a commit, in the words of what was done: `move deals/arm-2p9dk to won; log call with Li Wei`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from crmcli.model.event import Event
from crmcli.model.record import parse_ref
from crmcli.store.journal import read_events
from crmcli.store.pack import PREFIX
from crmcli.store.sync.files import record_of
from crmcli.store.sync.segments import is_of_journal

if TYPE_CHECKING:
    from crmcli.store.book import Book

SUBJECT = 72
"""Letters of a first line."""
LISTED = 100
"""Lines of what was done that a message has."""

_FIRST = ("create", "rename", "move", "log", "same", "delete", "restore", "retract", "erase", "set")
"""What an op is called after when it did several things."""
_FILES = 3


def message_of(book: Book, paths: Mapping[str, bool], back: Collection[str] = ()) -> str:
    """What the files to be committed tell: the ops of new segments, then files that no op tells of.

    `paths` says of each file whether it is new. `back` are segments that a commit had deleted and that are there again:
    what they tell was told before.
    """
    segments = {path: new for path, new in paths.items() if is_of_journal(path)}
    packs = [path for path in segments if path.rpartition("/")[2].startswith(PREFIX)]
    ops = list(_ops(book, [path for path, new in segments.items() if new and path not in (*packs, *back)]))
    said = [words for op in ops if (words := op_in_words(book, op))]
    told = {event.on for op in ops for event in op}
    told |= {f"{parse_ref(e.on).plural}/{e.to}" for op in ops for e in op if e.do == "rename"}
    said += _files([path for path in paths if path not in segments and not _is_told(path, told)])
    said += ["pack the journal"] if packs else []
    said += ["put the journal back"] if any(path in back for path in segments) else []
    said += (
        ["blank what was erased"] if any(not new and (book.root / p).exists() for p, new in segments.items()) else []
    )
    return listed(said or ["change the book"])


def listed(said: Sequence[str]) -> str:
    """Sentences as a message: as many as a line holds, and all of them below where one does not."""
    said = list(dict.fromkeys(said))
    subject = "; ".join(said)
    if len(subject) <= SUBJECT:
        return f"{subject}\n"
    more = f"; and {len(said) - 1} more" if len(said) > 1 else ""
    first = said[0] if len(said[0]) + len(more) <= SUBJECT else f"{said[0][: SUBJECT - len(more) - 1]}…"
    lines = [f"- {words}" for words in said[:LISTED]]
    lines += [f"- and {len(said) - LISTED} more"] if len(said) > LISTED else []
    return "\n".join([f"{first}{more}", "", *lines]) + "\n"


def op_in_words(book: Book, events: Sequence[Event]) -> str:
    """One op in a few words; "" for one that tells of nothing."""
    kind = next((do for do in _FIRST if any(event.do == do for event in events)), "")
    chosen = [event for event in events if event.do == kind]
    if not chosen:
        return ""
    if any(event.more.get("cmd") == "init" for event in events):
        return f"begin the book {book.setup.config.name}".strip()
    words = _words(book, kind, chosen)
    via, _, name = chosen[0].via.partition(":")
    if via == "import":
        return f"import {_many(book, chosen)}" + (f" ({name})" if name else "")
    undone = "undo: " if any(event.more.get("undoes") for event in events) else ""
    ways = {"hand": " by hand", "git": ", as a commit without crm has it", "merge": ", as both sides have it"}
    return f"{undone}{words}{ways.get(via, '')}"


def _words(book: Book, kind: str, events: Sequence[Event]) -> str:
    first = events[0]
    on = _many(book, events)
    match kind:
        case "create":
            return f"add {on}"
        case "rename":
            return f"rename {on} to {first.to}"
        case "move":
            return f"move {on} to {first.to}"
        case "log":
            told = first.more.get("kind")
            return f"log {told if isinstance(told, str) and told else 'note'} with {_title(book, events)}"
        case "same":
            return f"merge {first.more.get('of', '')} into {on}"
        case "retract":
            return f"take back a log line of {on}"
        case "set":
            return _set(on, events)
        case _:
            return f"{kind} {on}"


def _set(on: str, events: Sequence[Event]) -> str:
    fields = list(dict.fromkeys(event.field for event in events))
    if fields == ["archived"]:
        return f"{'archive' if events[0].to else 'take out again'} {on}"
    return f"set {', '.join(fields[:_FILES])}{', …' if len(fields) > _FILES else ''} of {on}"


def _many(book: Book, events: Sequence[Event]) -> str:
    """The record, or how many of which types."""
    refs = list(dict.fromkeys(event.on for event in events))
    if len(refs) == 1:
        return refs[0]
    counts: dict[str, int] = {}
    for ref in refs:
        plural = parse_ref(ref).plural
        counts[plural] = counts.get(plural, 0) + 1
    return " and ".join(f"{number} {_kind(book, plural, number)}" for plural, number in counts.items())


def _kind(book: Book, plural: str, number: int) -> str:
    record_type = book.setup.by_plural(plural) if number == 1 else None
    return record_type.name if record_type else plural


def _title(book: Book, events: Sequence[Event]) -> str:
    ref = parse_ref(events[0].on)
    known = ref.plural and book.setup.by_plural(ref.plural) is not None
    return (book.title_of(ref) if known else events[0].on) if len({e.on for e in events}) == 1 else _many(book, events)


def _ops(book: Book, paths: Iterable[str]) -> Iterable[list[Event]]:
    """The ops of segments, each with its events, in the order of their ids."""
    found: dict[str, list[Event]] = {}
    for path in paths:
        place = book.root / path
        for event in read_events(place.read_bytes()) if place.is_file() else ():
            if isinstance(event, Event):
                found.setdefault(event.op, []).append(event)
    return sorted(found.values(), key=lambda events: min(event.id for event in events))


def _is_told(path: str, told: set[str]) -> bool:
    """Whether the ops tell of a file: of a record by its name, of an attachment by its record's."""
    ref = record_of(path)
    if ref is not None:
        return str(ref) in told
    parts = path.split("/")
    return parts[0] == "files" and len(parts) > 3 and "/".join(parts[1:3]) in told


def _files(paths: Sequence[str]) -> list[str]:
    if not paths:
        return []
    return [f"change {', '.join(paths)}" if len(paths) <= _FILES else f"change {len(paths)} files"]
