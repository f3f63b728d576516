"""Tests that take long are spread over the run, so that no process has several of them left when the others are done."""

from __future__ import annotations

import pytest

MARK = "long"
"""For a test that takes some seconds and needs nothing of its module but what is made once for the whole run."""
SHARE = 0.8
"""How much of the run they are spread over: the rest is left to short tests, which even out the end."""


def spread(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests in their order, with the long ones between modules: inside of one, its fixtures would be made again."""
    long = [item for item in items if item.get_closest_marker(MARK)]
    short = [item for item in items if not item.get_closest_marker(MARK)]
    gap = len(short) * SHARE / max(1, len(long))
    ordered: list[pytest.Item] = []
    for number, item in enumerate(short):
        if not number or item.path != short[number - 1].path:
            due = min(len(long), int(number / gap) + 1)
            ordered += long[len(ordered) - number : due]
        ordered.append(item)
    return ordered + long[len(ordered) - len(short) :]
