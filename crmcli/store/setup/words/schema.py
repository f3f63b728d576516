"""The words of schema/TYPE.toml."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from crmcli.store.setup.words.kinds import (
    WRONG,
    Condition,
    Count,
    Flag,
    Label,
    Literal,
    Name,
    Names,
    Options,
    Tables,
    Text,
    Words,
    word,
)


def _embedded(value: Any) -> str:  # noqa: ANN401 - whatever TOML holds
    if value in (True, "journal"):
        return "true" if value is True else "journal"
    if value is False:
        return ""
    raise PydanticCustomError(WRONG, "{expected}", {"expected": 'true or "journal"', "example": "true"})


class TypeWords(Words):
    """A record type: the file's name is the type's."""

    label: Label = word("what people see; the type's name when left out", {})
    plural: Name = word("folder, table and collection name; the type's name and s when left out", "")
    alias: Names = word("more names on the command line", ())
    title: Name = word("the field that stands for the record in a line", "")
    list: Names = word("the columns of a list", ())
    embedded: Annotated[str, BeforeValidator(_embedded)] = word(
        'true: rows inside other records; "journal": lines of the journal, never a file of its own', ""
    )
    fields: Tables = word("the fields, one inline table a line, in the order of the screen", {})


class FieldWords(Words):
    """A field: `name = { type = "text", … }` under [fields]."""

    type: Name = word("the field type; `x[]` is a list; a record type's name is a reference")
    label: Label = word("what people see; the field's name when left out", {})
    help: Text = word("one line that says what belongs here", "")
    unit: Text = word("the unit of a number, shown behind it", "")
    need: Condition = word("true or a condition: it must be filled", "")
    show: Condition = word("true or a condition: it is asked for and shown", "")
    lock: Condition = word("a condition: while it holds, the field may not be changed; true: it is set once", "")
    must: Name = word("a condition that has to hold where the field has a value", "")
    say: Label = word("the sentence when `must` fails, one or a table of languages", {})
    options: Options = word("the choices in order: a list, a table of labels, or the field whose choices these are", ())
    default: Literal = word("a value as typed, or an expression in parentheses; stored when the record is made", "")
    calc: Name = word("an expression; worked out on reading, never stored", "")
    format: Name = word("the pattern of a serial number", "")
    on: Name = word("the event at which a serial number is drawn", "")
    key: Count = word("it identifies the record; the rank, 1 is the strongest", 0)
    system: Name = word("whose ids these are (type id)", "")
    unique: Flag = word("no two records may have the same value", default=False)
    index: Flag = word("give the column an index of its own", default=False)
    private: Flag = word("personal: left out of exports and hooks unless asked for", default=False)
    within: Flag = word("the record is part of the one it points at: log, merge and archive follow", default=False)
    back: Name = word("the name of the collection on the other side of a reference", "")
    was: Names = word("former names, so that the journal stays readable", ())
    max: Count = word("the best rating; 5 when left out", 0)
    pipeline: Name = word("the pipeline of a stage field", "")
