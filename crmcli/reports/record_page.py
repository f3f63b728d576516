"""The page of one record: its fields, where it stands, what hangs on it, what happened with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.engines.process import NoStagesError, pipeline_of, present_stage, stage_label
from crmcli.model.record import BODY, SYSTEM_FIELDS, Record, Ref, Value
from crmcli.model.schema import Field, RecordType
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused
from crmcli.reports.computed_fields import json_computed, shown_computed
from crmcli.reports.names import full_ref, titles_of, type_label
from crmcli.reports.related import collections_of, related_records
from crmcli.reports.timeline import timeline, timeline_events
from crmcli.reports.views import FieldLine, RecordView, StageMark
from crmcli.reports.wording import Wording
from crmcli.store.journal import encode_event
from crmcli.text.phrases import phrase
from crmcli.text.plain_json import loads

if TYPE_CHECKING:
    from crmcli.reports.table import Table
    from crmcli.store.book import Book

TIMELINE_LINES = 20
FROM_STAGE = "(stage."


def record_page(book: Book, ref: Ref, limit: int | None = TIMELINE_LINES) -> RecordView:
    """The page of a record, the timeline with its newest `limit` lines (None: all); raises `BrokenRecordError` (6)."""
    record = book.read_record(ref)
    type_ = book.type_of(ref)
    wording = Wording(book)
    happened = timeline(book, ref, wording, limit)
    track, since = stage_track(book, record, type_)
    return RecordView(
        ref=str(ref),
        type_label=type_label(book, type_),
        title=record.text(type_.title) or ref.id,
        fields=tuple(field_lines(book, record, type_, wording)),
        tags=tuple(record.items("tags")),
        dynamic=tuple(_dynamic(book, ref)),
        track=track,
        since=since,
        related=tuple(related_records(book, ref)),
        timeline=happened.lines,
        older=happened.older,
        body=record.text(BODY),
        archived=record.text("archived"),
        problems=tuple(problem_lines(book, ref)),
        extra=tuple(
            FieldLine(name, name, _joined(value)) for name, value in record.fields.items() if not _is_known(type_, name)
        ),
        rows=tuple(_rows(book, record, type_)),
    )


def _rows(book: Book, record: Record, type_: RecordType) -> Iterator[Table]:
    if any(field.embedded for field in type_.fields.values()):
        from crmcli.reports.record_rows import rows_tables  # noqa: PLC0415 - few types have rows

        yield from rows_tables(book, record, type_)


def _dynamic(book: Book, ref: Ref) -> list[str]:
    if not book.setup.tags:
        return []
    from crmcli.reports.tags import dynamic_tags  # noqa: PLC0415 - only books with dynamic tags

    return dynamic_tags(book, ref)


def _is_known(type_: RecordType, name: str) -> bool:
    former = {old for field in type_.fields.values() for old in field.was}
    return name in type_.fields or name in former or name in SYSTEM_FIELDS or name == BODY


def _joined(value: Value) -> str:
    return value if isinstance(value, str) else ", ".join(value)


# ---- fields ------------------------------------------------------------------------------------------------


def field_lines(book: Book, record: Record, type_: RecordType, wording: Wording) -> Iterator[FieldLine]:
    """The filled fields in the order of the schema, computed ones behind a `=`, then ids of other systems and the day it was made."""
    standing = effective(book, record.ref, type_, record.fields)
    computed = shown_computed(book, record.ref, type_)
    for field in type_.fields.values():
        if field.name in computed:
            yield FieldLine(field.name, wording.label(type_, field.name), f"= {computed[field.name]}")
            continue
        if field.type == "markdown" or field.name == type_.title or field.embedded:
            continue
        value = stored_value(record, field) or standing.get(field.name)
        if value and not _is_on_track(book, record, type_, field):
            yield _field_line(book, type_, field, value, wording)
    if record.items("keys"):
        yield FieldLine("keys", phrase(wording.language, "Keys"), ", ".join(record.items("keys")))
    if record.text("created"):
        yield FieldLine("created", phrase(wording.language, "Created"), wording.moment(record.text("created")))


def _is_on_track(book: Book, record: Record, type_: RecordType, field: Field) -> bool:
    """Whether the track of stages says it already; a stage the pipeline does not have stays a field."""
    if field.type not in ("stage", "pipeline") or not book.setup.pipelines_of(type_.name):
        return False
    pipeline, stage = pipeline_of(book.setup, type_, record.fields), type_.stage
    name = record.text(stage.name) if stage else ""
    former = {old for entry in pipeline.stages.values() for old in entry.was}
    return not name or name in pipeline.stages or name in former


def stored_value(record: Record, field: Field) -> Value | None:
    """What the file says under the field's name or a former one."""
    return next((record.fields[name] for name in (field.name, *field.was) if record.fields.get(name)), None)


def _field_line(book: Book, type_: RecordType, field: Field, value: Value, wording: Wording) -> FieldLine:
    items = [value] if isinstance(value, str) else value
    targets = [full_ref(book.setup, field, item) for item in items] if field.reference else []
    bad = _is_bad(book, field, items) or any(not titles_of(book, [target]) for target in targets)
    text = ", ".join(wording.value(type_, field.name, item) for item in items)
    target = ", ".join(ref.partition("/")[2] for ref in targets) if len(targets) == 1 else ""
    return FieldLine(field.name, wording.label(type_, field.name), text, target, bad)


def _is_bad(book: Book, field: Field, items: list[str]) -> bool:
    if field.type == "stage" or (not field.many and len(items) > 1):
        return True
    kind = type_named(field)
    try:
        for item in items:
            kind.check(item, field, book.context)
    except ValueRefused:
        return True
    return False


