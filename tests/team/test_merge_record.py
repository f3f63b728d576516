"""The three-way merge of a record file: every case by hand."""

from __future__ import annotations

import pytest

from crmcli.model.schema import Field, RecordType
from crmcli.store import merge_rows
from crmcli.store.merging import WHOLE, FieldConflict, Merged, WholeConflictError, differing, merge_record, settle
from crmcli.text.flow import parse_flow_map
from crmcli.text.markers import Labels, sides_of


def _type(name: str, *fields: Field, embedded: str = "") -> RecordType:
    return RecordType(name, f"{name}s", {}, (), "name", (), embedded, {f.name: f for f in fields}, "")


LINE = _type(
    "line",
    Field("product", "product", reference="product"),
    Field("qty", "int"),
    Field("price", "money"),
    embedded="true",
)
DEAL = _type(
    "deal",
    Field("name", "text"),
    Field("amount", "money"),
    Field("stage", "stage"),
    Field("close", "date"),
    Field("phones", "phone", many=True),
    Field("lines", "line", many=True, embedded=True),
    Field("notes", "markdown"),
)
TYPES = {"line": LINE, "deal": DEAL}

BASE = """\
---
name: Arm
amount: 5000.00 EUR
stage: talk
tags:
  - b
created: 2026-11-01T10:00:00+01:00
---

First line.

Second line.

Third line.
"""


def merged(base: str | None, ours: str, theirs: str) -> Merged:
    return merge_record(
        None if base is None else base.encode(), ours.encode(), theirs.encode(), DEAL, TYPES, labels=Labels()
    )


def text_of(found: Merged) -> str:
    assert found.content is not None
    return found.content.decode()


