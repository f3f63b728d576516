"""Stored values and events in words: labels, titles behind references, moments in the book's zone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.engines.form import KEYS, shown_value
from crmcli.model.record import BODY, Value, parse_ref
from crmcli.model.schema import Field, RecordType, label_of
from crmcli.reports.names import cards_of, full_ref, member_names
from crmcli.reports.reasons import stage_labels
from crmcli.store.sameness import SAME
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from crmcli.model.event import Event
    from crmcli.store.book import Book

LONGEST = 60
"""Letters of a value in a line about a change."""

VERBS = {
    "create": "created",
    "delete": "deleted",
    "restore": "restored",
    "retract": "log line taken back",
    "erase": "erased",
}


class Wording:
    """Turns values of one book into words; remembers titles it looked up."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.language = book.setup.config.language
        self._titles: dict[str, str] = {}
        self._members: dict[str, str] | None = None
        self._gone: dict[str, str] | None = None  # records that went into others; what they were called, once asked for

    def who(self, by: str) -> str:
        """A member's name, else what the journal says (a mail address)."""
        if self._members is None:
            self._members = member_names(self.book)
        return self._members.get(by, by)

    def title(self, ref: str) -> str:
        """The title of `plural/id`, else the id."""
        if ref not in self._titles:
            card = cards_of(self.book, [ref]).get(ref)
            self._titles[ref] = card.title if card else self.gone(ref) or ref.partition("/")[2] or ref
        return self._titles[ref]

    def gone(self, ref: str) -> str:
        """What a record was called that went into another one; "" for any other."""
        if self._gone is None:
            rows = self.book.index.rows("""SELECT "type" || '/' || old FROM merged""")
            self._gone = dict.fromkeys((str(row[0]) for row in rows), "")
        if ref in self._gone and not self._gone[ref]:
            from crmcli.store.merged import last_fields  # noqa: PLC0415 - only where records were merged

            type_ = self.book.setup.by_plural(ref.partition("/")[0])
            title = last_fields(self.book, parse_ref(ref)).get(type_.title) if type_ else ""
            self._gone[ref] = title if isinstance(title, str) and title else ref.partition("/")[2]
        return self._gone.get(ref, "")

    def moment(self, at: str) -> str:
        """Day and minute in the book's zone; a text that is no moment as it stands."""
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            return at
        return (moment.astimezone(self.book.zone) if moment.tzinfo else moment).strftime("%Y-%m-%d %H:%M")

    def label(self, type_: RecordType | None, name: str) -> str:
        """What a field is called."""
        field = known_field(type_, name)
        return label_of(field.label, self.language, field.name) if field else name

    def value(self, type_: RecordType | None, name: str, stored: str) -> str:
        """One stored value of a field for people."""
        field = known_field(type_, name)
        if field is None or type_ is None:
            return stored
        if field.embedded:
            return self._row(field, stored)
        if field.reference:
            return self.title(full_ref(self.book.setup, field, stored))
        if field.type == "stage":
            return stage_labels(self.book.setup, type_).get(stored, stored)
        return shown_value(self.book, field, stored)

    def _row(self, field: Field, stored: str) -> str:
        """A row inside a record: its values one after another."""
        from crmcli.text.flow import parse_flow_map  # noqa: PLC0415 - few types have rows

        row_type = self.book.setup.types[field.type]
        cells = parse_flow_map(stored) or {"": stored}
        return ", ".join(self.value(row_type, name, value) for name, value in cells.items())

    def values(self, type_: RecordType | None, name: str, value: Value | None) -> str:
        """A value or a list of them, cut to what a line holds."""
        items = [value] if isinstance(value, str) else value or []
        said = ", ".join(self.value(type_, name, item) for item in items).replace("\n", " ")
        return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"

    def change(self, event: Event) -> str:
        """What an event did, in a few words: `Stage: Proposal → Won`."""
        type_ = self.book.setup.by_plural(parse_ref(event.on).plural)
        if event.do in ("set", "move"):
            return self._change(type_, event)
        if event.more.get("erased"):
            what = phrase(self.language, VERBS[event.do]) if event.do in VERBS else event.do
            return phrase(self.language, "{what}, and what it said was erased", what=what)
        if event.do == "rename":
            return phrase(self.language, "renamed to {name}", name=event.to)
        if event.do == SAME:
            return phrase(self.language, "{name} went into it", name=self._other(event))
        if event.do == "restore" and "of" in event.more:
            return phrase(self.language, "taken out of {name}", name=self._other(event))
        if event.do == "log":
            text = str(event.more.get("text", "")).replace("\n", " ")
            return f"{event.more.get('kind', 'log')}: {text}"
        return phrase(self.language, VERBS[event.do]) if event.do in VERBS else event.do

    def _other(self, event: Event) -> str:
        """The other record of a merge."""
        return self.title(str(event.more.get("of", "")))

    def _change(self, type_: RecordType | None, event: Event) -> str:
        label = self.label(type_, event.field)
        if event.add or event.remove:
            marks = [f"+{self.value(type_, event.field, item)}" for item in event.add]
            marks += [f"-{self.value(type_, event.field, item)}" for item in event.remove]
            return f"{label}: {' '.join(marks)}"
        if event.field == BODY:
            said = "{label} written" if not event.from_ else "{label} changed" if event.to else "{label} emptied"
            return phrase(self.language, said, label=label)
        before, after = (self.values(type_, event.field, value) for value in (event.from_, event.to))
        if not before:
            return f"{label}: {after}"
        return f"{label}: {before} → {after or phrase(self.language, 'nothing')}"


def known_field(type_: RecordType | None, name: str) -> Field | None:
    """The field of that name or former name; None for a key the schema does not know."""
    if name == "keys":
        return KEYS
    if type_ is None:
        return None
    if name == BODY and name not in type_.fields:
        return next((field for field in type_.fields.values() if field.type == "markdown"), Field(BODY, "markdown"))
    return type_.fields.get(name) or next((field for field in type_.fields.values() if name in field.was), None)
