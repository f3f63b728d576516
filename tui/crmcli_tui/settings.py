"""What a person set for the TUI: `[tui]` of `config.toml` in the user's folder of settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from crmcli.errors import UsageError
from crmcli.store.places import config_folder
from crmcli.text.nearest import nearest
from crmcli_tui.keys import PLACES, REACH, names
from crmcli_tui.themes import DEFAULT, THEMES

FILE = "config.toml"


class Settings(NamedTuple):
    """The theme's name, and the user's keys by `place.action`."""

    theme: str = DEFAULT
    keymap: Mapping[str, str] = {}


class SettingsUnreadableError(UsageError):
    """The file cannot be read, or is no TOML."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}", hint="mend it, or move it away: crm works without it")


class SettingUnknownError(UsageError):
    """A word of `[tui]` that says nothing."""

    def __init__(self, path: Path, name: str, known: list[str]) -> None:
        near = nearest(name, known, 1)
        guess = f"did you mean {near[0]}?" if near else f"one of {', '.join(known)}"
        super().__init__(f"{path}: [tui] knows no {name!r}", hint=guess)


class ThemeUnknownError(UsageError):
    """No theme is called so."""

    def __init__(self, name: str, where: str) -> None:
        super().__init__(f"{where}: no theme {name!r}", hint=f"themes are {', '.join(t.name for t in THEMES)}")


class KeyMalformedError(UsageError):
    """Something that is no key."""

    def __init__(self, path: Path, name: str, key: object) -> None:
        super().__init__(
            f"{path}: [tui.keys] {name} = {key!r} is no key",
            hint="a letter, or ctrl+r, f2, enter, space, tab, up, question_mark; several with commas",
        )


class KeyTwiceError(UsageError):
    """Two actions of one screen have the same key."""

    def __init__(self, path: Path, key: str, one: str, other: str) -> None:
        super().__init__(
            f"{path}: the key {key} is for {one} and for {other}",
            hint=f"give one of them another key in [tui.keys] of {path}",
        )


def read_settings(environment: Mapping[str, str], theme: str = "") -> Settings:
    """Read the file, if there is one; `theme` is what the command line says, which counts more.

    Raises what is wrong with it (exit 2).
    """
    path = config_folder(environment) / FILE
    said = _tui_table(path)
    for name in said:
        if name not in ("theme", "keys"):
            raise SettingUnknownError(path, name, ["theme", "keys"])
    chosen, where = (theme, "--theme") if theme else (said.get("theme", DEFAULT), str(path))
    if chosen not in [known.name for known in THEMES]:
        raise ThemeUnknownError(str(chosen), where)
    keymap = dict(_keys(path, said.get("keys", {})))
    _refuse_twice(path, keymap)
    return Settings(str(chosen), keymap)


def _tui_table(path: Path) -> Mapping[str, object]:
    import tomllib  # noqa: PLC0415 - only where a file may be

    try:
        whole = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsUnreadableError(path, (error.strerror or str(error)).lower()) from None
    except ValueError as error:
        raise SettingsUnreadableError(path, str(error)) from None
    found = whole.get("tui", {})
    if not isinstance(found, dict):
        raise SettingsUnreadableError(path, "tui is a table: write [tui]")
    return found


def _keys(path: Path, table: object) -> Iterator[tuple[str, str]]:
    if not isinstance(table, dict):
        raise SettingsUnreadableError(path, "keys is a table: write [tui.keys.today]")
    for place, actions in table.items():
        if place not in PLACES:
            raise SettingUnknownError(path, f"keys.{place}", [f"keys.{known}" for known in PLACES])
        if not isinstance(actions, dict):
            raise SettingsUnreadableError(path, f"keys.{place} is a table: write [tui.keys.{place}]")
        for action, keys in actions.items():
            name = f"{place}.{action}"
            if name not in names(PLACES):
                raise SettingUnknownError(path, name, names([place]))
            if not isinstance(keys, str) or not keys or not all(_is_key(key.strip()) for key in keys.split(",")):
                raise KeyMalformedError(path, name, keys)
            yield name, keys


def _is_key(key: str) -> bool:
    from textual.keys import KEY_TO_UNICODE_NAME, Keys  # noqa: PLC0415 - only where keys are given

    bare = key.rpartition("+")[2] or key
    known = {member.value for member in Keys} | set(KEY_TO_UNICODE_NAME)
    modifiers = key.split("+")[:-1] if len(key) > 1 else []
    return (len(bare) == 1 or bare in known or bare == "space") and all(
        m in ("ctrl", "shift", "alt") for m in modifiers
    )


def _refuse_twice(path: Path, keymap: Mapping[str, str]) -> None:
    for places in REACH.values():
        owner: dict[str, str] = {}
        for place in places:
            for key in PLACES[place]:
                name = f"{place}.{key.name}"
                for one in keymap.get(name, key.keys).split(","):
                    if one.strip() in owner:
                        raise KeyTwiceError(path, one.strip(), owner[one.strip()], name)
                    owner[one.strip()] = name
