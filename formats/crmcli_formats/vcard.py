"""Address cards: vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350) are read; 3.0 and 4.0 are written.

Cards are read one by one from a file (`contentlines`), in whatever version, and brought into one notation: pictures and
sounds in them are Base64 with `ENCODING=b`, a preferred value has `PREF=1`. `card_text` writes a card of that notation.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from crmcli_formats.components import begins_with, read_components
from crmcli_formats.contentlines import (
    Component,
    Property,
    escape,
    folded,
    packed,
    parse_property,
    split_at,
    unescape,
    unpacked,
    written_line,
)
from crmcli_formats.lines import Lines

NAME: Final = "vcard"
TITLE: Final = "vCard, a file of address cards or a folder of them"
SUFFIXES: Final = (".vcf", ".vcard")
WHAT: Final = "contacts"

V3, V4 = "3.0", "4.0"
TAB = "\t"
"""The one control that a value in a file may hold."""
VERSIONS = ("2.1", V3, V4)
BINARY = frozenset(["PHOTO", "LOGO", "SOUND", "KEY"])
FRAME = frozenset(["BEGIN", "END", "VERSION"])
"""What every card has and none is about."""
_FAMILY, _GIVEN, _MORE, _BEFORE, _AFTER = range(5)
_DOUBLE = ("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "夏侯", "慕容", "司徒")
"""Chinese family names of two letters."""
_MEDIA = {"jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}
_MEDIA |= {
    "ogg": "audio/ogg",
    "wave": "audio/wav",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "x509": "application/pkix-cert",
}
_MEDIA |= {"pgp": "application/pgp-keys", "bmp": "image/bmp", "tiff": "image/tiff"}
_SUFFIX = {media: kind for kind, media in reversed(_MEDIA.items())} | {
    "image/jpeg": "jpg",
    "application/pkix-cert": "cer",
}


class Name(NamedTuple):
    """A person's name in its parts, as `N` has them."""

    family: str = ""
    given: str = ""
    more: str = ""
    before: str = ""
    after: str = ""


def recognise(head: bytes, name: str) -> bool:
    """A file that begins with a card; a folder with a file of cards in it."""
    if name.casefold().endswith(SUFFIXES):
        return True
    if begins_with(head, "VCARD"):
        return True
    return any(one.lower().endswith((b".vcf", b".vcard")) for one in head.split(b"\n")) and b":" not in head


def read_cards(path: Path, encoding: str = "") -> Iterator[Component]:
    """The cards of a file, in the one notation; broken ones have trouble. Raises what is wrong with the file as a whole."""
    lines = Lines(path, encoding, tolerant=True)
    try:
        for card in read_components(lines, ["VCARD"]):
            yield card if card.trouble else normal(card)
    finally:
        lines.close()


def normal(card: Component) -> Component:
    """A card in the one notation; trouble where its version is none that is known."""
    version = card.first("VERSION")
    if version is not None and version.value.strip() not in VERSIONS:
        shown = version.value.strip()[:20]
        return card._replace(trouble=f"line {version.line}: version {shown!r} is none of {', '.join(VERSIONS)}")
    old = version is not None and version.value.strip() == "2.1"
    properties = [_normal(found, old=old) for found in card.properties if found.name not in FRAME]
    return card._replace(properties=tuple(found for found in properties if found.value.strip(" ;")))


def _normal(found: Property, *, old: bool) -> Property:
    found = found._replace(value=found.value.rstrip())
    if found.name in BINARY:
        return _with_bytes(found)
    if found.name == "TEL" and found.value[:4].lower() == "tel:":
        return found.without("VALUE")._replace(value=found.value[4:])
    if found.name == "X-ABSHOWAS" and found.value.upper() == "COMPANY":
        return found._replace(name="KIND", value="org")
    if old and found.name in ("N", "ADR", "ORG"):  # a comma divides nothing in 2.1
        return found._replace(value=";".join(escape(unescape(part)) for part in split_at(found.value, ";")))
    return found


def _with_bytes(found: Property) -> Property:
    """A picture, sound or key: what is embedded as Base64 with its kind, whatever the version; a link stays a link."""
    value = found.value.replace("\\,", ",").replace("\\;", ";")
    if value[:5].lower() == "data:":
        said, comma, content = value.partition(",")
        media, _, how = said[5:].partition(";")
        if comma and how.lower() == "base64":
            kind = next((k for k, m in _MEDIA.items() if m == media.lower()), media.rpartition("/")[2])
            rest = found.without("TYPE", "VALUE", "MEDIATYPE").params
            return found._replace(
                value="".join(content.split()), params=(*rest, ("ENCODING", ("b",)), ("TYPE", (kind,)))
            )
    if found.is_binary:
        found = found._replace(params=(*found.without("ENCODING").params, ("ENCODING", ("b",))))
        inside = content_of(found)
        if inside is not None:
            found = found._replace(value=base64.b64encode(inside).decode("ascii"))
        if inside and not found.param("TYPE"):
            suffix = suffix_of(found, inside)
            found = found._replace(params=(*found.params, ("TYPE", ({"jpg": "jpeg"}.get(suffix, suffix),))))
    return found


