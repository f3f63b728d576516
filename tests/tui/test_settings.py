"""`[tui]` of config.toml, and the tables of keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from crmcli.errors import CrmError
from crmcli_tui.app import CrmApp
from crmcli_tui.chinese import CHINESE
from crmcli_tui.forms.copy import CopyForm
from crmcli_tui.forms.field import HINTS, FieldForm
from crmcli_tui.forms.log import LogForm
from crmcli_tui.forms.move import MoveForm
from crmcli_tui.forms.note import NoteForm
from crmcli_tui.forms.snooze import SnoozeForm
from crmcli_tui.forms.step import StepForm
from crmcli_tui.forms.tags import TagForm
from crmcli_tui.forms.undo import UndoForm
from crmcli_tui.keys import PLACES, REACH, TITLES, all_shown, key_name
from crmcli_tui.screens.base import BookScreen
from crmcli_tui.screens.board import BoardScreen
from crmcli_tui.screens.record import RecordScreen
from crmcli_tui.screens.records import RecordsScreen
from crmcli_tui.screens.reports import ReportsScreen
from crmcli_tui.screens.today import TodayScreen
from crmcli_tui.settings import Settings, read_settings
from crmcli_tui.themes import THEMES
from crmcli_tui.widgets.columns import Columns
from crmcli_tui.widgets.keybar import KeyBar
from crmcli_tui.widgets.rows import Rows
from tests.tui.rounds import NARROW, Round, play


def settings(folder: Path, text: str, theme: str = "") -> Settings:
    (folder / "crm").mkdir()
    (folder / "crm" / "config.toml").write_text(text, encoding="utf-8")
    return read_settings({"XDG_CONFIG_HOME": str(folder)}, theme)


def test_nothing_is_set_without_a_file(tmp_path: Path) -> None:
    assert read_settings({"XDG_CONFIG_HOME": str(tmp_path)}) == Settings("dark", {})


def test_what_is_set(tmp_path: Path) -> None:
    text = '[tui]\ntheme = "light"\n[tui.keys.today]\nlog = "w,f2"\nskip = "l"\n'
    keys = {"today.log": "w,f2", "today.skip": "l"}
    assert settings(tmp_path, text) == Settings("light", keys)
    assert read_settings({"XDG_CONFIG_HOME": str(tmp_path)}, "contrast").theme == "contrast"


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        ("[tui\n", "config.toml: Expected", "mend it"),
        ("tui = 1\n", "tui is a table: write [tui]", "mend it"),
        ('[tui]\ncolour = "x"\n', "[tui] knows no 'colour'", "one of theme, keys"),
        ('[tui]\nthem = "x"\n', "[tui] knows no 'them'", "did you mean theme?"),
        ('[tui]\ntheme = "pink"\n', "no theme 'pink'", "themes are dark, light, contrast"),
        ("[tui]\nkeys = 1\n", "keys is a table: write [tui.keys.today]", "mend it"),
        ("[tui.keys.tody]\n", "[tui] knows no 'keys.tody'", "did you mean keys.today?"),
        ("[tui.keys]\ntoday = 1\n", "keys.today is a table: write [tui.keys.today]", "mend it"),
        ('[tui.keys.today]\nlgo = "w"\n', "[tui] knows no 'today.lgo'", "did you mean today.log?"),
        ('[tui.keys.today]\nlog = "strg+w"\n', "[tui.keys] today.log = 'strg+w' is no key", "a letter, or ctrl+r"),
        ('[tui.keys.today]\nlog = ""\n', "[tui.keys] today.log = '' is no key", "several with commas"),
        ("[tui.keys.today]\nlog = 1\n", "[tui.keys] today.log = 1 is no key", "several with commas"),
        (
            '[tui.keys.today]\nlog = "d"\n',
            "the key d is for today.log and for today.done",
            "give one of them another key",
        ),
        (
            '[tui.keys.today]\nlog = "q"\n',
            "the key q is for today.log and for app.quit",
            "give one of them another key",
        ),
    ],
)
def test_what_is_wrong_is_said_with_the_file(tmp_path: Path, text: str, says: str, hint: str) -> None:
    with pytest.raises(CrmError) as caught:
        settings(tmp_path, text)
    assert says in str(caught.value)
    assert str(tmp_path / "crm" / "config.toml") in str(caught.value)
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2


SCREENS: Mapping[str, tuple[type, ...]] = {
    "today": (TodayScreen, Rows, CrmApp),
    "record": (RecordScreen, Rows, CrmApp),
    "board": (BoardScreen, Columns, CrmApp),
    "records": (RecordsScreen, Rows, CrmApp),
    "reports": (ReportsScreen, Rows, CrmApp),
}


def test_every_key_does_something_and_no_two_of_a_screen_are_the_same() -> None:
    assert set(CrmApp.MODES) <= set(REACH)
    assert set(PLACES) == set(TITLES)
    assert set(SCREENS) == set(REACH)
    for screen in SCREENS:
        places = REACH[screen]
        keys = [key.strip() for place in places for entry in PLACES[place] for key in entry.keys.split(",")]
        assert len(keys) == len(set(keys))
        for place, owner in zip(places, SCREENS[screen], strict=True):
            for entry in PLACES[place]:
                assert callable(getattr(owner, f"action_{entry.name}")), entry.name
        assert issubclass(SCREENS[screen][0], BookScreen)


def test_keys_as_people_read_them() -> None:
    assert [key_name(key) for key in ("ctrl+r", "question_mark", "f9", "G", "space", "pagedown")] == [
        "^R", "?", "F9", "G", "Space", "PgDn",
    ]  # fmt: skip
    assert all_shown("end,G") == "End G"


def test_the_users_keys_work_and_are_shown(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("l")
        assert "Skipped" in turn.text()
        await turn.press("w")
        assert "What" in turn.text()
        await turn.press("escape", "question_mark")
        assert "[tui.keys.today]" in turn.text()
        assert re.search(r" w +Log what happened, with the next step +log\b", turn.text())
        assert turn.text().splitlines()[-1].strip().startswith("w log")

    play(root, script, settings=Settings("dark", {"today.log": "w", "today.skip": "l"}))


def test_the_bar_names_what_fits_and_always_help_and_leaving() -> None:
    bar = KeyBar("today")
    for width in (20, 40, 80, 200):
        named, blanks = bar.labels(width, {})
        text = "  ".join(f"{key} {label}" for _, key, label in named)
        assert text.endswith("? keys  q quit")
        assert len(text) + blanks <= width
    own = [key.label for key in PLACES["today"] if key.label]
    labels = [label for _, _, label in bar.labels(200, {})[0]]
    assert labels == [*own, "board", "reports", "find", "keys", "quit"]


def test_themes_can_be_read() -> None:
    """Contrast as WCAG 2.2 reckons it (1.4.3: 4.5; 1.4.6: 7), worked out here from the colours' numbers."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for theme in THEMES:
        grounds = [
            theme.background,
            theme.surface,
            theme.panel,
            *(theme.variables[f"crm-cursor{e}"] for e in ("", "-blurred")),
        ]
        texts = [theme.foreground, theme.accent, theme.error, theme.warning, theme.success, theme.variables["crm-dim"]]
        least = 7.0 if theme.name == "contrast" else 4.5
        for ground in grounds:
            for text in texts:
                assert ground is not None
                assert text is not None
                one, other = sorted((luminance(ground), luminance(text)))
                assert (other + 0.05) / (one + 0.05) >= least, (theme.name, ground, text)