def effective(book: Book, ref: Ref, type_: RecordType, fields: Mapping[str, Value]) -> dict[str, str]:
    """Stored forms of what the file leaves open, as the index holds them: its stage, and what the stage says (odds)."""
    left = (f for f in type_.fields.values() if f.type == "stage" or f.default.startswith(FROM_STAGE))
    open_ones = [field for field in left if not fields.get(field.name)]
    found: dict[str, str] = {}
    for field in open_ones:
        kind = type_named(field)
        columns = ", ".join(f'"{field.name}{column.suffix}"' for column in kind.columns(field))
        row = book.index.row(f'SELECT {columns} FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))
        if row and row[0] is not None:
            found[field.name] = kind.from_index(tuple(row), field, book.context)
    return found


def problem_lines(book: Book, ref: Ref) -> Iterator[str]:
    """What is wrong with the record's file: where, what, what to do."""
    rows = book.index.rows(
        "SELECT path, line, message, remedy FROM problems WHERE path = ? ORDER BY line", (book.path_of(ref),)
    )
    for path, line, message, remedy in rows:
        yield f"{path}{f':{line}' if line else ''}: {message}" + (f" ({remedy})" if remedy else "")


# ---- stages ------------------------------------------------------------------------------------------------


def stage_track(book: Book, record: Record, type_: RecordType) -> tuple[tuple[StageMark, ...], str]:
    """The stages of the record's pipeline with the present one marked, and how long it has been there."""
    try:
        pipeline = pipeline_of(book.setup, type_, record.fields)
    except NoStagesError:
        return (), ""
    present = present_stage(pipeline, type_, record.fields)
    row = book.index.row(
        f'SELECT stage_since, "_last_open" FROM "rec_{record.ref.plural}" WHERE id = ?', (record.ref.id,)
    )
    language, names = book.setup.config.language, list(pipeline.stages)
    last_open = str(row[1] or "") if row else ""
    until = names.index(last_open if last_open in names and present.kind in ("won", "lost") else present.name)
    marks = tuple(
        StageMark(stage_label(stage, language), stage.kind, stage.name == present.name, place <= until)
        for place, stage in enumerate(pipeline.stages.values())
        if stage.kind == "open" or stage.name == present.name or present.kind in ("open", "hold")
    )
    return marks, span_since(row[0] if row else None, book.now())


def span_since(instant: str | None, now: datetime) -> str:
    """How long ago an instant is: `12d`, within a day `3h`; "" without one."""
    if not instant:
        return ""
    seconds = max(0.0, (now - datetime.fromisoformat(instant)).total_seconds())
    return f"{int(seconds // 86_400)}d" if seconds >= 86_400 else f"{int(seconds // 3600)}h"


# ---- for scripts -------------------------------------------------------------------------------------------


def record_object(book: Book, ref: Ref, limit: int | None = TIMELINE_LINES) -> dict[str, object]:
    """The page as one JSON object (docs/reference/show.md): fields as in lists, references and collections as ids."""
    record = book.read_record(ref)
    type_ = book.type_of(ref)
    events = timeline_events(book, ref)[:limit]
    return {
        "id": ref.id,
        "type": type_.name,
        "path": book.path_of(ref),
        "title": record.text(type_.title) or ref.id,
        "fields": _json_fields(book, record, type_),
        "tags": record.items("tags"),
        "dynamic_tags": list(_dynamic(book, ref)),
        "created": record.text("created") or None,
        "archived": record.text("archived") or None,
        "stage_since": _stage_since(book, ref),
        "body": record.text(BODY),
        "related": {name: ids for name, ids in _json_related(book, ref, type_) if ids},
        "timeline": [loads(encode_event(event)) for event in events],
        "problems": list(problem_lines(book, ref)),
        "unknown": {name: value for name, value in record.fields.items() if not _is_known(type_, name)},
    }


def _json_fields(book: Book, record: Record, type_: RecordType) -> dict[str, object]:
    """Every stored or computed field by name; empty is null."""
    standing = effective(book, record.ref, type_, record.fields)
    computed = json_computed(book, record.ref, type_)
    found: dict[str, object] = {}
    for field in type_.fields.values():
        if field.calc:
            found[field.name] = computed.get(field.name)
        elif field.embedded and stored_value(record, field):
            from crmcli.reports.record_rows import rows_objects  # noqa: PLC0415 - few types have rows

            found[field.name] = rows_objects(book, record, field)
        elif field.type != "markdown":
            value = stored_value(record, field) or standing.get(field.name)
            found[field.name] = _json_value(book, field, value) if value else None
    return found


def _json_value(book: Book, field: Field, value: Value) -> object:
    """Numbers, truth and money apart from text; a value its field cannot hold as it stands."""
    if isinstance(value, list) or field.many:
        items = [value] if isinstance(value, str) else value
        return [_json_value(book, field._replace(many=False), item) for item in items]
    from crmcli.reports.forms import json_of_stored  # noqa: PLC0415 - where JSON is asked for

    return json_of_stored(value, field, book.context)


def _stage_since(book: Book, ref: Ref) -> str | None:
    row = book.index.row(f'SELECT stage_since FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))
    return datetime.fromisoformat(row[0]).astimezone(book.zone).isoformat() if row and row[0] else None


def _json_related(book: Book, ref: Ref, type_: RecordType) -> Iterator[tuple[str, list[str]]]:
    for collection in collections_of(book, type_):
        among = collection.condition(ref)
        rows = book.index.rows(
            f'SELECT r.id FROM "rec_{collection.type.plural}" r WHERE {among.text} ORDER BY r.id', among.params
        )
        yield collection.name, [str(row[0]) for row in rows]
