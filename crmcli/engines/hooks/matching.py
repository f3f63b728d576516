"""Which hooks answer what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from crmcli.engines.hooks.header import Hook
from crmcli.engines.hooks.occurrence import Occurrence, batch_of
from crmcli.engines.hooks.trigger import BATCH

BULK = 100
"""An op that a hook would answer more often than this is a batch too, like an import."""

Matches = Callable[[str, Occurrence], bool]
"""Evaluates a filter's text on the planned state of an occurrence's record."""


def matching(
    hooks: Iterable[Hook],
    phase: str,
    occurrences: Sequence[Occurrence],
    matches: Matches,
    *,
    where_runner: bool,
    came_by_sync: bool = False,
) -> list[tuple[Hook, Occurrence]]:
    """Return each run that is due: hooks in the order of their names, occurrences in their own.

    `where_runner`: this clone is the book's runner. `came_by_sync`: the changes were made in another clone, so only
    hooks marked `where runner` answer. An import, a sync and a bulk op are one batch unless the hook says `each`.
    """
    runs: list[tuple[Hook, Occurrence]] = []
    for hook in hooks:
        if hook.phase != phase or not _is_here(hook, where_runner=where_runner, came_by_sync=came_by_sync):
            continue
        hits, joined = _hits(hook, occurrences, matches)
        if hits and (joined or _is_batch(hook, hits, came_by_sync=came_by_sync)):
            runs.append((hook, batch_of(hits)))
        else:
            runs += [(hook, occurrence) for occurrence in hits]
    return runs


def _is_here(hook: Hook, *, where_runner: bool, came_by_sync: bool) -> bool:
    return where_runner if hook.where == "runner" else not came_by_sync


def _hits(hook: Hook, occurrences: Sequence[Occurrence], matches: Matches) -> tuple[list[Occurrence], bool]:
    """Return what a hook answers, each once, and whether one of its `batch` triggers asks to see it joined."""
    hits, joined = [], False
    for occurrence in occurrences:
        for trigger in hook.triggers:
            if trigger.fits(occurrence) and (not trigger.filter or matches(trigger.filter, occurrence)):
                hits.append(occurrence)
                joined = joined or trigger.event == BATCH
                break
    return hits, joined


def _is_batch(hook: Hook, hits: Sequence[Occurrence], *, came_by_sync: bool) -> bool:
    if hook.each:
        return False
    kind = hits[0].via.partition(":")[0]
    return came_by_sync or kind in ("import", "sync") or len(hits) > BULK
