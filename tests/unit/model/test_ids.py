"""Names that never collide: ids that ascend, however many are drawn."""

from __future__ import annotations

import random

from crmcli.model.ids import ALPHABET, UlidSource, is_ulid, letters, ulid


class Steps(random.Random):
    """A source of ids that begins just below a carry and then makes the longest steps."""

    def getrandbits(self, k: int) -> int:
        return (1 << 62) - 100_000 if k == 79 else (1 << k) - 1


def test_ids_of_an_op_ascend_over_a_carry() -> None:
    source = UlidSource(Steps(), 1_000, "")
    drawn = [source.next() for _ in range(5)]
    assert drawn == [ulid(1_000, (1 << 62) - 100_000 + (1 << 16) * step) for step in range(1, 6)]
    assert drawn == sorted(drawn)
    assert all(map(is_ulid, drawn))


def test_letters_are_those_that_choices_draws() -> None:
    ours, theirs = Steps(5), Steps(5)
    assert letters(ours, 40) == "".join(theirs.choices(ALPHABET, k=40))
