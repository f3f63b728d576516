"""What a planned op may not break: `lock` on the state before, `need` and `must` on the state after (docs/questions.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.engines import form
from crmcli.engines.conditions import (
    ALWAYS,
    LOCK,
    MUST,
    NEED,
    Condition,
    Conditions,
    filled_sql,
    holding,
    planned_env,
)
from crmcli.engines.process import StageComputedError
from crmcli.engines.tried import tried
from crmcli.errors import VetoedError
from crmcli.model.keys import value_of
from crmcli.model.schema import label_of
from crmcli.query.sql import ALWAYS as TRUE
from crmcli.query.sql import Sql, all_of, negated
from crmcli.store.replay import same

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.engines.plan import Planned
    from crmcli.model.event import Event
    from crmcli.model.record import Ref, Value
    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book


class FieldLockedError(VetoedError):
    """A field was changed whose `lock` held before."""

    def __init__(self, ref: Ref, field: str, text: str, present: str) -> None:
        why = "it is set once" if text == ALWAYS else text
        stays = f"it stays {present}" if present else "it stays empty"
        super().__init__(f"{ref}: {field} is locked: {why}", hint=f"{stays}; leave it out of the change")


class FieldNeededError(form.FieldsMissingError):
    """Fields that are needed under a condition which holds, or are computed, and are empty."""

    def __init__(self, ref: Ref, needed: Sequence[tuple[Field, str]], language: str) -> None:
        listed = "; ".join(
            f"{form.named(field, language)} is needed{'' if text == ALWAYS else f': {text}'}" for field, text in needed
        )
        first = needed[0][0]
        hint = f"fill what {first.name} is computed from: {first.calc}" if first.calc else form.fill_hint(first)
        super().__init__(f"{ref}: {listed}", ref, [field.name for field, _ in needed if not field.calc], hint=hint)


class ConditionBrokenError(VetoedError):
    """A `must` does not hold; `say` is the company's own sentence."""

    def __init__(self, ref: Ref, record_type: RecordType, field: Field, value: str, say: str) -> None:
        told = (
            f"{ref}: {say} ({field.name}: {value})"
            if say
            else f"{ref}: {field.name} is {value} and must keep {field.must}"
        )
        super().__init__(told, hint=f"{field.must} is the rule of {field.name} in {record_type.path}")


class _Question(NamedTuple):
    """A condition to be asked of the planned state: the records for which it holds break it."""

    word: str
    field: Field
    text: str
    sql: Sql
    ids: list[str]


def enforce(book: Book, records: Sequence[Planned], events: Sequence[Event]) -> None:
    """Ask every condition of the types a plan writes to, of the records in the plan, and raise the first that is broken.

    Raises `FieldLockedError`, `FieldNeededError`, `ConditionBrokenError`, `StageComputedError` (exit 7), and
    `ConditionWrongError` (6). Costs nothing where no type has a condition.
    """
    conditions = Conditions(book)
    concerned = _by_type(book, records)
    for group in concerned:
        _check_locks(book, group, conditions)
    asked = [(group, _questions(book, group, conditions)) for group in concerned]
    if not any(questions for _, questions in asked):
        return
    with tried(book, records, events, [q.sql for _, questions in asked for q in questions]):
        for group, questions in asked:
            broken = [(q, holding(book, group.type, q.sql, q.ids)) for q in questions]
            for planned in group.records:
                _refuse(book, group.type, planned, [q for q, ids in broken if planned.ref.id in ids])


class _Group(NamedTuple):
    """The records of one type that conditions are asked of."""

    type: RecordType
    records: list[Planned]

    @property
    def asks_stages(self) -> bool:
        """Whether a record enters a stage that needs something computed."""
        return any(planned.entered for planned in self.records)


def _by_type(book: Book, records: Iterable[Planned]) -> list[_Group]:
    groups: dict[str, _Group] = {}
    for planned in records:
        if planned.asked:
            found = groups.setdefault(planned.ref.plural, _Group(book.type_of(planned.ref), []))
            found.records.append(planned)
    return list(groups.values())


# ---- before ------------------------------------------------------------------------------------------------


def _check_locks(book: Book, group: _Group, conditions: Conditions) -> None:
    """Fields that differ although their lock held; `lock = true` lets an empty field be filled."""
    always = [f for f in group.type.fields.values() if f.lock == ALWAYS]
    for planned in group.records:
        for field in always:
            if planned.before and value_of(field, planned.before) and _differs(field, planned):
                raise FieldLockedError(planned.ref, _named(book, field), ALWAYS, _shown(book, field, planned.before))
    for condition in conditions.of(group.type, LOCK):
        changed = [p for p in group.records if p.before is not None and _differs(condition.field, p)]
        locked = holding(book, group.type, condition.sql, [_id_before(p) for p in changed]) if changed else set()
        for planned in changed:
            if _id_before(planned) in locked:
                shown = _shown(book, condition.field, planned.before or {})
                raise FieldLockedError(planned.ref, _named(book, condition.field), condition.text, shown)


