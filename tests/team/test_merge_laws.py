"""Laws of the merge, over random versions of a record made by the editor of record files."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.model.schema import Field, RecordType
from crmcli.store.merge_values import merge_value
from crmcli.store.merging import WHOLE, merge_record
from crmcli.text import frontmatter
from crmcli.text.front_error import FrontMatterError
from crmcli.text.markers import sides_of
from crmcli.text.yaml_write import render_file

LINE = RecordType(
    "line", "lines", {}, (), "", (), "true",
    {"product": Field("product", "product", reference="product"), "qty": Field("qty", "int"), "note": Field("note", "text")}, "",
)  # fmt: skip
KIND = RecordType(
    "deal", "deals", {}, (), "name", (), "",
    {
        "name": Field("name", "text"),
        "amount": Field("amount", "int"),
        "lines": Field("lines", "line", many=True, embedded=True),
    }, "",
)  # fmt: skip
TYPES = {"line": LINE}
ORDER = ("name", "amount", "lines", "tags", "archived", "created", "alpha", "zeta")

Values = dict[str, str | list[str]]

texts = st.sampled_from(["", "1", "2", "NO", "a: b", "it's", "[x", "12:30", "- a", "中文"])
tags = st.sets(st.sampled_from("abcde"), max_size=4).map(sorted)
rows = st.lists(
    st.builds("{{product: {}, qty: {}}}".format, st.sampled_from(["arm", "leg"]), st.integers(1, 3)),
    max_size=3,
    unique=True,
)
bodies = st.lists(st.sampled_from(["One.", "Two.", "Three.", ""]), max_size=6).map("\n".join)
records = st.fixed_dictionaries({
    "name": texts, "amount": texts, "lines": rows, "tags": tags, "archived": texts, "alpha": texts, "zeta": texts,
    "body": bodies,
})  # fmt: skip


def write(fields: Mapping[str, str | list[str]]) -> bytes:
    """A new file as crm writes it."""
    named = {key: fields[key] for key in ORDER if fields.get(key)}
    body = fields["body"]
    assert isinstance(body, str)
    return render_file(named, body, ("lines",)).encode()


def read(content: bytes) -> Values:
    document = frontmatter.parse(content.decode())
    return {**document.fields, "body": document.body}


def sided(content: bytes) -> list[Values]:
    """What a result says: once without conflicts, with them as each side has it."""
    sides = sides_of(content.decode())
    return [read(content)] if sides is None else [read(sides.ours.encode()), read(sides.theirs.encode())]


@given(base=records, other=records)
def test_one_side_only(base: Values, other: Values) -> None:
    old, new = write(base), write(other)
    assert merge_record(old, new, old, KIND, TYPES).content == new
    assert merge_record(old, old, new, KIND, TYPES).content == new
    assert merge_record(old, new, new, KIND, TYPES).content == new


@given(base=records, ours=records, theirs=records)
def test_swapping_the_sides_changes_nothing_but_the_order_of_rows(base: Values, ours: Values, theirs: Values) -> None:
    one = merge_record(write(base), write(ours), write(theirs), KIND, TYPES)
    other = merge_record(write(base), write(theirs), write(ours), KIND, TYPES)
    assert sorted(c.name for c in one.conflicts) == sorted(c.name for c in other.conflicts)
    assert one.ours is not None
    assert other.theirs is not None
    mine, yours = read(one.ours), read(other.theirs)
    assert {k: sorted(v) if k == "lines" else v for k, v in mine.items()} == {
        k: sorted(v) if k == "lines" else v for k, v in yours.items()
    }


@given(base=records, ours=records, theirs=records)
def test_every_field_is_what_a_plain_reading_of_the_rule_says(base: Values, ours: Values, theirs: Values) -> None:
    found = merge_record(write(base), write(ours), write(theirs), KIND, TYPES)
    assert found.content is not None
    said = sided(found.content)
    conflicts = {conflict.name for conflict in found.conflicts}
    assert bool(conflicts) == (len(said) == 2)
    for name in ("name", "amount", "archived", "alpha", "zeta"):
        old, mine, yours = (str(version[name]) for version in (base, ours, theirs))
        wanted = {yours} if mine == old else {mine} if yours == old else {mine, yours}
        assert {version.get(name, "") for version in said} == wanted
        assert (name in conflicts) == (len(wanted) == 2)
    was, here, there = (set(version["tags"]) for version in (base, ours, theirs))
    kept = (here & there) | (here - was) | (there - was)
    assert all(version.get("tags", []) == sorted(kept) for version in said)


@given(base=records, ours=records, theirs=records)
def test_what_is_canonical_stays_so(base: Values, ours: Values, theirs: Values) -> None:
    found = merge_record(write(base), write(ours), write(theirs), KIND, TYPES)
    for content in (found.ours, found.theirs):
        assert content is not None
        assert write({"body": "", **read(content)}) == content


@given(base=records, ours=records, theirs=records)
def test_a_marked_file_gives_both_sides_back(base: Values, ours: Values, theirs: Values) -> None:
    found = merge_record(write(base), write(ours), write(theirs), KIND, TYPES)
    assert found.content is not None
    sides = sides_of(found.content.decode())
    if sides is None:
        assert found.conflicts == ()
        assert found.ours == found.theirs == found.content
        return
    assert read(sides.ours.encode()) == read(found.ours or b"")
    assert read(sides.theirs.encode()) == read(found.theirs or b"")
    again = merge_record(write(base), sides.ours.encode(), sides.theirs.encode(), KIND, TYPES)
    assert {c.name for c in again.conflicts} == {c.name for c in found.conflicts}


odd_lines = st.sampled_from([
    "name: a", "name: b # why", "name: 'it''s'", "amount: 1", "amount: [1, 2]", "tags:", "  - x", "  - y # z", "- w", "tags: [p, q]",
    "# a remark", "  # another", "", "zeta: |", "  two", "  lines", "alpha: {a: 1}", "lines:", "  - {product: arm, qty: 1}", "---",
    "name: \u00e4", "archived: 2026-01-01", "created: 2026-01-01", "=======", "Text.", "More text.",
])  # fmt: skip
odd_files = st.builds(
    lambda front, body, newline, end: newline.join(["---", *front, "---", *body]) + end,
    st.lists(odd_lines, max_size=7),
    st.lists(odd_lines, max_size=4),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\n", "\n\n"]),
)


def tried(text: str) -> Values | None:
    try:
        return read(text.encode())
    except FrontMatterError:
        return None


@settings(max_examples=400)
@given(base=odd_files, ours=odd_files, theirs=odd_files)
def test_files_that_hands_wrote(base: str, ours: str, theirs: str) -> None:
    """Whatever the lines: nothing fails, each side's change is there, and a file that was readable stays so."""
    found = merge_record(base.encode(), ours.encode(), theirs.encode(), KIND, TYPES)
    old, mine, yours = tried(base), tried(ours), tried(theirs)
    assert merge_record(base.encode(), ours.encode(), base.encode(), KIND, TYPES).content == ours.encode()
    assert found.content is not None
    if old is None or mine is None or yours is None or any(c.name == WHOLE for c in found.conflicts):
        return
    assert found.ours is not None
    assert found.theirs is not None
    for name in (old.keys() | mine.keys() | yours.keys()) - {"body"}:
        wanted = merge_value(old.get(name), mine.get(name), yours.get(name), KIND.fields.get(name), TYPES)
        assert read(found.ours).get(name) == wanted.ours
        assert read(found.theirs).get(name) == wanted.theirs
        assert (name in {c.name for c in found.conflicts}) == (wanted.ours != wanted.theirs)
    if not found.conflicts:
        assert found.content == found.ours
    elif "=======" not in base + ours + theirs:
        sides = sides_of(found.content.decode())
        assert sides is not None
        assert read(sides.ours.encode()) == read(found.ours)
        assert read(sides.theirs.encode()) == read(found.theirs)
    comments = {line.strip() for line in (found.ours + b"\n" + found.theirs).decode().splitlines()}
    for text, other in ((ours, base), (theirs, base)):
        added = {line for line in text.splitlines() if line.startswith("# ")} - set(other.splitlines())
        assert added <= comments