def one(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def rows(*lines: str) -> str:
    listed = "".join(f"  - {line}\n" for line in lines)
    return one(BASE, ("tags:\n", f"lines:\n{listed}tags:\n"))


def test_neighbouring_fields_merge() -> None:
    ours = one(BASE, ("5000", "6000"))
    theirs = one(BASE, ("stage: talk", "stage: offer"))
    found = merged(BASE, ours, theirs)
    assert found.conflicts == ()
    assert text_of(found) == one(BASE, ("5000", "6000"), ("stage: talk", "stage: offer"))


def test_added_fields_go_where_the_schema_has_them() -> None:
    ours = one(BASE, ("stage: talk\n", "stage: talk\nclose: 2026-12-01\n"))
    theirs = one(BASE, ("created:", "archived: 2026-11-20\ncreated:"))
    assert text_of(merged(BASE, ours, theirs)) == one(
        BASE, ("stage: talk\n", "stage: talk\nclose: 2026-12-01\n"), ("created:", "archived: 2026-11-20\ncreated:")
    )


def test_two_added_tags_are_both_there_in_order() -> None:
    ours = one(BASE, ("  - b\n", "  - b\n  - d\n"))
    theirs = one(BASE, ("  - b\n", "  - a\n  - b\n"))
    assert text_of(merged(BASE, ours, theirs)) == one(BASE, ("  - b\n", "  - a\n  - b\n  - d\n"))


def test_a_tag_added_here_and_another_removed_there() -> None:
    ours = one(BASE, ("  - b\n", "  - b\n  - c\n"))
    theirs = one(BASE, ("tags:\n  - b\n", ""))
    assert text_of(merged(BASE, ours, theirs)) == one(BASE, ("  - b\n", "  - c\n"))


def test_a_list_that_is_not_sorted_keeps_our_order_then_their_adds() -> None:
    base = one(BASE, ("tags:\n", "phones:\n  - +49 9\n  - +49 1\ntags:\n"))
    ours = one(base, ("  - +49 1\n", "  - +49 1\n  - +49 5\n"))
    theirs = one(base, ("  - +49 9\n", "  - +49 9\n  - +49 3\n"))
    assert text_of(merged(base, ours, theirs)) == one(base, ("  - +49 1\n", "  - +49 1\n  - +49 5\n  - +49 3\n"))


def test_the_same_field_is_a_conflict_a_person_can_read() -> None:
    ours = one(BASE, ("5000", "6000"), ("stage: talk", "stage: offer"))
    theirs = one(BASE, ("5000", "7000"), ("Third", "3rd"))
    found = merged(BASE, ours, theirs)
    assert found.conflicts == (FieldConflict("amount", "5000.00 EUR", "6000.00 EUR", "7000.00 EUR"),)
    marks = "<<<<<<< ours\namount: 6000.00 EUR\n=======\namount: 7000.00 EUR\n>>>>>>> theirs\n"
    expected = one(BASE, ("amount: 5000.00 EUR\n", marks), ("stage: talk", "stage: offer"), ("Third", "3rd"))
    assert text_of(found) == expected
    sides = sides_of(expected)
    assert sides is not None
    assert found.ours == sides.ours.encode()
    assert found.theirs == sides.theirs.encode()


def test_a_field_emptied_here_and_changed_there_is_a_conflict() -> None:
    ours = one(BASE, ("stage: talk\n", ""))
    theirs = one(BASE, ("stage: talk", "stage: offer"))
    found = merged(BASE, ours, theirs)
    assert found.conflicts == (FieldConflict("stage", "talk", None, "offer"),)
    marks = "<<<<<<< ours\n=======\nstage: offer\n>>>>>>> theirs\n"
    assert text_of(found) == one(BASE, ("stage: talk\n", marks))


def test_the_same_change_on_both_sides_is_none() -> None:
    ours = one(BASE, ("5000", "6000"), ("name: Arm", "name: Leg"))
    theirs = one(BASE, ("5000", "6000"), ("stage: talk", "stage: offer"))
    assert text_of(merged(BASE, ours, theirs)) == one(
        BASE, ("5000", "6000"), ("name: Arm", "name: Leg"), ("stage: talk", "stage: offer")
    )


def test_the_body_merges_by_lines_and_only_its_conflict_is_marked() -> None:
    ours = one(BASE, ("First line.", "1."), ("Third line.", "3 of ours."))
    theirs = one(BASE, ("Second line.", "2."), ("Third line.", "3 of theirs."))
    found = merged(BASE, ours, theirs)
    [conflict] = found.conflicts
    assert conflict == FieldConflict(
        "body",
        "First line.\n\nSecond line.\n\nThird line.",
        "1.\n\n2.\n\n3 of ours.",
        "1.\n\n2.\n\n3 of theirs.",
    )
    marks = "<<<<<<< ours\n3 of ours.\n=======\n3 of theirs.\n>>>>>>> theirs\n"
    assert text_of(found).endswith(f"---\n\n1.\n\n2.\n\n{marks}")


def test_comments_unknown_keys_and_line_ends_of_both_stay() -> None:
    base = BASE.replace("\n", "\r\n")
    ours = one(base, ("stage: talk\r\n", "stage: offer  # said Lena\r\nzeta: 1\r\n"))
    theirs = one(
        base, ("amount:", "# with VAT?\r\namount:"), ("name: Arm", "name: Leg"), ("created", "alpha: 2\r\ncreated")
    )
    assert text_of(merged(base, ours, theirs)) == one(
        base,
        ("name: Arm\r\n", "name: Leg\r\n# with VAT?\r\n"),
        ("stage: talk\r\n", "stage: offer  # said Lena\r\nzeta: 1\r\n"),
        ("+01:00\r\n---", "+01:00\r\nalpha: 2\r\n---"),
    )


def test_two_comments_in_one_place_are_both_kept() -> None:
    ours = one(BASE, ("amount:", "# ours\namount:"), ("stage: talk", "stage: a"))
    theirs = one(BASE, ("amount:", "# theirs\namount:"), ("name: Arm", "name: Leg"))
    assert text_of(merged(BASE, ours, theirs)) == one(
        BASE, ("name: Arm", "name: Leg"), ("amount:", "# ours\n# theirs\namount:"), ("stage: talk", "stage: a")
    )


def test_both_made_the_same_file() -> None:
    ours = one(BASE, ("stage: talk\n", ""))
    theirs = one(BASE, ("5000", "7000"))
    found = merged(None, ours, theirs)
    assert found.conflicts == (FieldConflict("amount", None, "5000.00 EUR", "7000.00 EUR"),)
    assert "stage: talk\n" in text_of(found)


def test_two_records_under_one_name_are_not_mixed() -> None:
    theirs = one(BASE, ("11-01T10", "11-02T10"), ("stage: talk", "stage: offer"))
    found = merged(BASE, one(BASE, ("5000", "6000")), theirs)
    [conflict] = found.conflicts
    assert conflict.name == WHOLE
    assert text_of(found) == (f"<<<<<<< ours\n{one(BASE, ('5000', '6000'))}=======\n{theirs}>>>>>>> theirs\n")
    assert found.theirs == theirs.encode()
    with pytest.raises(WholeConflictError):
        settle(found, {"amount": "1"}, DEAL)


def test_deleted_here_and_edited_there() -> None:
    edited = one(BASE, ("5000", "6000")).encode()
    found = merge_record(BASE.encode(), None, edited, DEAL)
    assert found == Merged(edited, (FieldConflict(WHOLE, BASE, None, edited.decode()),), None, edited)
    assert merge_record(BASE.encode(), None, BASE.encode(), DEAL) == Merged(None, (), None, None)
    assert merge_record(BASE.encode(), BASE.encode(), None, DEAL).content is None
    assert merge_record(None, None, edited).content == edited


def test_what_cannot_be_read_is_merged_by_lines() -> None:
    broken = one(BASE, ("name: Arm", "name: 'Arm"))
    theirs = one(BASE, ("Third", "3rd"))
    assert text_of(merged(BASE, broken, theirs)) == one(broken, ("Third", "3rd"))
    found = merged(BASE, broken, one(BASE, ("name: Arm", "name: Leg")))
    assert [conflict.name for conflict in found.conflicts] == [WHOLE]
    assert "<<<<<<< ours\nname: 'Arm\n=======\nname: Leg\n>>>>>>> theirs\n" in text_of(found)
    latin = merge_record(BASE.encode(), BASE.encode() + b"M\xfcller\n", theirs.encode(), DEAL)
    assert latin.content is not None
    assert b"M\xfcller" in latin.content


def test_rows_of_different_products_merge() -> None:
    base = rows("{product: arm, qty: 1}", "{product: leg, qty: 2}")
    ours = rows("{product: arm, qty: 5}", "{product: leg, qty: 2}")
    theirs = rows("{product: arm, qty: 1}", "{product: leg, qty: 2}", "{product: hand, qty: 3}")
    assert text_of(merged(base, ours, theirs)) == rows(
        "{product: arm, qty: 5}", "{product: leg, qty: 2}", "{product: hand, qty: 3}"
    )


def test_a_row_changed_on_both_sides_merges_by_column() -> None:
    base = rows("{product: leg, qty: 2}", "{product: arm, qty: 1, price: 10.00 EUR}")
    ours = rows("{product: arm, qty: 5, price: 10.00 EUR}", "{product: leg, qty: 2}")
    theirs = rows("{product: leg, qty: 2}", "{product: arm, qty: 1, price: 12.00 EUR}")
    assert text_of(merged(base, ours, theirs)) == rows(
        "{product: arm, qty: 5, price: 12.00 EUR}", "{product: leg, qty: 2}"
    )


def test_the_same_column_of_a_row_conflicts_and_the_other_rows_are_merged() -> None:
    base = rows("{product: arm, qty: 1}", "{product: leg, qty: 2}")
    ours = rows("{product: arm, qty: 5}", "{product: leg, qty: 2}")
    theirs = rows("{product: arm, qty: 7}", "{product: leg, qty: 9}")
    [conflict] = merged(base, ours, theirs).conflicts
    assert conflict.ours == ["{product: arm, qty: 5}", "{product: leg, qty: 9}"]
    assert conflict.theirs == ["{product: arm, qty: 7}", "{product: leg, qty: 9}"]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param(["{product: hand, qty: 1}"], ["{product: foot, qty: 1}"], id="made another on both sides"),
        pytest.param([], ["{product: arm, qty: 7}"], id="removed here, changed there"),
        pytest.param(["{product: arm, qty: 7}"], [], id="changed here, removed there"),
        pytest.param([], ["{product: hand, qty: 1}"], id="removed here, made another there"),
    ],
)
def test_rows_nobody_can_tell_apart_conflict(ours: list[str], theirs: list[str]) -> None:
    base = rows("{product: arm, qty: 1}", "{product: leg, qty: 2}")
    leg = "{product: leg, qty: 2}"
    found = merged(base, rows(*ours, leg), rows(*theirs, leg))
    [conflict] = found.conflicts
    assert sorted(conflict.ours or []) == sorted([*ours, leg])
    assert sorted(conflict.theirs or []) == sorted([*theirs, leg])


