"""Where values are from; each expected cell is read off what the test itself wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.engines.form import FieldUnknownError
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.event import Event
from crmcli.reports.history import history
from crmcli.reports.table import Table
from crmcli.reports.why import why
from crmcli.store.journal import encode_event
from tests.unit.reports.day_book import DayBook, ref

BIG = ref("deals/big")
OCTOBER = "2026-10-03T10:00:00+02:00"


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DayBook:
    day = DayBook(tmp_path / "book", monkeypatch)
    deal = day.root / "schema" / "deal.toml"
    deal.write_text(
        deal.read_text(encoding="utf-8").replace(
            "[fields]\n",
            '[fields]\nteam = { type = "member", default = "(customer.owner)" }\n'
            'weighted = { type = "money", calc = "amount * odds" }\n'
            'logged = { type = "int", calc = "count(log, kind:call)" }\n'
            'opened = { type = "date", default = "today" }\n'
            'said = { type = "text", default = "me" }\n'
            'worth = { type = "money", label = { en = "Worth", zh = "价值" }, was = ["volume"] }\n'
            'share = { type = "money", calc = "价值 * 2" }\n'
            'half = { type = "money", calc = "volume / 2" }\n',
        ),
        encoding="utf-8",
    )
    day.add("customers/acme", name="Acme", tags=["vip"], owner="ben")
    day.add("deals/big", name="Big", customer="acme", amount="5.00 EUR")
    return day


def cells(table: Table, *names: str) -> list[tuple[object, ...]]:
    places = [[column.name for column in table.columns].index(name) for name in names]
    return [tuple(row[place] for place in places) for row in table.rows]


def one(day: DayBook, name: str, *names: str, where: str = "deals/big") -> tuple[object, ...]:
    (found,) = cells(why(day.open(), [(ref(where), name)]), *names)
    return found


def test_who_set_it_when_with_which_command_and_what_was_before(day: DayBook) -> None:
    op = day.change(Change("set", BIG, "amount", to="7.00 EUR"), verb="set", at=OCTOBER, me="ben")
    assert one(day, "amount", "value", "source", "by", "via", "cmd", "before", "op") == (
        "7.00 EUR", "set", "ben", "cli", "set", "5.00 EUR", op,
    )  # fmt: skip
    assert str(one(day, "amount", "at")[0])[:19] == OCTOBER[:19]


def test_a_stage_with_its_note(day: DayBook) -> None:
    day.move("deals/big", "needs", OCTOBER, note="they need it")
    assert one(day, "stage", "value", "before", "why") == ("needs", "contact", "they need it; was Contact")


@pytest.mark.parametrize("via", ["import:hubspot", "rule:rot", "hook:slack", "api"])
def test_on_which_way(day: DayBook, via: str) -> None:
    carry_out(day.open(), [Change("set", BIG, "source", to="web")], Request("set", via=via))
    assert one(day, "source", "via", "cmd") == (via, "set")
    table = why(day.open(), [(BIG, "source")], people=True)
    assert cells(table, "cmd") == [(f"set ({via})",)]


@pytest.mark.parametrize(
    ("opened", "at", "source"),
    [
        ("", "", "default"),
        ("2026-09-01", "", "default"),
        ("2026-11-20", "", "created"),
        ("", "2020-03-01T10:00:00+01:00", "default"),
        ("2020-03-02", "2020-03-01T10:00:00+01:00", "created"),
    ],
)
def test_a_default_of_a_day_is_that_of_the_day_it_was_made(day: DayBook, opened: str, at: str, source: str) -> None:
    """Made on the first of September, perhaps for a day long before; asked in November."""
    fields = {"name": "Old"} | ({"opened": opened} if opened else {})
    day.change(Change("create", ref("deals/old"), record=dict(fields), at=at))
    assert one(day, "opened", "value", "source", where="deals/old") == (opened or "2026-09-01", source)


def test_me_is_a_word_where_no_member_is_meant(day: DayBook) -> None:
    assert one(day, "said", "value", "source") == ("me", "default")


def test_a_default_followed_where_a_field_was_renamed(day: DayBook) -> None:
    """The customer's file, and its history, have the owner under a former name."""
    day.put("customers/bolt.md", "---\nname: Bolt\nkeeper: ben\ncreated: 2026-08-01T09:00:00+02:00\n---\n")
    schema = day.root / "schema" / "customer.toml"
    text = schema.read_text(encoding="utf-8")
    assert 'owner     = { type = "member",' in text
    schema.write_text(text.replace('owner     = { type = "member",', 'owner = { type = "member", was = ["keeper"],'))
    day.change(Change("set", ref("customers/bolt"), "industry", to="pumps"))
    day.add("deals/other", name="Other", customer="bolt")
    assert one(day, "team", "value", "source", where="deals/other") == ("ben", "default")


