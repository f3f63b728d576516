"""What a hook is told: JSON on stdin, the scalars again as CRM_ variables, never anything in its command line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from crmcli.engines.hooks.header import Hook
from crmcli.engines.hooks.occurrence import Occurrence, in_words
from crmcli.engines.hooks.site import HookSite
from crmcli.model.private import without_private
from crmcli.model.record import BODY, Record, Value

LOG = "log"
"""An event, and the type of what it holds."""
PASSED_ON = ("PATH", "HOME", "LANG", "TZ", "TMPDIR")
BATCH_SHOWN = 1000
"""Entries of a batch in the payload; `count` says how many there are."""
LONGEST_VARIABLE = 8 * 1024
ALL_VARIABLES = 96 * 1024
"""Bytes of one variable and of all: systems take about 128 kB. What is longer stands in the JSON only."""

_SCALARS = (
    "event",
    "phase",
    "op",
    "actor",
    "at",
    "from",
    "to",
    "note",
    "via",
    "depth",
    "key",
    "type",
    "id",
    "on",
    "field",
    "title",
)
_SCALARS_TOO = ("hook", "count", "summary", "book_name")
_OWN = re.compile(r"CRM_(BEFORE|AFTER)_")


class Payload(NamedTuple):
    """The key of a run and what its hook gets on stdin."""

    key: str
    content: dict[str, object]


def payload_of(hook: Hook, occurrence: Occurrence, site: HookSite) -> Payload:
    """Make what `hook` is told about an occurrence; what is private is left out unless it says `private`."""
    key = run_key(hook, occurrence)
    if not hook.private:
        occurrence = _in_the_open(occurrence, site)
    hidden = frozenset() if hook.private else site.private_fields(occurrence.type)
    withheld = occurrence.field in hidden
    title = title_of(occurrence, site, hidden)
    content: dict[str, object] = {
        "event": occurrence.event,
        "phase": hook.phase,
        "hook": hook.name,
        "key": key,
        "book": str(site.root),
        "book_name": site.name,
        "op": occurrence.op,
        "actor": occurrence.by,
        "via": occurrence.via,
        "at": occurrence.at,
        "depth": site.depth + 1,
        "type": occurrence.type,
        "id": occurrence.ref.id,
        "on": str(occurrence.ref),
        "title": title,
        "field": occurrence.field,
        "from": None if withheld else occurrence.from_,
        "to": None if withheld else occurrence.to,
        "note": occurrence.note,
        "summary": in_words(occurrence, title, withheld=_says_hidden(occurrence, hook, site)),
        "more": dict(occurrence.more),
        "before": _shown(occurrence.before, occurrence.type, hidden),
        "after": _shown(occurrence.after, occurrence.type, hidden),
    }
    if occurrence.batch:
        content |= {"count": len(occurrence.batch), "events": _parts(hook, occurrence, site)}
    return Payload(key, content)


def run_key(hook: Hook, occurrence: Occurrence) -> str:
    """Return the idempotency key: the event's id and the hook's name, so the same on every try.

    The key is also a file's name, so an id that is no ULID (not given yet, or from a
    foreign journal) gives way to a hash.
    """
    event = occurrence.event_id
    if not re.fullmatch(r"[0-9A-Za-z]{1,40}", event):
        from hashlib import sha256  # noqa: PLC0415

        said = (
            event,
            occurrence.op,
            occurrence.event,
            str(occurrence.ref),
            occurrence.field,
            occurrence.from_,
            occurrence.to,
        )
        event = sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:26]
    return f"{event}.{hook.name}"


def title_of(occurrence: Occurrence, site: HookSite, hidden: frozenset[str] = frozenset()) -> str:
    """Return the record's title, else its id."""
    record = occurrence.after or occurrence.before
    kind = site.types.get(occurrence.type)
    if record is None or kind is None or not kind.title or kind.title in hidden:
        return occurrence.ref.id
    return record.text(kind.title) or occurrence.ref.id


