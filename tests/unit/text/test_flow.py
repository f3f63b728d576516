from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.text.flow import flow_end, parse_flow_map
from crmcli.text.frontmatter import parse, render
from crmcli.text.yaml_write import composed, render_flow_map


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("{}", {}),
        ("{street: 南山路 1 号, city: 深圳, zip: 518000}", {"street": "南山路 1 号", "city": "深圳", "zip": "518000"}),
        ("{street: O'Brien Road, url: http://x.y:80/}", {"street": "O'Brien Road", "url": "http://x.y:80/"}),
        ("{a: 'x, y', b: \"z: {\"}", {"a": "x, y", "b": "z: {"}),
        ("{ a : 'it''s' , b: }", {"a": "it's"}),
        ("{a, b: 1}", {"b": "1"}),
        ("{a: 1,}", {"a": "1"}),
    ],
)
def test_flow_maps_are_read(text: str, parts: dict[str, str]) -> None:
    assert parse_flow_map(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "{",
        "{a: 1",
        "{a: {b: 1}}",
        "{a: [1]}",
        "{a: 1} x",
        "{a: 1, a: 2}",
        '{a: "\\n"}',
        "{a: b: c}",
        "{'a: 1}",
        "{a: 1 #x}",
        "{a: 'x' y}",
        "{a: *b}",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert parse_flow_map(text) is None


def test_a_map_ends_at_its_own_bracket() -> None:
    assert flow_end("{a: '}', b: {c: 1}} # x") == 19
    assert flow_end("{a: it's} 'x'") == 9


printable = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@given(st.dictionaries(st.sampled_from(["street", "city", "省"]), printable))
def test_what_is_written_is_read_back(parts: dict[str, str]) -> None:
    text = render_flow_map(parts)
    if '"' not in text or parse_flow_map(text) is not None:
        assert parse_flow_map(text) == {name: composed(value) for name, value in parts.items()}
    assert parse(render({"at": text}, "", maps=["at"])).fields["at"] == text
