"""Making the row of a record, and what hangs on it: list items, tags, references, keys, words (docs/index.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.problem import Problem
from crmcli.model.record import BODY, Record
from crmcli.model.schema import Field, Stage
from crmcli.model.types.base import SqlValue, ValueContext, ValueRefused
from crmcli.model.types.zone import book_zone
from crmcli.store.index.rates import Rates
from crmcli.store.index.rowplan import BUILT_IN, FieldPlan, RowPlan, pipeline_for, stage_of
from crmcli.store.replay import instant
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.store.index.rows_in import RowsPlan

_ID, _PATH, _TITLE, _FOLD, _PINYIN, _INITIALS, _CREATED, _LOCAL, _ARCHIVED, _KIND, _ORD, _PIPELINE = range(12)
_PROBLEM = len(BUILT_IN) - 1
_SYSTEM = frozenset(["created", "archived", "tags", "keys", "aliases", BODY])
_FROM_STAGE = "(stage."
_REMEMBERED = 2_000
"""How many values of a field are kept with what they are in the index: stages, references and dates come again."""


_Understood = tuple[str, tuple[SqlValue, ...]]
"""A value's canonical form, and its columns."""


class Row(NamedTuple):
    """A record ready for the index: values of the type's table, and rows of the side tables."""

    values: list[SqlValue]
    items: list[tuple[SqlValue, ...]]
    tags: list[tuple[SqlValue, ...]]
    refs: list[tuple[SqlValue, ...]]
    keys: list[tuple[SqlValue, ...]]
    words: str
    problems: list[Problem]
    inner: Sequence[tuple[RowsPlan, list[tuple[SqlValue, ...]]]] = ()  # rows inside the record, by their table


class _Making(NamedTuple):
    """A row while it is made."""

    record: Record
    path: str
    lines: dict[str, int]
    values: list[SqlValue]
    items: list[tuple[SqlValue, ...]]
    refs: list[tuple[SqlValue, ...]]
    keys: list[tuple[SqlValue, ...]]
    words: list[str]
    problems: list[Problem]


