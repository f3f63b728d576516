"""Record files: what is read, what is refused and where, what an edit leaves alone."""

from __future__ import annotations

import json
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.text.frontmatter import FrontMatterError, Value, edit, parse, render
from crmcli.text.yaml_write import is_sure, quoted

ACME = """\
---
name: Acme GmbH
country: NO
zip: 01234   # keep me
open: 12:30
color: #12aa88
see: [[acme]]
address: {street: O'Brien 南山路 1 号, city: 深圳} # hq
# how we call them
tags:
- emea # a
  # above vip
- vip
empty:
created: 2026-11-20T14:03:11+01:00
---

Met at the fair.

---
Not front matter.
"""
STAIRS = "".join(f"{' ' * depth}k{depth}:\n" for depth in range(1, 10)) + " " * 10 + "k: 1\n"


def test_scalars_are_text_and_comments_are_none_of_it() -> None:
    document = parse(ACME)
    assert document.fields == {
        "name": "Acme GmbH",
        "country": "NO",
        "zip": "01234",
        "open": "12:30",
        "color": "#12aa88",
        "see": "[[acme]]",
        "address": "{street: O'Brien 南山路 1 号, city: 深圳}",
        "tags": ["emea", "vip"],
        "created": "2026-11-20T14:03:11+01:00",
    }
    assert document.body == "Met at the fair.\n\n---\nNot front matter."
    assert (document.lines["tags"], document.lines["empty"]) == (10, 14)


@pytest.mark.parametrize(
    ("text", "fields", "body"),
    [
        ("", {}, ""),
        ("just words\n", {}, "just words"),
        ("---\n---\n", {}, ""),
        ("---\n---", {}, ""),
        ("---\na: 1\n---\nno blank line", {"a": "1"}, "no blank line"),
        ("---\na: 1\n---\n\n\n two\n\n", {"a": "1"}, "\n two"),
        ("\ufeff---\r\na: 1\r\nb:\r\n  - x\r\n---\r\n\r\nx\r\ny\r\n", {"a": "1", "b": ["x"]}, "x\ny"),
        ("---\na: ''\nb: '' # none\nc: # none\nd:\n  -\n  - ''\n---\n", {}, ""),
        ("---\na: 'it''s' # c\nb: \"Acme\"\n---\n", {"a": "it's", "b": "Acme"}, ""),
        ("---\nb: #todo\n---\n", {"b": "#todo"}, ""),
        ("---\nlines:\n  - {product: arm, qty: 3}\n---\n", {"lines": ["{product: arm, qty: 3}"]}, ""),
    ],
)
def test_files_as_people_leave_them(text: str, fields: dict[str, Value], body: str) -> None:
    document = parse(text)
    assert (document.fields, document.body) == (fields, body)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ('a: "x\\ty \\u4e00"', "x\ty 一"),
        ("a: [x, NO, 012]", ["x", "NO", "012"]),
        ("a: |\n  one\n  # two\n\n", "one\n# two"),
        ("a: >\n  one\n  two", "one two"),
        ("a: one\n  two", "one two"),
        ("a:\n  k: v\n  w: 'a, b'\n  e:", "{k: v, w: 'a, b'}"),
        ("a:\n  - k: v\n    w: 1", ["{k: v, w: 1}"]),
        ("a: &x true\nb: *x", "true"),
        ("a: !!int 3", "3"),
        ("a: ~", "~"),
        ("? a\n: 1", "1"),
    ],
)
def test_general_yaml_is_text_too(line: str, value: Value) -> None:
    document = parse(f"---\nz: #12aa88\ny: [[acme]]\nx: {{q: it's}}\n{line}\n---\n")
    assert document.fields["a"] == value
    assert [document.fields[key] for key in "zyx"] == ["#12aa88", "[[acme]]", "{q: it's}"]
    assert document.lines["a"] == 5


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("---\na: 1\n", "unclosed-front-matter", 1),
        ("---", "unclosed-front-matter", 1),
        ("---\na: 1\nb: 2\na: 3\n---\n", "duplicate-key", 4),
        ("---\na: 1\nb: x: y\n---\n", "bad-yaml", 3),
        ("---\na: 'x\nb: 1\n---\n", "bad-yaml", 2),
        ("---\njust words\n---\n", "bad-yaml", 2),
        ("---\na: [[b, [c]]]\n---\n", "bad-yaml", 2),
        ("---\na: &x [*x]\n---\n", "bad-yaml", 2),
        ("---\na: " + "[" * 3000 + "\n---\n", "bad-yaml", 2),
        ("---\na: " + "{a: " * 30 + "1" + "}" * 30 + '\nb: "\\n"\n---\n', "", 0),
        (f"---\na:\n{STAIRS}---\n", "bad-yaml", 12),
        ('---\na: "\\U00FFFFFF"\n---\n', "bad-yaml", 2),
        ("---\n<<: {a: 1}\n---\n", "bad-yaml", 2),
        ("---\na: 1\n<<<<<<< ours\nb: 1\n=======\nb: 2\n>>>>>>> theirs\n---\n", "conflict-markers", 3),
        ("<<<<<<< ours\n---\na: 1\n=======\n---\na: 2\n>>>>>>> theirs\n", "conflict-markers", 1),
        ("---\na: 1\n---\nx\n<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n", "conflict-markers", 5),
        ("---\na: 1\n---\n<<<<<<< is how git begins a conflict\n", "", 0),
        ("---\na: 1\n---\nTitle\n=======\n>>>>>>> quoted mail\n", "", 0),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, code: str, line: int) -> None:
    if not code:
        assert parse(text).fields
        return
    with pytest.raises(FrontMatterError) as caught:
        parse(text)
    assert (caught.value.code, caught.value.line) == (code, line)
    assert caught.value.message
    assert caught.value.remedy


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 {x: lololololol}"]
    lines += [f"a{n}: &a{n} {{x: *a{n - 1}, y: *a{n - 1}, z: *a{n - 1}}}" for n in range(1, 8)]
    bomb = "\n".join([*lines, *(f"b{n}: *a7" for n in range(200))])
    with pytest.raises(FrontMatterError, match="unfold"):
        parse(f"---\n{bomb}\n---\n")


