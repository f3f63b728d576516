"""Hooks asked before a change is written: each of them may say no."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from crmcli.engines.hooks.header import BEFORE, Hook
from crmcli.engines.hooks.launch import Launch, distrust_notice, failure_in_words, launch, standing
from crmcli.engines.hooks.matching import Matches, matching
from crmcli.engines.hooks.occurrence import Occurrence
from crmcli.engines.hooks.payload import payload_of
from crmcli.engines.hooks.site import DEEPEST, HookSite
from crmcli.engines.hooks.words import excerpt
from crmcli.errors import VetoedError
from crmcli.store.trust import read_hook

_CHANGES_EACH_TIME = ("op", "at", "key")


class HookVetoError(VetoedError):
    """A before-hook said no; nothing was written."""

    def __init__(self, hook: str, on: str, said: str) -> None:
        super().__init__(f"hook {hook} says no to {on}" + (f":\n{said}" if said else " and gives no reason"))
        self.hook = hook
        self.said = said


class HookSilentError(HookVetoError):
    """A before-hook did not get to an answer: too slow, ended by a signal, could not be run. That is a no."""

    def __init__(self, hook: str, on: str, trouble: str, said: str) -> None:
        VetoedError.__init__(
            self,
            f"{trouble}, so {on} was not changed" + (f":\n{said}" if said else ""),
            hint=f"crm hook log shows its runs; without its executable bit (chmod -x hooks/{hook}) it is not asked",
        )
        self.hook = hook
        self.said = said


def ask_before(site: HookSite, hooks: Iterable[Hook], occurrences: Sequence[Occurrence], matches: Matches) -> list[str]:
    """Run the before-hooks that match, in order, until one says no; return notices.

    Raises HookVetoError (exit 7) for an exit other than 0, HookSilentError when the hook gave no answer. One that is
    not trusted is inert: it is not asked, and a notice says so.
    """
    notices: dict[str, None] = {}
    for hook, occurrence in matching(hooks, BEFORE, occurrences, matches, where_runner=site.is_runner):
        found = standing(site, read_hook(site.root, hook.name))
        if found != "trusted":
            notices[distrust_notice(hook.name, found)] = None
            continue
        if site.depth >= DEEPEST:
            raise HookSilentError(hook.name, str(occurrence.ref), _too_deep(hook), "")
        done = launch(site, hook.name, payload_of(hook, occurrence, site).content)
        _refuse(hook, occurrence, done)
        if done.run and done.run.stdout.strip():
            notices[f"hook {hook.name}: {excerpt(done.run.stdout)}"] = None
    return list(notices)


def question(site: HookSite, hooks: Iterable[Hook], occurrences: Sequence[Occurrence], matches: Matches) -> str:
    """Return a hash of everything the before-hooks would be told, "" when none would be asked.

    Two equal hashes mean that asking again would ask the same: op, time and key are left out.
    """
    import json  # noqa: PLC0415

    told: list[Mapping[str, object]] = []
    for hook, occurrence in matching(hooks, BEFORE, occurrences, matches, where_runner=site.is_runner):
        content = payload_of(hook, occurrence, site).content
        parts = content.get("events")
        if isinstance(parts, list):
            content = content | {"events": [_lasting(part) for part in parts]}
        told.append({"sha256": hook.sha256} | _lasting(content))
    if not told:
        return ""
    from hashlib import sha256  # noqa: PLC0415

    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _lasting(told: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in told.items() if name not in _CHANGES_EACH_TIME}


def _refuse(hook: Hook, occurrence: Occurrence, done: Launch) -> None:
    if done.outcome == "ok":
        return
    said = excerpt(done.run.stderr) if done.run else ""
    on = str(occurrence.ref) if len(occurrence.batch) < 2 else f"{len(occurrence.batch)} changes"
    answered = done.run is not None and done.outcome == "failed" and 0 < done.run.exit < 126
    if answered:
        raise HookVetoError(hook.name, on, said)
    raise HookSilentError(hook.name, on, failure_in_words(done, hook.limit), said)


def _too_deep(hook: Hook) -> str:
    return f"hook {hook.name} was not asked: {DEEPEST} hooks already run inside each other"
