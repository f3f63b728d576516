"""Telling what a write did: notices on stderr, ids in a pipe, a sentence on a terminal, a preview for `--dry-run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.cli.session import Session
    from crmcli.engines.outcome import Outcome
    from crmcli.model.event import Event
    from crmcli.model.record import Ref

_SHOWN = 20


def tell(session: Session, outcome: Outcome, sentence: str, *, whole: bool = False) -> None:
    """Say what came of a write; `sentence` is for people, ids are for scripts. `whole`: a preview shows every event."""
    for notice in outcome.notices:
        session.out.note(notice)
    if outcome.dry:
        _preview(session, outcome, whole=whole)
        return
    if not outcome.op:
        session.out.note("nothing to change.")
        return
    session.out.changed(outcome.refs, sentence)


def _preview(session: Session, outcome: Outcome, *, whole: bool) -> None:
    if session.options.format == "ids":
        session.out.ids(outcome.refs)
        session.out.note("dry run: nothing was written.")
        return
    events = outcome.events if whole else outcome.events[:_SHOWN]
    lines = [line for event in events for line in event_lines(event)]
    more = len(outcome.events) - len(events)
    session.out.text([*lines, *([f"… and {more} more"] if more > 0 else [])])
    session.out.note("dry run: nothing was written.")


def event_lines(event: Event) -> list[str]:
    """An event in words, for a preview."""
    if event.record is not None:
        given = [f"  {name}: {_shown(value)}" for name, value in event.record.items()]
        return [f"{event.do} {event.on}", *given]
    if event.do == "log":
        return [f"log {event.on}: {event.more.get('kind', '')} {event.more.get('text', '')}".rstrip()]
    if event.do == "retract":
        return [f"retract a line of {event.on}"]
    if event.do == "same":
        return [f"{event.more.get('of')} is {event.on} from now on"]
    if event.add or event.remove:
        words = [f"+{item}" for item in event.add] + [f"-{item}" for item in event.remove]
        return [f"{event.do} {event.on} {event.field}: {' '.join(words)}"]
    return [f"{event.do} {event.on} {event.field}: {_shown(event.from_)} → {_shown(event.to)}"]


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value) if value else "nothing"


def coming(session: Session, outcome: Outcome) -> str:
    """The next steps an outcome makes, for a sentence: `; next: call back (Mon 23 Nov 10:00)`; "" for none."""
    steps = [
        event.record for event in outcome.events if event.do == "create" and event.record and "due" in event.record
    ]
    listed = [f"{step.get('text', '')} ({day_of(session, str(step['due']))})" for step in steps]
    return f"; next: {', '.join(dict.fromkeys(listed))}" if listed else ""


def day_of(session: Session, stored: str) -> str:
    """A stored day or moment as people say it: `tomorrow`, `Mon 23 Nov 10:00`."""
    from datetime import date, datetime  # noqa: PLC0415 - writes only

    from crmcli.text.day_words import format_day  # noqa: PLC0415

    book = session.book
    when = datetime.fromisoformat(stored) if "T" in stored else date.fromisoformat(stored)
    return format_day(when, book.now(), book.setup.config.language)


def titles(session: Session, refs: Sequence[Ref]) -> str:
    """The titles of a few records, the number of many."""
    if len(refs) > 3:
        return f"{len(refs)} records"
    return ", ".join(session.book.title_of(ref) for ref in refs)


def named(session: Session, outcome: Outcome) -> str:
    """The records of an outcome for a sentence: the title of one, the count of several."""
    refs = outcome.refs
    if len(refs) == 1:
        return f"{session.book.title_of(refs[0])} ({refs[0]})"
    return f"{len(refs)} records"
