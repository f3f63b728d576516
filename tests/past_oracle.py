"""The book at a moment, worked out plainly from the files: STORE §2 rule 9 field by field, nothing of the index in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from crmcli.model.event import Event
from crmcli.model.record import BODY, Fields, Value
from crmcli.store.book import Book
from crmcli.store.index.index import Index
from crmcli.store.journal import encode_event
from crmcli.store.names import followed
from crmcli.store.replay import instant
from crmcli.text import frontmatter
from tests.storing import journal_events, journaled, on_disk

EXISTS = "\0exists"
CHANGING = ("create", "restore", "delete", "set", "move")


def events_now(root: Path) -> list[Event]:
    """The journal's events in id order, each id once, under present names."""
    unique: dict[str, Event] = {}
    for event in journal_events(root):
        if event.id not in unique or (event.at, event.by) < (unique[event.id].at, unique[event.id].by):
            unique[event.id] = event
    return followed(unique.values())


def book_at(book: Book, at: str, known: str = "") -> dict[str, Fields]:
    """Every record that existed, with its fields. `at` is a UTC instant as the index writes them, `known` a ULID."""

    def later(event: Event) -> bool:
        return instant(event.at) > at or bool(known and event.id > known)

    files = on_disk(book)
    told = journaled(book.root)
    for type_ in book.setup.types.values():
        for path in (book.root / type_.plural).rglob("*.md"):
            on = f"{type_.plural}/{path.stem}"
            files.setdefault(on, told.get(on, {}))  # there, and not to be read
    by_record: dict[str, list[Event]] = {on: [] for on in files}
    for event in events_now(book.root):
        if event.do in CHANGING:
            by_record.setdefault(event.on, []).append(event)
    found = {}
    for on, events in by_record.items():
        names = {EXISTS, *files.get(on, {})}
        for event in events:
            names |= {event.field, *(event.record or {})} - {""}
        state = {name: _field_at(name, events, files.get(on), later) for name in names}
        told_of = any(event.do in ("create", "restore", "delete") for event in events)
        made = str((files.get(on) or {}).get("created", ""))
        if state.pop(EXISTS) and (told_of or instant(made) <= at):
            aliases = (files.get(on) or {}).get("aliases") or _last_aliases(on, events, files)
            state["aliases"] = _names_then(aliases, [event for event in events if later(event)])
            found[on] = {name: value for name, value in state.items() if value}
    return found


def _last_aliases(on: str, events: Iterable[Event], files: dict[str, Fields]) -> Value | None:
    if on in files:
        return None
    deleted = [event for event in events if event.do == "delete"]
    return (deleted[-1].record or {}).get("aliases") if deleted else None


def _names_then(names: Value | None, later: list[Event]) -> Value | None:
    """Names that a merge brought or took away later were not, or still, the record's own."""
    held = [names] if isinstance(names, str) else list(names or [])
    for event in reversed([event for event in later if event.field == "aliases" and "of" in event.more]):
        held = [name for name in held if name not in event.add]
        held += [name for name in event.remove if name not in held]
    return held or None


def _field_at(name: str, events: list[Event], file: Fields | None, later: Callable[[Event], bool]) -> Value | None:
    touching = [event for event in events if event.field == name or event.record is not None]
    if name == EXISTS:
        touching = [event for event in events if event.do in ("create", "restore", "delete")]
    if not any(later(event) for event in touching):
        if name == EXISTS:
            return "yes" if file is not None else None
        return (file or {}).get(name)
    value = _start(name, touching, file)
    for event in [event for event in touching if not later(event)]:
        value = _after(name, event, value)
    return value


def _start(name: str, touching: list[Event], file: Fields | None) -> Value | None:
    """What the field was before anything was told of it; a list nobody told the beginning of, by undoing what was."""
    if not (touching[0].add or touching[0].remove):
        return _before(name, touching[0])
    whole = next((place for place, event in enumerate(touching) if event.record is not None), len(touching))
    value = (file or {}).get(name) if whole == len(touching) else _before(name, touching[whole])
    items = [value] if isinstance(value, str) else list(value or [])
    for event in reversed(touching[:whole]):
        items = [item for item in items if item not in event.add]
        items += [item for item in event.remove if item not in items]
    return items


def _before(name: str, event: Event) -> Value | None:
    if event.do == "delete":
        return "yes" if name == EXISTS else (event.record or {}).get(name)
    return event.from_ if event.do in ("set", "move") else None


def _after(name: str, event: Event, value: Value | None) -> Value | None:
    if name == EXISTS:
        return None if event.do == "delete" else "yes"
    if event.do in ("create", "restore"):
        return (event.record or {}).get(name)
    if event.do == "delete":
        return value
    if not event.add and not event.remove:
        return event.to
    items = [value] if isinstance(value, str) else list(value or [])
    items = [item for item in items if item not in event.remove]
    return items + [item for item in event.add if item not in items]


# ---- the same as a book of its own ---------------------------------------------------------------------------


def written_out(book: Book, at: str, home: Path) -> Book:
    """A fresh book in `home` whose files are the records as they were and whose journal ends there."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    for name in ("crm.toml", "schema", "pipelines"):
        source = book.root / name
        if source.is_dir():
            shutil.copytree(source, home / name)
        elif source.exists():
            shutil.copy(source, home / name)
    for on, fields in book_at(book, at).items():
        path = home / f"{on}.md"
        path.parent.mkdir(exist_ok=True)
        body = fields.get(BODY, "")
        front = {name: value for name, value in fields.items() if name != BODY}
        path.write_text(frontmatter.render(front, body if isinstance(body, str) else ""))
    lines = [encode_event(event) for event in events_now(book.root) if instant(event.at) <= at]
    (home / "journal").mkdir()
    (home / "journal" / "all.jsonl").write_bytes(b"".join(lines))
    return Book(home, me="anna@kern.example")


def derived(index: Index, book: Book) -> dict[str, list[str]]:
    """What the tables hold that follow from records and journal, without places, problems and dates of files."""
    found = {}
    for type_ in book.setup.types.values():
        if type_.embedded:
            continue
        rows = []
        for row in index.rows(f'SELECT * FROM "rec_{type_.plural}"'):  # noqa: S608
            values = {name: row[name] for name in row.keys() if name not in ("_path", "_problem")}  # noqa: SIM118
            moves = index.rows('SELECT at FROM moves WHERE "type" = ? AND id = ?', (type_.plural, values["id"]))
            for name in ("stage_since", "closed"):
                values[name] = values[name] if values[name] in {move[0] for move in moves} else None
            rows.append(repr(values))
        found[type_.plural] = sorted(rows)
    for table in ("items", "tags", "refs", "keys", "moves"):
        found[table] = sorted(repr(tuple(row)) for row in index.rows(f"SELECT * FROM {table}"))  # noqa: S608
    texts = index.rows('SELECT "ref", "what", "text" FROM docs')
    found["docs"] = sorted(repr((ref, what, sorted(text.split("\n")))) for ref, what, text in texts)
    found["event_on"] = sorted(repr(tuple(row)) for row in index.rows('SELECT event, "on" FROM event_on'))
    found["events"] = sorted(str(row[0]) for row in index.rows("SELECT id FROM events"))
    return found
