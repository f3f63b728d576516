"""Fields added to a type's schema file, which keeps its comments and its order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.errors import BadDataError
from crmcli.store import disk
from crmcli.store.inside import insist_no_link
from crmcli.store.lock import locked

if TYPE_CHECKING:
    from tomlkit.items import InlineTable


class NewField(NamedTuple):
    """A field to be: its name, its type, its label."""

    name: str
    type: str
    label: str

    @property
    def line(self) -> str:
        """As it stands in the file."""
        return f"{self.name} = {_inline(self).as_string()}"


class SchemaFieldsError(BadDataError):
    """A schema file without a table of fields."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path}: it has no [fields], so none can be added", hint="write the fields by hand")


def add_fields(root: Path, path: str, fields: Sequence[NewField]) -> None:
    """Add fields at the end of `[fields]` of a schema file; what is there already stays."""
    import tomlkit  # noqa: PLC0415 - only where a file is written
    from tomlkit.items import Table  # noqa: PLC0415

    insist_no_link(root, path.rpartition("/")[0])
    with locked(root):
        document = tomlkit.parse((root / path).read_text(encoding="utf-8"))
        table = document.get("fields")
        if not isinstance(table, Table):
            raise SchemaFieldsError(path)
        for field in fields:
            if field.name not in table:
                table.append(field.name, _inline(field))
        disk.write_atomic(root / path, tomlkit.dumps(document).encode())


def _inline(field: NewField) -> InlineTable:
    import tomlkit  # noqa: PLC0415 - only where a file is written

    made = tomlkit.inline_table()
    made["type"] = field.type
    made["label"] = field.label
    return made
