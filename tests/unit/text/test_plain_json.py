"""JSON without the json package: what that says of the same text and the same value."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.text.plain_json import dumps, loads

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(PLAIN)
def test_what_is_written_is_what_json_writes_and_is_read_back(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert dumps(value) == text
    assert repr(loads(text)) == repr(json.loads(text))
    assert repr(loads(f"\n {json.dumps(value, indent=1)}\t ")) == repr(value)


@given(st.text(alphabet='[]{}",:1e-.tnulNaN\\u0d8 \n', max_size=12))
def test_what_json_refuses_is_refused(text: str) -> None:
    try:
        expected = repr(json.loads(text))
    except ValueError:
        with pytest.raises(ValueError, match=r"."):
            loads(text)
    else:
        assert repr(loads(text)) == expected


def test_bytes_are_utf_8() -> None:
    assert loads('"名"'.encode()) == "名"
    with pytest.raises(UnicodeDecodeError):
        loads(b'"\xff"')


def test_a_value_that_was_refused_is_forgotten() -> None:
    """The next value may lie where it lay."""
    ring: list[object] = []
    ring.append(ring)
    for bad in (ring, [{1, 2}]):
        with pytest.raises((ValueError, TypeError)):
            dumps(bad)
    ring.clear()
    assert dumps(ring) == "[]"


def test_what_is_nested_too_deep_is_refused() -> None:
    with pytest.raises(RecursionError):
        loads("[" * 200_000)
