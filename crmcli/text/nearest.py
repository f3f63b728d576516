"""Did you mean …? The known names nearest to a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable

from crmcli.text.fold import fold

_ALIKE = 0.6


def nearest(word: str, names: Iterable[str], limit: int = 1) -> list[str]:
    """Return up to `limit` names like `word`, best first: same folded, begun by it, or alike in their letters."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - only on the way to an error

    wanted = fold(word).replace("_", "")
    ranked: list[tuple[float, str]] = []
    for name in names:
        known = fold(name).replace("_", "")
        matcher = SequenceMatcher(None, known, wanted)
        score = matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE else 0.0
        if known == wanted:
            score = 2.0
        elif len(wanted) >= 2 and known.startswith(wanted):
            score = max(score, 0.95)
        if score >= _ALIKE:
            ranked.append((-score, name))
    return [name for _, name in sorted(ranked)[:limit]]
