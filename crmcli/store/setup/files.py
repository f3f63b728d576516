"""The engine files as bytes: which there are, and one key that changes whenever any of them does."""

from __future__ import annotations

import os
from pathlib import Path

from crmcli.light import NamedTuple
from crmcli.store import disk
from crmcli.store.inside import insist_no_link

try:  # the C function itself: hashlib loads OpenSSL, which costs more than reading all the files
    from _blake2 import blake2b
except ImportError:  # pragma: no cover - an interpreter without the C module
    from hashlib import blake2b

CONFIG = "crm.toml"
SETUP_FOLDERS = ("schema", "pipelines", "rules")
"""What a `Setup` is made from, besides crm.toml."""

LARGEST = 1024 * 1024
"""Bytes an engine file may have: nobody wrote more by hand."""

OTHER_FOLDERS = ("rules", "reports", "imports")
"""Engine files that are read by their own engines."""


class EngineFile(NamedTuple):
    """One file: its path relative to the book, its bytes, and why they could not be read ("" = they were)."""

    path: str
    content: bytes
    trouble: str = ""

    @property
    def folder(self) -> str:
        """The engine's folder; "" for crm.toml."""
        return self.path.rpartition("/")[0]

    @property
    def stem(self) -> str:
        """The file's name without `.toml`: the name of the type, pipeline or report."""
        stem = self.path.rpartition("/")[2].removesuffix(".toml")
        if stem.isascii():
            return stem
        from unicodedata import normalize  # noqa: PLC0415 - few names need it

        return normalize("NFC", stem)


def read_engine_files(root: Path, folders: tuple[str, ...]) -> list[EngineFile]:
    """Read every `*.toml` directly in `folders`, in the order of `folders`, then of the names; a folder that is a link raises (exit 6)."""
    for folder in folders:
        insist_no_link(root, folder)
    return [_read(root, f"{folder}/{name}") for folder in folders for name in _names(root / folder)]


def read_config_file(root: Path) -> EngineFile:
    """Read crm.toml; a missing file is an unreadable one."""
    return _read(root, CONFIG)


def fingerprint(files: list[EngineFile], place: str) -> str:
    """Hash the names and contents of `files` and where they lie: what another place compiled is not believed here."""
    digest = blake2b(place.encode(errors="surrogateescape"), digest_size=20)
    for file in files:
        digest.update(f"{file.path}\0{len(file.content)}\0{file.trouble}\0".encode(errors="surrogateescape"))
        digest.update(file.content)
    return digest.hexdigest()


def hash_text(text: str) -> str:
    """Hash a text, for telling whether it changed."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _names(folder: Path) -> list[str]:
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names are all that is needed
    except OSError:
        return []
    return sorted(name for name in names if name.endswith(".toml") and not name.startswith("."))


def _read(root: Path, path: str) -> EngineFile:
    try:
        content = disk.read_whole(root / path, LARGEST + 1)
    except OSError as error:
        return EngineFile(path, b"", error.strerror or type(error).__name__)
    return EngineFile(path, content) if len(content) <= LARGEST else EngineFile(path, b"", "it is larger than 1 MB")
