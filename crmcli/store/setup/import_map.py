"""Read an import map, `imports/NAME.toml` (ENGINES §2): how the columns of files become fields.

Only `crm import` reads one, so this is the one place besides the schema's that loads pydantic. What is wrong in the words raises
with every place; whether the names in them exist is asked later, when the file and the schema are at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from crmcli.errors import BadDataError, UsageError
from crmcli.model.problem import Problem
from crmcli.store.setup.files import read_engine_files
from crmcli.store.setup.locate import Keys
from crmcli.store.setup.source import Source, parse_source
from crmcli.store.setup.verdict import read_tables, read_words
from crmcli.store.setup.words.imports import ImportFileWords, ImportWords
from crmcli.text.nearest import nearest

FOLDER = "imports"
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


class MapPart(NamedTuple):
    """How one kind of file becomes records; the words of ENGINES §2 and SETTLED 24, as written."""

    name: str  # of the map, for `via`
    path: str
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
    """The names of the book's maps."""
    return [file.stem for file in read_engine_files(root, (FOLDER,))]


def load_import_map(root: Path, name: str) -> ImportMap:
    """Read a map; raises `MapMissingError` (exit 2) and `MapBrokenError` (exit 6)."""
    files = {file.stem: file for file in read_engine_files(root, (FOLDER,))}
    if name not in files:
        raise MapMissingError(name, list(files))
    source, problems = parse_source(files[name])
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
    return MapPart(name, source.path, **said, lines=lines, within=within)


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
