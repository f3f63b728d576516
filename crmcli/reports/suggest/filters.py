"""Words of a filter: fields, paths, states, tags, values; inside quotes also functions and what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.query.marks import is_name_part
from crmcli.reports.suggest.records import subjects, tags
from crmcli.reports.suggest.spots import (
    Spot,
    at_type,
    fields_at,
    follow,
    parts_at,
    paths_at,
    references_at,
)
from crmcli.reports.suggest.suggestion import Suggestion, joined
from crmcli.reports.suggest.values import asked_values

if TYPE_CHECKING:
    from crmcli.model.schema import Setup
    from crmcli.reports.suggest.suggestion import Asker

OPERATORS = (":", ">=", "<=", "!=", "=", ">", "<")
OUTSIDE = frozenset(["changed", "ntile"])
"""Functions that mean nothing in a list."""


class Piece(NamedTuple):
    """The part of a filter that is being typed: what stands before it, the part, the calls it stands in.

    A call is its name, its first argument, and whether the piece stands behind that.
    """

    head: str
    part: str
    calls: tuple[tuple[str, str, bool], ...]


def filter_words(asker: Asker, typed: str, *, quoted: bool) -> list[Suggestion]:
    """What can follow in the words of a filter; functions only inside quotes, since a shell keeps parentheses."""
    piece = piece_of(typed)
    setup = asker.book.setup
    spots = [at_type(type_) for type_ in subjects(asker)]
    for name, first, behind in piece.calls:
        if _collects(name) and behind:
            spots = follow(setup, spots, first.strip().split(".")) or spots
    head, part = piece.head, piece.part
    inside = bool(piece.calls) and _collects(piece.calls[-1][0]) and not piece.calls[-1][2]
    if inside:
        return joined(head, _argument(setup, spots, part))
    sign = part[:1] if part[:1] in ("+", "-") else ""
    found = _tagged(asker, spots, sign)
    rest = part.removeprefix("-")
    if sign != "+":
        found = [*joined(sign, _condition(asker, spots, rest, quoted=quoted)), *found]
    return joined(head, found)


def piece_of(text: str) -> Piece:
    """Cut what is typed where its last part begins: behind a blank, a parenthesis, an argument's comma."""
    start, quote = 0, ""
    calls: list[tuple[str, int, str, bool]] = []
    for at, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == "(":
            calls.append((_name_before(text, at), at + 1, "", False))
            start = at + 1
        elif char == ")" and calls:
            calls.pop()
            start = at + 1
        elif char == "," and calls and text[at + 1 : at + 2] == " ":
            name, begin, first, behind = calls.pop()
            calls.append((name, begin, first if behind else text[begin:at], True))
            start = at + 1
        elif char.isspace():
            start = at + 1
    return Piece(text[:start], text[start:], tuple((name, first, behind) for name, _, first, behind in calls))


def _name_before(text: str, end: int) -> str:
    start = end
    while start and is_name_part(text[start - 1]):
        start -= 1
    return text[start:end]


def _collects(name: str) -> bool:
    from crmcli.query.calls import AGGREGATES  # noqa: PLC0415

    return name in AGGREGATES


def _tagged(asker: Asker, spots: list[Spot], sign: str) -> list[Suggestion]:
    return joined(sign or "+", tags(asker, [spot.type for spot in spots if spot.source == "record"]))


def _condition(asker: Asker, spots: list[Spot], part: str, *, quoted: bool) -> list[Suggestion]:
    """A path, an operator, a value."""
    setup = asker.book.setup
    path, mark, typed = _split(part)
    before, dot, name = path.rpartition(".")
    there = follow(setup, spots, before.split(".")) if before else spots
    if mark and (mark == ":" or quoted):
        return joined(path + mark, asked_values(asker, there, name, typed))
    fields = [Suggestion(f"{said}:", help_) for spot in there for said, help_ in fields_at(setup, spot, name)]
    found = joined(before + dot, fields)
    steps = [Suggestion(f"{said}.", help_) for spot in there for said, help_ in paths_at(setup, spot)]
    found += joined(before + dot, steps)
    if before:
        inner, _, last = before.rpartition(".")
        parts = parts_at(follow(setup, spots, inner.split(".")) if inner else spots, last)
        return found + joined(before + dot, [hit._replace(word=f"{hit.word}:") for hit in parts])
    if name and quoted:
        found += _functions()
    states = asked_values(asker, spots, "is", "")
    return [*found, *joined("is:", states)]


def _split(part: str) -> tuple[str, str, str]:
    """The path, the operator, what is typed behind it."""
    first = min((place for mark in ":=<>!" if (place := part.find(mark)) >= 0), default=-1)
    if first < 0:
        return part, "", ""
    mark = next((mark for mark in OPERATORS if part.startswith(mark, first)), part[first])
    return part[:first], mark, part[first + len(mark) :]


def _functions() -> list[Suggestion]:
    from crmcli.query.manual.functions import FUNCTIONS  # noqa: PLC0415

    return [Suggestion(f"{name}(", made.says) for name, made in FUNCTIONS.items() if name not in OUTSIDE]


def _argument(setup: Setup, spots: list[Spot], part: str) -> list[Suggestion]:
    """The first argument of a function over several: a collection, then a field of it."""
    before, dot, name = part.rpartition(".")
    there = follow(setup, spots, before.split(".")) if before else spots
    steps = [
        Suggestion(said, help_) for spot in there for said, help_ in (*paths_at(setup, spot), *references_at(spot))
    ]
    if before:
        steps += [
            Suggestion(said, help_) for spot in there for said, help_ in fields_at(setup, spot, name) if said != "is"
        ]
    return joined(before + dot, steps)
