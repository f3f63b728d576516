"""What an import says of itself: one line for people, one object for scripts, and the first rows of a dry run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmcli.actions.importing.outcome import ImportOutcome


def summary_line(outcome: ImportOutcome, names: Mapping[str, str]) -> str:
    """Count the rows, the records made beside them, and references left out; `names` are those of one record, by plural."""
    if outcome.sentence:
        return outcome.sentence
    counts = [
        (outcome.new, "new"),
        (outcome.changed, "changed"),
        (outcome.same, "the same"),
        (outcome.refused, "refused"),
    ]
    said = ", ".join(f"{count:,} {what}" for count, what in counts if count) or "none"
    beside = [
        f"{count:,} {names.get(plural, plural) if count == 1 else plural} made beside {_them(outcome.rows)}"
        for plural, count in outcome.beside.items()
        if count
    ]
    skipped = [f"{outcome.skipped:,} references left out"] if outcome.skipped else []
    kept = [f"{outcome.kept:,} value{'s' * (outcome.kept > 1)} kept against the file"] if outcome.kept else []
    rows = f"1 {outcome.unit}" if outcome.rows == 1 else f"{outcome.rows:,} {outcome.unit}s"
    tried = "would be " if outcome.dry else ""
    return (
        "; ".join(
            [
                f"{rows} for {outcome.type.plural if outcome.type else 'the log'}: {tried}{said}",
                *beside,
                *skipped,
                *kept,
            ]
        )
        + "."
    )


def _them(rows: int) -> str:
    return "it" if rows == 1 else "them"


def summary(outcome: ImportOutcome) -> dict[str, object]:
    """The same as values, under stable names."""
    return {
        "op": outcome.op or None,
        "type": outcome.type.name if outcome.type else None,
        "rows": outcome.rows,
        "new": outcome.new,
        "changed": outcome.changed,
        "same": outcome.same,
        "refused": outcome.refused,
        "beside": dict(outcome.beside),
        "skipped": outcome.skipped,
        "kept": outcome.kept,
        "conflicts": outcome.conflicts or None,
        "rejects": outcome.rejects or None,
        "dry": outcome.dry,
    }


def preview_lines(outcome: ImportOutcome) -> Iterator[str]:
    """The first rows of a dry run, a line each: where, what becomes of it, how."""
    for line in outcome.preview:
        yield f"{line.place or f'line {line.line:<6}'} {line.what:<8} {line.text}"
