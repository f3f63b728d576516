"""Which records are one since they were merged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.store.sameness import Sameness, Samenesses

A, B, C, D = (f"customers/{name}" for name in "abcd")


def told(*lines: tuple[str, str, str]) -> list[Sameness]:
    """Lines of (id, kept, gone)."""
    return [Sameness(event, f"op{event}", kept, gone) for event, kept, gone in lines]


@pytest.mark.parametrize(
    ("lines", "begun", "roots"),
    [
        ([], [], {A: A, B: B}),
        ([("2", A, B)], [], {B: A, A: A}),
        ([("2", A, B)], [(B, "1")], {B: A}),  # it was made before, as everything is
        ([("2", A, B)], [(B, "3")], {B: B}),  # it came back
        ([("2", A, B), ("4", A, B)], [(B, "3")], {B: A}),  # and went again
        ([("2", B, C), ("4", A, B)], [], {C: A, B: A}),  # a chain
        ([("4", B, C), ("2", A, B)], [], {C: A}),  # told in another order: two clones
        ([("2", B, C), ("4", A, B)], [(B, "5")], {C: B, B: B}),
        ([("2", B, C), ("4", A, B)], [(C, "5")], {C: C, B: A}),
        ([("2", A, C), ("4", B, C)], [], {C: B}),  # two clones, two records: the later counts
        ([("2", A, B), ("4", B, A)], [], {A: A, B: A}),  # each into the other: the earlier stands
        ([("2", A, B), ("3", B, C), ("4", C, A)], [], {A: A, B: A, C: A}),
        ([("2", B, C), ("3", A, B), ("4", C, B)], [], {A: A, B: A, C: A}),
        ([("2", A, A)], [], {A: A}),
    ],
)
def test_whom_a_name_means(
    lines: list[tuple[str, str, str]], begun: list[tuple[str, str]], roots: dict[str, str]
) -> None:
    sames = Samenesses(told(*lines), begun)
    assert {name: sames.root(name) for name in roots} == roots


def test_the_way_and_who_went_where() -> None:
    sames = Samenesses(told(("2", B, C), ("4", A, B), ("6", A, D)), [])
    assert [same.kept for same in sames.way(C)] == [B, A]
    assert sames.into(A) == [D, B, C]
    assert sames.into(B) == []
    assert sames.way(A) == []
    assert sames.without(B).root(C) == B
    assert sames.without(C).root(C) == C


LINES = st.lists(st.tuples(st.integers(1, 9).map(str), *[st.sampled_from([A, B, C, D])] * 2), max_size=8)


@given(LINES, st.lists(st.tuples(st.sampled_from([A, B, C, D]), st.integers(1, 9).map(str)), max_size=4))
def test_every_name_has_an_end(lines: list[tuple[str, str, str]], begun: list[tuple[str, str]]) -> None:
    """No circle closes, an end is nobody who went, and who began last went nowhere."""
    sames = Samenesses(told(*lines), begun)
    for name in (A, B, C, D):
        end = sames.root(name)
        assert end not in sames.holding
        assert (name in sames.holding) == (end != name)
        last = max((event for own, event in begun if own == name), default="")
        assert all(same.id > last for same in sames.holding.values() if same.gone == name)
