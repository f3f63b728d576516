from __future__ import annotations

import pytest

from crmcli.engines.hooks.header import Hook
from crmcli.engines.hooks.matching import BULK, matching
from crmcli.engines.hooks.occurrence import Occurrence, in_words, occurrences
from crmcli.engines.hooks.trigger import Trigger, parse_trigger
from crmcli.model.event import Event
from crmcli.model.record import Ref

ACME = Ref("deals", "acme-2p9dk")
MOVE = Occurrence("deal", "move", ACME, "stage", "proposal", "won", by="anna", via="cli")


def hook(*triggers: str, phase: str = "on", where: str = "here", each: bool = False) -> Hook:
    parsed = []
    for text in triggers:
        trigger = parse_trigger(text)
        assert isinstance(trigger, Trigger)
        parsed.append(trigger)
    return Hook("tell", "hooks/tell", phase, tuple(parsed), where=where, each=each)


def fits(trigger: str, occurrence: Occurrence) -> bool:
    return bool(matching([hook(trigger)], "on", [occurrence], lambda *_: True, where_runner=False))


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        ("deal move", True),
        ("deal set", True),
        ("any move", True),
        ("customer move", False),
        ("deal create", False),
        ("deal move to:won", True),
        ("deal move to:lost,won", True),
        ("deal move to:'won'", True),
        ("deal move -to:won", False),
        ("deal move to:lost", False),
        ("deal move from:proposal to:won", True),
        ("deal move from:any", True),
        ("deal move from:none", False),
        ("deal move by:anna", True),
        ("deal move by:ben", False),
        ("deal set field:stage", True),
        ("deal set field:amount", False),
        ("deal move via:cli", True),
        ("deal move -via:import", True),
    ],
)
def test_event_words(trigger: str, expected: bool) -> None:
    assert fits(trigger, MOVE) is expected


@pytest.mark.parametrize(
    ("word", "via", "expected"),
    [
        ("via:rule", "rule:stale-deal", True),
        ("via:rule", "rule", True),
        ("via:rule:stale-deal", "rule:stale-deal", True),
        ("via:rule:other", "rule:stale-deal", False),
        ("via:rule", "rules", False),
        ("-via:import", "import:maven", False),
    ],
)
def test_via_answers_by_its_kind_too(word: str, via: str, expected: bool) -> None:
    assert fits(f"deal move {word}", MOVE._replace(via=via)) is expected


def test_archive_counts_as_set_and_a_batch_answers_every_event() -> None:
    archived = MOVE._replace(event="archive", field="archived", to="2026-11-20", from_=None)
    assert fits("deal archive", archived)
    assert fits("deal set field:archived", archived)
    assert fits("deal set from:none", archived)
    assert fits("any batch", archived)
    assert not fits("deal set", MOVE._replace(event="create"))


def test_a_hook_answers_an_occurrence_once_however_many_of_its_triggers_fit() -> None:
    runs = matching([hook("deal move", "deal set")], "on", [MOVE], lambda *_: True, where_runner=False)
    assert len(runs) == 1


def test_the_filter_is_asked_only_when_the_event_fits() -> None:
    asked = []

    def matches(text: str, occurrence: Occurrence) -> bool:
        asked.append((text, occurrence.event))
        return text == "amount:100k.."

    both = [MOVE, MOVE._replace(event="log")]
    runs = matching([hook("deal move amount:100k..")], "on", both, matches, where_runner=False)
    assert [occurrence for _, occurrence in runs] == [MOVE]
    assert asked == [("amount:100k..", "move")]
    assert not matching([hook("deal move +vip")], "on", both, matches, where_runner=False)


def test_phases_are_apart() -> None:
    assert not matching([hook("deal move", phase="before")], "on", [MOVE], lambda *_: True, where_runner=False)


@pytest.mark.parametrize(
    ("where", "where_runner", "came_by_sync", "expected"),
    [
        ("here", False, False, True),
        ("here", True, False, True),
        ("here", True, True, False),
        ("runner", False, False, False),
        ("runner", True, False, True),
        ("runner", True, True, True),
        ("runner", False, True, False),
    ],
)
def test_where(where: str, where_runner: bool, came_by_sync: bool, expected: bool) -> None:
    runs = matching(
        [hook("deal move", where=where)],
        "on",
        [MOVE],
        lambda *_: True,
        where_runner=where_runner,
        came_by_sync=came_by_sync,
    )
    assert bool(runs) is expected


