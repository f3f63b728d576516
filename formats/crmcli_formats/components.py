"""Components of vCard and iCalendar, what stands between BEGIN and END, read one by one from the lines of a file.

A component that is broken is given with the reason and its text, and the next one is read. Lines are unfolded as the
standards say, and as old cards have it: quoted-printable that goes on in the next line, Base64 until a blank one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from crmcli_formats.contentlines import Component, LineBroken, Property, parse_property
from crmcli_formats.lines import Lines, odd_byte

DEEPEST = 8
"""Components within components."""
_STRAY = 64 * 1024
"""Letters of lines outside of any component that are told together."""
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*").fullmatch


def begins_with(head: bytes, name: str) -> bool:
    """Whether one of the first lines of a file begins a component, whatever its encoding."""
    lines = head[:512].replace(b"\0", b"").upper().splitlines()
    return any(line.lstrip(_MARKS).startswith(f"BEGIN:{name}".encode()) for line in lines)


_MARKS = b"\xef\xbb\xbf\xff\xfe \t"


def read_components(lines: Lines, wanted: Iterable[str], around: Iterable[str] = ()) -> Iterator[Component]:
    """The components of some names, one after the other; broken ones with trouble, and what stands outside of all as one.

    Components that stand inside of `around` ones are read whatever they are called; other lines there are about the whole.
    """
    reading = _Reading(lines, frozenset(wanted), frozenset(around))
    physical = reading.physical
    stray: list[Numbered] = []
    letters, within = 0, False
    for number, line in physical:
        begin, end = _begun(line), _ended(line)
        if begin in reading.around or end in reading.around:
            within = begin in reading.around
        elif begin in reading.wanted or (begin and within):
            yield from _outside(stray)
            yield from reading.one(begin, number, line)
        elif line.strip() and not within:
            stray.append((number, line))
            letters += len(line)
            if letters > _STRAY:
                yield from _outside(stray)
                letters = 0
        lines.begin()
    yield from _outside(stray)


Numbered = tuple[int, str]
"""A line with its number."""


def _begun(line: str) -> str:
    """The component that a line begins, "" for none."""
    head = line.strip().upper()
    return head[6:].strip() if head.startswith("BEGIN:") else ""


def _ended(line: str) -> str:
    head = line.strip().upper()
    return head[4:].strip() if head.startswith("END:") else ""


def _outside(stray: list[Numbered]) -> Iterator[Component]:
    """What stands outside, as one that is broken; `stray` is emptied."""
    if stray:
        first, last = stray[0][0], stray[-1][0]
        where = f"line {first} stands" if first == last else f"lines {first} to {last} stand"
        why = f"{where} outside of any BEGIN and END"
        yield _broken("", stray, why)
        stray.clear()


class _Physical:
    """The physical lines of a file with their numbers, without their ends and without marks of an encoding."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._number = 0

    def __iter__(self) -> _Physical:
        return self

    def __next__(self) -> Numbered:
        line = next(self._lines)
        self._number += 1
        return self._number, line.rstrip("\r\n").removeprefix("\ufeff")


class _Reading:
    """One file being read."""

    def __init__(self, lines: Lines, wanted: frozenset[str], around: frozenset[str]) -> None:
        self.physical = _Physical(lines)
        self.wanted = wanted
        self.around = around
        self._encoding = lines.encoding

    def one(self, name: str, start: int, first: str) -> Iterator[Component]:
        """One component and, where its end is missing, those that begin inside of it: none of them holds another."""
        begun: list[Numbered] = [(start, first)]
        depth = 1
        for number, text in self.physical:
            begin, end = _begun(text), _ended(text)
            if begin in self.wanted and not (begin == "VCARD" and _holds_card(begun)):
                yield _broken(name, begun, f"line {number} begins another one, and this one has no END:{name}")
                name, begun, depth = begin, [], 0
            elif end in self.around:
                yield _broken(name, begun, f"line {number} ends the {end}, and this one has no END:{name}")
                return
            begun.append((number, text))
            depth += (begin == name) - (end == name)
            if not depth:
                yield self._component(name, begun)
                return
        yield _broken(name, begun, f"there is no END:{name}")

    def _component(self, name: str, begun: Sequence[Numbered]) -> Component:
        text = "\n".join(line for _, line in begun)
        odd = odd_byte(text) is not None
        try:
            logical = list(_unfolded(begun[1:-1], old=_is_old(begun)))
            if odd and self._encoding.name.startswith("utf-8"):
                logical = [(number, _united(line)) for number, line in logical]
            made = _built(name, begun[0][0], logical)
            if odd:
                self._refuse_odd(made, begun)
        except LineBroken as broken:
            return _broken(name, begun, str(broken))
        return made._replace(text=text)

    def _refuse_odd(self, made: Component, begun: Sequence[Numbered]) -> None:
        """Raise `LineBroken` where bytes that are no text are left after all was decoded."""
        for found in made.properties:
            if odd_byte(found.value) or odd_byte(repr_of(found)):
                self._refuse_line(found.line, begun)
        for inner in made.inner:
            self._refuse_odd(inner, begun)

    def _refuse_line(self, start: int, begun: Sequence[Numbered]) -> None:
        for number, text in begun:
            odd = odd_byte(text) if number >= start else None
            if odd is not None:
                column, byte = odd
                what = f"byte {byte:#04x}, which is not {self._encoding.label}" if byte else "a NUL byte"
                raise LineBroken(f"line {number}, byte {column}: {what}")


def repr_of(found: Property) -> str:
    """All of a property but its value."""
    return "".join([found.group, found.name, *(text for name, values in found.params for text in (name, *values))])


def _united(line: str) -> str:
    """An unfolded line in which a letter of several bytes was divided by the fold."""
    return line.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def _holds_card(begun: Sequence[Numbered]) -> bool:
    """Whether the line before is an AGENT, which holds a card (vCard 2.1 §2.4.1)."""
    last = next((text for _, text in reversed(begun) if text.strip()), "")
    return last.upper().lstrip().startswith("AGENT") and last.rstrip().endswith(":")


def _broken(name: str, begun: Sequence[Numbered], why: str) -> Component:
    return Component(name, begun[0][0], (), text="\n".join(text for _, text in begun), trouble=why)


def _is_old(begun: Sequence[Numbered]) -> bool:
    return any(text.strip().upper() == "VERSION:2.1" for _, text in begun)


def _built(name: str, line: int, logical: Sequence[Numbered], depth: int = 1) -> Component:
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


def _end_of(logical: Sequence[Numbered], start: int, name: str) -> int:
    depth = 1
    for place in range(start, len(logical)):
        head = logical[place][1].strip().upper()
        depth += (head == f"BEGIN:{name}") - (head == f"END:{name}")
        if not depth:
            return place
    return -1


def _unfolded(begun: Sequence[Numbered], *, old: bool) -> Iterator[Numbered]:
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
