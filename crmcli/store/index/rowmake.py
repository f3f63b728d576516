"""Making the row of a record, and what hangs on it: list items, tags, references, keys, words (docs/index.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.problem import Problem
from crmcli.model.record import BODY, Record, Value
from crmcli.model.schema import Pipeline, Setup, Stage
from crmcli.model.types.base import SqlValue, ValueContext, ValueRefused
from crmcli.model.types.zone import book_zone
from crmcli.store.index.rates import Rates
from crmcli.store.index.rowfill import Fill, Making, SideRow, Surroundings, filler, json_texts, refuse
from crmcli.store.index.rowplan import BUILT_IN, FieldPlan, RowPlan, row_plan, stage_of
from crmcli.store.replay import instant
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.store.index.rows_in import RowsPlan

_ID, _PATH, _TITLE, _FOLD, _PINYIN, _INITIALS, _CREATED, _LOCAL, _ARCHIVED, _KIND, _ORD, _PIPELINE = range(12)
FOLD, KIND, PIPELINE = _FOLD, _KIND, _PIPELINE
"""Places of the columns that say what a record is called, folded, in what kind of stage, and in which pipeline, it is."""

_PROBLEM = len(BUILT_IN) - 1
_SYSTEM = frozenset(["created", "archived", "tags", "keys", "aliases", BODY])
_FROM_STAGE = "(stage."
_REMEMBERED = 2_000


class Row(NamedTuple):
    """A record ready for the index: values of the type's table by place, and rows of the side tables."""

    values: dict[int, SqlValue]
    items: list[SideRow]
    tags: list[SideRow]
    refs: list[SideRow]
    keys: list[SideRow]
    words: str
    problems: list[Problem]
    inner: Sequence[tuple[RowsPlan, list[SideRow]]] = ()  # rows inside the record, by their table


