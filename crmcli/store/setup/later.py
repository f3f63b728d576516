"""Words that are accepted although what they ask for does not happen yet: one warning per file and word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crmcli.model.problem import Problem
from crmcli.store.setup.locate import Keys
from crmcli.store.setup.source import Source

_RULES = {
    "rule": "rules do not fire yet",
    "assign": "nothing is assigned yet",
    "score": "scores are not added up yet",
    "journey": "journeys do not run yet",
    "match": "matching of records does not run yet",
}
_MOVES = {
    "gate": "gates do not stop moves yet",
    "approval": "approvals are not asked for yet",
    "limit": "time limits are not watched yet",
}
_STAGES = {"limit": "the time in a stage is not watched yet", "do": "actions on entry are not carried out yet"}
_MANY = 4


def not_yet(folder: str, name: str, source: Source) -> Iterator[Problem]:
    """Yield a warning for every kind of thing in the file that does not act yet."""
    table = source.table
    if folder == "rules":
        for key, says in _RULES.items():
            yield from _warn(source, [(key, part) for part in _table(table, key)], says)
    elif folder == "reports":
        yield from _warn(source, [(next(iter(table)),)] if table else [], f"the report {name} cannot be asked for yet")
    elif folder == "schema":
        yield from _fields(source)
    elif folder == "pipelines":
        yield from _moves(source)
    else:
        roles = [("role", part) for part in _table(table, "role")]
        yield from _warn(source, roles, "roles neither hide nor forbid anything yet")


def _fields(source: Source) -> Iterator[Problem]:
    fields = {name: words for name, words in _table(source.table, "fields").items() if isinstance(words, dict)}
    serial = [("fields", name, "type") for name, words in fields.items() if words.get("type") == "serial"]
    yield from _warn(source, serial, "serial numbers are not drawn yet")


def _moves(source: Source) -> Iterator[Problem]:
    for key, says in _MOVES.items():
        entries = source.table.get(key)
        if isinstance(entries, list) and entries:
            yield from _warn(source, [(key, 0)], says)
    stages = {name: words for name, words in _table(source.table, "stage").items() if isinstance(words, dict)}
    for key, says in _STAGES.items():
        yield from _warn(source, [("stage", name, key) for name, words in stages.items() if key in words], says)


def _warn(source: Source, found: list[Any], says: str) -> Iterator[Problem]:
    """Yield one warning for all of `found`, at the first of them, naming a few."""
    if not found:
        return
    keys: Keys = found[0]
    names = [str(place[1]) for place in found if len(place) > 1 and isinstance(place[1], str)]
    more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
    which = f" ({', '.join(names[:_MANY])}{more})" if names else ""
    word = f"`{keys[2]}` " if len(keys) > 2 and says.startswith("is ") else ""
    message = f"{word}{says}{which}"
    yield source.problem("engine-later", keys, message, "nothing to do: it is kept for the day it acts", warning=True)


def _table(table: dict[str, Any], key: str) -> dict[str, Any]:
    found = table.get(key)
    return found if isinstance(found, dict) else {}
