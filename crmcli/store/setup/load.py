"""Load what the engine files say: from the cache when they are unchanged, else by compiling them."""

from __future__ import annotations

from pathlib import Path

from crmcli.model.schema import Setup
from crmcli.store.machine import place_of
from crmcli.store.setup.cache import CACHE_NAME, read_cache, write_cache
from crmcli.store.setup.files import SETUP_FOLDERS, EngineFile, fingerprint, read_config_file, read_engine_files


def load_setup(root: Path, state: Path | None) -> Setup:
    """Return everything crm.toml, schema/, pipelines/ and the tags of rules/ of the book at `root` say, and what is wrong in them.

    `state` is the book's `.crm` folder, where the compiled form is kept; None, missing or unwritable: compiled each
    time. Nothing in the files raises: see `Setup.problems`.
    """
    files = _files(root)
    key = fingerprint(files, place_of(root))
    kept = read_cache(state / CACHE_NAME, key) if state else None
    if kept is not None:
        return kept
    from crmcli.store.setup.compile import compile_setup  # noqa: PLC0415 - pydantic and tomllib only on a miss

    setup = compile_setup(files)
    if state:
        write_cache(state / CACHE_NAME, key, setup)
    return setup


def setup_key(root: Path) -> str:
    """What changes whenever any of these files does: for a process that stays."""
    return fingerprint(_files(root), "")


def _files(root: Path) -> list[EngineFile]:
    return [read_config_file(root), *read_engine_files(root, SETUP_FOLDERS)]
