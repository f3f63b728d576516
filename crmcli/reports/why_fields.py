"""The origins of a record's values: stored ones from the journal, the rest from what they are asked or worked out from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.record import BODY, SYSTEM_FIELDS, Fields, Record, Ref, Value
from crmcli.model.schema import Field
from crmcli.reports.field_events import WHOLE, Asked, asked_field
from crmcli.reports.history import told
from crmcli.reports.origin import Origin
from crmcli.reports.record_page import effective
from crmcli.store.replay import State, apply, merged_list, replay, same
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.event import Event
    from crmcli.model.schema import RecordType
    from crmcli.reports.wording import Wording
    from crmcli.store.book import Book

TAGS = "tags"


def origins_of(book: Book, wording: Wording, ref: Ref, name: str) -> list[Origin]:
    """The origins of every filled field and tag; of the one called `name` even where it is empty."""
    whys = _Whys(book, wording, ref)
    return list(whys.of(name) if name else whys.of_all())


class _Whys:
    """One record whose values are asked about."""

    def __init__(self, book: Book, wording: Wording, ref: Ref) -> None:
        self._book = book
        self._wording = wording
        self._type: RecordType = book.type_of(ref)
        self._record: Record = book.read_record(ref)
        self._events = [event for event in told(book, ref) if event.on == str(ref)]
        self._journaled: Fields = replay(self._events).get(str(ref), {})
        self._standing = effective(book, ref, self._type, self._record.fields)

    def of_all(self) -> Iterator[Origin]:
        """Every field that has a value, in the order of the schema, then tags and what the schema does not know."""
        fields = self._record.fields
        for field in self._type.fields.values():
            if field.calc:
                yield from self._computed(field, always=False)
                continue
            asked = asked_field(self._type, field.name)
            if any(fields.get(key) for key in asked.keys) or self._standing.get(field.name):
                yield self._stored(asked)
        seen = {key for field in self._type.fields.values() for key in (field.name, *field.was)} | {TAGS, BODY}
        for tag in self._record.items(TAGS):
            yield self._tag(tag)
        yield from self._kept()
        if BODY in fields and self._type.body == BODY:
            yield self._stored(Asked(BODY, (BODY,), Field(BODY, "markdown")))
        for key in (*SYSTEM_FIELDS, *fields):
            if fields.get(key) and key not in seen:
                seen.add(key)
                yield self._stored(Asked(key, (key,)))

    def of(self, name: str) -> Iterator[Origin]:
        """The one field or tag that is named; raises `FieldUnknownError` (exit 2)."""
        if name == TAGS:
            yield from (self._tag(tag) for tag in self._record.items(TAGS))
            yield from self._kept()
            return
        from crmcli.engines.form import FieldUnknownError  # noqa: PLC0415 - as in `asked_field`

        known = {key for event in self._events for key in (event.field, *(event.record or ()))} | {*self._record.fields}
        try:
            asked = asked_field(self._type, name.removeprefix("+"), known) if name[:1] != "+" else None
        except FieldUnknownError:
            if not self._is_tag(name):
                raise
            asked = None
        if asked is None:
            yield from self._asked_tag(name.removeprefix("+"))
        elif asked.field is not None and asked.field.calc:
            yield from self._computed(asked.field, always=True)
        else:
            yield self._stored(asked)

    # ---- stored values ------------------------------------------------------------------------------------

    def _stored(self, asked: Asked) -> Origin:
        """Who set a field last; or what it is while the file leaves it open; or that only the file knows."""
        value = next((found for key in asked.keys if (found := self._record.fields.get(key))), None)
        journaled = next((found for key in asked.keys if (found := self._journaled.get(key))), None)
        label, shown = self._label(asked.name), self._shown(asked.name, value)
        event = self._last(asked.keys)
        if not same(value, journaled):
            said = self._say("in the file, and not in the journal yet; there it is {value}", journaled, asked.name)
            return Origin(asked.name, label, value, shown, "file", None, journaled, said)
        if not value and asked.field is not None and self._standing.get(asked.name):
            return self._from_stage(asked.field, event)
        if event is None:
            return Origin(asked.name, label, value, shown, "file" if value else "empty", said=self._say("never set"))
        before = self._before(self._first_of_op(event, asked.keys), asked.keys)
        if event.do in WHOLE:
            source, said = self._beginning(asked, event, value)
        else:
            source = "set" if value else "empty"
            said = self._say("was {value}", before, asked.name) if before else ""
        if "of" in event.more and value and not event.remove:
            said = self._say("from {other}, which went into it", other=self._wording.title(str(event.more["of"])))
        note = str(event.more.get("note", ""))
        return Origin(asked.name, label, value, shown, source, event, before, "; ".join(filter(None, (note, said))))

    def _last(self, keys: tuple[str, ...]) -> Event | None:
        """The event that made a field what it is: the last in replay."""
        for event in reversed(self._events):
            if event.field in keys:
                return event
            if event.do in ("create", "restore"):
                return event if any((event.record or {}).get(key) for key in keys) else None
        return None

    def _first_of_op(self, event: Event, keys: tuple[str, ...]) -> Event:
        """The first change of the field in the op at that moment: what was before it is what was before the command.

        (An import tells a whole life in one op, with the moments of its changes.)
        """
        at_once = (
            other for other in self._events if other.op == event.op and other.at == event.at and other.field in keys
        )
        return next(at_once, event)

    def _before(self, event: Event, keys: tuple[str, ...]) -> Value | None:
        if event.do in WHOLE:
            return None
        if not (event.add or event.remove):
            return event.from_
        state: State = {}
        for earlier in self._events:
            if earlier.id == event.id:
                break
            if earlier.do in WHOLE or earlier.do in ("set", "move"):
                apply(state, earlier)
        fields = state.get(event.on)
        if fields is not None:
            return next((found for key in keys if (found := fields.get(key))), None)
        return merged_list(self._journaled.get(event.field), event.remove, event.add) or None

    def _beginning(self, asked: Asked, event: Event, value: Value | None) -> tuple[str, str]:
        if event.do == "restore":
            return "restored", self._say("came back with the record")
        field = asked.field
        if field is None or not field.default:
            return "created", self._say("given when it was made")
        from crmcli.reports.why_default import gave  # noqa: PLC0415 - only fields with a default

        if gave(self._book, self._type, field, event, value):
            return "default", self._say("filled when it was made, by its default {text}", text=field.default)
        return "created", self._say("given when it was made")

    def _from_stage(self, field: Field, event: Event | None) -> Origin:
        value = self._standing[field.name]
        label, shown = self._label(field.name), self._shown(field.name, value)
        if field.type == "stage":
            return Origin(field.name, label, value, shown, "stage", event, None, self._say("the first of its stages"))
        stage = self._type.stage
        name = stage.name if stage else ""
        entered = self._last((name, *stage.was)) if stage else None
        said = self._say("given by the stage {value}", self._record.text(name) or self._standing.get(name), name)
        return Origin(field.name, label, value, shown, "stage", entered, None, said)

    # ---- tags ---------------------------------------------------------------------------------------------

    def _tag(self, tag: str) -> Origin:
        """Who put a tag on the record."""
        for event in reversed(self._events):
            given = (event.record or {}).get(TAGS, []) if event.do in ("create", "restore") else []
            if (event.field == TAGS and tag in event.add) or tag in given:
                made = self._say("given when it was made") if event.do == "create" else ""
                came = self._say("came back with the record") if event.do == "restore" else made
                return Origin(f"+{tag}", f"+{tag}", tag, "", "set" if event.field else "created", event, None, came)
            if event.field == TAGS and tag in event.remove:
                break
        return Origin(f"+{tag}", f"+{tag}", tag, "", "file", said=self._say("in the file, and not in the journal yet"))

    def _is_tag(self, name: str) -> bool:
        tag = name.removeprefix("+")
        had = any(tag in (*event.add, *event.remove, *(event.record or {}).get(TAGS, ())) for event in self._events)
        known = had or tag in self._record.items(TAGS) or tag in self._book.setup.tags
        return known or self._book.index.row("SELECT 1 FROM tags WHERE tag = ?", (tag,)) is not None

    def _asked_tag(self, tag: str) -> Iterator[Origin]:
        kept = self._book.setup.tags.get(tag)
        if kept is not None and kept.type == self._type.name:
            from crmcli.reports.why_asked import kept_origin  # noqa: PLC0415 - only where a dynamic tag is named

            yield kept_origin(self._book, self._wording, self._type, self._record.ref, kept)
        elif tag in self._record.items(TAGS):
            yield self._tag(tag)
        else:
            gone = next((e for e in reversed(self._events) if e.field == TAGS and tag in e.remove), None)
            said = self._say("taken off" if gone else "never put on it")
            yield Origin(f"+{tag}", f"+{tag}", None, "", "empty", gone, tag if gone else None, said)

    def _kept(self) -> Iterator[Origin]:
        """The dynamic tags whose filter holds."""
        for kept in self._book.setup.tags.values():
            if kept.type == self._type.name:
                from crmcli.reports.why_asked import kept_origin  # noqa: PLC0415 - only books with dynamic tags

                origin = kept_origin(self._book, self._wording, self._type, self._record.ref, kept)
                if origin.value:
                    yield origin

    def _computed(self, field: Field, *, always: bool) -> Iterator[Origin]:
        from crmcli.reports.why_asked import computed_origin  # noqa: PLC0415 - only types with computed fields

        origin = computed_origin(self._book, self._type, self._record.ref, field, self._label(field.name))
        if always or origin.value:
            yield origin

    # ---- words --------------------------------------------------------------------------------------------

    def _label(self, name: str) -> str:
        """What a field is called; the program's own have a heading, an unknown key stands for itself."""
        if name in ("created", "keys"):
            return phrase(self._wording.language, name.capitalize())
        return self._wording.label(self._type, name)

    def _shown(self, name: str, value: Value | None) -> str:
        return self._wording.values(self._type, name, value)

    def _say(self, english: str, value: Value | None = None, name: str = "", **words: object) -> str:
        language = self._wording.language
        if "{value}" in english:
            words["value"] = self._shown(name, value) or phrase(language, "nothing")
        return phrase(language, english, **words)
