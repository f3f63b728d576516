"""What values have in common of which one is taken: `if(c, a, b)`, `on.name`, `last(on.deals.stage)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.value_sql import ValueSql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.schema import Field

LISTED = frozenset(["choice", "stage"])
"""Families whose values are names of a list that the schema or a pipeline gives."""


def shared(values: Sequence[ValueSql]) -> ValueSql:
    """A value without SQL, with what all of some values of one family have, and nothing else.

    Values written out say nothing of fields. Names of different lists are texts.
    """
    first, fields = values[0], [value.field for value in values if not value.written]
    field = fields[0] if fields and all(_is_like(fields[0], other) for other in fields) else None
    named = field is None and first.family in LISTED
    meanings = {"contains"} if named else {value.matches for value in values if not value.written}
    references = {value.reference for value in values}
    return ValueSql(
        "",
        family="text" if named else first.family,
        scale=first.scale,
        field=field,
        reference=first.reference if len(references) == 1 else "*",
        matches=meanings.pop() if len(meanings) == 1 else "contains",
        working=first.working,
    )


def _is_like(field: Field | None, other: Field | None) -> bool:
    """Whether two fields hold the same kind of thing: of options the same ones, of stages those of one field."""
    if field is None or other is None or field.type == "stage":
        return field is other
    names, others = ([option.name for option in one.options] for one in (field, other))
    return field.type == other.type and names == others
