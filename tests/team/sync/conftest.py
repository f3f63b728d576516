"""The team of `tests/team`, with a deal beside its customer."""

from __future__ import annotations

import pytest

from tests.team.clones import Team
from tests.team.sync.people import ARM, DEAL, People

LINE = """\
embedded = true
plural = "lines"

[fields]
product = { type = "product" }
qty = { type = "decimal" }
price = { type = "money" }
"""


@pytest.fixture(scope="session")
def first_with_a_deal(first_team: Team, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """The team that each test gets as it is here: a deal with two rows and a text, two products."""
    team = first_team.copy(tmp_path_factory.mktemp("sync") / "first")
    people = People(team)
    for name in ("products/bolt.md", "products/nut.md"):
        place = people.anna.root / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"---\nname: {place.stem.title()}\ncreated: 2026-11-01T09:00:00+01:00\n---\n")
    (people.anna.root / "schema" / "line.toml").write_text(LINE)
    people.anna.edit("schema/deal.toml", ("[fields]\n", '[fields]\nlines = { type = "line[]" }\n'))
    (people.anna.root / "deals").mkdir(exist_ok=True)
    (people.anna.root / DEAL).write_text(ARM)
    people.quiet()
    return team.keep()


@pytest.fixture
def people(first_with_a_deal: Team) -> People:
    """Anna and Li, who have shared everything."""
    return People(first_with_a_deal.back())
