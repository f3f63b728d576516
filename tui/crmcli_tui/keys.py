"""Every key of every screen, in tables: the only place that binds one.

An action's method is `action_<name>` of the screen; its binding's id is `<place>.<name>`, which is what a person writes in
`[tui.keys.<place>]` to give it another key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from textual.binding import Binding, BindingType
from textual.keys import format_key


class Key(NamedTuple):
    """One action: its keys as Textual spells them, what the key bar calls it ("" = not there), what `?` says of it."""

    name: str
    keys: str
    label: str
    help: str
    write: bool = False
    """Whether it changes the book: listed apart."""


APP = (
    Key("help", "question_mark", "keys", "Show all keys of this screen"),
    Key("today", "1", "today", "Go to Today"),
    Key("board", "2", "board", "Go to the board"),
    Key("reports", "3", "reports", "Go to the reports"),
    Key("search", "slash,ctrl+p", "find", "Find anyone, any text, any action, any view"),
    Key("theme", "f9", "", "Change to the next theme"),
    Key("quit", "q", "quit", "Leave"),
)
LIST = (
    Key("down", "down,j", "", "Go to the next line"),
    Key("up", "up,k", "", "Go to the line before"),
    Key("page_down", "pagedown,ctrl+f", "", "Go down a page"),
    Key("page_up", "pageup,ctrl+b", "", "Go up a page"),
    Key("first", "home,g", "", "Go to the first line"),
    Key("last", "end,G", "", "Go to the last line"),
)
ACTIONS = (
    Key("log", "l", "log", "Log what happened, with the next step", write=True),
    Key("done", "d", "done", "Finish the task, or the earliest task of the record", write=True),
    Key("snooze", "z", "snooze", "Put the task off: 1, 3, 7 days, or a date", write=True),
    Key("move", "m", "move", "Move to another stage", write=True),
    Key("next", "n", "next", "Put the next step", write=True),
    Key("note", "o", "note", "Write a note into the log", write=True),
    Key("edit", "e", "edit", "Edit the record's file in your editor", write=True),
    Key("tag", "t", "tag", "Put and take tags", write=True),
    Key("undo", "u", "undo", "Take the last change back; it is shown first", write=True),
    Key("copy", "y", "copy", "Copy a mail address, a phone number or a link"),
)
"""What can be done with a record, by the same keys wherever one is shown."""
TODAY = (
    *ACTIONS,
    Key("mark", "space", "mark", "Mark or unmark: the next action is for all marked lines"),
    Key("skip", "s", "skip", "Put the line at the end, for now"),
    Key("open", "enter", "open", "Open the record's page; Esc comes back"),
    Key("brief", "tab,right", "brief", "Read the brief; Esc comes back"),
    Key("back", "escape,left", "", "Come back from the brief; take all marks away"),
    Key("again", "ctrl+r,f5", "", "Look for changes now"),
)
RECORD = (
    Key("open", "enter", "change", "Change the field; open the record or the text under the cursor"),
    *ACTIONS,
    Key("follow", "f", "follow", "Open the record that the field points at"),
    Key("empty", "i", "empty", "Show the empty fields, or hide them"),
    Key("other", "tab", "", "Go to the timeline, and back"),
    Key("back", "escape", "back", "Go back"),
    Key("again", "ctrl+r,f5", "", "Look for changes now"),
)
COLUMNS = (
    Key("right", "right", "", "Go to the column at the right"),
    Key("left", "left", "", "Go to the column at the left"),
    Key("down", "down,j", "", "Go to the next card"),
    Key("up", "up,k", "", "Go to the card before"),
    Key("page_down", "pagedown,ctrl+f", "", "Go down as many cards as one sees"),
    Key("page_up", "pageup,ctrl+b", "", "Go up as many cards as one sees"),
    Key("first", "home,g", "", "Go to the first card"),
    Key("last", "end,G", "", "Go to the last card"),
)
BOARD = (
    Key("open", "enter", "open", "Open the record's page; Esc comes back"),
    Key("onward", "greater_than_sign,shift+right", "onward", "Move to the next stage allowed to the right", write=True),
    Key("backward", "less_than_sign,shift+left", "", "Move to the next stage allowed to the left", write=True),
    Key("filter", "f", "filter", "Narrow the board down, in the language of filters; Tab completes"),
    Key("pipeline", "p", "pipeline", "Show another pipeline"),
    *ACTIONS,
    Key("mark", "space", "mark", "Mark or unmark: the next action is for all marked cards"),
    Key("back", "escape", "", "Take all marks away; take the filter away"),
    Key("again", "ctrl+r,f5", "", "Look for changes now"),
)
RECORDS = (
    Key("open", "enter", "open", "Open the record's page; Esc comes back"),
    *ACTIONS,
    Key("mark", "space", "mark", "Mark or unmark: the next action is for all marked lines"),
    Key("back", "escape", "back", "Take all marks away; go back"),
    Key("again", "ctrl+r,f5", "", "Look for changes now"),
)
REPORTS = (
    Key("right", "right", "next report", "Go to the next report"),
    Key("left", "left", "", "Go to the report before"),
    Key("open", "enter", "records", "List the records that the row counts; Esc comes back"),
    Key("by", "b", "by", "Group by something else"),
    Key("period", "p", "period", "Look at a time"),
    Key("filter", "f", "filter", "Narrow the report down, in the language of filters; Tab completes"),
    Key("back", "escape", "", "Take the filter away"),
    Key("again", "ctrl+r,f5", "", "Look for changes now"),
)
PLACES: Mapping[str, tuple[Key, ...]] = {
    "app": APP,
    "list": LIST,
    "today": TODAY,
    "record": RECORD,
    "columns": COLUMNS,
    "board": BOARD,
    "records": RECORDS,
    "reports": REPORTS,
}
TITLES = {
    "app": "Everywhere",
    "list": "In lists",
    "columns": "In columns",
    "today": "Today",
    "record": "A record's page",
    "board": "Board",
    "records": "A list of records",
    "reports": "Reports",
}
"""What each place is called in the list of keys."""
REACH = {
    **{place: (place, "list", "app") for place in ("today", "record", "records", "reports")},
    "board": ("board", "columns", "app"),
}
"""The places whose keys are alive on a screen, the nearest first; two actions of one screen may not share a key."""


def bindings(place: str, *, first: bool = False) -> list[BindingType]:
    """The bindings of a place, with their own keys; the user's come through `App.set_keymap`.

    `first`: the place sees a key before the widget that has the focus, so that what is typed ahead of the screen reaches
    the form that the first key opens. Not for a screen with a field to type in.
    """
    return [
        Binding(key.keys, key.name, key.help, show=False, priority=first, id=f"{place}.{key.name}")
        for key in PLACES[place]
    ]


def keys_of(place: str, name: str, keymap: Mapping[str, str]) -> str:
    """The keys an action has now."""
    given = keymap.get(f"{place}.{name}")
    return given or next(key.keys for key in PLACES[place] if key.name == name)


_SHOWN = {
    "question_mark": "?",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "slash": "/",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "tab": "Tab",
    "backspace": "Bksp",
    "delete": "Del",
}


def shown(keys: str) -> str:
    """Keys as people read them: the first of several, `^R` for ctrl+r, `?` for question_mark."""
    return key_name(keys.split(",", maxsplit=1)[0].strip())


def all_shown(keys: str) -> str:
    """All keys of an action."""
    return " ".join(key_name(key.strip()) for key in keys.split(","))


def key_name(key: str) -> str:
    """One key as people read it."""
    if key.startswith("ctrl+"):
        return f"^{key_name(key[5:]).upper()}"
    if key.startswith("shift+"):
        return f"⇧{key_name(key[6:])}"
    if key in _SHOWN:
        return _SHOWN[key]
    if key[0] == "f" and key[1:].isdigit():
        return key.upper()
    return format_key(key)


def names(places: Iterable[str]) -> list[str]:
    """The names of actions as they are written in `config.toml`."""
    return [f"{place}.{key.name}" for place in places for key in PLACES[place]]
