"""A map meets a file and the schema: every column gets its field, or the map's line is told what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from crmcli.actions.importing.dating import form_trouble
from crmcli.actions.importing.joining import TOGETHER, Join, columns_of, join_of
from crmcli.engines.form import KEYS, FieldUnknownError, field_of
from crmcli.model.keys import stored_name
from crmcli.model.schema import Field, RecordType, Setup
from crmcli.store.setup.import_map import MapPart, MapWordError
from crmcli.text.nearest import nearest

OWN_STAGE = "(stage)"
"""In `moves`: the stage the row itself is in."""

TAGS, CREATED, ARCHIVED = Field("tags", "text", many=True), Field("created", "datetime"), Field("archived", "date")
ID = Field("id", "text")
"""The record a row is, named by its id; a row without one is matched."""
_SYSTEM = {"id": ID, "tags": TAGS, "created": CREATED, "archived": ARCHIVED, "keys": KEYS}
_DATED = ("date", "datetime")
_JOINED = ("text", "markdown", "money")
_SHOWN, _LONG = 20, 60
"""Columns that a message names, and the letters it gives of each."""


class Column(NamedTuple):
    """A column of the file and the field it fills; `part` is the part of an address ("city").

    One that is joined of several stands behind the file's own: its `position` is the first after them, or a later one.
    """

    position: int
    name: str
    field: Field
    values: Mapping[str, str] = {}
    form: str = ""  # of its dates
    part: str = ""
    decimal: str = ""  # the sign its numbers are written with, "" for a point without groups
    order: str = ""  # of day and month in its dates

    @property
    def stored(self) -> str:
        """The field's key in stored values."""
        return stored_name(self.field)


class Dated(NamedTuple):
    """A column of dates on which a stage was entered; `stage` "(stage)" is the row's own."""

    position: int
    name: str
    stage: str
    form: str
    order: str = ""


class Part(NamedTuple):
    """A record that a row makes beside its own: `contact.name` and the like; `link` is its reference to the row's record."""

    type: RecordType
    link: Field
    columns: tuple[Column, ...]


class Binding(NamedTuple):
    """Everything a row is read with."""

    type: RecordType
    columns: tuple[Column, ...]
    stage: Column | None
    dated: tuple[Dated, ...]
    constants: tuple[tuple[Field, str], ...]
    parts: tuple[Part, ...]
    same: tuple[tuple[str, ...], ...]  # stored names that together make a record the same, in order
    missing: Mapping[str, str]  # by field; of parts as `contact.field`
    system: str  # whose ids are in `keys`, "" for nobody's
    unused: tuple[str, ...]  # columns of the file that the map does not mention
    joins: tuple[Join, ...] = ()  # in the order of their places behind the file's own columns


def bind(part: MapPart, header: Sequence[str], setup: Setup, to: str = "") -> Binding:
    """Find the field of every column; raises `MapWordError` (exit 2) with the map's line."""
    return _Binder(part, header, setup, to).bind()


