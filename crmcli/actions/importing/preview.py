"""What `--dry-run` shows of the first rows: what would become of them, in a line each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crmcli.actions.importing.three_way import Kept
from crmcli.engines.plan import Planned
from crmcli.model.event import Event
from crmcli.model.record import BODY, Value

NEW, CHANGED, SAME, REFUSED, KEPT = "new", "changed", "same", "refused", "kept"
_LONGEST = 60


class PreviewLine(NamedTuple):
    """One row: its line in the file, what becomes of it, what that is; `place` where a line of one file does not say it."""

    line: int
    what: str
    text: str
    place: str = ""


def preview_line(line: int, what: str, plans: Sequence[Planned]) -> PreviewLine:
    """Say what a row makes or changes, records it refers to included."""
    return PreviewLine(line, what, "; ".join(_said(planned) for planned in plans))


def kept_line(line: int, kept: Kept) -> PreviewLine:
    """Say what stays, and what the file would have."""
    before = f", before {_short(kept.before)}" if kept.before else ""
    here, there = _short(kept.here or "nothing"), _short(kept.there)
    return PreviewLine(line, KEPT, f"{kept.record}: {kept.field} here {here}, in the file {there}{before}")


def _said(planned: Planned) -> str:
    first = planned.events[0]
    if first.do == "create":
        fields = [f"{name}={_short(value)}" for name, value in (first.record or {}).items() if name != "created"]
        steps = [_step(event) for event in planned.events[1:]]
        return " ".join([f"{planned.ref.plural}:", *fields, _since(first), *steps])
    return f"{planned.ref}: " + ", ".join(_change(event) for event in planned.events)


def _change(event: Event) -> str:
    if event.add or event.remove:
        return f"{event.field} " + " ".join([*(f"+{i}" for i in event.add), *(f"-{i}" for i in event.remove)])
    return f"{event.field} {_short(event.from_ or 'nothing')} → {_short(event.to or 'nothing')}"


def _step(event: Event) -> str:
    return f"→ {_short(event.to or '')}" + (f" on {event.at[:10]}" if event.at else "")


def _since(event: Event) -> str:
    return f"(since {event.at[:10]})" if event.at else "(since now)"


def _short(value: Value) -> str:
    text = ",".join(value) if isinstance(value, list) else value
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


__all__ = ["BODY", "CHANGED", "KEPT", "NEW", "REFUSED", "SAME", "PreviewLine", "kept_line", "preview_line"]