def test_the_theme_changes_with_a_key(root: Path) -> None:
    async def script(turn: Round) -> None:
        assert turn.app.theme == "light"
        await turn.press("f9")
        assert turn.app.theme == "contrast"

    play(root, script, settings=Settings("light"), size=NARROW)


def test_a_chinese_book_has_chinese_screens(root: Path) -> None:
    """Every key, title, form and hint has its Chinese words, and they are shown."""
    forms = (LogForm, NoteForm, StepForm, SnoozeForm, MoveForm, TagForm, UndoForm, CopyForm, FieldForm)
    said = {text for form in forms for text in (form.verb, form.hints)} | set(HINTS.values()) | set(TITLES.values())
    said |= {text for keys in PLACES.values() for key in keys for text in (key.label, key.help) if text}
    assert said - set(CHINESE) == set()
    config = root / "crm.toml"
    text = config.read_text()
    assert 'language = "en"' in text
    config.write_text(text.replace('language = "en"', 'language = "zh"'))

    async def script(turn: Round) -> None:
        assert turn.text().splitlines()[-1].strip().startswith("l 记录  d 完成")
        await turn.press("question_mark")
        assert "记录发生的事，连同下一步" in turn.text()
        await turn.press("escape", "l")
        assert "类型" in turn.text()
        await turn.press("escape", "slash")
        await turn.type("推迟")
        assert turn.rows("results")[0] == "do:today.snooze"

    play(root, script)
