# ruff: noqa: INP001 - a script beside the pages it writes
"""Write docs/reference/fields.md from the field types themselves: `python docs/generate_fields.py`."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.model.schema import Field
from crmcli.model.types import TYPE_NAMES, type_named

if TYPE_CHECKING:
    from crmcli.model.types.base import FieldType

PAGE = Path(__file__).parent / "reference" / "fields.md"

_HEAD = """\
# Field types

What a field of a record may hold: how it stands in the file, what is checked, how it is typed after `field=`, how
filters ask for it, and what the index keeps of it. This page is made from the types themselves.

- A type's name with `[]` makes a list of it, one item a line; each item is typed, checked and compared as below. Lists
  have one TEXT column with a JSON array, and a row per item in `items`. `checklist` is a list without `[]`.
- The name of a record type makes a reference to one record of it, or, where that type is `embedded`, rows inside the
  record.
- Files hold storage forms. Some others are read as well (money without a currency, `true`, unpadded decimals) and
  compared as if written properly; nothing is rewritten by reading. What cannot be read is a problem with its file and
  line.
- Index columns are named by the field and the suffix given: `amount`, `amount.currency`. *B-tree* says which have one;
  keys, unique fields and those with `index = true` always do.
- Matching (`:`): *contains* compares folded text (letter case, width and hyphens are no matter), *equal* reads the word
  as it would be typed and compares the values, *within* does so and takes in what lies below.
"""


def page() -> str:
    """The whole page."""
    types = {name: _type(name) for name in TYPE_NAMES}
    named = {**types, "*record type*": _type("reference"), "*embedded type*`[]`": _type("row")}
    rows = [_row(name, field_type) for name, field_type in named.items()]
    table = ["| type | in the file | checked | typed | filter |", "|---|---|---|---|---|", *rows]
    return (
        "\n".join([_HEAD, *table, *(_section(name, field_type) for name, field_type in named.items())]).rstrip() + "\n"
    )


def _type(name: str) -> FieldType:
    return type_named(Field("field", name, reference="customer" if name == "reference" else "", embedded=name == "row"))


def _row(name: str, field_type: FieldType) -> str:
    manual = field_type.manual
    stored = manual.stored if manual.stored.startswith("*") else f"`{manual.stored}`"
    cells = (_anchor(name), stored, manual.checked, manual.typed, manual.filtered)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _anchor(name: str) -> str:
    plain = name.replace("*", "").replace("`", "").replace("[]", "")
    return f"[{plain}](#{plain.replace(' ', '-')})"


def _section(name: str, field_type: FieldType) -> str:
    plain = name.replace("*", "").replace("`", "").replace("[]", "")
    matching = f", `:` {field_type.matches}" if field_type.family == "text" else ""
    columns = ", ".join(_column(*column) for column in field_type.columns(Field("field", "text")))
    facts = f"Filter family: {field_type.family}{matching}. Index: {columns or 'no column'}."
    return f"\n## {plain}\n\n{inspect.getdoc(field_type)}\n\n{facts}"


def _column(suffix: str, sql: str, indexed: bool) -> str:
    named = f"`{suffix}` {sql}" if suffix else sql
    return f"{named} (B-tree)" if indexed else named


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
