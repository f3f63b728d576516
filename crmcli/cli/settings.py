"""What `crm config` shows and sets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.cli.nearest_name import nearest_name
from crmcli.errors import UsageError
from crmcli.reports.table import Column, Table
from crmcli.store.places import config_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.cli.session import Session

SHELLS = ("bash", "zsh", "fish")
OF_THE_BOOK = ("name", "currency", "timezone", "language", "country", "week", "year", "runner")
"""Keys of crm.toml with one value."""


class UnknownSettingError(UsageError):
    """No setting is called so."""

    def __init__(self, key: str) -> None:
        known = ("book", "me", "completion", "tui", *OF_THE_BOOK)
        close = nearest_name(key, known)
        super().__init__(
            f"no setting {key!r}", hint=f"did you mean {close}?" if close else f"one of {', '.join(known)}"
        )


class SharedSettingError(UsageError):
    """A key of crm.toml is not set from here."""

    def __init__(self, key: str, path: Path) -> None:
        super().__init__(f"{key} belongs to the book, not to this machine", hint=f"edit {path}")


class ScreenSettingError(UsageError):
    """What is set for `crm tui` is written in a file."""

    def __init__(self, path: Path) -> None:
        hint = f'edit {path}: [tui] has theme = "dark", "light" or "contrast", [tui.keys.today] log = "w"'
        super().__init__("theme and keys of crm tui are set in a file of their own", hint=hint)


class NoBookThereError(UsageError):
    """The folder named as the default book is none."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds no crm.toml", hint=f"`crm init {folder}` makes a book there")


class UnknownShellError(UsageError):
    """Completion exists for three shells."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no completion for {name!r}" if name else "which shell?", hint=f"one of {', '.join(SHELLS)}")


def settings_table(session: Session, key: str = "") -> Table:
    """Every setting, or one, with its value and where it comes from; raises `UnknownSettingError` (exit 2)."""
    rows: list[tuple[str, str | None, str]] = [
        ("book", str(session.root) if session.root else None, _source_of_book(session)),
    ]
    if session.root:
        rows.append(("me", session.book.me or None, _source_of_me(session)))
        config = session.book.setup.config
        rows += [(key, str(getattr(config, key)) or None, "crm.toml") for key in OF_THE_BOOK]
    rows.append(("tui", said_of_tui(session), str(_screen_file(session))))
    if key:
        read_setting(session, key)
        rows = [row for row in rows if row[0] == key]
    columns = (Column("key", "Setting"), Column("value", "Value"), Column("from", "From"))
    return Table(columns, rows, found=len(rows), key="key")


def _source_of_book(session: Session) -> str:
    if session.given.get("book"):
        return "--book"
    if session.environment.get("CRM_BOOK"):
        return "CRM_BOOK"
    here = Path.cwd()
    return (
        "this folder or one above it"
        if session.root in (here, *here.parents)
        else str(config_folder(session.environment) / "book")
    )


def _source_of_me(session: Session) -> str:
    from crmcli.store.identity import saved_me  # noqa: PLC0415

    if session.given.get("me"):
        return "--me"
    if session.environment.get("CRM_ME"):
        return "CRM_ME"
    if saved_me(session.book):
        return ".crm/me"
    return "git's user.email" if session.book.me else "nobody said it: `crm config me WHO`"


def read_setting(session: Session, key: str) -> str:
    """The value of one setting."""
    if key == "book":
        return str(session.book.root)
    if key == "me":
        return session.book.me
    if key == "tui":
        return said_of_tui(session) or str(_screen_file(session))
    if key not in OF_THE_BOOK:
        raise UnknownSettingError(key)
    return str(getattr(session.book.setup.config, key))


def _screen_file(session: Session) -> Path:
    return config_folder(session.environment) / "config.toml"


def said_of_tui(session: Session) -> str | None:
    """What the user's file says of theme and keys, as it says it: `theme = light, keys.today.log = w`; None where nothing."""
    import tomllib  # noqa: PLC0415 - only where settings are shown

    try:
        whole = tomllib.loads(_screen_file(session).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        return f"cannot be read: {error}"
    return ", ".join(_pairs("", whole.get("tui", {}))) or None


def _pairs(path: str, value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} = {value}"
        return
    for name, inner in value.items():
        yield from _pairs(f"{path}.{name}" if path else name, inner)


def change_setting(session: Session, key: str, value: str) -> str:
    """Set what belongs to this machine; return the sentence that says so."""
    if key == "me":
        from crmcli.store.identity import save_me  # noqa: PLC0415

        member = session.book.resolve("member", value)
        save_me(session.book, member)
        return f"{member} works on this machine."
    if key == "book":
        return _save_default_book(session, Path(value).expanduser().absolute())
    if key == "tui":
        raise ScreenSettingError(_screen_file(session))
    if key in OF_THE_BOOK:
        raise SharedSettingError(key, session.book.root / "crm.toml")
    raise UnknownSettingError(key)


def _save_default_book(session: Session, folder: Path) -> str:
    if not (folder / "crm.toml").is_file():
        raise NoBookThereError(folder)
    home = config_folder(session.environment)
    home.mkdir(parents=True, exist_ok=True)
    (home / "book").write_text(f"{folder}\n", encoding="utf-8")
    return f"{folder} is the book wherever no other is."


def completion_script(shell: str) -> str:
    """The script that teaches a shell to complete `crm` and `crmcli`."""
    from crmcli.cli.shells import script_of  # noqa: PLC0415

    if shell not in SHELLS:
        raise UnknownShellError(shell)
    return "".join(script_of(shell, name) for name in ("crm", "crmcli"))