def environment(payload: Mapping[str, object], site: HookSite, secrets: Mapping[str, str]) -> dict[str, str]:
    """Return exactly the variables a hook gets: PATH HOME LANG LC_* TZ TMPDIR, CRM_*, and what it needs."""
    environ = {name: value for name, value in site.environ.items() if _is_passed_on(name)}
    environ |= {
        "CRM_BOOK": str(site.root),
        "CRM_CONFIG": str(site.config),
        "CRM_HOOK_DEPTH": str(payload["depth"]),
        "CRM_HOOK_STATE": str(site.state / "hook-state" / str(payload["hook"])),
    }
    if site.me:
        environ["CRM_ME"] = site.me
    if site.program:
        environ["CRM_PROGRAM"] = site.program
    room = ALL_VARIABLES
    for name, value in _variables(payload):
        size = len(name) + len(value.encode("utf-8", "replace"))
        if "\0" not in value and len(value.encode("utf-8", "replace")) <= LONGEST_VARIABLE and size <= room:
            environ.setdefault(name, value)
            room -= size
    return environ | dict(secrets)


def _is_passed_on(name: str) -> bool:
    if name in PASSED_ON or name.startswith("LC_"):
        return True
    said = name.removeprefix("CRM_").lower()
    return name.startswith("CRM_") and said not in _SCALARS + _SCALARS_TOO and not _OWN.match(name)


def _variables(payload: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name in _SCALARS + _SCALARS_TOO:
        value = payload.get(name)
        yield f"CRM_{name.upper()}", _line(value)
    for when in ("before", "after"):
        record = payload.get(when)
        for field, value in record.items() if isinstance(record, dict) else ():
            if field != BODY and re.fullmatch(r"[a-z][a-z0-9_]*", field):
                yield f"CRM_{when.upper()}_{field.upper()}", _line(value)


def _line(value: object) -> str:
    """Return a value as a variable holds it: a list one item a line, nothing for None."""
    if isinstance(value, list):
        return "\n".join(str(item) for item in value)
    return "" if value is None else str(value)


def _shown(record: Record | None, type_name: str, hidden: frozenset[str]) -> dict[str, Value] | None:
    if record is None:
        return None
    fields = {name: value for name, value in record.fields.items() if name not in hidden}
    return {"id": record.ref.id, "type": type_name, **fields}


def _in_the_open(occurrence: Occurrence, site: HookSite) -> Occurrence:
    """The same without the private columns of rows, whatever field they are in, and without what is private of a log line."""

    def shown(name: str, value: Value | None) -> Value | None:
        return without_private(value, site.private_columns(occurrence.type, name))

    def record(there: Record | None) -> Record | None:
        if there is None:
            return None
        return there._replace(fields={name: shown(name, value) or "" for name, value in there.fields.items()})

    first = occurrence.batch[0] if occurrence.batch else occurrence
    of_log = site.private_fields(LOG) if first.event == LOG else frozenset()
    return occurrence._replace(
        more={key: value for key, value in occurrence.more.items() if key not in of_log},
        from_=shown(occurrence.field, occurrence.from_),
        to=shown(occurrence.field, occurrence.to),
        before=record(occurrence.before),
        after=record(occurrence.after),
        batch=tuple(_in_the_open(part, site) for part in occurrence.batch),
    )


def _parts(hook: Hook, occurrence: Occurrence, site: HookSite) -> list[dict[str, object]]:
    parts: list[dict[str, object]] = []
    for part in occurrence.batch[:BATCH_SHOWN]:
        withheld = not hook.private and part.field in site.private_fields(part.type)
        parts.append(
            {
                "event": part.event,
                "type": part.type,
                "on": str(part.ref),
                "at": part.at,
                "field": part.field,
                "from": None if withheld else part.from_,
                "to": None if withheld else part.to,
                "note": part.note,
            }
        )
    return parts


def _says_hidden(occurrence: Occurrence, hook: Hook, site: HookSite) -> bool:
    told = occurrence.batch[0] if occurrence.batch else occurrence
    return not hook.private and told.field in site.private_fields(told.type)
