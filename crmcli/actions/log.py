"""Log what happened: a call, a mail, a meeting, a remark; with the next step in the same breath."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.actions.next_step import WhatMissingError, split_when, task_change
from crmcli.engines.outcome import Outcome
from crmcli.engines.road import Request, carry_out
from crmcli.errors import UsageError
from crmcli.light import NamedTuple
from crmcli.model.change import Change
from crmcli.model.record import Ref

if TYPE_CHECKING:
    from crmcli.store.book import Book

DEFAULT_KIND = "note"
_NEXT = ("next:", "下一步:", "下一步：")


class KindUnknownError(UsageError):
    """A kind the log's schema does not list."""

    def __init__(self, kind: str, known: Sequence[str]) -> None:
        from crmcli.text.nearest import nearest  # noqa: PLC0415

        near = nearest(kind, list(known), 1)
        guess = f"; did you mean {near[0]}?" if near else ""
        super().__init__(f"no kind {kind!r}{guess}", hint=f"kinds are {', '.join(known)} (schema/log.toml)")


class NothingToLogError(UsageError):
    """No text came."""

    def __init__(self) -> None:
        super().__init__("nothing to log", hint="crm log WHO TEXT, or write lines on stdin")


class Entry(NamedTuple):
    """One thing to log. `took` is a duration as typed; `at` ISO with offset ("" = now); `next` WHEN and WHAT as typed."""

    text: str
    kind: str = DEFAULT_KIND
    direction: str = ""
    took: str = ""
    at: str = ""
    next: str = ""
    others: tuple[Ref, ...] = ()
    more: tuple[tuple[str, str], ...] = ()


def log_entry(book: Book, refs: Sequence[Ref], entry: Entry, *, dry_run: bool = False, via: str = "cli") -> Outcome:
    """Log the same entry on every record, as one op; what `entry.next` says becomes a task on the first.

    People named beside other records are noted as who it was with.
    """
    return log_entries(book, [(refs, entry)], dry_run=dry_run, via=via)


def log_entries(
    book: Book, entries: Sequence[tuple[Sequence[Ref], Entry]], *, dry_run: bool = False, via: str = "cli"
) -> Outcome:
    """Log several entries as one op (`crm log -` takes JSON lines from other programs)."""
    changes: list[Change] = []
    for refs, entry in entries:
        check_entry(book, entry)
        if entry.text.strip():
            about, people = _apart(book, refs)
            met = entry._replace(others=tuple(dict.fromkeys((*people, *entry.others))))
            changes += [_change(book, ref, met) for ref in about]
        if entry.next and refs:
            claimed = {change.on for change in changes}
            changes.append(task_change(book, refs[0], entry.next.split(), claimed=claimed))
    return carry_out(book, changes, Request("log", via=via, dry_run=dry_run))


def _apart(book: Book, refs: Sequence[Ref]) -> tuple[Sequence[Ref], Sequence[Ref]]:
    """What a line is about, and with whom: people named beside a record were there, rather than get a line of their own."""
    log = book.setup.types.get("log")
    field = log.fields.get("with") if log else None
    people_type = book.setup.types.get(field.reference) if field else None
    people = [ref for ref in refs if people_type and ref.plural == people_type.plural]
    about = [ref for ref in refs if ref not in people]
    return (about, people) if about else (refs, ())


def check_entry(book: Book, entry: Entry) -> None:
    """Raise what is wrong with an entry (exit 2): nothing to log, a kind, a duration, a date that are none."""
    if not entry.text.strip() and not entry.next:
        raise NothingToLogError
    _kind(book, entry.kind)
    if entry.took:
        _took(entry.took)
    if entry.next:
        due, what = split_when(book, entry.next.split())
        if not what:
            raise WhatMissingError(due)


def _change(book: Book, ref: Ref, entry: Entry) -> Change:
    more: dict[str, object] = {"kind": _kind(book, entry.kind)}
    if entry.direction:
        more["direction"] = entry.direction
    if entry.took:
        more["took"] = _took(entry.took)
    others = [str(other) for other in entry.others if other != ref]
    if others:
        more["with"] = others
    more["text"] = entry.text.strip()
    return Change("log", ref, at=entry.at, more=more | dict(entry.more))


def kinds(book: Book) -> list[str]:
    """The kinds of log line the book knows."""
    log = book.setup.types.get("log")
    field = log.fields.get("kind") if log else None
    return [option.name for option in field.options] if field else []


def _kind(book: Book, typed: str) -> str:
    """A kind by name or label."""
    log = book.setup.types.get("log")
    field = log.fields.get("kind") if log else None
    if field is None or not field.options:
        return typed
    folded = typed.casefold()
    for option in field.options:
        if folded == option.name.casefold() or folded in {label.casefold() for label in option.label.values()}:
            return option.name
    raise KindUnknownError(typed, kinds(book))


def _took(typed: str) -> str:
    from crmcli.text.durations import format_duration, parse_duration  # noqa: PLC0415

    length = parse_duration(typed)
    if length is None:
        raise TookMalformedError(typed)
    return format_duration(length)


class TookMalformedError(UsageError):
    """`--took` holds no duration."""

    def __init__(self, typed: str) -> None:
        super().__init__(f"--took {typed!r} is no duration", hint="write 20min, 1h or 2d")


def split_next(text: str) -> tuple[str, str]:
    """Take a line `next: WHEN WHAT` out of a text typed line by line: (text, next)."""
    kept: list[str] = []
    following = ""
    for line in text.splitlines():
        mark = next((m for m in _NEXT if line.lstrip().lower().startswith(m)), "")
        if mark:
            following = line.lstrip()[len(mark) :].strip()
        else:
            kept.append(line)
    return "\n".join(kept).strip(), following
