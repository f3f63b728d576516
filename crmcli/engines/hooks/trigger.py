"""The trigger grammar `TYPE EVENT [filter]`, shared by hooks and rules (ENGINES §1.5).

Of the words after the event, `from: to: field: by: via:` (with `-` before: not) speak of the event and are understood
here; the rest is a filter over the record, kept as text for whoever evaluates it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.record import Value

if TYPE_CHECKING:
    from crmcli.engines.hooks.occurrence import Occurrence

ANY = "any"
BATCH = "batch"
HOOK_EVENTS = ("create", "set", "move", "log", "delete", "archive", BATCH)
EVENT_WORDS = ("from", "to", "field", "by", "via")
ALSO_SET = ("move", "archive")
"""Events that are answered by `set` too (SETTLED 17)."""


class Trigger(NamedTuple):
    """One trigger: `type` is a record type's name or `any`; `words` are event words with their accepted values."""

    type: str
    event: str
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    filter: str = ""
    text: str = ""

    def fits(self, occurrence: Occurrence) -> bool:
        """Whether the type, the event and the event words fit; the filter is asked elsewhere."""
        return (
            self.type in (ANY, occurrence.type)
            and self._fits_event(occurrence.event)
            and all(_fits_word(word, wanted, occurrence) for word, wanted in self.words)
        )

    def _fits_event(self, event: str) -> bool:
        return self.event in (BATCH, event) or (self.event == "set" and event in ALSO_SET)


class Misread(NamedTuple):
    """Why a trigger's text is none."""

    message: str
    remedy: str


def parse_trigger(text: str, events: Collection[str] = HOOK_EVENTS, types: Collection[str] = ()) -> Trigger | Misread:
    """Read `TYPE EVENT [filter]`. `types` are the record types there are; empty: any name is taken."""
    words = split_words(text)
    if words is None:
        return Misread("a quote or a parenthesis is not closed", "close it, or leave it out")
    if len(words) < 2:
        return Misread(f"a trigger is TYPE EVENT [filter], not {text!r}", "write for example: on deal move to:won")
    type_name, event = words[0], words[1]
    if types and type_name != ANY and type_name not in types:
        return Misread(f"unknown type {type_name!r}", nearest_of(type_name, [*types, ANY]))
    if event not in events:
        return Misread(f"unknown event {event!r}", nearest_of(event, events))
    spoken: list[tuple[str, tuple[str, ...]]] = []
    rest: list[str] = []
    for word in words[2:]:
        name, colon, values = word.partition(":")
        if colon and name.removeprefix("-") in EVENT_WORDS:
            if not values.strip(","):
                return Misread(f"{name}: says no value", f"write {name}:VALUE, several with commas")
            spoken.append((name, tuple(_unquoted(value) for value in values.split(",") if value)))
        else:
            rest.append(word)
    return Trigger(type_name, event, tuple(spoken), " ".join(rest), " ".join(words))


def split_words(text: str) -> list[str] | None:
    """Split at blanks outside quotes and parentheses; None when one of them is left open."""
    words: list[str] = []
    word, quote, depth = "", "", 0
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char.isspace() and not depth:
            words += [word] if word else []
            word = ""
            continue
        word += char
    if quote or depth:
        return None
    return words + ([word] if word else [])


def nearest_of(word: str, names: Collection[str]) -> str:
    """Say which of `names` was perhaps meant, else which there are."""
    from crmcli.text.nearest import nearest  # noqa: PLC0415

    found = nearest(word, names)
    return f"did you mean {found[0]!r}?" if found else f"it is one of: {' '.join(names)}"


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


def _fits_word(word: str, wanted: tuple[str, ...], occurrence: Occurrence) -> bool:
    present = _spoken_of(word.removeprefix("-"), occurrence)
    fits = any(item in wanted for item in present) or ANY in wanted if present else "none" in wanted
    return fits != word.startswith("-")


def _spoken_of(word: str, occurrence: Occurrence) -> tuple[str, ...]:
    """Return what a word is compared with; `via` also answers by its kind (`rule:x` is `rule`)."""
    if word == "via":
        return tuple(dict.fromkeys((occurrence.via, occurrence.via.partition(":")[0])))
    found: Value | None = {"from": occurrence.from_, "to": occurrence.to}.get(word)
    if word in ("field", "by"):
        found = occurrence.field if word == "field" else occurrence.by
    if not found:
        return ()
    return (found,) if isinstance(found, str) else tuple(found)
