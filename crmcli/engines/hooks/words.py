"""What hooks say, made harmless and short."""

from __future__ import annotations

from crmcli.text.display import safe

SHOWN_LINES = 20


def excerpt(text: str, lines: int = SHOWN_LINES) -> str:
    """Return the last lines of what a hook said, harmless, without empty edges."""
    said = safe(text, multiline=True).strip("\n").split("\n")
    if len(said) <= lines:
        return "\n".join(said)
    return "\n".join([f"… {len(said) - lines} lines before, see crm hook log", *said[-lines:]])
