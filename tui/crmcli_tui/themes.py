"""The colours by meaning: three themes, one accent each.

Lines (`crmcli.text.lines`) say what a word means; `MEANINGS` gives each meaning a variable, and a theme gives each variable
a colour. Every text has a contrast of at least 4.5 to its background (WCAG 2.2, 1.4.3), in `contrast` of at least 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from textual.color import Color
from textual.style import Style
from textual.theme import Theme

DARK = Theme(
    name="dark",
    dark=True,
    primary="#7fb4ca",
    accent="#7fb4ca",
    foreground="#d6d8dc",
    background="#16181c",
    surface="#1d2025",
    panel="#262a31",
    warning="#d9b36c",
    error="#e88388",
    success="#8fbf7f",
    variables={
        "crm-dim": "#9aa1ac",
        "crm-rule": "#3a404a",
        "crm-cursor": "#25303a",
        "crm-cursor-blurred": "#22262c",
        "crm-mark": "#7fb4ca",
    },
)
LIGHT = Theme(
    name="light",
    dark=False,
    primary="#0b5f86",
    accent="#0b5f86",
    foreground="#22262b",
    background="#fbfbf9",
    surface="#f3f3f0",
    panel="#e9e9e4",
    warning="#855a00",
    error="#b3261e",
    success="#2f6b2a",
    variables={
        "crm-dim": "#5d6570",
        "crm-rule": "#cfd0c9",
        "crm-cursor": "#dfeaf1",
        "crm-cursor-blurred": "#ecedea",
        "crm-mark": "#0b5f86",
    },
)
CONTRAST = Theme(
    name="contrast",
    dark=True,
    primary="#5cd7ff",
    accent="#5cd7ff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1a1a1a",
    warning="#ffd75f",
    error="#ff9d9d",
    success="#8cff8c",
    variables={
        "crm-dim": "#d0d0d0",
        "crm-rule": "#ffffff",
        "crm-cursor": "#002c4d",
        "crm-cursor-blurred": "#2a2a2a",
        "crm-mark": "#5cd7ff",
    },
)
THEMES = (DARK, LIGHT, CONTRAST)
DEFAULT = DARK.name

MEANINGS: Mapping[str, tuple[str, str]] = {
    "head": ("", "bold"),
    "name": ("", "bold"),
    "dim": ("crm-dim", ""),
    "late": ("error", "bold"),
    "bad": ("error", ""),
    "soon": ("accent", "bold"),
    "good": ("success", ""),
    "won": ("success", ""),
    "lost": ("crm-dim", "strike"),
    "hold": ("warning", "bold"),
    "here": ("accent", "bold"),
    "tag": ("accent", ""),
    "bar": ("accent", ""),
    "key": ("accent", "bold"),
    "rule": ("crm-rule", ""),
    "mark": ("crm-mark", "bold"),
}
"""What a piece of a line may mean: its colour, and what shows it without one."""


class Look(NamedTuple):
    """How a theme draws lines: a style for each meaning, the grounds of the line under the cursor with the keys and without."""

    meanings: Mapping[str, Style]
    cursor: Style
    cursor_blurred: Style


def look_of(theme: Theme) -> Look:
    """The look of a theme."""

    def colour(name: str) -> Color:
        return Color.parse(theme.variables.get(name) or getattr(theme, name))

    return Look(
        {
            meaning: Style(
                foreground=colour(name) if name else None,
                bold=how == "bold" or None,
                strike=how == "strike" or None,
            )
            for meaning, (name, how) in MEANINGS.items()
        },
        Style(background=colour("crm-cursor")),
        Style(background=colour("crm-cursor-blurred")),
    )


LOOKS: Mapping[str, Look] = {theme.name: look_of(theme) for theme in THEMES}
