"""Read an import map, `imports/NAME.toml` (ENGINES §2): how the columns of files become fields.

Only `crm import` reads one, so this is the one place besides the schema's that loads pydantic. What is wrong in the words raises
with every place; whether the names in them exist is asked later, when the file and the schema are at hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from crmcli.errors import BadDataError, UsageError
from crmcli.model.problem import Problem
from crmcli.store import disk
from crmcli.store.inside import insist_no_link
from crmcli.store.lock import locked
from crmcli.store.setup.files import EngineFile, read_engine_files
from crmcli.store.setup.locate import Keys
from crmcli.store.setup.source import Source, parse_source
from crmcli.store.setup.verdict import read_tables, read_words
from crmcli.store.setup.words.imports import ImportFileWords, ImportWords
from crmcli.text.nearest import nearest

FOLDER = "imports"
SHIPPED = "crmcli/kits/imports"
"""Where the program's own maps lie."""
POLICIES = ("fail", "make", "skip")
"""What `missing` may say, the default first."""


class MapMissingError(UsageError):
    """No map of that name."""

    def __init__(self, name: str, known: list[str]) -> None:
        near = next(iter(nearest(name, known)), "")
        listed = f"name one with --as: {', '.join(known)}" if known else f"write {FOLDER}/{name or 'NAME'}.toml"
        asked = f"there is no import map `{name}`" if name else "which import map?"
        super().__init__(asked, hint=f"did you mean `{near}`?" if near else listed)


class MapBrokenError(BadDataError):
    """A map whose words are wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        lines = [f"{p.path}:{p.line}: {p.message}" for p in problems]
        super().__init__("\n".join(lines), hint=problems[0].remedy)


class MapPartMissingError(UsageError):
    """A map for several files, and none of its parts is for this one."""

    def __init__(self, found: ImportMap, wanted: str) -> None:
        near = next(iter(nearest(wanted, found.parts)), "")
        asked = f"it has {', '.join(found.parts)}" + (f"; did you mean {near}?" if near else "")
        super().__init__(
            f"{found.path} has no [file.{wanted}]: {asked}", hint=f"name the part: --as {found.name}.{near or 'PART'}"
        )


class MapWordError(UsageError):
    """A word of a map that does not fit the file or the schema; `place` is `imports/x.toml:5`."""

    def __init__(self, place: str, message: str, hint: str = "") -> None:
        super().__init__(f"{place}: {message}", hint=hint)


class MapNameError(UsageError):
    """A name that no file of a map may have."""

    def __init__(self, name: str) -> None:
        super().__init__(f"--save: {name!r} is no name of a map", hint="letters, digits, - and _, for example leads")


class MapThereError(UsageError):
    """A map is saved under the name of one that is there."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{FOLDER}/{name}.toml is there already",
            hint=f"--as {name} uses it; --save with another name writes a new one",
        )


class MapPart(NamedTuple):
    """How one kind of file becomes records; the words of ENGINES §2 and SETTLED 24, as written."""

    name: str  # of the map, for `via`
    path: str
    header: tuple[str, ...]  # columns by which a file is known; "" in none of them
    to: str
    set: Mapping[str, str]
    same: tuple[str, ...]
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    id: str
    dates: Mapping[str, str]
    missing: Mapping[str, str]
    moves: Mapping[str, str]
    lines: Mapping[Keys, int]
    within: Keys = ()
    shipped: bool = False  # it came with the program, which does not know the book's fields

    @property
    def called(self) -> str:
        """What `--as` names it by."""
        return f"{self.name}.{self.within[-1]}" if self.within else self.name

    def fits(self, columns: AbstractSet[str]) -> int:
        """By how many columns a file is known as this one's, 0 where one of them lacks; `columns` are case-folded."""
        return len(self.header) if all(name.casefold() in columns for name in self.header) else 0

    def place(self, *keys: str) -> str:
        """Where a word stands: `imports/maven.toml:12`."""
        return f"{self.path}:{self.line(*keys)}"

    def line(self, *keys: str) -> int:
        """The line of a word, of the table it is missing from, or the first."""
        tried = ((*self.within, *keys), keys, (*self.within, *keys[:1]), keys[:1], self.within)
        return next((self.lines[place] for place in tried if place in self.lines), 1)


