"""What a file may say where a value should be: every type understands it or refuses it in words, however long it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from crmcli.model.types.base import ValueRefused
from crmcli.model.types.registry import TYPE_NAMES, type_named
from tests.hostile.book import book_in, crm
from tests.unit.model.book import GERMAN, field

NAMES = [*TYPE_NAMES, "reference", "row"]
DIGITS = ("9" * 19, "9" * 50, "9" * 100, "9" * 5_000, "1" + "0" * 100_000)
LONG = [
    text
    for digits in DIGITS
    for text in (
        digits, f"-{digits}", f"0.{digits}", f"{digits}.{digits}", f"{digits} EUR", f"{digits}%", f"{digits}d", f"{digits}wh",
        f"{digits}:{digits}",
        f"{digits}-01-01", f"2026-11-20T14:03:11+{digits}", f"+{digits}", f"{digits}@{digits}.de", f"https://{digits}.de/{digits}",
        f"1e{digits}", f"{{city: {digits}}}", f"1e-{digits}", "0" * 50 + digits, f"{digits}/{digits}",
    )
]  # fmt: skip
ODD = [
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "1e-400",
    "0x1F",
    "1_000",
    "١٢٣",
    "½",
    "１２",
    "-0",
    "+",
    "-",
    ".",
    "%",
    "EUR",
    "T",
    ":",
    "--",
    "[[",
    "{}",
    "a\0b",
]


def naughty(shared_data: Path) -> list[str]:
    found = json.loads((shared_data / "naughty_strings" / "blns.json").read_text(encoding="utf-8"))
    return [text for text in found if isinstance(text, str)]


def outcome(read: Callable[[str], str], text: str) -> tuple[str, str]:
    """What a text is read as, and why it is not."""
    try:
        return read(text), ""
    except ValueRefused as refusal:
        return "", refusal.why or "refused without a word"


@pytest.mark.parametrize("name", NAMES)
def test_what_stands_in_a_file_is_understood_or_refused(name: str, shared_data: Path) -> None:
    of = field("line", embedded=True) if name == "row" else field(name)
    kind = type_named(of)
    refused = 0
    for text in [*naughty(shared_data), *LONG, *ODD]:
        for read in (kind.check, kind.parse):
            stored, why = outcome(partial(read, field=of, context=GERMAN), text)
            refused += bool(why)
            assert len(why) < 1_000 + 3 * len(text)
            if not why:
                kind.index(stored, of, GERMAN)
                assert "\n" not in kind.show(stored, of, GERMAN)
    assert refused or name in ("text", "markdown", "tag", "json"), "nothing was refused"


def test_amounts_of_many_digits_stop_nobody(tmp_path: Path) -> None:
    """Of a hundred digits, by hand: one problem, and every other record is there."""
    root, acme = book_in(tmp_path / "book")
    (root / "deals").mkdir(exist_ok=True)
    for digits in (19, 80, 5_000):
        (root / f"deals/evil-{digits}.md").write_text(
            f"---\nname: Evil\namount: {'9' * digits} EUR\n---\n", encoding="utf-8"
        )
    found = json.loads(crm(root, "check", "--format", "json").out)
    assert [(p["code"], p["path"], p["line"]) for p in found if p["code"] == "bad-value"] == [
        ("bad-value", f"deals/evil-{digits}.md", 3) for digits in (19, 5_000, 80)
    ]
    assert max(len(p["message"]) for p in found) < 300
    assert crm(root, "customers", "--format", "ids").out.split() == [acme.id]
    assert len(crm(root, "deals", "--format", "ids").out.split()) == 3
    assert crm(root, "deal", "add", "Big", f"amount={'9' * 100}").code == 2
