"""The properties of an address card and the fields of a record: which by default, and how a value is written on either side.

By default a property fills the first field of the type that has one of its usual names (`FIELDS`); other names are said by
a map, `imports/NAME.toml`, with properties as columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crmcli.actions.content.parts import usual_part
from crmcli.model.record import BODY
from crmcli.store.setup.import_map import MapPart
from crmcli_formats.contentlines import Property, escape, split_at, unescape

if TYPE_CHECKING:
    from crmcli.model.schema import Field, RecordType

SYSTEM = "vcard"
"""Whose ids the UIDs of cards are, and the key under which a record keeps what no field holds."""

UID, NAME, STRUCTURED, ORG = "UID", "FN", "N", "ORG"

FIELDS = {
    "ORG": ("customer", "company", "organization", "organisation"),
    "TITLE": ("position", "job", "function"),
    "ROLE": ("role",),
    "TEL": ("phone", "phones", "tel"),
    "EMAIL": ("email", "emails", "mail"),
    "ADR": ("address",),
    "URL": ("website", "url", "homepage"),
    "IMPP": ("handles", "chat"),
    "BDAY": ("birthday", "born"),
    "ANNIVERSARY": ("anniversary",),
    "NICKNAME": ("nickname",),
    "LANG": ("language",),
    "TZ": ("timezone",),
}
"""The usual names of the fields of a property, in the order they are tried."""

_WEB = ("url", "email", "phone", "handle", "domain", "language", "timezone")
_PARTS = ("extra", "street", "city", "province", "zip", "country")
"""The parts of an address from the second part of `ADR` on; the first is the post box, which stands before the street."""


def usual_map(record_type: RecordType, to: str = "") -> MapPart:
    """The map of cards where none is named."""
    columns = {UID: "keys", NAME: record_type.title}
    for name, fields in FIELDS.items():
        found = next((f for f in fields if f in record_type.fields and f != record_type.title), "")
        if found and not record_type.fields[found].calc:
            columns[name] = found
    columns["NOTE"] = record_type.body
    columns["CATEGORIES"] = "tags"
    same = ["keys"]
    same += [f"{record_type.title}+{columns[name]}" for name in ("EMAIL", "TEL", ORG) if name in columns]
    reference = record_type.fields[columns[ORG]].reference if ORG in columns else ""
    missing = {columns[ORG]: "make"} if reference else {}
    return usual_part(SYSTEM, to or record_type.name, columns, (*same, record_type.title), missing=missing)


def typed_words(found: Property, field: Field) -> list[str]:
    """What a person would type into a field for a property."""
    name = found.name
    if name == "CATEGORIES":
        return [item.strip() for item in found.items if item.strip()]
    if field.type == "address":
        return _address(found)
    if name == ORG:
        return [" ".join(found.parts[0].split())]
    text = found.text.strip()
    if field.type == "phone":
        return [_phone(text)]
    if field.type in ("date", "datetime"):
        return [_day(text)]
    if name == "IMPP" and text.count(":") == 1:
        return [text.lower() if text.isascii() else text]
    if field.type == "markdown" or field.name == BODY:
        return [text]
    return [" ".join(text.split())]


def made_property(name: str, field: Field, stored: str) -> Property:
    """The property that says a stored value."""
    if field.type == "address":
        return Property(0, name, _adr(stored))
    if field.type == "markdown" or field.name == BODY:
        return Property(0, name, escape(stored.rstrip("\n")))
    return Property(0, name, stored if field.type in _WEB else escape(stored))


def _phone(text: str) -> str:
    """A number without what a list is divided at: `tel:+1-418-656-9254;ext=102`."""
    number = text[4:] if text[:4].lower() == "tel:" else text
    first, *more = number.split(";")
    extension = next((word[4:] for word in more if word.lower().startswith("ext=")), "")
    return f"{first.replace(',', ' ')} ext. {extension}" if extension else first.replace(",", " ")


def _day(text: str) -> str:
    """A date in ISO form: `19600910` and `1960-09-10T00:00:00Z` are 1960-09-10. One without a year stays as it is."""
    day = text.partition("T")[0]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 and day.isdigit() else day


def _address(found: Property) -> list[str]:
    from crmcli.text.yaml_write import render_flow_map  # noqa: PLC0415

    said = [
        " ".join(", ".join(unescape(i) for i in split_at(part, ",") if i.strip()).split())
        for part in split_at(found.value, ";")
    ]
    box, *rest = (said + [""] * 7)[:7]
    parts = {name: part.strip(" ,") for name, part in zip(_PARTS, rest, strict=True)}
    if box:
        parts["street"] = f"{box}, {parts['street']}" if parts["street"] else box
    order = ("street", "extra", "city", "province", "zip", "country")
    filled = {name: parts[name] for name in order if parts[name]}
    return [render_flow_map(filled)] if filled else []


def _adr(stored: str) -> str:
    from crmcli.model.types.address import part_of  # noqa: PLC0415

    parts = {name: part_of(stored, name) for name in (*_PARTS, "district")}
    if parts["district"]:
        parts["extra"] = ", ".join(part for part in (parts["extra"], parts["district"]) if part)
    return ";".join(["", *(escape(parts[name]) for name in _PARTS)])


# ---- UIDs ----------------------------------------------------------------------------------------------

_SHIELDED = {letter: f"%{ord(letter):02X}" for letter in "%,; \t\n"}


def key_word(uid: str) -> str:
    """A UID as the value of a key: without blanks, commas and semicolons, which are written %20, %2C, %3B; a long one as its hash."""
    word = "".join(_SHIELDED.get(letter, letter) for letter in uid.strip())
    if not word or (len(word) <= 200 and word.isprintable()):
        return word
    import hashlib  # noqa: PLC0415 - hardly ever

    return f"sha256-{hashlib.sha256(uid.encode('utf-8', 'surrogatepass')).hexdigest()}"


def uid_of(keys: Iterable[str], system: str) -> str:
    """The UID that a record's keys hold, "" for none."""
    from urllib.parse import unquote  # noqa: PLC0415

    found = next((key for key in keys if key.startswith(f"{system}:")), "")
    return unquote(found.partition(":")[2])
