"""Hooks run after the commit, from the durable outbox: at least once, under the same key on every try."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from crmcli.engines.hooks.header import DEFAULT_LIMIT, ON, Hook, find_hook
from crmcli.engines.hooks.launch import distrust_notice, failure_in_words, launch, standing
from crmcli.engines.hooks.matching import Matches, matching
from crmcli.engines.hooks.occurrence import Occurrence
from crmcli.engines.hooks.payload import payload_of
from crmcli.engines.hooks.site import DEEPEST, HookSite
from crmcli.engines.hooks.words import excerpt
from crmcli.store import outbox
from crmcli.store.outbox import Entry
from crmcli.store.trust import read_hook


def due(
    site: HookSite,
    hooks: Iterable[Hook],
    occurrences: Sequence[Occurrence],
    matches: Matches,
    *,
    came_by_sync: bool = False,
) -> tuple[list[dict[str, object]], list[str]]:
    """Return the entries for the op's pending record and the outbox, and notices about hooks that stay inert."""
    entries: list[dict[str, object]] = []
    notices: dict[str, None] = {}
    standings: dict[str, str] = {}
    runs = matching(hooks, ON, occurrences, matches, where_runner=site.is_runner, came_by_sync=came_by_sync)
    for hook, occurrence in runs:
        if hook.name not in standings:
            standings[hook.name] = standing(site, read_hook(site.root, hook.name))
        if standings[hook.name] != "trusted":
            notices[distrust_notice(hook.name, standings[hook.name])] = None
        elif site.depth >= DEEPEST:
            notices[f"hook {hook.name} was not run: {DEEPEST} hooks already run inside each other"] = None
        else:
            key, content = payload_of(hook, occurrence, site)
            entries.append(Entry(key, hook.name, occurrence.op, site.clone, site.depth, content).encode())
    return entries, list(notices)


def drain(site: HookSite, only: Collection[str] | None = None) -> list[str]:
    """Run what is due for this clone, in the order of the events; return notices.

    A failure becomes a notice and an entry for `crm hook retry`. Inside a hook, only entries made at least as deep are
    run: the others wait for the process that made them. `only` narrows it to some keys.
    """
    notices: list[str] = []
    for key in outbox.keys(site.outbox):
        if only is not None and key not in only:
            continue
        with outbox.claimed(site.outbox, key) as entry:
            if entry and entry.clone == site.clone and entry.depth >= site.depth:
                try:
                    notices += _deliver(site, entry)
                except OSError as error:
                    notices.append(_not_noted(site, entry, error))
    return notices


def retry(site: HookSite, key: str = "") -> tuple[list[str], list[str]]:
    """Run again what failed: one key, or all; return the keys and notices. Raises NoSuchEntryError."""
    revived = outbox.revive(site.outbox, key)
    return revived, drain(site, revived)


def _not_noted(site: HookSite, entry: Entry, error: OSError) -> str:
    why = error.strerror or str(error)
    return f"{site.outbox} cannot be written ({why}), so hook {entry.hook} will run again with the next command"


def _deliver(site: HookSite, entry: Entry) -> list[str]:
    done = launch(site, entry.hook, entry.payload, attempt=entry.attempts + 1)
    if done.outcome == "ok":
        outbox.done(site.outbox, entry.key)
        said = excerpt(done.run.stdout) if done.run else ""
        return [f"hook {entry.hook}: {said}"] if said.strip() else []
    _, hook, _ = find_hook(site.root, entry.hook, site.types)
    trouble = failure_in_words(done, hook.limit if hook else DEFAULT_LIMIT)
    outbox.fail(site.outbox, entry, trouble)
    said = excerpt(done.run.stderr, 5) if done.run else ""
    again = f"once mended, run it again with: crm hook retry {entry.key}"
    return [f"{trouble}; {again}" + (f"\n{said}" if said else "")]
