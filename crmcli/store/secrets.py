"""What hooks may know and books must not hold: `secrets.toml` in the user's folder, `NAME = "value"` a line."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from crmcli.errors import BadDataError, CrmError

FILE = "secrets.toml"


class SecretsOpenError(CrmError):
    """Others could read or change the secrets."""

    def __init__(self, path: Path, mode: int) -> None:
        super().__init__(
            f"{path} can be read by others (its mode is {mode:04o}, or it is not yours), so it is not used",
            hint=f"make it yours alone: chmod 600 {path}",
        )


class SecretsFormatError(BadDataError):
    """secrets.toml is no TOML of names and texts."""

    def __init__(self, path: Path, trouble: str) -> None:
        super().__init__(f"{path}: {trouble}", hint='one line each: NAME = "value"')


class Secrets(NamedTuple):
    """The values found for what a hook needs; the names of what it must have and has not; which came from the file."""

    found: dict[str, str]
    missing: tuple[str, ...]
    kept: frozenset[str] = frozenset()

    @property
    def hidden(self) -> dict[str, str]:
        """The values out of secrets.toml, which must never be shown."""
        return {name: value for name, value in self.found.items() if name in self.kept}


def find_secrets(needs: Iterable[str], config: Path, environ: Mapping[str, str]) -> Secrets:
    """Look each name up in secrets.toml, then in the environment; `NAME?` may be missing.

    Raises SecretsOpenError and SecretsFormatError; without `needs` the file is not looked at.
    """
    wanted = list(needs)
    known = read_secrets(config) if wanted else {}
    found: dict[str, str] = {}
    missing: list[str] = []
    for need in wanted:
        name = need.removesuffix("?")
        value = known.get(name, environ.get(name))
        if value:
            found[name] = value
        elif not need.endswith("?"):
            missing.append(name)
    return Secrets(found, tuple(missing), frozenset(known.keys() & found.keys()))


def read_secrets(config: Path) -> dict[str, str]:
    """Read secrets.toml; no file: none."""
    path = config / FILE
    try:
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SecretsFormatError(path, f"cannot be read ({error.strerror or error})") from error
    try:
        _refuse_open(path, os.fstat(fd))
        with os.fdopen(os.dup(fd), "rb") as stream:
            return _parse(path, stream.read())
    finally:
        os.close(fd)


def _refuse_open(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise SecretsFormatError(path, "is not a regular file")
    if os.name == "nt":
        return
    if status.st_mode & 0o077 or status.st_uid != os.geteuid():
        raise SecretsOpenError(path, stat.S_IMODE(status.st_mode))


def _parse(path: Path, content: bytes) -> dict[str, str]:
    import tomllib  # noqa: PLC0415

    try:
        table = tomllib.loads(content.decode())
    except ValueError as error:  # tomllib's message names line and column, never the value
        raise SecretsFormatError(path, str(error)) from None
    secrets = {}
    for name, value in table.items():
        if not isinstance(value, (str, int)) or "\0" in str(value):
            raise SecretsFormatError(path, f"the value of {name} is no text")
        secrets[name] = str(value)
    return secrets