def content_of(found: Property) -> bytes | None:
    """The bytes of an embedded picture, sound or key; None for a link, and for what is no Base64."""
    if not found.is_binary:
        return None
    try:
        return base64.b64decode(found.value + "=" * (-len(found.value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def suffix_of(found: Property, content: bytes) -> str:
    """The ending of a file with an embedded content: by its first bytes, else by what the card says."""
    for mark, suffix in (
        (b"\xff\xd8\xff", "jpg"),
        (b"\x89PNG", "png"),
        (b"GIF8", "gif"),
        (b"OggS", "ogg"),
        (b"BM", "bmp"),
    ):
        if content.startswith(mark):
            return suffix
    kind = next(iter(found.param("TYPE")), "").lower()
    return _SUFFIX.get(_MEDIA.get(kind, ""), "bin")


def embedded(found: Property, content: bytes, suffix: str) -> Property:
    """A property with bytes in it."""
    kinds = [k for k in found.param("TYPE") if k.lower() in _MEDIA] or [
        {"jpg": "jpeg", "cer": "x509"}.get(suffix, suffix)
    ]
    rest = found.without("TYPE", "VALUE", "ENCODING").params
    said = (*rest, ("ENCODING", ("b",)), ("TYPE", (kinds[0],)))
    return found._replace(value=base64.b64encode(content).decode("ascii"), params=said)


# ---- names ---------------------------------------------------------------------------------------------


def shown_name(card: Component) -> str:
    """What a person is called: as the card writes it, Chinese names with the family name first; "" for nobody."""
    full, parts = card.first("FN"), card.first("N")
    name = _parts_of(parts) if parts else Name()
    text = " ".join(full.text.split()) if full else ""
    if (
        _is_han(name.family)
        and _is_han(name.given)
        and text.replace(" ", "") in ("", name.given + name.family, name.family + name.given)
    ):
        return name.family + name.given
    if text:
        return text
    whole = " ".join(word for word in (name.before, name.given, name.more, name.family, name.after) if word)
    nick = card.first("NICKNAME")
    return whole or (" ".join(nick.text.split()) if nick else "")


def _parts_of(found: Property) -> Name:
    parts = [
        " ".join(" ".join(unescape(item) for item in split_at(part, ",")).split())
        for part in split_at(found.value, ";")
    ]
    return Name(*(parts + [""] * 5)[:5])


def fits_name(found: Property, name: str) -> bool:
    """Whether the parts of an `N` are those of a name: its family and its given name are in it."""
    parts, folded_name = _parts_of(found), "".join(name.casefold().split())
    words = [*parts.family.split(), *parts.given.split()]
    return bool(words) and all(word.casefold() in folded_name for word in words)


def name_parts(name: str) -> str:
    """The value of `N` for a name of which only the whole is known: the last word is the family name, in Chinese the first letter."""
    if _is_han(name) and 2 <= len(name) <= 4:
        cut = 2 if name[:2] in _DOUBLE and len(name) > 2 else 1
        return f"{name[:cut]};{name[cut:]};;;"
    given, _, family = name.strip().rpartition(" ")
    return f"{escape(family)};{escape(given)};;;"


def _is_han(text: str) -> bool:
    return bool(text) and all(
        "\u3400" <= letter <= "\u9fff" or "\U00020000" <= letter <= "\U0003ffff" for letter in text
    )


# ---- writing -------------------------------------------------------------------------------------------


def kept_line(found: Property) -> str:
    """A property as the line under which it is kept and compared."""
    return written_line(found)


def kept_property(line: str) -> Property | None:
    """A property from a line that was kept; None for one that a hand made into none, and for an inner component."""
    if line.upper().startswith("BEGIN:"):
        return None
    try:
        return parse_property(line)
    except ValueError:
        return None


def card_text(uid: str, properties: Iterable[Property], inner: Iterable[str] = (), version: str = V3) -> str:
    """A card as a file has it: FN and N first, the others by name and value."""
    first = {"FN": 0, "N": 1, "ORG": 2, "TITLE": 3, "TEL": 4, "EMAIL": 5}
    ordered = sorted(properties, key=lambda one: (first.get(one.name, 9), one.name, one.group, one.params, one.value))
    lines = ["BEGIN:VCARD", f"VERSION:{version}", f"UID:{escape(uid)}"]
    lines += [_line(found, version) for found in ordered]
    lines += [line for kept in inner for line in unpacked(kept)]
    return "".join(folded(line) for line in [*lines, "END:VCARD"])


def _line(found: Property, version: str) -> str:
    if version == V4:
        if found.is_binary:
            kind = next(iter(found.param("TYPE")), "")
            media = _MEDIA.get(kind.lower(), "application/octet-stream")
            found = found.without("ENCODING", "TYPE")._replace(value=f"data:{media};base64,{found.value}")
        return written_line(found, TAB)
    if found.name == "KIND" and found.value.lower() == "org":
        found = found._replace(name="X-ABSHOWAS", value="COMPANY")
    types = (*found.param("TYPE"), *(("pref",) if found.param("PREF") == ("1",) else ()))
    rest = found.without("TYPE", *(["PREF"] if types[-1:] == ("pref",) else [])).params
    plain = tuple(
        (name, tuple(value.replace("\n", " ").replace('"', "'") for value in values)) for name, values in rest
    )
    return written_line(found._replace(params=(*plain, ("TYPE", types)) if types else plain), TAB)


def comparable(card: Component) -> list[str]:
    """What a card says, to tell whether two say the same: its lines, but for who wrote it and when, and what the name says anyway."""
    plain = written_line(Property(0, "N", name_parts(shown_name(card))))
    lines = [kept_line(found) for found in card.properties if found.name not in ("PRODID", "REV")]
    lines = [line for line in lines if line != plain]
    return sorted([*lines, *(packed(inner) for inner in card.inner)])


__all__ = ["NAME", "SUFFIXES", "TITLE", "WHAT", "packed", "read_cards", "recognise"]