@pytest.mark.parametrize(
    ("occurrence", "count", "each", "expected"),
    [
        (MOVE, 3, False, 3),
        (MOVE, BULK, False, BULK),
        (MOVE, BULK + 1, False, 1),
        (MOVE, BULK + 1, True, BULK + 1),
        (MOVE._replace(via="import:maven"), 3, False, 1),
        (MOVE._replace(via="import:maven"), 3, True, 3),
        (MOVE._replace(via="sync"), 1, False, 1),
    ],
)
def test_batches(occurrence: Occurrence, count: int, each: bool, expected: int) -> None:
    many = [occurrence] * count
    runs = matching([hook("deal move", each=each)], "on", many, lambda *_: True, where_runner=False)
    assert len(runs) == expected
    assert sum(len(found.batch) or 1 for _, found in runs) == count


def test_a_batch_trigger_joins_what_one_command_did() -> None:
    both = [MOVE, MOVE._replace(event="set", field="amount")]
    runs = matching([hook("any batch")], "on", both, lambda *_: True, where_runner=False)
    assert [(found.event, len(found.batch)) for _, found in runs] == [("batch", 2)]


def event(do: str, **words: object) -> Event:
    base = {"id": "e1", "at": "2026-11-20", "by": "anna", "via": "cli", "op": "o1", "do": do, "on": "deals/acme-2p9dk"}
    return Event(**{**base, **words})  # type: ignore[arg-type]


def test_events_become_occurrences() -> None:
    events = [
        event("create"),
        event("set", field="archived", to="2026-11-20"),
        event("set", field="archived", from_="2026-11-20"),
        event("set", field="tags", add=("vip",), remove=("old",)),
        event("move", field="stage", from_="a", to="b", more={"note": "said", "cmd": "move"}),
        event("log", more={"kind": "call"}),
        event("restore"),
        event("rename", to="x"),
        event("log", on="device:ab12"),
    ]
    found = occurrences(events, lambda plural: plural[:-1], {}, {})
    assert [(o.event, o.field, o.from_, o.to, o.note) for o in found] == [
        ("create", "", None, None, ""),
        ("archive", "archived", None, "2026-11-20", ""),
        ("set", "archived", "2026-11-20", None, ""),
        ("set", "tags", ["old"], ["vip"], ""),
        ("move", "stage", "a", "b", "said"),
        ("log", "", None, None, ""),
        ("create", "", None, None, ""),
    ]
    assert found[4].more == {}
    assert found[0].type == "deal"


@pytest.mark.parametrize(
    ("occurrence", "words"),
    [
        (MOVE, "deal Acme moved from proposal to won"),
        (MOVE._replace(event="create"), "deal Acme added"),
        (MOVE._replace(event="delete"), "deal Acme deleted"),
        (MOVE._replace(event="archive"), "deal Acme archived"),
        (MOVE._replace(event="set", field="close", to="2026-12-01"), "deal Acme: close set to 2026-12-01"),
        (MOVE._replace(event="set", field="close", to=None), "deal Acme: close emptied"),
        (MOVE._replace(event="set", field="body"), "deal Acme: body changed"),
        (MOVE._replace(event="set", field="tags", to=["vip"], from_=["old"]), "deal Acme: tags +vip -old"),
        (MOVE._replace(event="log", more={"kind": "call"}), "call logged on deal Acme"),
        (MOVE._replace(event="batch", batch=(MOVE,)), "deal Acme moved from proposal to won"),
        (MOVE._replace(event="batch", batch=(MOVE,) * 3), "deal Acme moved from proposal to won, and 2 more"),
    ],
)
def test_in_words(occurrence: Occurrence, words: str) -> None:
    assert in_words(occurrence, "Acme") == words


def test_in_words_keeps_private_values_out() -> None:
    secret = MOVE._replace(event="set", field="mobile", to="+4917012345")
    assert in_words(secret, "Acme", withheld=True) == "deal Acme: mobile changed"
