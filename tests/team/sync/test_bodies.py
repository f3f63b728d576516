"""Texts that both sides changed: both versions stay, the older first, apart from each other."""

from __future__ import annotations

import pytest

from crmcli.store.sync.bodies import merge_bodies


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "both"),
    [
        pytest.param("a\n\nb", "a\n\nB", "A\n\nb", "A\n\nB", id="apart"),
        pytest.param("a", "ours", "theirs", "ours\n\ntheirs", id="the same line"),
        pytest.param("a\n- x", "a\n- ours", "a\n- theirs", "a\n- ours\n- theirs", id="items of a list"),
        pytest.param("", "ours", "theirs", "ours\n\ntheirs", id="both began"),
        pytest.param("a", "a\n\nours", "a\n\ntheirs", "a\n\nours\n\ntheirs", id="both went on"),
        pytest.param("a", "", "theirs", "theirs", id="emptied here, changed there"),
        pytest.param("a", "same", "same", "same", id="the same change"),
        pytest.param("a\nb\nc", "a\nours\nc", "a\nc", "a\nours\nc", id="a line that went there and was changed here"),
    ],
)
def test_both_versions(base: str, ours: str, theirs: str, both: str) -> None:
    assert merge_bodies(base, ours, theirs, ours_is_older=True).both == both
    assert merge_bodies(base, theirs, ours, ours_is_older=False).both == both


def test_each_side_alone() -> None:
    found = merge_bodies("a\n\nb", "A\n\nours", "a\n\ntheirs", ours_is_older=True)
    assert (found.ours, found.theirs, found.conflict) == ("A\n\nours", "A\n\ntheirs", True)
