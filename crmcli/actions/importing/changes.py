"""From a draft to the changes of records: a new one with its stages in order, or what differs in the one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmcli.actions.importing.binding import OWN_STAGE, Binding
from crmcli.actions.importing.drafts import Draft, Entered, Make
from crmcli.actions.importing.refused import RowRefused
from crmcli.engines import process
from crmcli.engines.form import KEYS
from crmcli.model.change import Change
from crmcli.model.keys import by_field, former_keys, stored_name
from crmcli.model.record import Fields, Ref, Value
from crmcli.model.schema import Field, Pipeline
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused
from crmcli.store.replay import instant

if TYPE_CHECKING:
    from crmcli.store.book import Book


class Changes:
    """Makes the changes of one import's rows."""

    def __init__(self, book: Book, binding: Binding, constants: Mapping[str, Value], constant_stage: str = "") -> None:
        self._book = book
        self._binding = binding
        self._type = binding.type
        self._constants = constants
        self._constant_stage = constant_stage
        self._by_stored: dict[str, Field] = {stored_name(f): f for f in binding.type.fields.values()}
        self._stage = binding.type.stage
        self._has_stages = self._stage is not None and bool(book.setup.pipelines_of(binding.type.name))

    def of_new(self, ref: Ref, draft: Draft) -> list[Change]:
        """Make a record: created when its first dated stage was entered, moved on at the dates of the others."""
        fields: Fields = {**self._constants, **draft.fields}
        self._put_addresses(fields, draft)
        given = str(fields.get("created", ""))
        told = draft if draft.stage else draft._replace(stage=self._constant_stage)
        steps = self._steps(told, fields) if self._has_stages else []
        first = steps[0] if steps else Entered("", "", "")
        at = min((text for text in (given, first.at) if text), key=instant, default="")
        if first.stage and self._stage is not None:
            fields[self._stage.name] = first.stage
        return [
            Change("create", ref, record=fields, at=at),
            *(Change("move", ref, to=step.stage, at=step.at) for step in steps[1:]),
        ]

    def of_present(self, ref: Ref, draft: Draft) -> list[Change]:
        """Change what differs; a constant fills only what is empty, `created` stays, lists gain what is new."""
        record = self._book.read_record(ref)
        former, present = former_keys(self._type, record.fields), by_field(self._type, record.fields)
        fields: Fields = {**{name: v for name, v in self._constants.items() if not present.get(name)}, **draft.fields}
        self._put_addresses(fields, draft, present)
        changes = []
        for name, value in fields.items():
            if name == "created":
                continue
            key = former.get(name, name)
            if isinstance(value, list):
                changes.append(Change("set", ref, key, add=tuple(value)))
            elif not self._is_same(name, present.get(name), value):
                changes.append(Change("set", ref, key, to=value))
        return changes + (self._moves(ref, draft, present, fields) if self._has_stages else [])

    def _is_same(self, name: str, present: Value | None, value: str) -> bool:
        """Whether a file says the same, perhaps in another notation (`1000` for `1000.00 EUR`)."""
        if present == value:
            return True
        if not isinstance(present, str) or not present:
            return False
        field = self._by_stored.get(name, KEYS)
        try:
            return type_named(field).check(present, field, self._book.context) == value
        except ValueRefused:
            return False

    def _put_addresses(self, fields: Fields, draft: Draft, present: Mapping[str, Value] | None = None) -> None:
        if not draft.addresses:
            return
        from crmcli.model.types.address import set_part  # noqa: PLC0415 - few files have parts of addresses

        for column, text in draft.addresses:
            before = fields.get(column.field.name) or (present or {}).get(column.field.name, "")
            try:
                fields[column.field.name] = set_part(
                    before if isinstance(before, str) else "", column.part, text, self._book.context
                )
            except ValueRefused as refusal:
                raise RowRefused(column.name, refusal.why) from None

    # ---- stages -----------------------------------------------------------------------------------------

    def _steps(self, draft: Draft, fields: Mapping[str, Value]) -> list[Entered]:
        """The stages a record went through, ending in the row's own, each entered once."""
        pipeline = process.pipeline_of(self._book.setup, self._type, fields)
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

    def _moves(self, ref: Ref, draft: Draft, present: Mapping[str, Value], fields: Mapping[str, Value]) -> list[Change]:
        """What is new about the stages of a record that is there: steps after its last entry, if it ends elsewhere."""
        if not draft.stage and not draft.entered:
            return []
        both = {**present, **fields}
        steps = self._steps(draft, both)
        standing = process.present_stage(
            process.pipeline_of(self._book.setup, self._type, both), self._type, present
        ).name
        if not steps or steps[-1].stage == standing:
            return []
        row = self._book.index.row(f'SELECT stage_since FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))  # noqa: S608
        since = str(row[0]) if row and row[0] else ""
        kept = [step for step in steps[:-1] if step.at and instant(step.at) > since]
        last = steps[-1]
        if last.at and instant(last.at) <= since:  # the journal knows of something later
            if not draft.stage:
                return []
            last = last._replace(at="")
        return [Change("move", ref, to=step.stage, at=step.at) for step in [*kept, last]]


def made(make: Make) -> tuple[Ref, list[Change]]:
    """Make a record that a row refers to."""
    field = make.type.fields[make.type.title]
    return make.ref, [Change("create", make.ref, record={stored_name(field): make.title})]