class RowMaker:
    """Makes rows of one type; holds what does not change from record to record."""

    def __init__(
        self, plan: RowPlan, context: ValueContext, rates: Rates, followed: Mapping[tuple[str, str], str] | None = None
    ) -> None:
        self.plan = plan
        self._followed = followed if followed is not None else {}
        self._context = context
        self._rates = rates
        self._body = next(place for place, (name, _) in enumerate(plan.columns) if name == plan.type.body)
        self._stage = plan.fields.get(plan.type.stage.name) if plan.type.stage else None
        self._orders = {p.name: {name: n for n, name in enumerate(p.stages)} for p in plan.pipelines}
        self._from_stage = [
            (planned, planned.field.default[len(_FROM_STAGE) :].rstrip(")").strip())
            for name, planned in plan.fields.items()
            if planned.field.default.startswith(_FROM_STAGE) and name == planned.field.name
        ]
        self._seen: dict[str, dict[str, _Understood]] = {p.field.name: {} for p in plan.fields.values()}

    def make(self, record: Record, path: str, lines: dict[str, int], *, broken: bool = False) -> Row:
        """Turn a record into its row; a value its field cannot hold is empty in the row and a problem beside it."""
        ref = record.ref
        fields = record.fields
        plans = self.plan.fields
        values: list[SqlValue] = [None] * len(self.plan.columns)
        values[_ID], values[_PATH] = ref.id, path
        row = _Making(record, path, lines, values, [], [], [], [], [])
        for name, value in fields.items():
            if not value:
                continue
            planned = plans.get(name)
            if planned is None:
                if name not in _SYSTEM and isinstance(value, str):
                    row.words.append(value)  # keys without a schema are found too
            elif name == planned.field.name or not _newer(planned.field, name, record):
                self._fill(planned, [value] if isinstance(value, str) else value, row)
        inner = self._inner(row) if self.plan.inner else ()
        self._system(row)
        self._title(row)
        if self._stage is not None and self.plan.pipelines:
            self._enter_stage(self._stage, row)
        body = record.text(BODY)
        if body:
            values[self._body] = body
            row.words.append(body)
        tags = record.items("tags")
        row.words.extend(tags)
        values[_PROBLEM] = 1 if broken or row.problems else 0
        tagged: list[tuple[SqlValue, ...]] = [(ref.plural, ref.id, tag) for tag in dict.fromkeys(tags)]
        return Row(values, row.items, tagged, row.refs, row.keys, "\n".join(row.words), row.problems, inner)

    # ---- one field --------------------------------------------------------------------------------------

    def _fill(self, planned: FieldPlan, items: list[str], row: _Making) -> None:
        field = planned.field
        if not planned.many:
            if len(items) != 1:
                self._refuse(row, field, ValueRefused("one value is expected here, not a list"))
                return
            found = self._understood(planned, items[0], row)
            if found is None:
                return
            good = [found[0]]
            row.values[planned.place : planned.place + planned.width] = found[1]
            if field.reference:
                row.values[planned.place] = self._present_name(planned, found[0])
            if field.type == "money":
                self._book_value(planned, row)
        else:
            good = [found[0] for item in items if (found := self._understood(planned, item, row))]
            if not good:
                return
            shown = [self._present_name(planned, item) for item in good] if field.reference else good
            row.values[planned.place] = json.dumps(shown, ensure_ascii=False)
            plural, name = row.record.ref
            row.items.extend((plural, name, field.name, n, item, fold(item)) for n, item in enumerate(shown))
        if field.key or field.reference:
            self._links(planned, good, row)
        if planned.worded:
            row.words.extend(good)

    def _understood(self, planned: FieldPlan, item: str, row: _Making) -> _Understood | None:
        """The canonical form of a value and its columns; None, and a problem, when the field cannot hold it."""
        field = planned.field
        seen = self._seen[field.name]
        known = seen.get(item)
        if known is not None:
            return known
        try:
            stored = planned.type.check(item, field, self._context)
            found = (stored, () if planned.many else planned.type.index(stored, field, self._context))
        except ValueRefused as refusal:
            self._refuse(row, field, refusal)
            return None
        if len(seen) < _REMEMBERED:
            seen[item] = found
        return found

    def _refuse(self, row: _Making, field: Field, refusal: ValueRefused) -> None:
        path = row.path
        remedy = refusal.hint or f"edit {path}, or `crm set {path.removesuffix('.md')} {field.name}=…`"
        line = next((row.lines[n] for n in (field.name, *field.was) if n in row.lines), 0)
        row.problems.append(Problem("bad-value", path, line, f"{field.name}: {refusal.why}", remedy))

    def _links(self, planned: FieldPlan, good: list[str], row: _Making) -> None:
        plural, name = row.record.ref
        field = planned.field
        if field.key:
            row.keys.extend((plural, name, field.name, field.key, fold(item)) for item in good)
        if field.reference:
            for item in good:
                kind, _, target = item.rpartition("/")
                kind = kind or planned.target
                now = self._followed.get((kind, target))
                origin = target if now else None
                row.refs.append((plural, name, field.name, kind, now or target, int(field.within), origin))

    def _present_name(self, planned: FieldPlan, item: str) -> str:
        """A reference under the name its target has now, where that was renamed and this still has the old one."""
        kind, slash, target = item.rpartition("/")
        now = self._followed.get((kind or planned.target, target))
        return f"{kind}{slash}{now}" if now else item

    def _book_value(self, planned: FieldPlan, row: _Making) -> None:
        place = planned.place
        minor, currency = row.values[place], row.values[place + 1]
        if isinstance(minor, int) and isinstance(currency, str):
            day = next((t[:10] for n in ("close", "date", "created") if (t := row.record.text(n))), "")
            row.values[place + 2] = self._rates.in_book_currency(minor, currency, day)

    def _inner(self, row: _Making) -> list[tuple[RowsPlan, list[tuple[SqlValue, ...]]]]:
        """The rows inside the record, field by field; what hangs on them goes where the record's own does."""
        from crmcli.store.index.rows_in import RowsContext, RowsPlace, rows_found  # noqa: PLC0415 - few types have rows inside

        context = RowsContext(self._context, self._rates, self._followed)
        made = []
        for field, plan, place in self.plan.inner:
            name = next((n for n in (field.name, *field.was) if row.record.fields.get(n)), "")
            if not name:
                continue
            items = row.record.items(name)
            where = RowsPlace(row.record, field, row.path, row.lines.get(name, 0))
            found = rows_found(plan, where, items, context)
            row.values[place] = json.dumps(found.texts, ensure_ascii=False) if found.texts else None
            row.refs.extend(found.refs)
            row.words.extend(found.words)
            row.problems.extend(found.problems)
            made.append((plan, found.rows))
        return made

    # ---- what every record has --------------------------------------------------------------------------

    def _begins(self, day: str) -> str:
        """The instant a day begins in the book's zone; text that is no day comes back as it is."""
        try:
            return instant(datetime.fromisoformat(day).replace(tzinfo=book_zone(self._context)).isoformat())
        except ValueError:
            return day

    def _system(self, row: _Making) -> None:
        record, values = row.record, row.values
        plural, name = record.ref
        created = record.text("created")
        if created:
            values[_CREATED] = self._begins(created) if len(created) == 10 else instant(created)
            values[_LOCAL] = created
        values[_ARCHIVED] = record.text("archived") or None
        if "keys" in record.fields:
            for place, item in enumerate(record.items("keys")):
                row.keys.append((plural, name, "keys", 1, fold(item)))
                row.items.append((plural, name, "keys", place, item, fold(item)))
                row.words.append(item)
        if "aliases" in record.fields:
            row.keys.extend((plural, name, "aliases", 0, item) for item in record.items("aliases"))

    def _title(self, row: _Making) -> None:
        title = row.record.text(self.plan.type.title) if self.plan.type.title else ""
        row.values[_TITLE] = title or row.record.ref.id
        row.values[_FOLD] = fold(title or row.record.ref.id)
        if title and not title.isascii():
            from crmcli.text.slug import pinyin_of  # noqa: PLC0415 - only titles that may be Chinese

            pinyin, initials = pinyin_of(title)
            row.values[_PINYIN], row.values[_INITIALS] = pinyin or None, initials or None

    # ---- stages -----------------------------------------------------------------------------------------

    def _enter_stage(self, planned: FieldPlan, row: _Making) -> None:
        field, record, values = planned.field, row.record, row.values
        pipeline = pipeline_for(self.plan, record)
        if pipeline is None:
            return
        values[_PIPELINE] = pipeline.name
        written = next((text for name in (field.name, *field.was) if (text := record.text(name))), "")
        stage = stage_of(pipeline, written or pipeline.first)
        if stage is None:
            values[planned.place] = None
            known = ", ".join(pipeline.stages)
            why = f"pipeline {pipeline.name} has no stage {written!r}"
            self._refuse(row, field, ValueRefused(why, f"its stages are {known}"))
            return
        values[planned.place] = stage.name
        values[_KIND] = stage.kind
        values[_ORD] = self._orders[pipeline.name][stage.name]
        for other, word in self._from_stage:
            _read_from_stage(other, word, stage, row)


def _read_from_stage(planned: FieldPlan, word: str, stage: Stage, row: _Making) -> None:
    """Fill a field whose default begins `(stage.` while it is empty; the odds of what is won are 100 %, of lost 0 %."""
    own = row.record.text(planned.field.name)
    if word == "odds":
        value = {"won": 1_000_000, "lost": 0}.get(stage.kind)
        if value is None and not own and stage.odds:
            value = _millionths(stage.odds)
        if value is not None:
            row.values[planned.place] = value
    elif word == "category" and not own:
        row.values[planned.place] = stage.category or None


def _newer(field: Field, name: str, record: Record) -> bool:
    """Whether a value under a former name is outdone: by the present name, or by a former one listed earlier."""
    names = (field.name, *field.was)
    return any(other in record.fields for other in names[: names.index(name)])


def _millionths(fraction: str) -> int:
    whole, _, part = fraction.partition(".")
    return int(whole or "0") * 1_000_000 + int((part + "000000")[:6])