class RowMaker:
    """Makes rows of one type; holds what does not change from record to record."""

    def __init__(
        self, plan: RowPlan, context: ValueContext, rates: Rates, followed: Mapping[tuple[str, str], str] | None = None
    ) -> None:
        self.plan = plan
        self._around = Surroundings(context, rates, followed if followed is not None else {})
        self._plural = plan.type.plural
        self._title_field = plan.type.title
        self._body = next(place for place, (name, _) in enumerate(plan.columns) if name == plan.type.body)
        self._stage = plan.fields.get(plan.stage.name) if plan.stage and plan.pipelines else None
        self._stage_names = (plan.stage.name, *plan.stage.was) if plan.stage else ()
        free = plan.stage is not None and not plan.stage.pipeline and plan.chooser is not None
        self._pipeline = None if free or not plan.pipelines else self._pipeline_of(None)  # the same for all
        self._stages: dict[tuple[str, str], tuple[Stage, dict[int, SqlValue]]] = {}
        self._instants: dict[str, str] = {}
        self._from_stage = [
            (planned, planned.field.default[len(_FROM_STAGE) :].rstrip(")").strip())
            for name, planned in plan.fields.items()
            if planned.field.default.startswith(_FROM_STAGE) and name == planned.field.name
        ]
        self._fills: dict[str, Fill] = dict.fromkeys(_SYSTEM, _leave)
        own = {planned.field.name: filler(planned, self._around) for planned in plan.fields.values()}
        for name, planned in plan.fields.items():
            fill = own[planned.field.name]
            self._fills[name] = fill if name == planned.field.name else _former(planned, name, fill)

    def make(self, record: Record, path: str, lines: dict[str, int], *, broken: bool = False) -> Row:
        """Turn a record into its row; a value its field cannot hold is empty in the row and a problem beside it."""
        (plural, name), fields = record
        words: list[str] = []
        values: dict[int, SqlValue] = {_ID: name, _PATH: path}
        row = Making(record, path, lines, values, [], [], [], words, [])
        fills = self._fills
        for key, value in fields.items():
            if not value:
                continue
            fill = fills.get(key)
            if fill is not None:
                fill(value, row)
            elif isinstance(value, str):
                words.append(value)  # keys without a schema are found too
        inner = self._inner(row) if self.plan.inner else ()
        self._system(row)
        self._name(row)
        if self._stage is not None:
            self._enter_stage(self._stage, row)
        body = fields.get(BODY)
        if body and isinstance(body, str):
            values[self._body] = body
            words.append(body)
        tagged: list[SideRow] = []
        if "tags" in fields:
            tags = record.items("tags")
            words.extend(tags)
            tagged = [(plural, name, tag) for tag in dict.fromkeys(tags)]
        values[_PROBLEM] = 1 if broken or row.problems else 0
        return Row(values, row.items, tagged, row.refs, row.keys, "\n".join(words), row.problems, inner)

    def _inner(self, row: Making) -> list[tuple[RowsPlan, list[SideRow]]]:
        """The rows inside the record, field by field; what hangs on them goes where the record's own does."""
        from crmcli.store.index.rows_in import RowsContext, RowsPlace, rows_found  # noqa: PLC0415 - few types have rows inside

        context = RowsContext(*self._around)
        made = []
        for field, plan, place in self.plan.inner:
            name = next((n for n in (field.name, *field.was) if row.record.fields.get(n)), "")
            if not name:
                continue
            items = row.record.items(name)
            where = RowsPlace(row.record, field, row.path, row.lines.get(name, 0))
            found = rows_found(plan, where, items, context)
            if found.texts:
                row.values[place] = json_texts(found.texts)
            row.refs.extend(found.refs)
            row.words.extend(found.words)
            row.problems.extend(found.problems)
            made.append((plan, found.rows))
        return made

    # ---- what every record has --------------------------------------------------------------------------

    def _moment(self, text: str) -> str:
        """The instant of a time as written; a day begins when it does in the book's zone; other text stays as it is."""
        known = self._instants.get(text)
        if known is not None:
            return known
        found = text
        if len(text) == 10:
            try:
                day = datetime.fromisoformat(text)
                found = instant(day.replace(tzinfo=book_zone(self._around.context)).isoformat())
            except ValueError:
                pass
        else:
            found = instant(text)
        if len(self._instants) < _REMEMBERED:
            self._instants[text] = found
        return found

    def _system(self, row: Making) -> None:
        record, values = row.record, row.values
        fields = record.fields
        created = record.text("created")
        if created:
            values[_CREATED] = self._moment(created)
            values[_LOCAL] = created
        if "archived" in fields and (archived := record.text("archived")):
            values[_ARCHIVED] = archived
        plural, name = record.ref
        if "keys" in fields:
            for place, item in enumerate(record.items("keys")):
                row.keys.append((plural, name, "keys", 1, fold(item)))
                row.items.append((plural, name, "keys", place, item, fold(item)))
                row.words.append(item)
        if "aliases" in fields:
            row.keys.extend((plural, name, "aliases", 0, item) for item in record.items("aliases"))

    def _name(self, row: Making) -> None:
        title = row.record.text(self._title_field) if self._title_field else ""
        values = row.values
        values[_TITLE] = title or row.record.ref.id
        values[_FOLD] = fold(title or row.record.ref.id)
        if title and not title.isascii():
            from crmcli.text.slug import pinyin_of  # noqa: PLC0415 - only titles that may be Chinese

            pinyin, initials = pinyin_of(title)
            if pinyin:
                values[_PINYIN] = pinyin
            if initials:
                values[_INITIALS] = initials

    # ---- stages -----------------------------------------------------------------------------------------

    def _enter_stage(self, planned: FieldPlan, row: Making) -> None:
        record, values = row.record, row.values
        pipeline = self._pipeline or self._pipeline_of(record)
        written = next((text for name in self._stage_names if (text := record.text(name))), "")
        known = self._stages.get((pipeline.name, written))
        if known is None:
            stage = stage_of(pipeline, written or pipeline.first)
            if stage is None:
                values[_PIPELINE] = pipeline.name
                values.pop(planned.place, None)
                why = f"pipeline {pipeline.name} has no stage {written!r}"
                refuse(row, planned.field, ValueRefused(why, f"its stages are {', '.join(pipeline.stages)}"))
                return
            order = list(pipeline.stages).index(stage.name)
            columns: dict[int, SqlValue] = {_KIND: stage.kind, _ORD: order, _PIPELINE: pipeline.name}
            known = self._stages[pipeline.name, written] = (stage, {**columns, planned.place: stage.name})
        values.update(known[1])
        for other, word in self._from_stage:
            _read_from_stage(other, word, known[0], row)

    def _pipeline_of(self, record: Record | None) -> Pipeline:
        """The pipeline a record is in: the stage field's, its own choice, its type's default, the first."""
        plan = self.plan
        chosen = plan.stage.pipeline if plan.stage else ""
        if not chosen and plan.chooser is not None:
            own = record.text(plan.chooser.name) if record else ""
            chosen = own or plan.chooser.default
        return next((p for p in plan.pipelines if p.name == chosen), plan.pipelines[0])


def row_makers(
    setup: Setup, context: ValueContext, rates: Rates, followed: Mapping[tuple[str, str], str]
) -> dict[str, RowMaker]:
    """One for each type of records, by its plural."""
    plans = [row_plan(record_type, setup) for record_type in setup.types.values() if not record_type.embedded]
    return {plan.type.plural: RowMaker(plan, context, rates, followed) for plan in plans}


def _leave(_value: Value, _row: Making) -> None:
    """Of a field that every record has: `make` sees to it."""


def _former(planned: FieldPlan, name: str, fill: Fill) -> Fill:
    """Fill from a former name of a field, unless the present one, or a former one listed earlier, is there."""
    names = (planned.field.name, *planned.field.was)
    newer = names[: names.index(name)]

    def fill_former(value: Value, row: Making) -> None:
        if not any(other in row.record.fields for other in newer):
            fill(value, row)

    return fill_former


def _read_from_stage(planned: FieldPlan, word: str, stage: Stage, row: Making) -> None:
    """Fill a field whose default begins `(stage.` while it is empty; the odds of what is won are 100 %, of lost 0 %."""
    own = row.record.text(planned.field.name)
    if word == "odds":
        value = {"won": 1_000_000, "lost": 0}.get(stage.kind)
        if value is None and not own and stage.odds:
            value = _millionths(stage.odds)
        if value is not None:
            row.values[planned.place] = value
    elif word == "category" and not own and stage.category:
        row.values[planned.place] = stage.category


def _millionths(fraction: str) -> int:
    whole, _, part = fraction.partition(".")
    return int(whole or "0") * 1_000_000 + int((part + "000000")[:6])
