"""Which hooks this person trusts: content hashes in the user's own folder, outside every book (DESIGN §7).

A book cannot trust itself. What was trusted is kept beside its hash, so that a later change can be shown as a
difference.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from crmcli.errors import CrmError, UsageError
from crmcli.store import disk

FILE = "trusted-hooks.json"
KEPT = "trusted-hooks"
LARGEST = 64 * 1024 * 1024
"""Bytes a hook may have."""

_NAME = re.compile(r"[^\W_][\w.-]{0,59}")
_LEFT_ALONE = (".md", ".txt", ".sample", ".bak", ".orig", "~")


class TrustFileError(CrmError):
    """The list of trusted hooks cannot be relied on."""

    def __init__(self, path: Path, trouble: str) -> None:
        super().__init__(
            f"{path} {trouble}, so no hook is trusted", hint="repair or remove that file, then trust again"
        )


class TrustInsideBookError(UsageError):
    """The user's folder lies in the book: whatever came with the book would be trusted."""

    def __init__(self, config: Path, root: Path) -> None:
        super().__init__(
            f"your settings folder {config} lies inside the book {root}, so no hook can be trusted",
            hint="let CRM_CONFIG or XDG_CONFIG_HOME name a folder outside the book",
        )


class HookFile(NamedTuple):
    """A hook's bytes as they are now; `trouble` says why it must not be run, "" when nothing speaks against it."""

    name: str
    path: str
    content: bytes
    sha256: str
    trouble: str = ""
    executable: bool = True


def config_folder(environ: Mapping[str, str]) -> Path:
    """Return the user's folder for settings: CRM_CONFIG, else `crm` in XDG_CONFIG_HOME, else the system's place."""
    for given, inside in ((environ.get("CRM_CONFIG", ""), ""), (environ.get("XDG_CONFIG_HOME", ""), "crm")):
        if given.startswith("/"):
            return Path(given, inside)
    from platformdirs import user_config_path  # noqa: PLC0415

    return user_config_path("crm", appauthor=False)


def hook_names(root: Path) -> list[str]:
    """List what lies in `hooks/` and may be a hook: everything but folders, dot files and plain texts."""
    try:
        entries = sorted(os.scandir(root / "hooks"), key=lambda entry: entry.name)
    except OSError:
        return []
    return [
        entry.name
        for entry in entries
        if not entry.name.startswith(".")
        and not entry.name.endswith(_LEFT_ALONE)
        and not entry.is_dir(follow_symlinks=False)
    ]


def is_hook_name(name: str) -> bool:
    """Whether a name is letters, digits, `_ - .`, starting with a letter or digit, and not long."""
    return bool(_NAME.fullmatch(name)) and len(name.encode()) <= 120


def read_hook(root: Path, name: str) -> HookFile:
    """Read a hook without following links; what forbids running it is said in `trouble`."""
    shown = name if name.isprintable() else ascii(name)
    path = f"hooks/{shown}"
    if not is_hook_name(name):
        return HookFile(name, path, b"", "", "has a name that is not letters, digits, '_', '-' or '.'")
    try:
        content, mode = _read_no_follow(root / "hooks", name)
    except OSError as error:
        trouble = "is a symbolic link" if _is_link(root, name) else f"cannot be read ({error.strerror or error})"
        return HookFile(name, path, b"", "", trouble)
    if not stat.S_ISREG(mode):
        return HookFile(name, path, b"", "", "is not a regular file")
    if len(content) > LARGEST:
        return HookFile(name, path, b"", "", f"is larger than {LARGEST // 1024 // 1024} MB")
    return HookFile(name, path, content, digest(content), executable=bool(mode & 0o111))


def digest(content: bytes) -> str:
    """Return the SHA-256 of a hook's bytes, in hex."""
    from hashlib import sha256  # noqa: PLC0415

    return sha256(content).hexdigest()


def trusted_hash(config: Path, root: Path, name: str) -> str:
    """Return the hash of the content trusted for this hook of this book, "" when none is."""
    _refuse_inside(config, root)
    return _read(config).get(_book(root), {}).get(name, "")


def trusted_content(config: Path, sha256: str) -> bytes | None:
    """Return the bytes that were trusted under a hash, None when they were not kept."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        return None
    try:
        content = (config / KEPT / sha256).read_bytes()
    except OSError:
        return None
    return content if digest(content) == sha256 else None


def trust(config: Path, root: Path, file: HookFile) -> None:
    """Note that the person has seen these bytes and lets them run in this book."""
    _refuse_inside(config, root)
    with _held(config):
        kept = config / KEPT
        _make_private(kept)
        _write_private(kept / file.sha256, file.content)
        books = _read(config)
        books.setdefault(_book(root), {})[file.name] = file.sha256
        _write(config, books)


def distrust(config: Path, root: Path, name: str) -> bool:
    """Take the trust back; False when there was none."""
    with _held(config):
        books = _read(config)
        if not books.get(_book(root), {}).pop(name, ""):
            return False
        _write(config, books)
    return True


def _read_no_follow(folder: Path, name: str) -> tuple[bytes, int]:
    """Read through descriptors, so that neither `hooks/` nor the hook can be a link or be swapped for one meanwhile."""
    no_follow = getattr(os, "O_NOFOLLOW", 0)
    folder_fd = os.open(folder, os.O_RDONLY | no_follow | getattr(os, "O_DIRECTORY", 0))
    try:
        fd = os.open(name, os.O_RDONLY | no_follow | getattr(os, "O_NONBLOCK", 0), dir_fd=folder_fd)
    finally:
        os.close(folder_fd)
    with os.fdopen(fd, "rb") as stream:
        mode = os.fstat(fd).st_mode
        return (stream.read(LARGEST + 1) if stat.S_ISREG(mode) else b""), mode


def _is_link(root: Path, name: str) -> bool:
    return (root / "hooks").is_symlink() or (root / "hooks" / name).is_symlink()


def _book(root: Path) -> str:
    return str(root.resolve())


def _refuse_inside(config: Path, root: Path) -> None:
    if config.resolve().is_relative_to(root.resolve()):
        raise TrustInsideBookError(config, root)


def _read(config: Path) -> dict[str, dict[str, str]]:
    import json  # noqa: PLC0415

    path = config / FILE
    try:
        if others_may_write(path):
            raise TrustFileError(path, "may be written by others")
        books = json.loads(path.read_bytes())["books"]
        return {book: dict(hooks) for book, hooks in books.items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise TrustFileError(path, f"cannot be read ({error.strerror or error})") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrustFileError(path, "is not what crm writes") from error


def others_may_write(path: Path) -> bool:
    """Whether somebody else owns a file or may write to it."""
    if os.name == "nt":
        return False
    status = path.stat()
    return status.st_uid != os.geteuid() or bool(status.st_mode & 0o022)


def _write(config: Path, books: Mapping[str, Mapping[str, str]]) -> None:
    import json  # noqa: PLC0415

    content = json.dumps({"format": 1, "books": books}, ensure_ascii=False, indent=1, sort_keys=True)
    _write_private(config / FILE, content.encode() + b"\n")


def _write_private(path: Path, content: bytes) -> None:
    disk.write_atomic(path, content, mode=0o600)
    disk.sync_folder(path.parent)


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def _held(config: Path) -> Iterator[None]:
    """Let one process at a time change the list."""
    from crmcli.store.lock import locked  # noqa: PLC0415

    _make_private(config)
    with locked(config):
        yield
