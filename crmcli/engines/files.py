"""A record's file beyond its fields: what a record that goes leaves in the journal, so that it comes back as it lay."""

from __future__ import annotations

from collections.abc import Mapping

from crmcli.engines import form
from crmcli.light import NamedTuple
from crmcli.model.record import BODY, Ref, Value
from crmcli.model.schema import RecordType
from crmcli.store.records import name_problem, parse_record, ref_of
from crmcli.store.replay import differences
from crmcli.text.yaml_write import render_file

FILE, PATH = "file", "path"
"""Of a `delete`: the text of the record's file where it is not what crm would write, its path where that is not plain."""


class Back(NamedTuple):
    """How a record comes back: its path ("" for the plain one), its bytes (b"" for those crm writes), what else is told."""

    path: str
    text: bytes
    more: dict[str, object]


def rendered(fields: Mapping[str, Value], shape: form.Shape) -> bytes:
    """The file of a record as crm makes it, its fields in the order they have here."""
    front = dict(fields)
    body = front.pop(BODY, "")
    return render_file(front, body if isinstance(body, str) else "", shape.maps).encode()


def as_it_lies(record_type: RecordType, ref: Ref, path: str, content: bytes) -> dict[str, object]:
    """What the fields of a record that goes do not say of its file."""
    said: dict[str, object] = {}
    fields = parse_record(path, content, ref).record.fields
    shape = form.shape_of(record_type)
    if rendered(form.canonical(record_type, fields, shape), shape) != content:
        said[FILE] = content.decode("utf-8")
    if path != f"{ref.plural}/{ref.id}.md":
        said[PATH] = path
    return said


def laid_back(ref: Ref, fields: Mapping[str, Value], more: Mapping[str, object]) -> Back:
    """How a record with these fields comes back, by what its `delete` told; the text only where it has the same fields."""
    text, path = more.get(FILE), more.get(PATH)
    rest = {name: value for name, value in more.items() if name not in (FILE, PATH)}
    place = path if isinstance(path, str) and ref_of(path) == ref and name_problem(path) is None else ""
    content = text.encode() if isinstance(text, str) else b""
    if content:
        read = parse_record(place or f"{ref}.md", content, ref)
        if read.problem or differences(dict(fields), dict(read.record.fields)):
            content = b""
    return Back(place, content, rest)