def test_two_rows_of_one_product_are_not_confused() -> None:
    """Both sides change one of two rows that name the same product: which is which only the content says."""
    base = rows("{product: arm, qty: 1}", "{product: arm, qty: 2}")
    ours = rows("{product: arm, qty: 1}", "{product: arm, qty: 20}")
    theirs = rows("{product: arm, qty: 10}", "{product: arm, qty: 2}")
    assert text_of(merged(base, ours, theirs)) == rows("{product: arm, qty: 10}", "{product: arm, qty: 20}")


def test_a_merge_never_makes_two_rows_that_say_the_same() -> None:
    base = rows("{product: arm, qty: 1}", "{product: arm, qty: 2}")
    ours = rows("{product: arm, qty: 3}", "{product: arm, qty: 2}")
    theirs = rows("{product: arm, qty: 1}", "{product: arm, qty: 3}")
    found = merged(base, ours, theirs)
    assert [conflict.name for conflict in found.conflicts] == ["lines"]


def test_each_row_is_read_a_few_times_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(text: str) -> dict[str, str] | None:
        read.append(text)
        return parse_flow_map(text)

    monkeypatch.setattr(merge_rows, "parse_flow_map", counted)
    base = [f"{{product: p-{number}, qty: 1}}" for number in range(300)]
    ours, theirs = [*base, "{product: mine, qty: 1}"], [*base, "{product: yours, qty: 1}"]
    both = [*ours, theirs[-1]]
    assert merge_rows.merge_rows(base, ours, theirs, None) == (both, both)
    assert len(read) < 20 * len(both)


