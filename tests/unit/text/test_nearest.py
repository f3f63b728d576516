from __future__ import annotations

import pytest

from crmcli.text.nearest import nearest

FIELDS = ["name", "industry", "country", "owner", "lifecycle", "lost_reason", "城市"]


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("vpi", "vip"),
        ("stgae", "stage"),
        ("cust", "customer"),
        ("Country", "country"),
        ("lostreason", "lost_reason"),
        ("城", "城市"),
    ],
)
def test_did_you_mean(word: str, name: str) -> None:
    assert nearest(word, [*FIELDS, "vip", "stage", "customer"]) == [name]


def test_nothing_is_near_to_nonsense() -> None:
    assert nearest("zzzz", FIELDS) == []
    assert nearest("", FIELDS) == []
    assert nearest("x", []) == []


def test_the_best_come_first_and_the_order_is_stable() -> None:
    assert nearest("own", ["owner", "owned", "owns"], limit=2) == ["owned", "owner"]