def test_a_computed_field_has_the_history_of_its_parts_whatever_they_are_called_in_it(day: DayBook) -> None:
    day.change(Change("set", BIG, "worth", to="8.00 EUR"), at=OCTOBER)
    day.change(Change("set", BIG, "amount", to="9.00 EUR"), at=OCTOBER)
    for name in ("share", "half"):
        table = history(day.open(), [BIG], fields=[name])
        assert cells(table, "field", "to") == [("worth", "8.00 EUR")]


def test_a_default_is_told_from_what_was_given(day: DayBook) -> None:
    """The customer has another owner since; the default is judged by the one it had."""
    day.change(Change("set", ref("customers/acme"), "owner", to="anna"), verb="set", at=OCTOBER)
    assert one(day, "team", "value", "source", "why") == (
        "ben", "default", "filled when it was made, by its default (customer.owner)",
    )  # fmt: skip
    day.add("deals/small", name="Small", customer="acme", team="ben", at=OCTOBER)
    assert one(day, "team", "value", "source", where="deals/small") == ("ben", "created")
    assert one(day, "owner", "value", "source") == ("anna", "default")
    assert one(day, "pipeline", "value", "source") == ("sales", "default")


def test_computed_fields_say_their_parts(day: DayBook) -> None:
    assert one(day, "weighted", "value", "source", "why") == (
        "0.50 EUR", "computed", "= amount * odds: amount = 5.00 EUR, odds = 10%",
    )  # fmt: skip
    day.log("deals/big", "hello")
    day.log("deals/big", "again")
    assert one(day, "logged", "value", "why") == (
        "2", "= count(log, kind:call): count(log, kind:call) = 2",
    )  # fmt: skip


def test_odds_are_the_stages_until_somebody_sets_them(day: DayBook) -> None:
    day.move("deals/big", "needs", OCTOBER)
    assert one(day, "odds", "value", "source", "cmd", "why") == ("25%", "stage", "move", "given by the stage Needs")
    day.change(Change("set", BIG, "odds", to="60%"), verb="set", at=OCTOBER)
    assert one(day, "odds", "value", "source", "cmd") == ("60%", "set", "set")


def test_a_list_says_what_it_was_before(day: DayBook) -> None:
    acme = ref("customers/acme")
    day.change(Change("set", acme, "phone", add=("+491", "+492")), verb="set")
    day.change(Change("set", acme, "phone", add=("+493",), remove=("+491",)), verb="set", at=OCTOBER)
    assert one(day, "phone", "value", "before", where="customers/acme") == (["+492", "+493"], ["+491", "+492"])


def test_before_is_before_the_whole_command(day: DayBook) -> None:
    acme = ref("customers/acme")
    both = [Change("set", acme, "phone", add=("+491",)), Change("set", acme, "phone", add=("+492",))]
    day.change(*both, verb="set", at=OCTOBER)
    assert one(day, "phone", "value", "before", where="customers/acme") == (["+491", "+492"], None)


def test_each_tag_says_who_put_it_on(day: DayBook) -> None:
    acme = ref("customers/acme")
    day.change(Change("set", acme, "tags", add=("emea",)), verb="set", at=OCTOBER, me="ben")
    table = why(day.open(), [(acme, "tags")])
    assert cells(table, "field", "source", "by") == [("+emea", "set", "ben"), ("+vip", "created", "anna")]
    day.change(Change("set", acme, "tags", remove=("vip",)), verb="set", at=OCTOBER, me="ben")
    assert one(day, "vip", "value", "source", "by", "before", "why", where="customers/acme") == (
        None, "empty", "ben", "vip", "taken off",
    )  # fmt: skip


