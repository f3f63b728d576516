"""Content lines, which vCard and iCalendar share (RFC 6350 §3, RFC 5545 §3.1, vCard 2.1 §2): properties and how they are written.

Every property keeps its line in the file and everything that was said of it. All that is read is brought into one
notation, that of the newer standards: quoted-printable and character sets are decoded, parameters without a name get
theirs, `TYPE=pref` becomes `PREF=1`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

Params = tuple[tuple[str, tuple[str, ...]], ...]

FOLD_AT = 75
"""Octets of a physical line without its end (RFC 6350 §3.2)."""

_ENCODINGS = frozenset(["QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B", "Q"])
_PLACES = frozenset(["INLINE", "URL", "CONTENT-ID", "CID"])
_NAME = re.compile(r"[A-Za-z0-9_-]+").fullmatch
_ESCAPED = re.compile(r'\\([\\,;:nN"])')
_CARET = re.compile(r"\^([n^'])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no line of a record may hold, and what turns the direction of writing around."""


_SPELT = {"X-ABLABEL": "X-ABLabel", "X-ABSHOWAS": "X-ABShowAs"}
"""Names that some programs know in one spelling only."""


class Property(NamedTuple):
    """One property: its line, its group ("item1" or ""), its name in capitals, its parameters, its value as it is escaped."""

    line: int
    name: str
    value: str
    params: Params = ()
    group: str = ""

    def param(self, name: str) -> tuple[str, ...]:
        """The values of a parameter, () without it."""
        return next((values for found, values in self.params if found == name), ())

    @property
    def text(self) -> str:
        """The value of a property that is one text."""
        return unescape(self.value)

    @property
    def parts(self) -> list[str]:
        """The parts of a structured value, divided by semicolons."""
        return [unescape(part) for part in split_at(self.value, ";")]

    @property
    def items(self) -> list[str]:
        """The items of a value that is a list, divided by commas."""
        return [unescape(item) for item in split_at(self.value, ",")]

    @property
    def is_binary(self) -> bool:
        """Whether the value is Base64."""
        return any(word.upper() in ("B", "BASE64") for word in self.param("ENCODING"))

    def without(self, *names: str) -> Property:
        """The same without some parameters."""
        return self._replace(params=tuple((n, v) for n, v in self.params if n not in names))


class Component(NamedTuple):
    """What stands between BEGIN and END: `name` in capitals, its first line, its properties and inner components.

    `text` is its lines as they stand in the file. `trouble` says why it cannot be read, and in which line.
    """

    name: str
    line: int
    properties: tuple[Property, ...]
    inner: tuple[Component, ...] = ()
    text: str = ""
    trouble: str = ""

    def all(self, name: str) -> list[Property]:
        """The properties of a name, in the order of the file."""
        return [found for found in self.properties if found.name == name]

    def first(self, name: str) -> Property | None:
        """The first property of a name."""
        return next((found for found in self.properties if found.name == name), None)


class LineBroken(ValueError):  # noqa: N818 - a verdict about a line
    """A line that is no property, and why."""


def split_at(value: str, sign: str) -> list[str]:
    """Divide an escaped value at a sign that is not escaped itself."""
    if "\\" not in value:
        return value.split(sign)
    pieces, present, escaped = [], "", False
    for letter in value:
        if letter == sign and not escaped:
            pieces.append(present)
            present = ""
        else:
            present += letter
        escaped = letter == "\\" and not escaped
    return [*pieces, present]


def unescape(value: str) -> str:
    r"""A text as it was before it was escaped; `\:` too, which some programs write."""
    return _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], value) if "\\" in value else value


def escape(text: str) -> str:
    """A text as a value, or as one part or item of it (RFC 6350 §3.4)."""
    text = text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


# ---- reading -----------------------------------------------------------------------------------------


def parse_property(text: str, number: int = 1) -> Property:
    """One logical line; raises `LineBroken` with its number."""
    head, value = _divided(text, number)
    names = _split_quoted(head)
    group, dot, name = names[0].strip().rpartition(".")
    if not _NAME(name) or (dot and not _NAME(group)):
        shown = names[0] if len(names[0]) <= 40 else f"{names[0][:40]}…"
        raise LineBroken(f"line {number}: {shown!r} is no name of a property")
    params: dict[str, tuple[str, ...]] = {}
    for word in names[1:]:
        key, values = _param(word)
        params[key] = (*params.get(key, ()), *(v for v in values if v not in params.get(key, ())))
    return _decoded(Property(number, name.upper(), value, _tidied(params), group))


def _divided(text: str, number: int) -> tuple[str, str]:
    quoted = False
    for place, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            return text[:place], text[place + 1 :]
    if ":" in text:  # a quote that is never closed
        head, _, value = text.partition(":")
        return head, value
    raise LineBroken(f"line {number} has no colon: it is no property, nor folded")


def _split_quoted(text: str, sign: str = ";") -> list[str]:
    if '"' not in text:
        return text.split(sign)
    pieces, present, quoted = [], "", False
    for letter in text:
        if letter == '"':
            quoted = not quoted
        if letter == sign and not quoted:
            pieces.append(present)
            present = ""
        else:
            present += letter
    return [*pieces, present]


