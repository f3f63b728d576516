"""Where columns and sort keys are cut."""

from __future__ import annotations

import pytest

from crmcli.query.columns import split_columns
from crmcli.query.compile import compile_sort
from tests.unit.query.book import DEAL, ENV


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("name", ["name"]),
        ("a, b ,c", ["a", "b", "c"]),
        ("a,,b", ["a", "", "b"]),
        ("id,if(is:won, amount, 0),owner.name", ["id", "if(is:won, amount, 0)", "owner.name"]),
        ("if(name='a,)', 1, 2),b", ["if(name='a,)', 1, 2)", "b"]),
        ("sum（deals.amount, is:won）,名称", ["sum（deals.amount, is:won）", "名称"]),
        ("((a,b),c),d", ["((a,b),c)", "d"]),
    ],
)
def test_commas_inside_belong_to_it(text: str, parts: list[str]) -> None:
    assert split_columns(text) == parts


def test_a_sort_key_may_have_arguments() -> None:
    assert compile_sort(["-if(is:won, amount, 0),name"], DEAL, ENV).text.count("DESC") == 1
