"""Laws of record files: what is written is read back, and an edit touches nothing but its own lines."""

from __future__ import annotations

from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st

from crmcli.text.frontmatter import Value, edit, parse, render
from crmcli.text.yaml_general import scan_general
from crmcli.text.yaml_scan import scan
from crmcli.text.yaml_write import canonical_body

WORDS = r"""
NO yes true null ~ 01234 12:30 1e3 0x1f 2026-11-20 - -- --- -x ? ?x : :x x: x:y
#x #12aa88 [[acme]] [a] {a:1} {} *a &a !x |x > ' '' " % %x @x `x , ,x = << ...
<<<<<<< \ \n a'b a"b //
"""
TRAPS = [
    *WORDS.split(),
    "a: b",
    "a #b",
    "- x",
    "? x",
    " x",
    "x ",
    "# x",
    "'x' y",
    "a : b",
    "{a: 1} x",
    "[[a]] b",
    "x:  ",
    "''' #",
]

printable = st.characters(exclude_categories=["Cs", "Cc"])
texts = (
    st.one_of(
        st.sampled_from(TRAPS),
        st.text(printable, min_size=1, max_size=20),
        st.text(" :#-'\"[]{},&*!|>%@`?ab\\", min_size=1, max_size=8),
    )
    .map(lambda text: normalize("NFC", text))
    .filter(bool)
)
wild_texts = st.one_of(texts, st.text(min_size=1).map(lambda text: normalize("NFC", text)))
names = st.sampled_from(["name", "owner", "city", "城市", "tags", "größe", "a-b", "a.b", "full name", "x1"])
values: st.SearchStrategy[Value] = st.one_of(texts, st.lists(texts, min_size=1, max_size=4))
records = st.dictionaries(names, values, max_size=6)
bodies = st.one_of(
    st.just(""), st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.just("\n---\nx: 1\n")
)


@given(records, bodies)
def test_what_is_written_is_read_back(fields: dict[str, Value], body: str) -> None:
    document = parse(render(fields, body))
    assert document.fields == fields
    assert document.body == canonical_body(body)
    assert list(document.lines) == list(fields)


@given(st.dictionaries(names, st.one_of(wild_texts, st.lists(wild_texts, min_size=1))))
def test_controls_line_ends_and_surrogates_are_read_back_too(fields: dict[str, Value]) -> None:
    assert parse(render(fields, "")).fields == fields


@given(records, bodies)
def test_writing_what_was_read_gives_the_same_bytes(fields: dict[str, Value], body: str) -> None:
    text = render(fields, body)
    document = parse(text)
    assert render(document.fields, document.body) == text


@given(records)
def test_the_fast_scanner_and_a_general_parser_agree(fields: dict[str, Value]) -> None:
    lines = render(fields, "").split("\n")[1:-2]
    fast = scan(lines)
    if fast is None:  # only text that needs escapes may be beyond the scanner
        assert any('"' in line for line in lines)
    else:
        assert fast == scan_general(lines)


changes = st.dictionaries(names, st.one_of(st.none(), values), max_size=4)
comments = st.sampled_from(["# note", "", "  # deep note", "# a: b"])


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file as people leave it: comments, blank lines, unknown keys, CRLF, a byte order mark."""
    fields = draw(records)
    lines = render(fields, draw(bodies)).split("\n")
    fence = lines.index("---", 1)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(1, fence))
        lines.insert(place, draw(comments))
        fence += 1
    if draw(st.booleans()):
        lines.insert(
            fence, draw(st.sampled_from(['odd: "x\\ty"', "odd: |\n  a\n  # b", "odd: [a, b]", "odd: {\n  a: 1}"]))
        )
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    return draw(st.sampled_from(["", "\ufeff"])) + newline.join("\n".join(lines).split("\n"))


ORDER = ["name", "owner", "城市", "city", "tags"]


@given(files(), changes)
def test_an_edit_changes_its_fields_and_no_others(text: str, wanted: dict[str, Value | None]) -> None:
    before = parse(text)
    after = parse(edit(text, wanted, order=ORDER))
    expected = {key: value for key, value in {**before.fields, **wanted}.items() if value}
    assert after.fields == expected
    assert after.body == before.body


@given(files())
def test_an_edit_without_a_difference_is_byte_identical(text: str) -> None:
    document = parse(text)
    wanted: dict[str, Value | None] = {**document.fields, "absent": None}
    assert edit(text, wanted, order=ORDER, body=document.body) == text


@given(files(), names, values)
def test_untouched_lines_keep_their_bytes(text: str, key: str, value: Value) -> None:
    document = parse(text)
    edited = edit(text, {key: value}, order=ORDER)
    old, new = text.split("\n"), edited.split("\n")
    same_before = next((n for n, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), len(old))
    same_after = next(
        (n for n, pair in enumerate(zip(reversed(old), reversed(new), strict=False)) if pair[0] != pair[1]), len(old)
    )
    if document.fields.get(key) == value:
        assert edited == text
        return
    changed = old[same_before : max(len(old) - same_after, same_before)]
    start = document.lines.get(key)
    if start is None:
        assert changed == []  # a new key only adds lines
    else:
        later = [line for line in document.lines.values() if line > start]
        fence = next(n for n, line in enumerate(old[1:], 2) if line.removesuffix("\r") == "---")
        assert same_before >= start - 1
        assert same_before + len(changed) < min([*later, fence])


@given(files(), bodies)
def test_a_new_body_leaves_the_front_matter_alone(text: str, body: str) -> None:
    edited = edit(text, {}, order=ORDER, body=body)
    assert parse(edited).body == canonical_body(body)
    assert parse(edited).lines == parse(text).lines