def _param(word: str) -> tuple[str, list[str]]:
    """A parameter; one without a name is an encoding, a place or a type (vCard 2.1 §2.1.2)."""
    name, equals, rest = word.partition("=")
    if not equals:
        upper = name.strip().upper()
        key = "ENCODING" if upper in _ENCODINGS else "VALUE" if upper in _PLACES else "TYPE"
        return key, [name.strip()]
    name = name.strip().upper()
    values = [_CARET.sub(_uncaret, value.strip().replace('"', "")) for value in _split_quoted(rest, ",")]
    if name == "TYPE":
        values = [item.strip() for value in values for item in value.split(",")]
    return name, values


def _uncaret(found: re.Match[str]) -> str:
    return {"n": "\n", "^": "^", "'": '"'}[found[1]]


def _tidied(params: dict[str, tuple[str, ...]]) -> Params:
    """Types in small letters, and a preferred one as `PREF`."""
    types = tuple(dict.fromkeys(word.lower() for word in params.get("TYPE", ()) if word))
    if "pref" in types:
        params.setdefault("PREF", ("1",))
        types = tuple(word for word in types if word != "pref")
    return tuple((name, values) for name, values in ({**params, "TYPE": types}).items() if any(values))


def _decoded(found: Property) -> Property:
    """A value as text of the newer standards; Base64 stays, without blanks."""
    encoding = next(iter(found.param("ENCODING")), "").upper()
    if encoding in ("B", "BASE64"):
        return found._replace(value="".join(found.value.split()))
    if encoding in ("QUOTED-PRINTABLE", "Q"):
        import quopri  # noqa: PLC0415 - old cards only

        content = quopri.decodestring(found.value.encode("utf-8", "surrogateescape"))
        value = _in_charset(content, next(iter(found.param("CHARSET")), ""))
        found = found._replace(
            value=value.rstrip("\r\n").replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")
        )
    elif found.param("CHARSET") and any("\udc80" <= letter <= "\udcff" for letter in found.value):
        found = found._replace(value=_as_charset(found))  # as it stands, in another encoding than its file
    return found.without("ENCODING", "CHARSET")


def _as_charset(found: Property) -> str:
    """A value whose bytes were no text in the file's encoding, in the one it names; as it is where it is none there."""
    try:
        return found.value.encode("utf-8", "surrogateescape").decode(found.param("CHARSET")[0])
    except (LookupError, ValueError):
        return found.value


def _in_charset(content: bytes, charset: str) -> str:
    for name in (charset, "utf-8"):
        try:
            return content.decode(name or "utf-8")
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


# ---- writing -------------------------------------------------------------------------------------------


def written_line(found: Property, allowed: str = "") -> str:
    """A property as one line, in the one notation. Controls, which no line may hold, are quoted-printable; but `allowed` ones."""
    value, params = found.value, found.params
    if _CONTROL.search(value.replace(allowed, "") if allowed else value):
        import quopri  # noqa: PLC0415 - hardly ever

        plain = value.encode("utf-8", "surrogatepass")
        value = quopri.encodestring(plain, quotetabs=True).decode("ascii").replace("=\n", "").replace("\n", "=0A")
        value = re.sub(r"[\x00-\x1f\x7f]", lambda m: f"={ord(m[0]):02X}", value)
        params = (*found.without("ENCODING").params, ("ENCODING", ("QUOTED-PRINTABLE",)))
    group = f"{found.group}." if found.group else ""
    said = "".join(f";{name}={','.join(_quoted(one) for one in values)}" for name, values in sorted(params))
    return f"{group}{_SPELT.get(found.name, found.name)}{said}:{value}"


def _quoted(value: str) -> str:
    value = value.replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    value = _CONTROL.sub(" ", value)
    return f'"{value}"' if any(sign in value for sign in ",;:") else value


def folded(line: str) -> str:
    """A line for a file: no physical line longer than 75 octets, no letter divided, CR LF at the ends."""
    if len(line) <= FOLD_AT and line.isascii():
        return f"{line}\r\n"
    pieces: list[str] = []
    present: list[str] = []
    size = 0
    for letter in line:
        width = len(letter.encode("utf-8", "surrogatepass"))
        if size + width > FOLD_AT:
            pieces.append("".join(present))
            present, size = [" "], 1
        present.append(letter)
        size += width
    return "\r\n".join([*pieces, "".join(present)]) + "\r\n"


def packed(component: Component) -> str:
    """An inner component as one line that is kept: its lines joined by `%0A`, percent signs as `%25`."""
    return "%0A".join(line.replace("%", "%25") for line in component_lines(component))


def unpacked(line: str) -> list[str]:
    """The lines of an inner component that was kept."""
    return [part.replace("%25", "%") for part in line.split("%0A")]


def component_lines(component: Component) -> list[str]:
    """A component as logical lines, in the one notation."""
    inside = [line for inner in component.inner for line in component_lines(inner)]
    own = [written_line(found) for found in component.properties]
    return [f"BEGIN:{component.name}", *own, *inside, f"END:{component.name}"]
