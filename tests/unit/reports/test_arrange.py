from __future__ import annotations

import pytest

from crmcli.reports.arrange import ColumnUnknownError, arranged
from crmcli.reports.grouping import split_groups
from crmcli.reports.table import Column, Table

TABLE = Table(
    (Column("name", "name"), Column("won", "won")),
    [("b", 2), ("a", None), ("C", 3), ("d", 2)],
    found=4,
    refs=["x/b", "x/a", "x/c", "x/d"],
    totals=(None, 7),
)


@pytest.mark.parametrize(
    ("sort", "names"),
    [("", "baCd"), ("won", "bdCa"), ("-won", "Cbda"), ("name", "abCd"), ("-name", "dCba"), ("-won,-name", "Cdba")],
)
def test_sort_puts_empty_cells_last_either_way(sort: str, names: str) -> None:
    table = arranged(TABLE, sort=sort)
    assert "".join(str(row[0]) for row in table.rows) == names
    assert [ref[-1] for ref in table.refs] == list(names.lower())


def test_columns_and_limit_keep_totals_and_count() -> None:
    table = arranged(TABLE, columns="won, name", limit=2)
    assert [tuple(row) for row in table.rows] == [(2, "b"), (None, "a")]
    assert (tuple(table.totals), table.found, [c.name for c in table.columns]) == ((7, None), 4, ["won", "name"])


def test_an_unknown_column_names_the_nearest() -> None:
    with pytest.raises(ColumnUnknownError) as refused:
        arranged(TABLE, sort="-wonn")
    assert "did you mean `won`" in refused.value.hint


def test_groups_are_split_outside_parentheses() -> None:
    asked = split_groups(["owner.region, quarter(closed)", "if(amount>5k, 1, 0)", "owner.region"])
    assert asked == ["owner.region", "quarter(closed)", "if(amount>5k, 1, 0)"]