def test_settling_field_by_field() -> None:
    ours = one(BASE, ("5000", "6000"), ("name: Arm", "name: A"))
    theirs = one(BASE, ("5000", "7000"), ("name: Arm", "name: B"), ("Third", "3rd"))
    half = settle(merged(BASE, ours, theirs), {"amount": "6500.00 EUR"}, DEAL)
    assert [conflict.name for conflict in half.conflicts] == ["name"]
    assert "amount: 6500.00 EUR\n" in text_of(half)
    assert text_of(half).count("<<<<<<<") == 1
    assert text_of(settle(half, {"name": None}, DEAL)) == one(
        BASE, ("name: Arm\n", ""), ("5000", "6500"), ("Third", "3rd")
    )


def test_without_a_base_every_difference_is_a_conflict() -> None:
    ours = one(BASE, ("  - b\n", "  - b\n  - c\n"))
    theirs = one(BASE, ("stage: talk\n", ""))
    found = differing(ours.encode(), theirs.encode())
    assert found is not None
    assert found.conflicts == (
        FieldConflict("stage", None, "talk", None),
        FieldConflict("tags", None, ["b", "c"], ["b"]),
    )


def test_a_base_that_git_merged_with_a_conflict_settles_nothing_by_itself() -> None:
    """Two people merged each other crosswise: git's base is itself a merge with markers."""
    base = text_of(merged(BASE, one(BASE, ("5000", "6000")), one(BASE, ("5000", "7000"))))
    six, seven = one(BASE, ("5000", "6000")), one(BASE, ("5000", "7000"), ("stage: talk", "stage: offer"))
    found = merged(base, one(six, ("name: Arm", "name: Leg")), seven)
    assert [(c.name, c.ours, c.theirs) for c in found.conflicts] == [("amount", "6000.00 EUR", "7000.00 EUR")]
    assert "name: Leg\n" in text_of(found)
    assert "stage: offer\n" in text_of(found)


SEAT = _type("seat", Field("name", "text"), Field("headcount", "int", was=("size", "people")), Field("owner", "text"))


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        ("size: 40", "headcount: 40", "size: 60", "headcount: 60"),
        ("size: 40", "size: 60", "headcount: 40", "headcount: 60"),
        ("people: 40", "size: 40", "people: 60", "size: 60"),
        ("people: 40", "size: 40", "headcount: 60", "headcount: 60"),
        ("size: 40", "headcount: 40", "size: 40\nowner: li", "headcount: 40\nowner: li"),
    ],
)
def test_a_field_under_a_newer_key_on_one_side_is_one_field(base: str, ours: str, theirs: str, expected: str) -> None:
    old, mine, yours, both = (f"---\nname: Arm\n{text}\n---\n" for text in (base, ours, theirs, expected))
    found = merge_record(old.encode(), mine.encode(), yours.encode(), SEAT, {})
    assert (found.conflicts, text_of(found)) == ((), both)


def test_a_field_under_two_keys_with_two_values_is_a_conflict_of_one_field() -> None:
    old, mine, yours = (f"---\nname: Arm\n{text}\n---\n" for text in ("size: 40", "headcount: 50", "size: 60"))
    found = merge_record(old.encode(), mine.encode(), yours.encode(), SEAT, {})
    assert found.conflicts == (FieldConflict("headcount", "40", "50", "60"),)
