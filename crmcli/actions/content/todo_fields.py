"""Tasks and the entries of a calendar that are to be done (`VTODO`, RFC 5545 §3.6.2): which property is which field.

A stage is a status by its kind: open and on hold need action, won is completed, lost is cancelled; `IN-PROCESS` is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.actions.content.parts import usual_part
from crmcli.model.record import BODY
from crmcli.store.setup.import_map import MapPart
from crmcli_formats.contentlines import Property, escape
from crmcli_formats.ical import MomentUnreadableError, Zones, moment_property

if TYPE_CHECKING:
    from crmcli.model.schema import Field, Pipeline, RecordType

SYSTEM = "ical"
"""Whose ids the UIDs are, and the key under which a record keeps what no field holds."""
ON, STATUS, COMPLETED, SUMMARY = "X-CRM-ON", "STATUS", "COMPLETED", "SUMMARY"
OURS = "X-CRM"
"""A parameter of properties that only show what a record says elsewhere."""

FIELDS = {
    "DUE": ("due", "deadline"),
    "DTSTART": ("start", "begin"),
    "RRULE": ("rrule", "again"),
    "PRIORITY": ("priority",),
    "LOCATION": ("location", "place"),
    "URL": ("url", "website"),
}
KINDS = {"COMPLETED": "won", "CANCELLED": "lost", "NEEDS-ACTION": "open", "IN-PROCESS": "open"}
STATUSES = {"open": "NEEDS-ACTION", "hold": "NEEDS-ACTION", "won": "COMPLETED", "lost": "CANCELLED"}


def todo_map(record_type: RecordType) -> MapPart:
    """The map of entries to be done."""
    columns = {"UID": "keys", SUMMARY: record_type.title}
    for name, fields in FIELDS.items():
        found = next((f for f in fields if f in record_type.fields and f != record_type.title), "")
        if found and not record_type.fields[found].calc:
            columns[name] = found
    if "on" in record_type.fields and record_type.fields["on"].reference:
        columns[ON] = "on"
    columns["DESCRIPTION"] = record_type.body
    columns["CATEGORIES"] = "tags"
    stage = record_type.stage
    moves = {COMPLETED: "(stage)"} if stage else {}
    if stage:
        columns[STATUS] = stage.name
    same = ("keys", f"{record_type.title}+{columns['DUE']}") if "DUE" in columns else ("keys",)
    return usual_part(SYSTEM, record_type.name, columns, same, moves=moves)


def typed_words(found: Property, field: Field, zones: Zones) -> list[str]:
    """What a person would type into a field for a property."""
    if found.name == "CATEGORIES":
        return [item.strip() for item in found.items if item.strip()]
    if field.type in ("date", "datetime"):
        return [moment_words(found, zones)]
    if field.type == "recurrence":
        return [found.value.strip()]
    text = found.text.strip()
    return [text if field.type == "markdown" or field.name == BODY else " ".join(text.split())]


def moment_words(found: Property, zones: Zones) -> str:
    """A day or a moment in ISO form; what is none stays as it is, for the field to refuse it."""
    try:
        moment = zones.moment(found)
    except MomentUnreadableError as error:
        return str(error)
    return moment.isoformat(timespec="seconds") if isinstance(moment, datetime) else moment.isoformat()


def made_property(name: str, field: Field, stored: str) -> Property:
    """The property that says a stored value."""
    if field.type in ("date", "datetime"):
        return moment_property(name, stored)
    if field.type == "recurrence" or name == ON:
        return Property(0, name, stored)
    return Property(0, name, escape(stored.rstrip("\n")))


def status_kind(properties: Iterable[Property]) -> str:
    """The kind of stage that an entry says it is in, "" where it does not say."""
    said = {one.name: one.value.strip().upper() for one in properties}
    if STATUS in said:
        return KINDS.get(said[STATUS], "")
    return "won" if COMPLETED in said or said.get("PERCENT-COMPLETE") == "100" else ""


def kind_of(pipeline: Pipeline, stage: str) -> str:
    """The kind of a stage, as entries tell them apart."""
    found = pipeline.stages.get(stage)
    kind = found.kind if found else "open"
    return "open" if kind == "hold" else kind