class _Binder:
    def __init__(self, part: MapPart, header: Sequence[str], setup: Setup, to: str) -> None:
        self.part = part
        self.header = [name.strip() for name in header]
        self.setup = setup
        self.type = self._type(to)
        self.joins: list[Join] = []

    def bind(self) -> Binding:
        self._check_mentioned()
        own: list[Column] = []
        others: dict[str, list[Column]] = {}
        for name, target in self.part.columns.items():
            position = self._place(name, target)
            if not target:
                continue
            head, dot, inner = target.partition(".")
            found = self.type.fields.get(head)
            if dot and not (found is not None and found.type == "address"):
                others.setdefault(head, []).append(self._column(self._part_type(name, head), name, inner, position))
            else:
                own.append(self._column(self.type, name, target, position))
        stage = self.type.stage
        staged = next((c for c in own if stage is not None and c.field.name == stage.name), None)
        columns = tuple(c for c in own if c is not staged)
        return Binding(
            self.type,
            columns,
            staged,
            self._dated(),
            self._constants(),
            tuple(self._part(head, found) for head, found in others.items()),
            self._same(columns),
            self._missing([*columns, *(c for found in others.values() for c in found)]),
            self.part.id,
            self._unused(),
            tuple(self.joins),
        )

    # ---- columns ----------------------------------------------------------------------------------------

    def _type(self, to: str) -> RecordType:
        name = to or self.part.to
        if not name:
            raise MapWordError(self.part.place(), "it does not say which records the rows are", 'add to = "customer"')
        setup = self.setup
        found = setup.types.get(name) or setup.by_plural(name)
        if found is None or found.embedded:
            known = [t.name for t in setup.types.values() if not t.embedded]
            raise MapWordError(self.part.place("to"), f"there is no record type `{name}`{_guess(name, known)}")
        return found

    def _check_mentioned(self) -> None:
        """What is said of columns must be said of columns the map reads."""
        for word, table in (("values", self.part.values), ("dates", self.part.dates)):
            for name in table:
                if name not in self.part.columns and name not in self.part.moves:
                    known = [*self.part.columns, *self.part.moves]
                    where = self.part.place(word, name)
                    raise MapWordError(
                        where, f"{word} speaks of `{name}`, which is not among columns{_guess(name, known)}"
                    )

    def _place(self, key: str, target: str) -> int:
        """Where the cells of a key of `columns` stand; a column that is called `a+b` itself is no join."""
        if TOGETHER not in key or key in self.header:
            return self._position("columns", key)
        positions = [self._position("columns", key, name) for name in columns_of(key)]
        if target:
            self.joins.append(join_of(self.header, positions))
        return len(self.header) + len(self.joins) - 1

    def _position(self, word: str, key: str, column: str = "") -> int:
        name = column or key
        found = [place for place, column in enumerate(self.header) if column == name]
        if not found:
            known = [column for column in self.header if column]
            message = f"the file has no column `{name}`{_guess(name, known)}"
            raise MapWordError(self.part.place(word, key), message, f"its columns are {some_of(known)}")
        if len(found) > 1:
            message = f"the file has {len(found)} columns called `{name}`"
            raise MapWordError(self.part.place(word, key), message, "rename one of them in the file's first row")
        return found[0]

    def _unused(self) -> tuple[str, ...]:
        joined = (name for key in self.part.columns if key not in self.header for name in columns_of(key))
        mentioned = {*self.part.columns, *self.part.moves, *joined}
        return tuple(name for name in self.header if name and name not in mentioned)

    def _column(self, record_type: RecordType, name: str, target: str, position: int) -> Column:
        where = self.part.place("columns", name)
        head, _, inner = target.partition(".")
        field = _SYSTEM.get(target) or self._field(record_type, head, where)
        if field.calc or field.type == "serial" or field.embedded:
            what = "is a row inside of the record" if field.embedded else "is computed, never written"
            raise MapWordError(where, f"{record_type.name}.{field.name} {what}")
        if position >= len(self.header) and (field.many or field.type not in _JOINED) and not inner:
            several = "maps each of the columns to it" if field.many else "takes one column"
            message = f"{record_type.name}.{field.name} is no text that several columns make; a {field.type} {several}"
            raise MapWordError(where, message)
        if target == "keys" and self.part.id:
            field = field._replace(system=self.part.id)
        form = self.part.dates.get(name, "")
        if form:
            if field.type not in _DATED:
                raise MapWordError(self.part.place("dates", name), f"{record_type.name}.{field.name} is no date")
            self._check_form(name, form)
        return Column(position, name, field, self.part.values.get(name, {}), form, inner)

    def _field(self, record_type: RecordType, name: str, where: str) -> Field:
        try:
            return field_of(record_type, name)
        except FieldUnknownError as error:
            raise MapWordError(where, str(error), error.hint) from None

    def _check_form(self, name: str, form: str) -> None:
        trouble = form_trouble(form)
        if trouble:
            where = self.part.place("dates", name)
            raise MapWordError(
                where, f'"{form}" is no form of a date: {trouble}', "for example %Y-%m-%d or %d.%m.%Y %H:%M"
            )

    # ---- the other words --------------------------------------------------------------------------------

    def _dated(self) -> tuple[Dated, ...]:
        found = []
        stages = {name for p in self.setup.pipelines_of(self.type.name) for name in p.stages}
        for name, stage in self.part.moves.items():
            where = self.part.place("moves", name)
            if self.type.stage is None or not stages:
                raise MapWordError(where, f"{self.type.name} has no stages")
            if stage != OWN_STAGE and stage not in stages:
                known = ", ".join([*sorted(stages), OWN_STAGE])
                raise MapWordError(
                    where, f"no pipeline of {self.type.name} has a stage `{stage}`", f"there are {known}"
                )
            form = self.part.dates.get(name, "")
            if form:
                self._check_form(name, form)
            found.append(Dated(self._position("moves", name), name, stage, form))
        return tuple(found)

    def _constants(self) -> tuple[tuple[Field, str], ...]:
        found = []
        for name, text in self.part.set.items():
            where = self.part.place("set", name)
            field = _SYSTEM.get(name) or self._field(self.type, name, where)
            if text.startswith("(") and text.endswith(")") and field.type not in ("text", "markdown"):
                raise MapWordError(where, f"{name}: an import sets a value, not an expression")
            found.append((field, text))
        return tuple(found)

    def _part_type(self, column: str, head: str) -> RecordType:
        where = self.part.place("columns", column)
        found = self.setup.types.get(head)
        if found is None or found.embedded:
            known = [*self.setup.types, *self.type.fields]
            message = f"`{head}` is neither an address of {self.type.name} nor a record type{_guess(head, known)}"
            raise MapWordError(where, message)
        return found

    def _part(self, head: str, columns: Sequence[Column]) -> Part:
        record_type = self.setup.types[head]
        where = self.part.place("columns", columns[0].name)
        links = [f for f in record_type.fields.values() if f.reference == self.type.name and not f.many]
        link = next((f for f in links if f.within), links[0] if links else None)
        if link is None:
            message = f"{head} has no field that points at a {self.type.name}"
            raise MapWordError(where, message, f"add one to {record_type.path}")
        if not any(c.field.name == record_type.title for c in columns):
            message = f"a {head} beside the row needs its {record_type.title}"
            raise MapWordError(where, message, f'map a column to "{head}.{record_type.title}"')
        return Part(record_type, link, tuple(columns))

    def _same(self, columns: Sequence[Column]) -> tuple[tuple[str, ...], ...]:
        filled = {c.stored: c.field for c in columns if not c.part} | {f.name: f for f, _ in self._constants()}
        if not self.part.same:
            return _usual(self.type, filled)
        found = []
        for place, text in enumerate(self.part.same):
            names = tuple(word.strip() for word in text.split("+"))
            for name in names:
                field = filled.get(name)
                if (
                    field is None
                    or field.type in ("markdown", "json", "stage")
                    or name in ("created", "archived", "tags")
                ):
                    what = "cannot tell records apart" if field else "is filled by none of the columns"
                    where = self.part.place("same", str(place))
                    raise MapWordError(where, f"same: `{name}` {what}{_guess(name, filled)}")
            found.append(names)
        return tuple(found)

    def _missing(self, columns: Sequence[Column]) -> dict[str, str]:
        referring = {c.field.name for c in columns if c.field.reference}
        for name in self.part.missing:
            if name not in referring:
                where = self.part.place("missing", name)
                raise MapWordError(
                    where, f"missing: `{name}` is no reference that a column fills{_guess(name, referring)}"
                )
        return dict(self.part.missing)


def some_of(names: Sequence[str]) -> str:
    """Names of columns for people: the first ones, none too long, and how many more there are."""
    shown = [name if len(name) <= _LONG else f"{name[:_LONG]}…" for name in names[:_SHOWN]]
    more = [f"and {len(names) - _SHOWN:,} more"] if len(names) > _SHOWN else []
    return ", ".join([*shown, *more])


def _usual(record_type: RecordType, filled: Mapping[str, Field]) -> tuple[tuple[str, ...], ...]:
    """Without `same`: keys of the other system, then key fields by rank, else the title."""
    ranked = sorted((f.key, name) for name, f in filled.items() if f.key)
    usual = [*(["keys"] if "keys" in filled else []), *(name for _, name in ranked if name != "keys")]
    if not usual and record_type.title in filled:
        usual = [record_type.title]
    return tuple((name,) for name in usual)


def _guess(name: str, known: Iterable[str]) -> str:
    near = nearest(name, list(known), 1)
    return f"; did you mean `{near[0]}`?" if near else ""
