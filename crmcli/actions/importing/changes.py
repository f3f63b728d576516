"""From a draft to the changes of records: a new one with its stages in order, or what differs in the one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.importing.binding import OWN_STAGE, Binding, Column
from crmcli.actions.importing.drafts import Draft, Entered, Make
from crmcli.actions.importing.given import Given
from crmcli.actions.importing.refused import RowRefused
from crmcli.actions.importing.three_way import THEIRS, Kept, Verdict, settle, settle_items
from crmcli.engines import process
from crmcli.engines.form import KEYS
from crmcli.model.change import Change
from crmcli.model.keys import by_field, former_keys, stored_name
from crmcli.model.record import Fields, Record, Ref, Value
from crmcli.model.schema import Field, Pipeline, RecordType
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused
from crmcli.store.replay import instant

if TYPE_CHECKING:
    from crmcli.store.book import Book


class Sides(NamedTuple):
    """What the import gave, and whose value stays where both sides changed one ("" for ours, and saying so)."""

    given: Given
    prefer: str = ""


OF_STAGE = "(stage."
"""How a default begins that is read from the stage and never stored."""


class Changes:
    """Makes the changes of one import's rows; `kept` are the values of the last record that stayed against its row."""

    def __init__(
        self, book: Book, binding: Binding, constants: Mapping[str, Value], constant_stage: str, sides: Sides
    ) -> None:
        self._book = book
        self._binding = binding
        self._type = binding.type
        self._constants = constants
        self._constant_stage = constant_stage
        self._sides = sides
        self.kept: list[Kept] = []
        self._stored: dict[str, dict[str, Field]] = {}  # by type and key
        self._stage = binding.type.stage
        has_stages = self._stage is not None and bool(book.setup.pipelines_of(binding.type.name))
        self._pipelines = process.pipelines_for(book.setup, binding.type) if has_stages else None

    def of_new(self, ref: Ref, draft: Draft) -> list[Change]:
        """Make a record: created when its first dated stage was entered, moved on at the dates of the others."""
        fields: Fields = {**self._constants, **draft.fields}
        if draft.addresses:
            self._put_addresses(fields, draft)
        at = str(fields.get("created", ""))
        told = draft if draft.stage or not self._constant_stage else draft._replace(stage=self._constant_stage)
        steps = self._steps(self._pipelines, told, fields) if self._pipelines else []
        if steps and self._stage is not None:
            first = steps[0]
            at = min(at, first.at, key=instant) if at and first.at else at or first.at
            fields[self._stage.name] = first.stage
        create = Change("create", ref, record=fields, at=at)
        return [create, *[Change("move", ref, to=step.stage, at=step.at) for step in steps[1:]]]

    def of_present(self, ref: Ref, draft: Draft) -> list[Change]:
        """Change what the row changed since the import gave it; a constant fills only what is empty, `created` stays."""
        record = self._book.read_record(ref)
        present = by_field(self._type, record.fields)
        fields: Fields = {**{name: v for name, v in self._constants.items() if not present.get(name)}, **draft.fields}
        fields.pop("created", None)
        changes = self._differing(record, self._type, fields)
        if draft.addresses:
            changes += self._addresses(record, draft)
        return changes + (self._moves(self._pipelines, ref, draft, present, fields) if self._pipelines else [])

    def of_part(self, ref: Ref, part: RecordType, fields: Mapping[str, Value]) -> list[Change]:
        """The same for a record beside the row's own; what stays is added to `kept`."""
        return self._differing(self._book.read_record(ref), part, fields)

    def _differing(self, record: Record, record_type: RecordType, fields: Mapping[str, Value]) -> list[Change]:
        """The changes of the fields that the row changed."""
        former, present = former_keys(record_type, record.fields), by_field(record_type, record.fields)
        stored = self._stored.get(record_type.name)
        if stored is None:
            stored = {stored_name(field): field for field in record_type.fields.values()}
            self._stored[record_type.name] = stored
        changes = []
        for name, value in fields.items():
            key, field = former.get(name, name), stored.get(name, KEYS)
            if isinstance(value, list):
                ours = present.get(name) or []
                if change := self._items(record.ref, key, [ours] if isinstance(ours, str) else ours, value):
                    changes.append(change)
            elif present.get(name) != value and self._takes(record.ref, key, field, present.get(name), value):
                changes.append(Change("set", record.ref, key, to=value or None))
        return changes

    def _items(self, ref: Ref, key: str, ours: list[str], theirs: list[str]) -> Change | None:
        """What comes and goes in a list; what names a record in another system never goes."""
        if set(ours) == set(theirs):
            return None
        base = self._sides.given.fields(ref).get(key) or []
        add, remove = settle_items([base] if isinstance(base, str) else base, ours, theirs)
        if key == KEYS.name:
            add, remove = tuple(item for item in theirs if item not in ours), ()
        return Change("set", ref, key, add=add, remove=remove) if add or remove else None

    def _takes(self, ref: Ref, key: str, field: Field, present: Value | None, theirs: str) -> bool:
        """Whether a field gets the row's value; notes where both sides changed it and the record's stays."""
        ours = present if isinstance(present, str) else ""
        here = self._canonical(field, ours)
        if here == theirs or (not here and field.default.startswith(OF_STAGE) and self._reads(ref, field) == theirs):
            return False
        base = self._sides.given.fields(ref).get(key)
        before = self._canonical(field, base) if isinstance(base, str) else None
        return self._verdict(settle(before, here, theirs), Kept(str(ref), key, before or "", ours, theirs))

    def _reads(self, ref: Ref, field: Field) -> str:
        """What an empty field reads from the record's stage: a list that was exported says it, and nobody set it."""
        kind = type_named(field)
        columns = ", ".join(f'"{field.name}{column.suffix}"' for column in kind.columns(field))
        row = self._book.index.row(f'SELECT {columns} FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))  # noqa: S608
        return kind.from_index(tuple(row), field, self._book.context) if row else ""

    def _verdict(self, verdict: Verdict, kept: Kept) -> bool:
        if verdict is Verdict.CONFLICT:
            if self._sides.prefer == THEIRS:
                return True
            self.kept.append(kept)
        return verdict is Verdict.TAKE

    def _canonical(self, field: Field, text: str) -> str:
        """A stored text in the form of a file's value (`1000.00 EUR` for `1000`); what the field cannot hold stays."""
        try:
            return type_named(field).check(text, field, self._book.context) if text else ""
        except ValueRefused:
            return text

    def _put_addresses(self, fields: Fields, draft: Draft) -> None:
        for column, text in draft.addresses:
            before = fields.get(column.field.name, "")
            fields[column.field.name] = self._with_part(before if isinstance(before, str) else "", column, text)

    def _addresses(self, record: Record, draft: Draft) -> list[Change]:
        """Addresses whose parts the row changed: each part is three versions of its own."""
        from crmcli.model.types.address import part_of  # noqa: PLC0415 - few files have parts of addresses

        former, present = former_keys(self._type, record.fields), by_field(self._type, record.fields)
        found: dict[str, str] = {}
        for column, text in draft.addresses:
            name = column.field.name
            key = former.get(name, name)
            ours = found.get(key) or str(present.get(name) or "")
            theirs = part_of(self._with_part("", column, text), column.part)
            try:
                before = self._sides.given.part(record.ref, key, column.part)
                here = part_of(ours, column.part)
            except ValueRefused as refusal:
                raise RowRefused(column.name, refusal.why) from None
            kept = Kept(str(record.ref), f"{key}.{column.part}", before or "", here, theirs)
            if here != theirs and self._verdict(settle(before, here, theirs), kept):
                found[key] = self._with_part(ours, column, text)
        return [Change("set", record.ref, key, to=value) for key, value in found.items()]

    def _with_part(self, address: str, column: Column, text: str) -> str:
        from crmcli.model.types.address import set_part  # noqa: PLC0415 - few files have parts of addresses

        try:
            return set_part(address, column.part, text, self._book.context)
        except ValueRefused as refusal:
            raise RowRefused(column.name, refusal.why) from None

    # ---- stages -----------------------------------------------------------------------------------------

    def _steps(self, pipelines: process.Pipelines, draft: Draft, fields: Mapping[str, Value]) -> list[Entered]:
        """The stages a record went through, ending in the row's own, each entered once."""
        pipeline = pipelines.of(fields)
        own = self._own_stage(draft, pipeline)
        steps: list[Entered] = []
        for entered in draft.entered:
            stage = own if entered.stage == OWN_STAGE else entered.stage
            if not stage:
                raise RowRefused(entered.column, "a date of the row's own stage, and the row names none")
            if stage not in pipeline.stages:
                raise RowRefused(entered.column, f"pipeline {pipeline.name} has no stage {stage!r}")
            if not steps or steps[-1].stage != stage:
                steps.append(entered._replace(stage=stage))
        if own and (not steps or steps[-1].stage != own):
            steps.append(Entered("", own, ""))
        return steps

    def _own_stage(self, draft: Draft, pipeline: Pipeline) -> str:
        if not draft.stage:
            return ""
        try:
            return process.stage_named(pipeline, draft.stage).name
        except process.StageUnknownError as error:
            column = self._binding.stage.name if self._binding.stage else ""
            raise RowRefused(column, str(error)) from None

    def _moves(
        self,
        pipelines: process.Pipelines,
        ref: Ref,
        draft: Draft,
        present: Mapping[str, Value],
        fields: Mapping[str, Value],
    ) -> list[Change]:
        """What is new about the stages of a record that is there: steps after its last entry, if it ends elsewhere."""
        if not draft.stage and not draft.entered:
            return []
        both = {**present, **fields}
        steps = self._steps(pipelines, draft, both)
        standing = process.present_stage(pipelines.of(both), self._type, present).name
        if not steps or steps[-1].stage == standing:
            return []
        row = self._book.index.row(f'SELECT stage_since FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))  # noqa: S608
        since = str(row[0]) if row and row[0] else ""
        kept = [step for step in steps[:-1] if step.at and instant(step.at) > since]
        last = steps[-1]
        if not last.at or instant(last.at) <= since:  # the journal knows of something later, or the file of no day
            if not draft.stage or not self._takes_stage(ref, standing, last.stage):
                return []
            last = last._replace(at="")
        return [Change("move", ref, to=step.stage, at=step.at) for step in [*kept, last]]

    def _takes_stage(self, ref: Ref, standing: str, theirs: str) -> bool:
        """The three-way of the stage."""
        name = self._stage.name if self._stage else ""
        base = self._sides.given.fields(ref).get(name)
        before = base if isinstance(base, str) else None
        return self._verdict(settle(before, standing, theirs), Kept(str(ref), name, before or "", standing, theirs))


def made(make: Make) -> tuple[Ref, list[Change]]:
    """Make a record that a row refers to."""
    field = make.type.fields[make.type.title]
    return make.ref, [Change("create", make.ref, record={stored_name(field): make.title})]