def _id_before(planned: Planned) -> str:
    return planned.left.rpartition("/")[2].removesuffix(".md") or planned.ref.id


def _differs(field: Field, planned: Planned) -> bool:
    return not same(value_of(field, planned.before or {}), value_of(field, planned.after or {}))


# ---- after -------------------------------------------------------------------------------------------------


def _questions(book: Book, group: _Group, conditions: Conditions) -> list[_Question]:
    """What is to be asked of the planned state, in the order in which it is told."""
    record_type = group.type
    questions = []
    for condition in conditions.of(record_type, NEED, planned=True):
        empty = _empty(group, condition.field)
        if empty:
            questions.append(_needed(book, record_type, condition, empty))
    every = [planned.ref.id for planned in group.records]
    questions += [
        _needed(book, record_type, Condition(NEED, field, ALWAYS, TRUE), every)
        for field in record_type.fields.values()
        if field.need == ALWAYS and field.calc
    ]
    for condition in conditions.of(record_type, MUST, planned=True):
        filled = _filled(group, condition.field)
        if filled:
            broken = negated(condition.sql)
            if not condition.field.embedded:
                broken = all_of([filled_sql(record_type, condition.field, planned_env(book)), broken])
            questions.append(_Question(MUST, condition.field, condition.text, broken, filled))
    return questions + _stage_questions(book, group)


def _needed(book: Book, record_type: RecordType, condition: Condition, ids: list[str]) -> _Question:
    """Whether a need holds; a field that is not only in the file must come out empty for it to be broken."""
    sql = condition.sql
    if _is_derived(condition.field):
        sql = all_of([sql, negated(filled_sql(record_type, condition.field, planned_env(book)))])
    return _Question(NEED, condition.field, condition.text, sql, ids)


def _stage_questions(book: Book, group: _Group) -> list[_Question]:
    """Computed fields that must have a value on entry to a stage."""
    questions = []
    for field in group.type.fields.values() if group.asks_stages else ():
        entering = [p.ref.id for p in group.records if field.name in p.entered]
        if entering:
            empty = negated(filled_sql(group.type, field, planned_env(book)))
            questions.append(_Question("", field, "", empty, entering))
    return questions


def _empty(group: _Group, field: Field) -> list[str]:
    return [p.ref.id for p in group.records if _is_derived(field) or not value_of(field, p.after or {})]


def _is_derived(field: Field) -> bool:
    """Whether a field may have a value without one in the file: it is computed, or read from the stage."""
    return bool(field.calc) or field.default.startswith("(stage.")


def _filled(group: _Group, field: Field) -> list[str]:
    """Records whose field may have a value: of rows inside the record, those that have some."""
    return [p.ref.id for p in group.records if not field.embedded or value_of(field, p.after or {})]


def _refuse(book: Book, record_type: RecordType, planned: Planned, broken: Sequence[_Question]) -> None:
    """Raise what a record breaks: its empty fields together, else the first rule."""
    empty = [(q.field, q.text) for q in broken if q.word == NEED]
    if empty:
        raise FieldNeededError(planned.ref, empty, book.setup.config.language)
    for question in broken:
        field = question.field
        if question.word != MUST:
            stage = (planned.after or {}).get(record_type.stage.name, "") if record_type.stage else ""
            raise StageComputedError(planned.ref, str(stage), field)
        value = _shown(book, field, planned.after or {}) or _computed(book, record_type, planned.ref, field)
        say = label_of(field.say, book.setup.config.language, "")
        raise ConditionBrokenError(planned.ref, record_type, field, value, say)


def _computed(book: Book, record_type: RecordType, ref: Ref, field: Field) -> str:
    """The value of a field that is not in the file, as it is in the planned state."""
    from crmcli.engines.expressions import ask_formula, formula_of  # noqa: PLC0415 - only for a refusal

    found = ask_formula(book, formula_of(book, record_type, field, field.name), ref) or []
    return ", ".join(form.shown_value(book, field, item) for item in found)


# ---- values ------------------------------------------------------------------------------------------------


def _shown(book: Book, field: Field, fields: Mapping[str, Value]) -> str:
    value = value_of(field, fields) or []
    items = [value] if isinstance(value, str) else value
    return ", ".join(form.shown_value(book, field, item) for item in items)


def _named(book: Book, field: Field) -> str:
    return form.named(field, book.setup.config.language)