class ImportMap(NamedTuple):
    """A map: one part for any file, or parts by the names of files."""

    name: str
    path: str
    own: MapPart
    parts: Mapping[str, MapPart]

    def known_by(self, header: Sequence[str]) -> MapPart | None:
        """The part whose `header` a file has; of several the one with most columns in it."""
        columns = {name.strip().casefold() for name in header}
        found = max((*self.parts.values(), self.own), key=lambda part: part.fits(columns))
        return found if found.fits(columns) else None

    def part_for(self, stem: str, asked: str = "") -> MapPart:
        """The part for a file called `stem`, or the one asked for; raises `MapPartMissingError` (exit 2)."""
        wanted = asked or stem.removesuffix(".rejects")
        for name, part in self.parts.items():
            if name.casefold() == wanted.casefold():
                return part
        if asked or not (self.own.columns and self.own.to):
            if self.parts:
                raise MapPartMissingError(self, wanted)
            if asked:
                raise MapMissingError(f"{self.name}.{asked}", [self.name])
        return self.own


def import_map_names(root: Path) -> list[str]:
    """The names of the book's maps, and of those that come with the program."""
    return list(_files(root))


def known_map(root: Path, header: Sequence[str]) -> tuple[ImportMap, MapPart] | None:
    """The map and the part that a file is known by; the book's before the program's, and then by most columns."""
    found: tuple[ImportMap, MapPart] | None = None
    best = (False, 0)
    for name in _files(root):
        with suppress(MapBrokenError):  # `crm check` says so; it is no map to find by itself
            whole = load_import_map(root, name)
            part = whole.known_by(header)
            if part is not None and (not part.shipped, len(part.header)) > best:
                best = (not part.shipped, len(part.header))
                found = whole, part
    return found


def _files(root: Path) -> dict[str, EngineFile]:
    """The maps by name; the book's own stands for one of the program's that is called so."""
    shipped = resources.files("crmcli").joinpath("kits", FOLDER)
    known = {
        file.name.removesuffix(".toml"): EngineFile(f"{SHIPPED}/{file.name}", file.read_bytes())
        for file in sorted(shipped.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    }
    own = {file.stem: file for file in read_engine_files(root, (FOLDER,))}
    return {**own, **{name: file for name, file in known.items() if name not in own}}


def load_import_map(root: Path, name: str) -> ImportMap:
    """Read a map; raises `MapMissingError` (exit 2) and `MapBrokenError` (exit 6)."""
    files = _files(root)
    if name not in files:
        raise MapMissingError(name, list(files))
    return _read(name, files[name])


def map_of(name: str, text: str, path: str) -> ImportMap:
    """The map of a text that is in no file; `path` is what messages call it."""
    return _read(name, EngineFile(path, text.encode()))


def map_bytes(root: Path, name: str) -> bytes:
    """A map as it stands in its file; raises `MapMissingError` (exit 2)."""
    files = _files(root)
    if name not in files:
        raise MapMissingError(name, list(files))
    return files[name].content


def save_map(root: Path, name: str, content: bytes) -> str:
    """Write imports/NAME.toml and return that path; raises `MapNameError` and `MapThereError` (exit 2)."""
    if not name.replace("-", "").replace("_", "").isalnum():
        raise MapNameError(name)
    path = f"{FOLDER}/{name}.toml"
    insist_no_link(root, FOLDER)
    with locked(root):
        if (root / path).exists():
            raise MapThereError(name)
        (root / FOLDER).mkdir(exist_ok=True)
        disk.write_atomic(root / path, content)
    return path


def _read(name: str, file: EngineFile) -> ImportMap:
    source, problems = parse_source(file)
    if source is None:
        raise MapBrokenError(problems)
    words, problems = read_words(ImportWords, source.table, source, (), name)
    if words is None:
        raise MapBrokenError(problems)
    parts, problems = read_tables(ImportFileWords, words.file, source, ("file",), f"{name}.file")
    own = _part(name, source, words, words, ())
    found = {key: _part(name, source, words, part, ("file", key)) for key, part in parts.items()}
    for part in (own, *found.values()):
        problems += _wrong_policies(part)
    if problems:
        raise MapBrokenError(sorted(set(problems), key=lambda problem: problem.line))
    return ImportMap(name, source.path, own, found)


def _part(name: str, source: Source, whole: ImportWords, words: ImportFileWords, within: Keys) -> MapPart:
    """The words of a part; what it does not say, the whole file's do."""
    said = {key: _said(key, whole, words) for key in ImportFileWords.model_fields}
    lines = {keys: place.line for keys, place in source.places.items()}
    return MapPart(name, source.path, **said, lines=lines, within=within, shipped=source.path.startswith(SHIPPED))


def _said(key: str, whole: ImportWords, words: ImportFileWords) -> Any:  # noqa: ANN401 - typed by MapPart
    return getattr(words if key in words.model_fields_set else whole, key)


def _wrong_policies(part: MapPart) -> list[Problem]:
    return [
        Problem(
            "value-wrong",
            part.path,
            part.line("missing", field),
            f'`{field}` of missing must be one of {", ".join(POLICIES)}, not "{policy}"',
            f'for example {field} = "make"',
        )
        for field, policy in part.missing.items()
        if policy not in POLICIES
    ]