def test_canonical_bytes() -> None:
    fields: dict[str, Value] = {
        "name": "Acme: GmbH",
        "none": "",
        "tags": ["a", "", "- b"],
        "city": "u\u0308",
        "at": "{a: 1}",
    }
    assert render(fields, "Hi\r\n\r\n", maps=["at"]) == (
        "---\nname: 'Acme: GmbH'\ntags:\n  - a\n  - '- b'\ncity: ü\nat: {a: 1}\n---\n\nHi\n"
    )
    assert render(fields | {"at": "{a: 1"}, "", maps=["at"]).endswith("at: '{a: 1'\n---\n")


QUOTED = ["", " x", "x ", *"[]{}#&*!|>'\"%@`,", "?x", "- x", "-", "a: b", "a #b", "a:"]


@given(st.text(st.sampled_from("aZ09 :#-.,?'\"{}[]&*!|>%@`/\t\x7fé\u2028"), max_size=8))
def test_what_is_sure_at_a_glance_needs_no_quotes(text: str) -> None:
    assert not is_sure(text) or quoted(text) == text


@pytest.mark.parametrize("text", QUOTED)
def test_these_are_quoted(text: str) -> None:
    shown = f"  - '{text.replace(chr(39), chr(39) * 2)}'\n" if text else ""
    assert render({"k": [text, "x"]}, "") == f"---\nk:\n{shown}  - x\n---\n"


PLAIN = ["-x", "a:b", "a#b", "it's", 'a "b"', "NO", "01234", "12:30", "true", "~", "(a)", "a, b", "=", "."]


@pytest.mark.parametrize("text", PLAIN)
def test_these_are_not(text: str) -> None:
    assert render({"k": text}, "") == f"---\nk: {text}\n---\n"


def test_an_edit_keeps_every_other_byte() -> None:
    edited = edit(
        ACME,
        {"zip": "#9", "tags": ["vip", "zoo"], "owner": "anna", "country": None, "empty": "no more", "extra": ["x"]},
        order=["name", "country", "owner", "zip", "tags"],
    )
    assert edited == (
        ACME.replace("country: NO\n", "")
        .replace("GmbH\n", "GmbH\nowner: anna\n")
        .replace("zip: 01234   # keep me", "zip: '#9'   # keep me")
        .replace("- emea # a\n  # above vip\n- vip\n", "  # above vip\n- vip\n- zoo\n")
        .replace("empty:", "empty: no more")
        .replace("+01:00\n", "+01:00\nextra:\n  - x\n")
    )


def test_an_edit_keeps_line_ends_and_byte_order_mark() -> None:
    text = "\ufeff---\r\na: 1\r\nb:\r\n  - x\r\n---\r\n\r\nbody\r\n"
    edited = edit(text, {"b": ["x", "y"], "c": "2"}, order=["c"], body="new\nbody")
    assert edited == "\ufeff---\r\nc: 2\r\na: 1\r\nb:\r\n  - x\r\n  - y\r\n---\r\n\r\nnew\r\nbody\r\n"


def test_an_edit_removes_the_whole_value() -> None:
    text = "---\na: |\n  one\n  # two\n# stays\nb:\n  - x # y\n\n  - z\nc: [1,\n2]\nd: 1\n---\n"
    assert edit(text, {"a": None, "b": [], "c": ""}, order=[]) == "---\n# stays\nd: 1\n---\n"


def test_a_file_without_front_matter_gets_some() -> None:
    assert edit("Hello.\n", {"name": "Acme"}, order=[]) == "---\nname: Acme\n---\n\nHello.\n"
    assert edit("", {"name": "Acme"}, order=[]) == "---\nname: Acme\n---\n"
    assert parse(edit("x", {}, order=[], body="---\nno: field\n---\n")).fields == {}


def test_a_body_can_come_and_go() -> None:
    assert edit("---\na: 1\n---\nold\n", {}, order=[], body="new") == "---\na: 1\n---\nnew\n"
    assert edit("---\na: 1\n---", {}, order=[], body="new") == "---\na: 1\n---\n\nnew\n"
    assert edit("---\na: 1\n---\n\nold\n", {}, order=[], body="") == "---\na: 1\n---\n"


@pytest.mark.parametrize("text", ["---\n{a: 1, b: 2}\n---\n", "---\na: &x 1\nb: *x\n---\n"])
def test_shapes_that_cannot_be_edited_in_place_are_refused(text: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        edit(text, {"a": "9"}, order=[])
    assert caught.value.code == "bad-yaml"


def test_naughty_strings_come_back(shared_data: Path) -> None:
    strings = json.loads((shared_data / "naughty_strings" / "blns.json").read_text(encoding="utf-8"))
    assert len(strings) > 400
    written = [text for text in strings if text]
    document = parse(render({"all": written, **{f"f{n}": text for n, text in enumerate(written)}}, "\n".join(written)))
    expected = parse(render({"all": written}, "")).fields["all"]
    assert len(expected) == len(written)
    assert [document.fields[f"f{n}"] for n in range(len(written))] == expected
    assert expected == [normalize("NFC", text) for text in written]
