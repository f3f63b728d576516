"""Whom an event is about once records were renamed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.model.event import Event
from crmcli.model.record import Fields
from crmcli.store.names import Begun, Names, Rename, followed, made_anew, rename_of
from crmcli.store.replay import replay

A, B, C = "customers/a", "customers/b", "customers/c"


@pytest.mark.parametrize(
    ("renames", "made", "name", "event", "now"),
    [
        ([], [], A, "1", A),
        ([("2", A, B)], [], A, "1", B),
        ([("2", A, B)], [], B, "3", B),
        ([("2", A, B)], [], A, "3", B),  # a clone that had not heard of it
        ([("2", A, B)], [(A, "3")], A, "4", A),  # made anew under the old name
        ([("2", A, B)], [(A, "3")], A, "1", B),
        ([("2", A, B), ("4", B, C)], [], A, "1", C),
        ([("2", A, B), ("4", B, A)], [], A, "1", A),
        ([("2", A, B), ("4", B, A)], [], B, "3", A),
        ([("2", A, B), ("4", B, A)], [], B, "5", A),
        ([("2", A, B), ("4", C, A)], [], A, "5", A),
        ([("2", A, B), ("4", C, A)], [], A, "1", B),
    ],
)
def test_follow(
    renames: list[tuple[str, str, str]], made: list[tuple[str, str]], name: str, event: str, now: str
) -> None:
    assert Names([Rename(*rename) for rename in renames], made).follow(name, event) == now


NAMES = st.sampled_from([A, B, C])


@given(st.lists(st.tuples(NAMES, NAMES), max_size=6), st.lists(NAMES, max_size=4), NAMES, st.integers(0, 20))
def test_following_ends(renames: list[tuple[str, str]], made: list[str], name: str, event: int) -> None:
    numbered = [Rename(f"{2 * n:02}", old, new) for n, (old, new) in enumerate(renames)]
    anew = [(one, f"{2 * n + 1:02}") for n, one in enumerate(made)]
    assert Names(numbered, anew).follow(name, f"{event:02}") in (A, B, C)


def test_a_rename_names_something() -> None:
    event = Event("2", "", "", "", "", "rename", A, to="b")
    assert rename_of(event) == Rename("2", A, B)
    assert rename_of(event._replace(to=None)) is None
    assert rename_of(event._replace(do="set")) is None


@pytest.mark.parametrize(
    ("back", "anew"),
    [
        (Begun(A, "7", "monday", back=True), False),  # a clone that had not heard of it deleted it and brought it back
        (Begun(A, "7", "tuesday", back=True), True),  # another record, which had the name before
        (Begun(A, "7", "", back=True), True),
        (Begun(A, "7", "monday"), True),
        (Begun(C, "7", "monday", back=True), False),  # C became A, and A became B
        (Begun(B, "7", "monday", back=True), True),  # nobody gave that name up
    ],
)
def test_what_comes_back_under_a_name_that_was_given_up(back: Begun, *, anew: bool) -> None:
    renames = [Rename("3", C, A), Rename("5", A, B)]
    made = list(made_anew(renames, [Begun(C, "1", "monday"), Begun(A, "2", "tuesday"), back]))
    assert ((back.name, back.id) in made) is anew


def test_replay_follows_names() -> None:
    def event(number: str, do: str, on: str, **more: str) -> Event:
        record: Fields | None = {"name": on} if do == "create" else None
        return Event(number, "", "", "", "", do, on, more.get("field", ""), to=more.get("to"), record=record)

    events = [
        event("1", "create", A), event("2", "rename", A, to="b"), event("3", "set", A, field="name", to="late"),
        event("4", "create", A), event("5", "set", A, field="name", to="own"),
    ]  # fmt: skip
    assert replay(followed(events)) == {A: {"name": "own"}, B: {"name": "late"}}
