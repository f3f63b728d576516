"""The long tests stand apart from each other, and no test is lost or run twice."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.spread import MARK, spread


class Item(pytest.Item):
    """A test that is only ordered."""

    def runtest(self) -> None:
        """Nothing."""


@pytest.fixture
def items(request: pytest.FixtureRequest) -> list[pytest.Item]:
    """Forty modules of ten tests, the third with eight long ones."""
    made: list[pytest.Item] = []
    for module in range(40):
        path = Path(f"test_{module}.py")
        for number in range(18 if module == 2 else 10):
            item = Item.from_parent(request.session, name=f"{module}-{number}", path=path, nodeid=f"{module}-{number}")
            if number >= 10:
                item.add_marker(MARK)
            made.append(item)
    return made


def test_long_ones_stand_apart_between_modules(items: list[pytest.Item]) -> None:
    ordered = spread(items)
    assert sorted(item.name for item in ordered) == sorted(item.name for item in items)
    places = [place for place, item in enumerate(ordered) if item.get_closest_marker(MARK)]
    assert len(places) == 8
    assert all(35 <= after - before <= 51 for before, after in pairwise(places))
    assert places[-1] < 0.9 * len(ordered)
    short = [item for item in ordered if not item.get_closest_marker(MARK)]
    assert short == [item for item in items if not item.get_closest_marker(MARK)]
    for place in places[1:]:
        assert ordered[place - 1].path != ordered[place + 1].path


def test_long_ones_alone_run_as_they_come(items: list[pytest.Item]) -> None:
    long = [item for item in items if item.get_closest_marker(MARK)]
    assert spread(long) == long
