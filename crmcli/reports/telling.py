"""What a write did, in a sentence: the same on the command line and in the TUI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.record import Ref, parse_ref

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.engines.outcome import Outcome
    from crmcli.store.book import Book


def logged(book: Book, refs: Sequence[Ref], outcome: Outcome) -> str:
    """Of `log`."""
    about = list(dict.fromkeys(parse_ref(event.on) for event in outcome.events if event.do == "log"))
    said = f"logged on {titles(book, about)}" if about else f"noted for {titles(book, refs[:1])}"
    return f"{said}{coming(book, outcome)}."


def finished(book: Book, outcome: Outcome) -> str:
    """Of `done`."""
    done = [parse_ref(event.on) for event in outcome.events if event.do == "move"]
    return f"done: {titles(book, done)}{coming(book, outcome)}."


def put_off(book: Book, outcome: Outcome) -> str:
    """Of `snooze`."""
    due = next((day_of(book, str(event.to)) for event in outcome.events), "")
    return f"put off to {due}: {titles(book, outcome.refs)}."


def planned(book: Book, refs: Sequence[Ref], outcome: Outcome) -> str:
    """Of `next`."""
    return f"{titles(book, refs)}{coming(book, outcome)}."


def moved(book: Book, outcome: Outcome) -> str:
    """Of `move`."""
    moves = [event for event in outcome.events if event.do == "move"]
    before = ", ".join(dict.fromkeys(str(event.from_) for event in moves))
    return f"moved {named(book, outcome)} from {before} to {moves[0].to}." if moves else "changed."


def changed(book: Book, outcome: Outcome) -> str:
    """Of `set` and `edit`."""
    return f"changed {named(book, outcome) if outcome.refs else ''}."


def coming(book: Book, outcome: Outcome) -> str:
    """The next steps an outcome makes, for a sentence: `; next: call back (Mon 23 Nov 10:00)`; "" for none."""
    steps = [
        event.record for event in outcome.events if event.do == "create" and event.record and "due" in event.record
    ]
    listed = [f"{step.get('text', '')} ({day_of(book, str(step['due']))})" for step in steps]
    return f"; next: {', '.join(dict.fromkeys(listed))}" if listed else ""


def day_of(book: Book, stored: str) -> str:
    """A stored day or moment as people say it: `tomorrow`, `Mon 23 Nov 10:00`."""
    from datetime import date, datetime  # noqa: PLC0415 - writes only

    from crmcli.text.day_words import format_day  # noqa: PLC0415

    when = datetime.fromisoformat(stored) if "T" in stored else date.fromisoformat(stored)
    return format_day(when, book.now(), book.setup.config.language)


def titles(book: Book, refs: Sequence[Ref]) -> str:
    """The titles of a few records, the number of many."""
    if len(refs) > 3:
        return f"{len(refs)} records"
    return ", ".join(book.title_of(ref) for ref in refs)


def named(book: Book, outcome: Outcome) -> str:
    """The records of an outcome for a sentence: the title of one, the count of several."""
    refs = outcome.refs
    if len(refs) == 1:
        return f"{book.title_of(refs[0])} ({refs[0]})"
    return f"{len(refs)} records"
