"""Values as they stand in files, made of the columns of the index, for texts made of other fields."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from crmcli.model.schema import Field
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueContext, ValueRefused

if TYPE_CHECKING:
    from crmcli.model.types.base import FieldType
    from crmcli.query.sql import SqlArgument


def stored_text(type_name: str, columns: tuple[SqlArgument, ...]) -> str:
    """The stored form of a value of a field type; it depends on nothing else."""
    kind, field, context = _kind(type_name)
    return kind.from_index(columns, field, context)


@lru_cache(maxsize=64)
def _kind(type_name: str) -> tuple[FieldType, Field, ValueContext]:
    field = Field(type_name, type_name)
    nowhere = ValueContext("", "", "UTC", "en", datetime(2000, 1, 1, tzinfo=UTC), _unresolved, lambda _: False)
    return type_named(field), field, nowhere


def _unresolved(type_name: str, who: str) -> str:
    raise ValueRefused(f"`{who}` cannot be looked up as a {type_name} here")
