"""Telling what a write did: notices on stderr, ids in a pipe, a sentence on a terminal, a preview for `--dry-run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmcli.cli.session import Session
    from crmcli.engines.outcome import Outcome
    from crmcli.model.event import Event

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
