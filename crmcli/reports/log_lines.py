"""Log lines as if they were records of the type `log`, so that filters and groups speak of them as of any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.types import type_named
from crmcli.query.fields import is_list
from crmcli.query.sql import quoted_name, quoted_text
from crmcli.query.tree import Bare, Junction, Literal, Match, Not, Path, Word

if TYPE_CHECKING:
    from crmcli.model.schema import Field, RecordType
    from crmcli.query.tree import Expr

STORED = {
    "at": 'e."at"',
    "at.local": 'e."local"',
    "by": 'e."by"',
    "via": 'e."via"',
    "kind": 'e."kind"',
    "direction": 'e."direction"',
    "took": 'e."took"',
    "took.working": "0",
    "text": 'e."text"',
}
"""Columns of the journal's index by the column a record would have."""
EMPTY = ("archived", "created", "touched", "closed", "stage_since", "_kind", "_ord", "_pipeline", "_fold", "_title")
PARTNERS = "with"


def log_source(lines: RecordType, items: str) -> str:
    """Two common table expressions: the log's lines as a record table, and their partners among the list `items`."""
    columns = dict.fromkeys(EMPTY, "NULL") | {"id": "e.id"}
    for field in lines.fields.values():
        columns |= _columns(field)
    picked = ", ".join(f"{text} AS {quoted_name(name)}" for name, text in columns.items())
    plural = quoted_text(lines.plural)
    partner = """substr(o."on", instr(o."on", '/') + 1)"""
    return f"""items AS (SELECT * FROM {items} UNION ALL
        SELECT DISTINCT {plural}, o.event, '{PARTNERS}', 0, {partner}, {partner}
        FROM event_on o JOIN events p ON p.id = o.event WHERE o."on" <> p."on"),
      {quoted_name("rec_" + lines.plural)} AS (SELECT {picked} FROM events e WHERE e."do" = 'log'
        AND NOT EXISTS (SELECT 1 FROM events x WHERE x."of" = e.id AND x."do" = 'retract'))"""


def _columns(field: Field) -> dict[str, str]:
    if field.name == PARTNERS:
        partners = """SELECT json_group_array(DISTINCT substr(o."on", instr(o."on", '/') + 1)) FROM event_on o"""
        return {PARTNERS: f"""({partners} WHERE o.event = e.id AND o."on" <> e."on")"""}
    suffixes = [""] if is_list(field) else [column.suffix for column in type_named(field).columns(field)]
    other = f"json_extract(e.more, {quoted_text('$.' + field.name)})"
    return {
        field.name + suffix: STORED.get(field.name + suffix, other if not suffix else "NULL") for suffix in suffixes
    }


def about_text(expr: Expr, lines: RecordType) -> Expr:
    """The same condition, with words to find looked for in the line's text."""
    if isinstance(expr, (Bare, Literal)) and "text" in lines.fields:
        return Match(Path(("text",)), (Word(expr.text, quoted=True),))
    if isinstance(expr, Junction):
        return Junction(expr.op, tuple(about_text(term, lines) for term in expr.terms))
    return Not(about_text(expr.term, lines)) if isinstance(expr, Not) else expr
