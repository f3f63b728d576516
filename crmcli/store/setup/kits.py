"""The kits that come with the program: their files, as `crm init` and `crm kit add` copy them into a book."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from crmcli.errors import NotFoundError
from crmcli.text.nearest import nearest

_ABOUT = "kit.toml"


class KitMissingError(NotFoundError):
    """No kit of that name comes with the program."""

    def __init__(self, name: str, known: list[str]) -> None:
        near = next(iter(nearest(name, known)), "")
        hint = f"did you mean {near}?" if near else f"there are: {', '.join(known)}"
        super().__init__(f"there is no kit `{name}`", hint=hint)


def kit_names() -> list[str]:
    """Return the names of the kits, sorted."""
    return sorted(folder.name for folder in _kits().iterdir() if folder.joinpath(_ABOUT).is_file())


def kit_files(name: str) -> list[tuple[str, bytes]]:
    """Return the files of a kit as paths relative to the book and their bytes, sorted; `KitMissingError`."""
    return sorted((path, file.read_bytes()) for path, file in _walk(_kit(name), "") if path != _ABOUT)


def kit_version(name: str) -> str:
    """Return what crm.toml notes under `kits`: `core@1`."""
    from tomllib import loads  # noqa: PLC0415 - only where a kit is added

    return f"{name}@{loads(_kit(name).joinpath(_ABOUT).read_text(encoding='utf-8'))['version']}"


def _kits() -> Traversable:
    return files("crmcli").joinpath("kits")


def _kit(name: str) -> Traversable:
    known = kit_names()
    if name not in known:
        raise KitMissingError(name, known)
    return _kits().joinpath(name)


def _walk(folder: Traversable, path: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in folder.iterdir():
        inner = f"{path}{entry.name}"
        found += _walk(entry, f"{inner}/") if entry.is_dir() else [(inner, entry)]
    return found
