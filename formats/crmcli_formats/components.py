"""Components of vCard and iCalendar, what stands between BEGIN and END, read one by one from the lines of a file.

A component that is broken is given with the reason and its text, and the next one is read. Lines are unfolded as the
standards say, and as old cards have it: quoted-printable that goes on in the next line, Base64 until a blank one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from crmcli_formats.contentlines import Component, LineBroken, Property, parse_property
from crmcli_formats.lines import Lines

DEEPEST = 8
"""Components within components."""
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*").fullmatch


def read_components(lines: Lines, wanted: Iterable[str], around: Iterable[str] = ()) -> Iterator[Component]:
    """The components of some names, one after the other, those inside of `around` ones as well; broken ones with trouble."""
    wanted, around = frozenset(wanted), frozenset(around)
    physical = _Physical(lines)
    stray = 0
    for number, line in physical:
        head = line.strip().upper()
        if head.startswith("BEGIN:") and head[6:].strip() in wanted:
            yield from _read_one(physical, head[6:].strip(), number, line)
            stray = 0
        elif head.startswith(("BEGIN:", "END:")) and head.partition(":")[2].strip() in around:
            stray = 0
        elif head and not around and not stray:
            stray = number
            yield Component("", number, (), text=line, trouble=f"line {number} stands outside of any BEGIN and END")
        lines.begin()


class _Physical:
    """The physical lines of a file with their numbers, without their ends."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._number = 0

    def __iter__(self) -> _Physical:
        return self

    def __next__(self) -> tuple[int, str]:
        line = next(self._lines)
        self._number += 1
        return self._number, line.rstrip("\r\n")


def _read_one(physical: _Physical, name: str, start: int, first: str) -> Iterator[Component]:
    """One component and, where its end is missing, those that begin inside of it."""
    begun: list[tuple[int, str]] = [(start, first)]
    depth = 1
    for number, text in physical:
        head = text.strip().upper()
        if head == f"BEGIN:{name}" and name != "VCARD":
            depth += 1
        elif head == f"BEGIN:{name}" and not _holds_card(begun):
            yield _broken(name, begun, f"line {number} begins another one, and this one has no END:{name}")
            begun, depth = [], 1
        elif head == f"BEGIN:{name}":
            depth += 1
        begun.append((number, text))
        if head == f"END:{name}":
            depth -= 1
            if not depth:
                yield _component(name, begun)
                return
    yield _broken(name, begun, f"there is no END:{name}")


def _holds_card(begun: Sequence[tuple[int, str]]) -> bool:
    """Whether the line before is an AGENT, which holds a card (vCard 2.1 §2.4.1)."""
    last = next((text for _, text in reversed(begun) if text.strip()), "")
    return last.upper().lstrip().startswith("AGENT") and last.rstrip().endswith(":")


def _broken(name: str, begun: Sequence[tuple[int, str]], why: str) -> Component:
    return Component(name, begun[0][0], (), text="\n".join(text for _, text in begun), trouble=why)


def _component(name: str, begun: Sequence[tuple[int, str]]) -> Component:
    try:
        logical = list(_unfolded(begun[1:-1], old=_is_old(begun)))
        return _built(name, begun[0][0], logical)._replace(text="\n".join(text for _, text in begun))
    except LineBroken as broken:
        return _broken(name, begun, str(broken))


def _is_old(begun: Sequence[tuple[int, str]]) -> bool:
    return any(text.strip().upper() == "VERSION:2.1" for _, text in begun)


def _built(name: str, line: int, logical: Sequence[tuple[int, str]], depth: int = 1) -> Component:
    if depth > DEEPEST:
        raise LineBroken(f"line {line}: components within components, deeper than {DEEPEST}")
    properties: list[Property] = []
    inner: list[Component] = []
    place = 0
    while place < len(logical):
        number, text = logical[place]
        place += 1
        head = text.strip().upper()
        if not head.startswith("BEGIN:"):
            properties.append(parse_property(text, number))
            continue
        inside, end = head[6:].strip(), _end_of(logical, place, head[6:].strip())
        if end < 0:
            raise LineBroken(f"line {number}: BEGIN:{inside} has no END")
        inner.append(_built(inside, number, logical[place:end], depth + 1))
        place = end + 1
    return Component(name, line, tuple(properties), tuple(inner))


def _end_of(logical: Sequence[tuple[int, str]], start: int, name: str) -> int:
    depth = 1
    for place in range(start, len(logical)):
        head = logical[place][1].strip().upper()
        depth += (head == f"BEGIN:{name}") - (head == f"END:{name}")
        if not depth:
            return place
    return -1


def _unfolded(begun: Sequence[tuple[int, str]], *, old: bool) -> Iterator[tuple[int, str]]:
    """Logical lines, each with the number of its first physical one; blank lines are left out."""
    number, pieces = 0, [""]
    soft = binary = False
    for found, text in begun:
        if soft:
            pieces[-1] = pieces[-1].rstrip()[:-1]
            pieces.append(text)
        elif not text.strip():  # between the lines of a picture; or after one that is not folded
            binary = False
            continue
        elif pieces[0] and text[:1] in (" ", "\t"):
            pieces.append(text if old and not binary else text[1:])
        elif binary and _BASE64(text) and not text[:1].isspace():
            pieces.append(text)
        else:
            if pieces[0]:
                yield number, "".join(pieces)
            number, pieces = found, [text]
            upper = text.partition(":")[0].upper()
            binary = "BASE64" in upper or "ENCODING=B" in upper
        head = pieces[0].partition(":")[0].upper()
        soft = "QUOTED-PRINTABLE" in head and text.rstrip().endswith("=") and ":" in pieces[0]
    if pieces[0]:
        yield number, "".join(pieces)
