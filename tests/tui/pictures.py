"""Pictures of screens in `screens/`: each as text, some as SVG, which has the colours too.

`--update` rewrites them; then the texts are to be read, and the SVGs to be looked at in a browser.
"""

from __future__ import annotations

from pathlib import Path

from tests.tui.rounds import Round

PICTURES = Path(__file__).parent / "screens"
IN_COLOUR = frozenset({"today", "log", "move", "keys", "record", "field-date", "board", "search-who", "report-won"})
"""A screen or form of each kind."""


def taken(turn: Round, name: str) -> dict[str, str]:
    """The pictures of what is on the screen now, by the names of their files."""
    width, height = turn.app.size
    found = {f"{name}-{width}x{height}.txt": turn.text()}
    if name in IN_COLOUR:
        found[f"{name}-{width}x{height}.svg"] = turn.app.export_screenshot(title="crm tui") + "\n"
    return found


def compare(drawn: dict[str, str], *, update: bool) -> None:
    """Hold pictures against those in the folder."""
    for name, text in drawn.items():
        picture = PICTURES / name
        if update:
            picture.write_text(text, encoding="utf-8")
        assert text == picture.read_text(encoding="utf-8"), f"see {name}, or --update and look at what changed"