def test_a_hand_in_the_file_before_and_after_the_journal_has_it(day: DayBook) -> None:
    path = day.root / "deals" / "big.md"
    path.write_text(path.read_text().replace("amount: 5.00 EUR", "amount: 9.00 EUR"))
    assert one(day, "amount", "value", "source", "before") == ("9.00 EUR", "file", "5.00 EUR")
    assert one(day, "name", "value", "source") == ("Big", "created")


def test_keys_without_a_schema_and_files_without_a_journal(day: DayBook) -> None:
    day.put("deals/hand.md", "---\nname: Hand\nweight: 3 kg\n---\n\nnote\n")
    found = cells(why(day.open(), [(ref("deals/hand"), "")]), "field", "source")
    assert ("name", "file") in found
    assert ("weight", "file") in found
    assert ("stage", "stage") in found
    assert one(day, "weight", "value", where="deals/hand") == ("3 kg",)


def test_several_records_on_a_screen_are_told_apart(day: DayBook) -> None:
    table = why(day.open(), [(BIG, "name"), (ref("customers/acme"), "name")], people=True)
    assert cells(table, "id", "field", "value", "by") == [
        ("Big", "Name", "Big", "Anna Kern"),
        ("Acme", "Name", "Acme", "Anna Kern"),
    ]


def test_a_chinese_book_says_it_in_chinese_to_people_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day = DayBook(tmp_path / "zh", monkeypatch, "zh")
    day.add("deals/big", name="Big", amount="5.00 EUR")
    day.change(Change("set", BIG, "amount", to="7.00 EUR"), verb="set", at=OCTOBER)
    assert cells(why(day.open(), [(BIG, "amount")], people=True), "why") == [("原为5.00 EUR",)]
    assert one(day, "amount", "why") == ("was 5.00 EUR",)


def test_a_field_nobody_has_is_refused(day: DayBook) -> None:
    with pytest.raises(FieldUnknownError, match="did you mean `amount`"):
        why(day.open(), [(BIG, "amont")])


# ---- the history of one field ------------------------------------------------------------------------------


def test_the_history_of_a_field_begins_with_the_record(day: DayBook) -> None:
    day.move("deals/big", "needs", OCTOBER)
    day.change(Change("set", BIG, "name", to="Bigger"), verb="set", at=OCTOBER)
    table = history(day.open(), [BIG], fields=["stage"])
    assert cells(table, "do", "field", "from", "to") == [
        ("move", "stage", "contact", "needs"),
        ("create", "stage", None, "contact"),
    ]
    people = history(day.open(), [BIG], fields=["stage"], people=True)
    assert cells(people, "what") == [("Stage: Contact → Needs",), ("created; Stage: Contact",)]


def test_the_history_of_a_computed_field_is_that_of_its_parts(day: DayBook) -> None:
    day.move("deals/big", "needs", OCTOBER)
    day.change(Change("set", BIG, "amount", to="7.00 EUR"), verb="set", at="2026-10-04T10:00:00+02:00")
    table = history(day.open(), [BIG], fields=["weighted"])
    assert cells(table, "field", "to")[:2] == [("amount", "7.00 EUR"), ("stage", "needs")]
    assert table.definition == "weighted is computed: amount * odds; these are the changes of amount, odds, stage"


def test_history_goes_by_the_time_it_was_true_and_leaves_out_what_changed_nothing(day: DayBook) -> None:
    day.change(Change("set", BIG, "source", to="web"), verb="set", at=OCTOBER)
    later = "2026-10-05T10:00:00+02:00"
    day.change(Change("log", BIG, at="2026-09-20T09:00:00+02:00", more={"kind": "call", "text": "then"}), at=later)
    journal = max((day.root / "journal").rglob("*.jsonl"))
    idle = Event("7" + "Z" * 25, later, "ben", "cli", "", "set", str(BIG), "source", from_="x", to="web")
    journal.write_bytes(journal.read_bytes() + encode_event(idle))
    table = history(day.open(), [BIG])
    assert cells(table, "do", "text") == [("set", None), ("log", "then"), ("create", None)]
