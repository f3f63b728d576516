"""One record at a moment, field by field; every expected value is read off the events by hand."""

from __future__ import annotations

from crmcli.model.event import Event
from crmcli.model.record import Fields
from crmcli.store.past_state import state_at

NO_FORMER: dict[str, frozenset[str]] = {}


def event(number: int, day: int, do: str, field: str = "", **rest: object) -> Event:
    """Event `number` in id order, true since `day`."""
    made = Event(f"{number:026}", f"{day:02}", "", "cli", "", do, "deals/x", field)
    return made._replace(**rest)  # type: ignore[arg-type]


def at(day: int, events: list[Event], present: Fields | None, **former: frozenset[str]) -> Fields | None:
    return state_at(events, present, lambda told: told.at > f"{day:02}", former or NO_FORMER)


CREATE = event(1, 5, "create", record={"name": "X", "stage": "a"})


def test_a_record_is_there_from_the_day_it_was_made() -> None:
    present: Fields = {"name": "X", "stage": "b"}
    events = [CREATE, event(2, 9, "move", "stage", from_="a", to="b")]
    assert at(4, events, present) is None
    assert at(5, events, present) == {"name": "X", "stage": "a"}
    assert at(8, events, present) == {"name": "X", "stage": "a"}
    assert at(9, events, present) == present


def test_a_change_dated_back_means_since_then() -> None:
    events = [CREATE, event(2, 9, "set", "stage", from_="a", to="b"), event(3, 6, "set", "stage", from_="b", to="c")]
    present: Fields = {"name": "X", "stage": "c"}
    assert at(6, events, present) == {"name": "X", "stage": "c"}
    assert at(5, events, present) == {"name": "X", "stage": "a"}
    assert at(9, events, present) == {"name": "X", "stage": "c"}


def test_without_an_event_up_to_then_the_field_is_what_the_first_change_found() -> None:
    events = [event(1, 9, "set", "stage", from_="a", to="b"), event(2, 8, "set", "stage", from_="b", to="c")]
    assert at(7, events, {"stage": "c", "name": "X"}) == {"stage": "a", "name": "X"}


def test_a_field_that_no_later_event_touches_keeps_what_the_file_says() -> None:
    """The name was changed by a hand, which the journal does not know."""
    events = [CREATE, event(2, 9, "move", "stage", from_="a", to="b")]
    assert at(6, events, {"name": "By hand", "stage": "z"}) == {"name": "By hand", "stage": "a"}


def test_a_deleted_record_comes_back_with_what_it_was() -> None:
    events = [CREATE, event(2, 7, "set", "name", from_="X", to="Y")]
    gone = event(3, 9, "delete", record={"name": "Y", "stage": "a", "aliases": ["old"]})
    assert at(8, [*events, gone], None) == {"name": "Y", "stage": "a", "aliases": ["old"]}
    assert at(6, [*events, gone], None) == {"name": "X", "stage": "a", "aliases": ["old"]}
    assert at(9, [*events, gone], None) is None
    back = event(4, 12, "restore", record={"name": "Z"})
    assert at(10, [*events, gone, back], {"name": "Z"}) is None
    assert at(12, [*events, gone, back], {"name": "Z"}) == {"name": "Z"}


def test_a_file_that_a_hand_took_away_is_gone_until_the_journal_knows_when() -> None:
    events = [CREATE, event(2, 9, "set", "name", from_="X", to="Y")]
    assert at(6, events, None) is None


def test_of_a_record_whose_beginning_was_lost_the_end_tells() -> None:
    assert at(3, [event(1, 9, "delete", record={"name": "Y"})], None) == {"name": "Y"}


def test_lists_are_taken_apart_and_put_together_again() -> None:
    made = event(1, 1, "create", record={"tags": ["a"]})
    more = event(2, 5, "set", "tags", add=("b", "c"), remove=("a",))
    less = event(3, 9, "set", "tags", remove=("c",))
    assert at(3, [made, more, less], {"tags": ["b"]}) == {"tags": ["a"]}
    assert at(5, [made, more, less], {"tags": ["b"]}) == {"tags": ["b", "c"]}


def test_a_list_without_a_beginning_is_what_it_is_now_without_what_came_after() -> None:
    more = event(1, 5, "set", "tags", add=("b",), remove=("a",))
    less = event(2, 9, "set", "tags", add=("d",), remove=("c",))
    present: Fields = {"tags": ["x", "b", "d"]}
    assert at(3, [more, less], present) == {"tags": ["x", "c", "a"]}
    assert at(6, [more, less], present) == {"tags": ["x", "c", "b"]}


def test_a_field_that_was_renamed_moves_under_all_its_names() -> None:
    """A hand renamed the key in the file; the journal knows the old one only."""
    names = frozenset(["worth", "value"])
    events = [event(1, 1, "create", record={"value": "1"}), event(2, 9, "set", "value", from_="1", to="2")]
    assert at(5, events, {"worth": "2"}, worth=names, value=names) == {"value": "1"}
    assert at(9, events, {"worth": "2"}, worth=names, value=names) == {"worth": "2"}


def test_names_given_up_stay_with_the_record() -> None:
    events = [event(1, 1, "create", record={"name": "X"}), event(2, 9, "set", "aliases", add=("old",))]
    assert at(5, events, {"name": "X", "aliases": ["old"]}) == {"name": "X", "aliases": ["old"]}
