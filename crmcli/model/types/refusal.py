"""The words of refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def nearest_name(word: str, names: Iterable[str]) -> str:
    """The name most like `word`, "" when none is, or when it is too long to be a slip of the finger."""
    if len(word) > 40:
        return ""
    from crmcli.text.nearest import nearest  # noqa: PLC0415 - only on the way to a refusal

    return next(iter(nearest(word, names)), "")


def did_you_mean(word: str, names: Mapping[str, str], otherwise: str) -> str:
    """A hint with what the nearest of `names` stands for, then `otherwise`."""
    near = nearest_name(word, names)
    return "; ".join(part for part in (f"did you mean {names[near]}?" if near else "", otherwise) if part)


def short(text: str) -> str:
    """`text` in backticks, cut where nobody reads on."""
    text = text.strip()
    return f"`{text[:40]}…`" if len(text) > 41 else f"`{text}`"
