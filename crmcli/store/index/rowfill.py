"""How the value of one field gets into a row: a function per field, made once, so that nothing is decided twice a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from json.encoder import encode_basestring  # the C function; `json.dumps` makes an encoder for every call
from typing import NamedTuple

from crmcli.model.problem import Problem
from crmcli.model.record import Record, Value
from crmcli.model.schema import Field
from crmcli.model.types.base import SqlValue, ValueContext, ValueRefused
from crmcli.model.types.single import SingleText
from crmcli.store.index.rates import Rates
from crmcli.store.index.rowplan import FieldPlan
from crmcli.text.fold import fold

SideRow = tuple[SqlValue, ...]

_REMEMBERED = 2_000
"""How many values of a field are kept with what they are in the index: stages, references and dates come again."""


class Making(NamedTuple):
    """A row while it is made: `values` by the place of their column, and what hangs on the record."""

    record: Record
    path: str
    lines: dict[str, int]
    values: dict[int, SqlValue]
    items: list[SideRow]
    refs: list[SideRow]
    keys: list[SideRow]
    words: list[str]
    problems: list[Problem]


class Understood(NamedTuple):
    """A value's canonical form and its columns that are not NULL, by place."""

    text: str
    columns: dict[int, SqlValue]


Fill = Callable[[Value, Making], None]
Understand = Callable[[str, Making], Understood | None]


class Surroundings(NamedTuple):
    """What values depend on besides their field; `followed` has the present names of renamed records."""

    context: ValueContext
    rates: Rates
    followed: Mapping[tuple[str, str], str]


def filler(planned: FieldPlan, around: Surroundings) -> Fill:
    """Return the function that puts the values of a field into rows."""
    understand = _understanding(planned, around.context)
    if planned.many:
        return _list_filler(planned, understand, around)
    if planned.field.type == "money":
        return _money_filler(planned, understand, around.rates)
    if planned.field.reference or planned.field.key:
        return _linked_filler(planned, understand, around)
    return _plain_filler(planned, understand)


def json_texts(texts: list[str]) -> str:
    """A JSON array of texts, as `json.dumps(texts, ensure_ascii=False)` writes it."""
    return f"[{', '.join(map(encode_basestring, texts))}]"


def refuse(row: Making, field: Field, refusal: ValueRefused) -> None:
    """Note a value its field cannot hold."""
    path = row.path
    remedy = refusal.hint or f"edit {path}, or `crm set {path.removesuffix('.md')} {field.name}=…`"
    line = next((row.lines[n] for n in (field.name, *field.was) if n in row.lines), 0)
    row.problems.append(Problem("bad-value", path, line, f"{field.name}: {refusal.why}", remedy))


def _understanding(planned: FieldPlan, context: ValueContext) -> Understand:
    """Return what gives a value's canonical form and columns; None, and a problem, when the field cannot hold it."""
    field, place, many = planned.field, planned.place, planned.many
    check, index = planned.type.check, planned.type.index
    as_stored = getattr(type(planned.type), "index", None) is SingleText.index
    seen: dict[str, Understood] = {}

    def understand(item: str, row: Making) -> Understood | None:
        found = seen.get(item)
        if found is not None:
            return found
        filled: dict[int, SqlValue] = {}
        try:
            stored = check(item, field, context)
            if as_stored:  # most types
                filled = {place: stored}
            elif not many:
                columns = index(stored, field, context)
                filled = {place + n: column for n, column in enumerate(columns) if column is not None}
        except ValueRefused as refusal:
            refuse(row, field, refusal)
            return None
        found = Understood(stored, filled)
        if len(seen) < _REMEMBERED:
            seen[item] = found
        return found

    return understand


def _only(value: Value, field: Field, row: Making) -> str:
    """The one value of a field that is no list, "" and a problem when there are several."""
    if isinstance(value, str):
        return value
    if len(value) == 1:
        return value[0]
    refuse(row, field, ValueRefused("one value is expected here, not a list"))
    return ""


def _plain_filler(planned: FieldPlan, understand: Understand) -> Fill:
    field, worded = planned.field, planned.worded

    def fill(value: Value, row: Making) -> None:
        item = value if isinstance(value, str) else _only(value, field, row)
        found = understand(item, row) if item else None
        if found is not None:
            row.values.update(found.columns)
            if worded:
                row.words.append(found.text)

    return fill


def _money_filler(planned: FieldPlan, understand: Understand, rates: Rates) -> Fill:
    field, place = planned.field, planned.place

    def fill(value: Value, row: Making) -> None:
        item = _only(value, field, row)
        found = understand(item, row) if item else None
        if found is None:
            return
        values = row.values
        values.update(found.columns)
        minor, currency = values.get(place), values.get(place + 1)
        if isinstance(minor, int) and isinstance(currency, str):
            text = row.record.text
            day = next((t[:10] for n in ("close", "date", "created") if (t := text(n))), "")
            values[place + 2] = rates.in_book_currency(minor, currency, day)

    return fill


def _linked_filler(planned: FieldPlan, understand: Understand, around: Surroundings) -> Fill:
    field, place = planned.field, planned.place
    name_now, link = _present_name(planned, around), _linker(planned, around)

    def fill(value: Value, row: Making) -> None:
        item = _only(value, field, row)
        found = understand(item, row) if item else None
        if found is None:
            return
        row.values.update(found.columns)
        if field.reference:
            row.values[place] = name_now(found.text)
        link([found.text], row)
        if planned.worded:
            row.words.append(found.text)

    return fill


def _list_filler(planned: FieldPlan, understand: Understand, around: Surroundings) -> Fill:
    field, place, worded = planned.field, planned.place, planned.worded
    linked = field.key or field.reference
    name_now, link = _present_name(planned, around), _linker(planned, around)

    def fill(value: Value, row: Making) -> None:
        items = [value] if isinstance(value, str) else value
        good = [found.text for item in items if (found := understand(item, row))]
        if not good:
            return
        shown = [name_now(text) for text in good] if field.reference else good
        row.values[place] = json_texts(shown)
        plural, name = row.record.ref
        row.items.extend([(plural, name, field.name, n, text, fold(text)) for n, text in enumerate(shown)])
        if linked:
            link(good, row)
        if worded:
            row.words.extend(good)

    return fill


def _present_name(planned: FieldPlan, around: Surroundings) -> Callable[[str], str]:
    """Return what gives a reference the name its target has now, where that was renamed and a file has the old one."""
    followed = around.followed

    def name_now(text: str) -> str:
        kind, slash, target = text.rpartition("/")
        now = followed.get((kind or planned.target, target))
        return f"{kind}{slash}{now}" if now else text

    return name_now


def _linker(planned: FieldPlan, around: Surroundings) -> Callable[[list[str], Making], None]:
    """Return what notes the keys and references that values are."""
    field, followed, within = planned.field, around.followed, int(planned.field.within)

    def link(good: list[str], row: Making) -> None:
        plural, name = row.record.ref
        if field.key:
            row.keys.extend([(plural, name, field.name, field.key, fold(text)) for text in good])
        if field.reference:
            for text in good:
                kind, _, target = text.rpartition("/")
                kind = kind or planned.target
                now = followed.get((kind, target))
                row.refs.append((plural, name, field.name, kind, now or target, within, target if now else None))

    return link
