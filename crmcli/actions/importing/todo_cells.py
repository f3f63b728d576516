"""What of an entry to be done needs the book: its stage, and the record that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.content.card_fields import key_word
from crmcli.actions.content.todo_fields import COMPLETED, STATUS, SYSTEM, kind_of, moment_words, status_kind
from crmcli.actions.importing.binding import Binding
from crmcli.actions.importing.people import people_of
from crmcli.engines import process
from crmcli.model.record import Ref, parse_ref
from crmcli.text.fold import fold
from crmcli_formats.contentlines import Component, written_line
from crmcli_formats.ical import Zones

if TYPE_CHECKING:
    from crmcli.store.book import Book


class Status(NamedTuple):
    """The stage an entry is in ("" where it says nothing new), when it was completed, the status that is kept as well."""

    stage: str
    completed: str
    kept: list[str]


class TodoCells:
    """Reads what needs the book."""

    def __init__(self, book: Book, binding: Binding) -> None:
        self._book = book
        self._type = binding.type
        self._zones = Zones(book.zone)

    def status(self, entry: Component) -> Status:
        """The stage of an entry: the one its record has, where that is of the kind; else the first of the kind."""
        kind = status_kind(entry.properties)
        said = entry.first(STATUS)
        kept = [written_line(said)] if said and said.value.strip().upper() == "IN-PROCESS" else []
        pipelines = self._book.setup.pipelines_of(self._type.name)
        if not kind or not pipelines:
            return Status("", "", kept)
        present = self._present(entry)
        fields = self._book.read_record(present).fields if present else {}
        pipeline = process.pipeline_of(self._book.setup, self._type, fields)
        standing = process.present_stage(pipeline, self._type, fields).name if present else ""
        stage = next((name for name in pipeline.stages if kind_of(pipeline, name) == kind), "")
        if standing and kind_of(pipeline, standing) == kind:
            stage = standing
        done = entry.first(COMPLETED)
        moment = moment_words(done, self._zones) if done and kind == "won" and stage != standing else ""
        return Status(stage, moment if moment[:4].isdigit() else "", kept)

    def _present(self, entry: Component) -> Ref | None:
        """The record of an entry that was here before."""
        uid = entry.first("UID")
        if uid is None:
            return None
        plural, word = self._type.plural, key_word(uid.text)
        row = self._book.index.row(f'SELECT id FROM "rec_{plural}" WHERE id = ?', (word,))  # noqa: S608 - a plural
        row = row or self._book.index.row(_KEY, (plural, fold(f"{SYSTEM}:{word}")))
        return Ref(plural, str(row[0])) if row else None

    def about(self, entry: Component, word: str) -> str:
        """The record that an entry is about: the one it names, else the one contact among its people; "" for none."""
        ref = parse_ref(word)
        if self._book.setup.by_plural(ref.plural) is not None:
            row = self._book.index.row(f'SELECT 1 FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))  # noqa: S608
            if row is not None:
                return word
        contacts = people_of(self._book, entry).contacts
        return str(contacts[0]) if len(contacts) == 1 else ""


_KEY = 'SELECT id FROM keys WHERE "type" = ? AND fold = ?'
