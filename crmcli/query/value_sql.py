"""An SQL expression with what is known about its value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
from crmcli.query.sql import SqlArgument

if TYPE_CHECKING:
    from decimal import Decimal

    from crmcli.model.schema import Field
    from crmcli.query.whens import Span


class ValueSql(NamedTuple):
    """An expression on alias `r`, its parameters, and how to compare, order and show it.

    `family`: text · number · money · duration · date · datetime · month · time · period · choice · stage · reference ·
    flag · none; of constants also `when` (a date) and `word` (a name that is no field). `scale`: how many units of the
    SQL value make 1 (percent and decimal 1,000,000, money the book's minor units; a duration counts seconds).

    `raw`: the columns of the field's type in its order, from which `FieldType.from_index` makes the stored form again;
    `field` and `many` describe it (a list's column is a JSON array). `shown`: for references, SQL for the title of what
    is meant. `sort`: SQL to order by. None of the three has parameters; they are "" or () where there is no field.

    Of lengths, `working` says that working time is meant, and `ends` are the later and the earlier moment between
    which it lies, so that it can be asked in working time too.
    """

    text: str
    params: tuple[SqlArgument, ...] = ()
    family: str = "text"
    label: str = ""
    scale: int = 1
    field: Field | None = None
    many: bool = False
    reference: str = ""
    matches: str = "equal"
    raw: tuple[str, ...] = ()
    shown: str = ""
    sort: str = ""
    folded: str = ""
    alias: str = ""
    number: Decimal | None = None
    span: Span | None = None
    word: str = ""
    written: str = ""
    working: bool = False
    ends: tuple[ValueSql, ...] = ()
