"""What a hook says of itself in its first comment lines, each beginning `crm:` (docs/hooks.md#header)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from crmcli.engines.hooks.site import HookSite
from crmcli.engines.hooks.trigger import Misread, Trigger, nearest_of, parse_trigger
from crmcli.model.problem import Problem
from crmcli.store.trust import HookFile, hook_names, read_hook

BEFORE, ON = "before", "on"
HERE, RUNNER = "here", "runner"
WORDS = (ON, BEFORE, "where", "needs", "limit", "each", "private")
DEFAULT_LIMIT = 10.0
LONGEST_LIMIT = 600.0
"""Seconds a hook may take when it says nothing, and at most."""

_MARKS = ("#", "//", "--", ";")
_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "m": 60.0}
_FIRST_BYTES = 8192


class Hook(NamedTuple):
    """A hook as its header declares it. `path` is relative to the book, `limit` in seconds.

    A need that ends in `?` may be missing.
    `each`: one run per record even in an import; `private`: it gets private fields; `sha256` is of the bytes read.
    """

    name: str
    path: str
    phase: str
    triggers: tuple[Trigger, ...]
    where: str = HERE
    needs: tuple[str, ...] = ()
    limit: float = DEFAULT_LIMIT
    each: bool = False
    private: bool = False
    sha256: str = ""


def load_hooks(site: HookSite) -> tuple[list[Hook], list[Problem]]:
    """Read every hook of the book, in the order of their names; what is wrong is returned, the rest works."""
    hooks: list[Hook] = []
    problems: list[Problem] = []
    for name in hook_names(site.root):
        hook, wrong = read_header(read_hook(site.root, name), site.types)
        problems += wrong
        if hook:
            hooks.append(hook)
    return hooks, problems


def read_header(file: HookFile, types: Collection[str] = ()) -> tuple[Hook | None, list[Problem]]:
    """Read a hook's header; None when it must not or cannot be run, with the problems that say why."""
    if file.trouble:
        return None, [
            _file_problem(file.path, f"{file.path} {file.trouble}", "make it a regular file with a plain name")
        ]
    hook, problems = parse_header(file.name, file.path, file.content[:_FIRST_BYTES].decode("utf-8", "replace"), types)
    if hook and not file.executable:
        problems.append(_file_problem(file.path, f"{file.path} is not executable", f"chmod +x {file.path}"))
        hook = None
    return (hook._replace(sha256=file.sha256) if hook else None), problems


def parse_header(name: str, path: str, text: str, types: Collection[str] = ()) -> tuple[Hook | None, list[Problem]]:
    """Parse the first comment lines of a hook; None when one of them is wrong or none says `on` or `before`."""
    reading = _Reading(types)
    problems = []
    for number, words in _declarations(text):
        wrong = reading.take(words)
        if wrong:
            problems.append(Problem("hook-header", path, number, wrong.message, wrong.remedy))
    if not problems:
        wrong = reading.verdict()
        if wrong:
            problems.append(Problem("hook-header", path, 0, wrong.message, wrong.remedy))
    return (None if problems else reading.hook(name, path)), problems


def _declarations(text: str) -> Iterator[tuple[int, str]]:
    """Yield line number and words of each `crm:` comment, up to the first line (from the second on) that is none."""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        mark = next((mark for mark in _MARKS if line.startswith(mark)), "")
        if line and not mark and number > 1:
            return
        said = line.lstrip("#/-; \t")
        if mark and said.startswith("crm:"):
            yield number, said.removeprefix("crm:").strip()


class _Reading:
    """The declarations of one hook, taken one by one."""

    def __init__(self, types: Collection[str]) -> None:
        self._types = types
        self._phases: dict[str, None] = {}
        self._triggers: list[Trigger] = []
        self._needs: list[str] = []
        self._where = ""
        self._limit = 0.0
        self._flags: set[str] = set()

    def take(self, words: str) -> Misread | None:
        """Take one declaration; return what is wrong with it."""
        word, _, rest = words.partition(" ")
        rest = rest.strip()
        if word in (ON, BEFORE):
            return self._take_trigger(word, rest)
        if word == "where":
            self._where = rest
            return None if rest in (HERE, RUNNER) else Misread(f"where is 'here' or 'runner', not {rest!r}", _HERE)
        if word == "needs":
            return self._take_needs(rest)
        if word == "limit":
            return self._take_limit(rest)
        if word in ("each", "private"):
            self._flags.add(word)
            return Misread(f"{word} stands alone", f"write only: crm: {word}") if rest else None
        return Misread(f"unknown word {word!r}", nearest_of(word, WORDS))

    def verdict(self) -> Misread | None:
        """Say what is wrong with the declarations together."""
        if not self._triggers:
            return Misread("no comment line says when to run it", "write for example: # crm: on deal move to:won")
        if len(self._phases) > 1:
            return Misread("it says both 'on' and 'before'", "make two hooks of it")
        if BEFORE in self._phases and self._where == RUNNER:
            return Misread("a 'before' hook runs where the change is made", "leave out: where runner")
        return None

    def hook(self, name: str, path: str) -> Hook:
        """Return the hook declared."""
        return Hook(
            name,
            path,
            next(iter(self._phases)),
            tuple(self._triggers),
            self._where or HERE,
            tuple(self._needs),
            self._limit or DEFAULT_LIMIT,
            each="each" in self._flags,
            private="private" in self._flags,
        )

    def _take_trigger(self, phase: str, text: str) -> Misread | None:
        trigger = parse_trigger(text, types=self._types)
        if isinstance(trigger, Misread):
            return trigger
        self._phases[phase] = None
        self._triggers.append(trigger)
        return None

    def _take_needs(self, text: str) -> Misread | None:
        for need in text.split():
            if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*\??", need):
                return Misread(
                    f"{need!r} is no name of a secret or variable", "letters, digits and _, with ? if it may be missing"
                )
            if need.startswith("CRM_"):
                return Misread(f"{need!r} is a name that crm gives itself", "CRM_ variables need no 'needs'")
            self._needs.append(need)
        return None if text else Misread("needs says no name", "write for example: needs CHAT_URL")

    def _take_limit(self, text: str) -> Misread | None:
        seconds = parse_limit(text)
        if not seconds:
            return Misread(
                f"{text!r} is no time limit",
                f"write for example 10s, 500ms or 2min; at most {LONGEST_LIMIT / 60:.0f}min",
            )
        self._limit = seconds
        return None


_HERE = "'here' runs it in the clone that made the change, 'runner' once, in the book's runner"


def parse_limit(text: str) -> float:
    """Read `200ms`, `10s`, `2min` as seconds; 0 when it is none of these, not above 0 or too long."""
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(ms|s|min|m)", text)
    if not found:
        return 0.0
    seconds = float(found[1]) * _UNITS[found[2]]
    return seconds if seconds <= LONGEST_LIMIT else 0.0


def show_limit(seconds: float) -> str:
    """Write a limit as people say it."""
    if seconds < 1:
        return f"{seconds * 1000:g} ms"
    return f"{seconds:g} s" if seconds < 120 else f"{seconds / 60:g} min"


def find_hook(root: Path, name: str, types: Collection[str] = ()) -> tuple[HookFile, Hook | None, list[Problem]]:
    """Read one hook of the book by name."""
    file = read_hook(root, name)
    hook, problems = read_header(file, types)
    return file, hook, problems


def _file_problem(path: str, message: str, remedy: str) -> Problem:
    return Problem("hook-file", path, 0, message, remedy)
