"""No file of the repository names a place on the machine where it was written."""

from __future__ import annotations

import re

import pytest

from tests.places import ROOT, own_files

PLACES = re.compile(
    rb"(?<![\w.~])(?:/(?:home|Users|root)/[\w.]|[A-Z]:\\+Users\\+\w)",
)


def test_no_machine_paths() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line[:100]!r}"
        for path in own_files()
        if path.resolve() != ROOT / "tests" / "hygiene" / "test_machine_paths.py"
        for number, line in enumerate(path.read_bytes().splitlines(), 1)
        if PLACES.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("line", [b"cd /home/anna", b'"/Users/x"', rb"C:\Users\x"])
def test_the_pattern_finds_them(line: bytes) -> None:
    assert PLACES.search(line)


@pytest.mark.parametrize("line", [b"https://example.com/home/x", b"~/book", b"$HOME/book"])
def test_the_pattern_leaves_others_alone(line: bytes) -> None:
    assert not PLACES.search(line)
