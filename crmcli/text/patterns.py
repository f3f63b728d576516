"""Regular expressions in linear time: whether a text holds a match, whatever the pattern and whoever wrote the text.

Python's `re` tries one way after another, and some patterns have more ways than there is time (`(a+)+$`). Here all ways are
followed at once (K. Thompson, Regular Expression Search Algorithm, CACM 11(6), 1968); sets of places in the pattern become
states that are made when first met and kept. `re` parses the pattern and says which letters a class holds, so the meaning is
the same. What such a machine cannot know is refused: back references, looking ahead or behind, atomic groups.
"""

from __future__ import annotations

import re
from functools import lru_cache
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

LONGEST_TEXT = 64_000
"""Letters of a text that are looked at."""

_MOST_PLACES = 500
_MOST_STATES = 1_000
_WAYS = 5
"""So many `?` make no more ways than `re` can try."""

_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT)
_LETTERS = (_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN)
_END, _LAST_LINE_END = "", "\n$"
"""What comes after the last letter; a line end that is the last letter (`$` stands before it too)."""

_NOTHING_HAS_INSIDE = re.search(r"\B", "") is not None
"""From Python 3.14 on."""

_START, _ACCEPT = 0, 1


class PatternRefusedError(ValueError):
    """A pattern that is none, or that cannot be searched for in linear time."""


class _Place(NamedTuple):
    """A place in the pattern: a letter to be read, a condition such as `^`, or neither; and the places after it."""

    letter: re.Pattern[str] | None
    condition: Any
    after: list[int]


_State = tuple[frozenset[int], str]
"""The places reached, and what the last letter was: start, line, word, other."""


