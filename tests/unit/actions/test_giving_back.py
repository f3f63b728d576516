"""What a merge gave goes back where it is still what it gave."""

from __future__ import annotations

import pytest

from crmcli.actions.identity.giving_back import pass_back, take_back
from crmcli.actions.identity.unite import Step
from crmcli.model.event import Event
from crmcli.model.record import BODY, Fields, Value

ROWS = ("lines",)


def gave(number: int, key: str, before: Value | None, after: Value | None) -> Event:
    return Event(f"{number:02}", "", "", "", "", "set", "customers/a", key, from_=before, to=after)


def swapped(number: int, key: str, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> Event:
    return Event(f"{number:02}", "", "", "", "", "set", "customers/a", key, add=add, remove=remove)


def plain(_key: str, item: str) -> str:
    return item


@pytest.mark.parametrize(
    ("now", "gifts", "back", "stays"),
    [
        ("5", [gave(1, "size", None, "5")], None, False),
        ("5", [gave(1, "size", "3", "5")], "3", False),
        ("7", [gave(1, "size", None, "5")], "7", True),  # somebody changed it since
        ("3", [gave(1, "size", "3", "5")], "3", False),  # somebody put it back since
        (None, [gave(1, "size", None, "5")], None, False),
        ("8", [gave(1, "size", "3", None)], "8", False),  # it took something away, and another thing came
        ("5", [gave(1, "size", None, "5"), gave(2, "size", None, "5")], None, False),  # two clones merged the same
        ("9", [gave(1, "size", "3", "5"), gave(2, "size", "5", "9")], "3", False),
        ("7", [gave(1, "size", "3", "5"), gave(2, "size", "5", "3")], "7", False),  # it gave, and took back itself
    ],
)
def test_a_scalar(now: str | None, gifts: list[Event], back: str | None, *, stays: bool) -> None:
    fields: Fields = {"size": now} if now else {}
    given = take_back(fields, gifts, ROWS, plain)
    assert given.fields.get("size") == back
    assert [stay.key for stay in given.stayed] == (["size"] if stays else [])
    assert given.steps == ([] if back == now else [Step("size", to=back)])


@pytest.mark.parametrize(
    ("now", "gifts", "back"),
    [
        (["a", "b"], [swapped(1, "tags", ("b",))], ["a"]),
        (["a", "b", "c"], [swapped(1, "tags", ("b",))], ["a", "c"]),
        (["a"], [swapped(1, "tags", ("b",))], ["a"]),  # somebody took it off since
        (["a"], [swapped(1, "tags", (), ("b",))], ["a", "b"]),
        (
            ["a"],
            [swapped(1, "tags", (), ("b",)), swapped(2, "tags", ("b",))],
            ["a"],
        ),  # away and back: nothing of it is left
        (["b"], [swapped(1, "tags", ("b",)), swapped(2, "tags", ("b",))], None),
    ],
)
def test_a_list(now: list[str], gifts: list[Event], back: list[str] | None) -> None:
    given = take_back({"tags": now}, gifts, ROWS, plain)
    assert given.fields.get("tags") == back
    assert given.stayed == []


def test_rows_go_back_where_they_stood() -> None:
    """One that was filled up is what it was, in its place; one that came goes; one that was changed since stays."""
    gift = swapped(1, "lines", ("{p: x, qty: 1, n: y}", "{p: z}", "{p: w}"), ("{p: x, qty: 1}",))
    fields: Fields = {"lines": ["{p: x, qty: 1, n: y}", "{p: own}", "{p: z}", "{p: w, qty: 9}"]}
    given = take_back(fields, [gift], ROWS, plain)
    assert given.fields["lines"] == ["{p: x, qty: 1}", "{p: own}", "{p: w, qty: 9}"]
    assert [stay.key for stay in given.stayed] == ["lines"]


@pytest.mark.parametrize(
    ("now", "before", "given", "back"),
    [
        ("mine\n\ntheirs", "mine", "mine\n\ntheirs", "mine"),
        ("theirs", None, "theirs", None),
        ("theirs\n\nand more", None, "theirs", "and more"),
        ("top\n\nmine\n\ntheirs\n\nand more", "mine", "mine\n\ntheirs", "top\n\nmine\n\nand more"),
        ("theirs\n\nmine", "mine", "mine\n\ntheirs", "mine"),  # somebody put it on top
        ("mine\n\nand theirs", "mine", "mine\n\ntheirs", "mine\n\nand theirs"),  # changed: it stays
        ("a\n\nb", "a", "a\n\nb", "a"),
        ("ab\n\nb", None, "b", "ab"),  # whole lines only
    ],
)
def test_a_text(now: str, before: str | None, given: str, back: str | None) -> None:
    found = take_back({BODY: now}, [gave(1, BODY, before, given)], ROWS, plain)
    assert found.fields.get(BODY) == back
    assert bool(found.stayed) == (back == now)


def test_what_another_gave_and_took_does_not_come_back() -> None:
    """B gave 5, C gave 9 on top; B is out already. When C goes too, what was before both comes back."""
    first, second = gave(1, "size", "3", "5"), gave(2, "size", "5", "9")
    assert take_back({"size": "9"}, [second], ROWS, plain, [first]).fields["size"] == "3"
    assert take_back({"size": "9"}, [second], ROWS, plain).fields["size"] == "5"


@pytest.mark.parametrize(
    ("key", "now", "gift", "before", "after", "passed", "stays"),
    [
        ("size", "5", gave(1, "size", None, "5"), "5", None, None, False),  # the middle one had it from the last
        ("size", "5", gave(1, "size", "2", "5"), "5", "4", "4", False),  # the middle one has its own below
        ("size", "8", gave(1, "size", None, "5"), "5", None, "8", True),
        ("tags", ["a", "b", "c"], swapped(1, "tags", ("b", "c")), ["b", "c"], ["c"], ["a", "c"], False),
        (
            "tags",
            ["a", "b"],
            swapped(1, "tags", ("c",)),
            ["b", "c"],
            ["c"],
            ["a", "b"],
            False,
        ),  # b is the first one's own
        (BODY, "x\n\nb\n\nc", gave(1, BODY, "x", "x\n\nb\n\nc"), "b\n\nc", "b", "x\n\nb", False),
    ],
)
def test_a_chain_passes_back(  # noqa: PLR0917 - the three records of a chain
    key: str, now: Value, gift: Event, before: Value, after: Value | None, passed: Value | None, stays: bool
) -> None:
    fields: Fields = {key: after} if after else {}
    found = pass_back({key: now}, [gift], {key: before}, fields, plain)
    assert found.fields.get(key) == passed
    assert bool(found.stayed) == stays
