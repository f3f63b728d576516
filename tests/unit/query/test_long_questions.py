"""Questions as long and as deep as the language takes are answered; what SQLite cannot read is refused in our words."""

from __future__ import annotations

import pytest

from crmcli.query.parser import MOST_WORDS
from crmcli.query.sql import Sql, all_of, any_of
from crmcli.store.index.connection import QuestionTooDeepError
from tests.unit.query.shop import RECORDS, Shop

MANY = MOST_WORDS - 1
"""So many words without a sign between them; the end counts as one."""


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (" ".join(f"+t{number}" for number in range(MANY)), []),
        (" ".join(f'"{number}"' for number in range(MANY)), []),
        (" OR ".join(['"0"'] * (MANY // 2)), []),
        ("NOT (name:any " * 15 + "name:none" + ")" * 15, sorted(RECORDS["deals"])),
        ("(name:none OR " * 20 + "name:any" + ")" * 20, sorted(RECORDS["deals"])),
    ],
    ids=["tags", "texts", "alternatives", "opposites", "parentheses"],
)
def test_as_long_as_can_be(shop: Shop, words: str, found: list[str]) -> None:
    assert shop.find("deal", words) == found


def test_deeper_than_sqlite_reads(shop: Shop) -> None:
    """How many levels that is differs between versions of SQLite; a thousand and more it reads in none."""
    with pytest.raises(QuestionTooDeepError) as told:
        shop.book.index.rows(f"SELECT 1{' AND 1' * 2_000}")
    assert told.value.exit_code == 2
    assert len(shop.book.index.rows("SELECT 1")) == 1


@pytest.mark.parametrize("count", range(40))
def test_conditions_keep_their_order(count: int) -> None:
    parts = [Sql(f"c{number} = ?", (number,)) for number in range(count)]
    for joined in (all_of(parts), any_of(parts)):
        assert joined.params == tuple(range(count))
        assert [word for word in joined.text.replace("(", " ").split() if word[0] == "c"] == [
            f"c{number}" for number in range(count)
        ]