class Matcher:
    """A pattern ready to be searched for."""

    def __init__(self, pattern: str) -> None:
        try:
            self._whole = re.compile(pattern)
            tree = _parser.parse(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            raise PatternRefusedError(str(error)) from None
        self._flags = tree.state.flags
        self._tree_state = tree.state
        self._places: list[_Place] = [_Place(None, None, []), _Place(None, None, [])]
        self._next: dict[_State, dict[str, _State | bool]] = {}
        self._simple = _repeats(tree) <= _WAYS and _is_known(tree) and not _has_loops(tree)
        if not self._simple:
            end = self._build(tree, _START, self._flags)
            self._places[end].after.append(_ACCEPT)

    def search(self, text: str) -> bool:
        """Whether the pattern matches anywhere in the first `LONGEST_TEXT` letters."""
        text = text[:LONGEST_TEXT]
        if self._simple:
            return self._whole.search(text) is not None
        state: _State = (frozenset(), "start")
        last = len(text) - 1
        for at, char in enumerate(text):
            found = self._step(state, _LAST_LINE_END if at == last and char == "\n" else char)
            if isinstance(found, bool):
                return found
            state = found
        return self._step(state, _END) is True

    # ---- following the text ------------------------------------------------------------------------------

    def _step(self, state: _State, symbol: str) -> _State | bool:
        known = self._next.get(state)
        if known is None:
            if len(self._next) >= _MOST_STATES:
                self._next.clear()
            known = self._next[state] = {}
        found = known.get(symbol)
        if found is None:
            found = known[symbol] = self._made(state, symbol)
        return found

    def _made(self, state: _State, symbol: str) -> _State | bool:
        reached = self._closure(state, symbol)
        if _ACCEPT in reached:
            return True
        char = symbol[:1]
        if not char:
            return False
        places = (self._places[place] for place in reached)
        after = {place.after[0] for place in places if place.letter is not None and place.letter.fullmatch(char)}
        return frozenset(after), "line" if char == "\n" else "word" if self._is_word(char) else "other"

    def _closure(self, state: _State, symbol: str) -> set[int]:
        waiting = [_START, *state[0]]
        reached = set(waiting)
        while waiting:
            place = self._places[waiting.pop()]
            if place.letter is not None or (place.condition and not self._holds(place.condition, state[1], symbol)):
                continue
            fresh = [after for after in place.after if after not in reached]
            reached.update(fresh)
            waiting += fresh
        return reached

    def _is_word(self, char: str) -> bool:
        return char == "_" or (char.isalnum() and (char.isascii() or not self._flags & re.ASCII))

    def _holds(self, condition: tuple[Any, int], before: str, symbol: str) -> bool:
        code, flags = condition
        lines = flags & re.MULTILINE
        if code in (_constants.AT_BEGINNING, _constants.AT_BEGINNING_STRING):
            return before == "start" or bool(lines and before == "line" and code == _constants.AT_BEGINNING)
        if code == _constants.AT_END_STRING:
            return symbol == _END
        if code == _constants.AT_END:
            return symbol in (_END, _LAST_LINE_END) or bool(lines and symbol == "\n")
        if symbol == _END and before == "start":
            return code != _constants.AT_BOUNDARY and _NOTHING_HAS_INSIDE
        boundary = (before == "word") != bool(symbol and self._is_word(symbol[0]))
        return bool(boundary == (code == _constants.AT_BOUNDARY))

    # ---- building the places -----------------------------------------------------------------------------

    def _place(self, letter: re.Pattern[str] | None = None, condition: Any = None) -> int:  # noqa: ANN401 - of `re`
        if len(self._places) >= _MOST_PLACES:
            msg = "the pattern is too large"
            raise PatternRefusedError(msg)
        self._places.append(_Place(letter, condition, []))
        return len(self._places) - 1

    def _build(self, tree: Any, at: int, flags: int) -> int:  # noqa: ANN401 - a tree of `re`
        """Add what `tree` reads behind the place `at`; return the place after it."""
        for op, value in tree:
            at = self._add(op, value, at, flags)
        return at

    def _add(self, op: Any, value: Any, at: int, flags: int) -> int:  # noqa: ANN401 - parts of a tree of `re`
        if op in _LETTERS:
            one = _parser.SubPattern(self._tree_state, [(op, value)])
            letter, end = self._place(_compiler.compile(one, flags)), self._place()
            self._places[at].after.append(letter)
            self._places[letter].after.append(end)
            return end
        if op is _constants.AT:
            end = self._place(None, (value, flags))
            self._places[at].after.append(end)
            return end
        if op is _constants.SUBPATTERN:
            _, added, removed, inner = value
            return self._build(inner, at, (flags | added) & ~removed)
        if op is _constants.BRANCH:
            ends = [self._build(branch, self._begun(at), flags) for branch in value[1]]
            return self._joined(ends)
        if op in _REPEATS:
            least, most, inner = value
            return self._repeat(least, most, inner, at, flags)
        msg = f"{str(op).lower().replace('_', ' ')} cannot be searched for"
        raise PatternRefusedError(msg)

    def _begun(self, at: int) -> int:
        fresh = self._place()
        self._places[at].after.append(fresh)
        return fresh

    def _joined(self, ends: list[int]) -> int:
        end = self._place()
        for one in ends:
            self._places[one].after.append(end)
        return end

    def _repeat(self, least: int, most: Any, inner: Any, at: int, flags: int) -> int:  # noqa: ANN401
        if (least if most is _constants.MAXREPEAT else most) > _MOST_PLACES:
            msg = f"more than {_MOST_PLACES} repetitions"
            raise PatternRefusedError(msg)
        for _ in range(least):
            begun, at = at, self._build(inner, at, flags)
            if at == begun:  # nothing, as often as you like
                return at
        if most is _constants.MAXREPEAT:
            loop = self._begun(at)
            end = self._build(inner, self._begun(loop), flags)
            self._places[end].after.append(loop)
            return self._begun(loop)
        ends = [at]
        for _ in range(int(most) - least):
            at = self._build(inner, self._begun(at), flags)
            ends.append(at)
        return self._joined(ends) if len(ends) > 1 else at


def _parts(tree: Any) -> list[Any]:  # noqa: ANN401 - a tree of `re`
    """Every (operation, value) of a tree, inner ones included."""
    found = []
    for op, value in tree:
        found.append((op, value))
        if op is _constants.SUBPATTERN:
            found += _parts(value[3])
        elif op is _constants.BRANCH:
            found += [part for branch in value[1] for part in _parts(branch)]
        elif op in _REPEATS:
            found += _parts(value[2])
    return found


def _repeats(tree: Any) -> int:  # noqa: ANN401
    return sum(op in _REPEATS for op, _ in _parts(tree))


def _has_loops(tree: Any) -> bool:  # noqa: ANN401
    return any(op in _REPEATS and (value[1] is _constants.MAXREPEAT or value[1] > 1) for op, value in _parts(tree))


def _is_known(tree: Any) -> bool:  # noqa: ANN401
    return all(
        op in (*_LETTERS, *_REPEATS, _constants.AT, _constants.SUBPATTERN, _constants.BRANCH) for op, _ in _parts(tree)
    )


@lru_cache(maxsize=16)
def matcher(pattern: str) -> Matcher:
    """The pattern ready to be searched for; raises `PatternRefusedError`."""
    return Matcher(pattern)
