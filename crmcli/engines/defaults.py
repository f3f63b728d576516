"""Defaults of a record in the making: literals, dotted paths, and expressions asked of the record as it is planned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.engines import form
from crmcli.errors import UsageError
from crmcli.model.keys import stored_name

if TYPE_CHECKING:
    from crmcli.engines.expressions import Formula
    from crmcli.model.record import Fields, Ref
    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book


class _Sorted(NamedTuple):
    """The fields with a default of one type, under their keys: plain ones and computed ones."""

    plain: tuple[tuple[str, Field], ...]
    computed: tuple[tuple[str, Field], ...]


class Defaults:
    """Fills defaults, expressions compiled once; `made` are records of the same op, which defaults may look at."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._formulas: dict[tuple[str, str], Formula] = {}
        self._sorted: dict[str, _Sorted] = {}
        self._literals: dict[tuple[str, str], str] = {}
        self.made: dict[Ref, Fields] = {}

    def fill_plain(self, record_type: RecordType, defaults: Sequence[Field], fields: Fields) -> None:
        """Fill what is a literal or a dotted path; a field that is there, even empty, was meant so."""
        for name, field in self._sort(record_type, defaults).plain:
            if name in fields:
                continue
            value = self._literal(record_type, field)
            if value is None:
                value = form.default_of(self._book, record_type, field, fields, self.made)
            if value:
                fields[name] = [value] if field.many else value

    def fill_computed(self, ref: Ref, record_type: RecordType, defaults: Sequence[Field], fields: Fields) -> None:
        """Fill what is an expression, in the order of the schema, so that a later one may count on an earlier.

        Raises `ConditionWrongError` (exit 6) for one that cannot be read, `ValueUntypableError` (2) for a value that does
        not fit.
        """
        computed = self._sort(record_type, defaults).computed
        formulas = [self._formula(record_type, field) for name, field in computed if name not in fields]
        if not formulas:
            return
        from crmcli.engines.expressions import ask_formula  # noqa: PLC0415 - few defaults are expressions
        from crmcli.store.index.planned import PlannedRow, planned_state, put_row  # noqa: PLC0415

        path = f"{ref.plural}/{ref.id}.md"
        others = [PlannedRow(made, f"{made.plural}/{made.id}.md", record) for made, record in self.made.items()]
        with planned_state(self._book.index, others) as loader:
            changed = True
            for formula in formulas:
                if changed:
                    put_row(loader, PlannedRow(ref, path, fields))
                values = ask_formula(self._book, formula, ref)
                changed = bool(values)
                if values:
                    fields[stored_name(formula.field)] = values if formula.field.many else values[0]

    def _sort(self, record_type: RecordType, defaults: Sequence[Field]) -> _Sorted:
        """The fields of a type with a default, by how it is found; told apart once."""
        found = self._sorted.get(record_type.name)
        if found is None:
            plain = [field for field in defaults if self._is_plain(record_type, field)]
            computed = [field for field in defaults if field not in plain]
            found = self._sorted[record_type.name] = _Sorted(_named(plain), _named(computed))
        return found

    def _literal(self, record_type: RecordType, field: Field) -> str | None:
        """A default that is the same for all records of an op, read once; None for one that leads to another record."""
        if field.default.startswith("(") and not field.default.startswith("(stage."):
            return None
        key = (record_type.name, field.name)
        found = self._literals.get(key)
        if found is None:
            found = self._literals[key] = form.default_of(self._book, record_type, field, {})
        return found

    def _is_plain(self, record_type: RecordType, field: Field) -> bool:
        text = field.default
        expression = text.startswith("(") and not text.startswith("(stage.")
        return not expression or form.is_path(self._book, record_type, field)

    def _formula(self, record_type: RecordType, field: Field) -> Formula:
        key = (record_type.name, field.name)
        if key not in self._formulas:
            from crmcli.engines.conditions import ConditionWrongError, planned_env  # noqa: PLC0415
            from crmcli.engines.expressions import formula_of  # noqa: PLC0415

            text = field.default.strip()[1:-1]
            try:
                formula = formula_of(self._book, record_type, field, text, planned_env(self._book))
            except UsageError as error:
                raise ConditionWrongError(record_type, field, "default", error) from None
            self._formulas[key] = formula
        return self._formulas[key]


def _named(fields: Sequence[Field]) -> tuple[tuple[str, Field], ...]:
    return tuple((stored_name(field), field) for field in fields)
