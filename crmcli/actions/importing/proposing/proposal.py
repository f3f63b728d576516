"""Header and values of a file become a proposal: which column fills which field, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.importing.binding import CREATED, ID, TAGS
from crmcli.actions.importing.cells import split_list
from crmcli.actions.importing.joining import TOGETHER
from crmcli.actions.importing.proposing.values import MOST, SAID, SAMPLE, reading, type_of
from crmcli.actions.importing.proposing.words import COMPANY, DEAL, FAMILY, GIVEN, PERSON, Meaning, meanings, plain
from crmcli.actions.words import TagMalformedError, check_tag
from crmcli.errors import UsageError
from crmcli.model.schema import Field, RecordType, Setup
from crmcli.store.setup.reserved import FIELD_NAMES
from crmcli.text.slug import slug
from crmcli_formats.sheets import Sheet

if TYPE_CHECKING:
    from crmcli.store.book import Book

_ANYTHING = frozenset(["int", "decimal"])
_NEITHER = frozenset(["calc", "serial", "attachment"])
_PARTS = frozenset([GIVEN, FAMILY])
_TOGETHER = frozenset(["amount", "closing day", "stage"])


class Proposed(NamedTuple):
    """A column (or several joined), the field it fills ("" for none), why, a value; `new` is the field it would need."""

    column: str
    target: str
    why: str
    example: str
    new: tuple[str, str] | None = None  # name and type


class Proposal(NamedTuple):
    """A map for a file: the type of its rows, its columns, what makes a row the same, what references do."""

    type: RecordType
    why: str
    columns: tuple[Proposed, ...]
    same: tuple[str, ...]
    missing: Mapping[str, str]
    lacks: str = ""  # the field without which no row can be taken


class NothingProposedError(UsageError):
    """No column of the file looks like a field of a record."""

    def __init__(self, path: Path, types: Sequence[str]) -> None:
        super().__init__(
            f"{path}: no map knows its columns, and none of them looks like a field",
            hint=f"say what the rows are with --to {' or '.join(types[:3])}, or which map it is with --as",
        )


class TypeUnknownError(UsageError):
    """`--to` names no record type."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"--to: there is no record type `{name}`", hint=f"there are {', '.join(known)}")


def propose(book: Book, path: Path, sheet: Sheet, to: str = "") -> Proposal:
    """Propose a map for a sheet; raises `TypeUnknownError` and `NothingProposedError` (exit 2)."""
    rows = [row.cells for row in islice(sheet.rows, SAMPLE) if not row.trouble]
    columns = [name.strip() for name in sheet.header]
    known = meanings()
    meant = [known.get(plain(name)) for name in columns]
    own = "" if to else _type_of_ids(book, columns, rows)
    record_type, why = _type(book.setup, path, columns, [found.name if found else "" for found in meant], to or own)
    why = f"its ids are those of {record_type.plural}" if own else why
    proposing = _Proposing(book, record_type)
    named = [place for place, name in enumerate(columns) if name and columns.count(name) == 1]
    sampled = {place: [cell for row in rows if place < len(row) and (cell := row[place].strip())] for place in named}
    left = [place for place in named if not proposing.take_named(columns[place], meant[place], sampled[place])]
    for place in left:  # once every column has what its name says
        proposing.take_valued(columns[place], sampled[place])
    proposing.arrange(columns)
    proposal = proposing.proposal(why)
    if not any(one.target for one in proposal.columns):
        raise NothingProposedError(path, _names(book.setup))
    return proposal


def _type_of_ids(book: Book, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The type whose records the column `id` names, "" for none: a list that was exported from here."""
    place = next((place for place, name in enumerate(columns) if plain(name) == ID.name), -1)
    ids = [row[place] for row in rows if 0 <= place < len(row) and row[place]]
    return next((name for name in _names(book.setup) if any(_is_there(book, name, one) for one in ids)), "")


def _is_there(book: Book, type_name: str, name: str) -> bool:
    plural = book.setup.types[type_name].plural
    return book.index.row(f'SELECT 1 FROM "rec_{plural}" WHERE id = ?', (name,)) is not None  # noqa: S608 - a plural


def _names(setup: Setup) -> list[str]:
    return [found.name for found in setup.types.values() if not found.embedded]


def _type(setup: Setup, path: Path, columns: Sequence[str], meant: Sequence[str], to: str) -> tuple[RecordType, str]:
    """What the rows are, and why."""
    if to:
        named = setup.types.get(to) or setup.by_plural(to)
        if named is None or named.embedded:
            raise TypeUnknownError(to, _names(setup))
        return named, "--to says so"
    if "deal" in setup.types and (DEAL in meant or len(_TOGETHER & set(meant)) > 1):
        shown = next(c for c, m in zip(columns, meant, strict=True) if m in {DEAL, *_TOGETHER})
        return setup.types["deal"], f"it has a column {shown}"
    for column, name in zip(columns, meant, strict=True):
        wanted = {COMPANY: "customer", PERSON: "contact", GIVEN: "contact", FAMILY: "contact"}.get(name, "")
        if wanted in setup.types:
            return setup.types[wanted], f"{column} comes first"
    counted = {
        name: sum(_called(setup.types[name], column) is not None for column in columns) for name in _names(setup)
    }
    best = max(counted, key=lambda name: counted[name], default="")
    if not best or not counted[best]:
        raise NothingProposedError(path, _names(setup))
    return setup.types[best], f"{counted[best]} of {len(columns)} columns are called like its fields"


def _called(record_type: RecordType, column: str) -> Field | None:
    """The field that a column is called like: its name, or its label in any language."""
    wanted = plain(column)
    fields = record_type.fields.values()
    return next((f for f in fields if wanted in {plain(f.name), *(plain(text) for text in f.label.values())}), None)


def _are_tags(cell: str) -> bool:
    try:
        return all(check_tag(piece.strip().lstrip("+")) for piece in split_list(TAGS).split(cell) if piece.strip())
    except TagMalformedError:
        return False


class _Proposing:
    def __init__(self, book: Book, record_type: RecordType) -> None:
        self._book = book
        self._type = record_type
        self._columns: list[Proposed] = []
        self._filled: dict[str, str] = {}  # target → column
        self._beside = self._type_beside()
        self._is_part = False  # whether the present column is a part of a name
        self._unread: dict[str, str] = {}  # column → the field its name says and its values do not fit

    def take_named(self, column: str, meaning: Meaning | None, values: Sequence[str]) -> bool:
        """Give a column the field that its name says; whether there is one that can hold its values."""
        self._is_part = meaning is not None and meaning.name in _PARTS
        return self._take(column, self._named(column, meaning), values)

    def take_valued(self, column: str, values: Sequence[str]) -> None:
        """Give a column the field that its values show, or none."""
        self._is_part = False
        if self._take(column, self._valued(values), values):
            return
        told = self._unread.get(column, "no field for it")
        new = (self._fresh_name(column), self._fresh_type(values))
        why = f"{told}; --add-fields makes {new[0]} ({new[1]})" if values else "empty in the rows looked at"
        self._columns.append(Proposed(column, "", why, values[0] if values else "", new if values else None))

    def arrange(self, header: Sequence[str]) -> None:
        """Put the columns in the order of the file."""
        places = {name: place for place, name in enumerate(header)}
        whole = [(places.get(one.column, places.get(one.column.split(TOGETHER)[0], 0)), one) for one in self._columns]
        self._columns = [one for _, one in sorted(whole, key=lambda pair: pair[0])]

    def _take(self, column: str, candidates: Sequence[tuple[str, str]], values: Sequence[str]) -> bool:
        for target, why in candidates:
            field = self._field(target)
            if field is None or self._is_taken(target, field) or field.type in _NEITHER or field.calc or field.embedded:
                continue
            read = self._reading(field, target, values)
            if read < MOST * len(values):
                self._unread.setdefault(
                    column, f"{why}, but {len(values) - read} of {len(values)} values do not read so"
                )
                continue
            some = "" if read == len(values) else f", but {len(values) - read} of {len(values)} values do not read so"
            self._put(column, target, why + some, values[0] if values else "")
            return True
        return False

    def _reading(self, field: Field, target: str, values: Sequence[str]) -> int:
        """How many values a field can hold; of ids all where one is that of a record here, of tags all or none."""
        if field is ID:
            return len(values) if any(_is_there(self._book, self._type.name, value) for value in values) else 0
        if field is TAGS:
            return len(values) if all(_are_tags(value) for value in values) else 0
        return len(values) if field.reference or "." in target else reading(self._book, field, values)

    def proposal(self, why: str) -> Proposal:
        """What was found."""
        own = [one.target for one in self._columns if one.target and "." not in one.target]
        references = [name for name in own if name in self._type.fields and self._type.fields[name].reference]
        tell = [name for name in ("email", "domain") if name in own and self._type.name == "contact"]
        title = self._type.title
        return Proposal(
            self._type,
            why,
            tuple(self._columns),
            (*tell, title) if title in own else tuple(tell),
            {name: "make" if self._makes(name) else "skip" for name in references},
            "" if title in own else title,
        )

    def _makes(self, name: str) -> bool:
        """Whether a reference's record is made of its name alone: companies are, colleagues are not."""
        return self._type.fields[name].reference == "customer"

    def _named(self, column: str, meaning: Meaning | None) -> list[tuple[str, str]]:
        """What a column's name says, in the order it is tried, each with its reason."""
        if plain(column) == ID.name:
            return [(ID.name, "called like the id that every record has")]
        named = _called(self._type, column)
        found = [(named.name, f"called like the field {named.name}")] if named is not None else []
        if meaning is None:
            return found
        meant = [(target, f"{column} means {meaning.name}") for target in self._meant(meaning)]
        return [*meant, *found] if meant and meant[0][0].startswith("contact.") else [*found, *meant]

    def _valued(self, values: Sequence[str]) -> list[tuple[str, str]]:
        """What its values show: numbers are anything, and what is private is nobody's guess."""
        kind = type_of(self._book, values)
        found = []
        if kind and kind not in _ANYTHING:
            fields = [f for f in self._type.fields.values() if f.type == kind and not f.calc and not f.private]
            found = [(field.name, f"its values are {SAID[kind]}") for field in fields]
        options = self._choice(values)
        return [*found, (options, "its values are the options of the field")] if options else found

    def _meant(self, meaning: Meaning) -> list[str]:
        """The fields of the row's own type, then those of the person beside it."""
        title = self._type.title
        if meaning.name == COMPANY:
            return [title] if self._type.name == "customer" else ["customer"]
        if meaning.name == PERSON or meaning.name in _PARTS:
            own = self._type.name == "contact"
            return [title] if own else [f"contact.{self._book.setup.types['contact'].title}"] if self._beside else []
        if meaning.name == DEAL:
            return [title]
        of_kind = [
            f.name
            for f in self._type.fields.values()
            if meaning.kind and f.type == meaning.kind and f.name not in meaning.fields
        ]
        own_fields = [*meaning.fields, *of_kind]
        if not self._beside or not self._filled.get(f"contact.{self._beside.title}"):
            return own_fields
        theirs = [f"contact.{name}" for name in meaning.fields if name in self._beside.fields]
        return [*theirs, *own_fields] if meaning.name != "notes" else own_fields

    def _choice(self, values: Sequence[str]) -> str:
        if not values:
            return ""
        choices = [f for f in self._type.fields.values() if f.type == "choice" and f.options]
        return next((f.name for f in choices if reading(self._book, f, values) == len(values)), "")

    def _put(self, column: str, target: str, why: str, example: str) -> None:
        """Note a column; a second one for a name joins the first."""
        before = self._filled.get(target)
        if before is not None and self._joins(target):
            place = next(n for n, one in enumerate(self._columns) if one.column == before)
            joined = f"{before}{TOGETHER}{column}"
            old = self._columns[place]
            self._columns[place] = old._replace(
                column=joined, why=f"{before} and {column} make one name", example=f"{old.example} {example}"
            )
            self._filled[target] = joined
            return
        self._filled[target] = column
        self._columns.append(Proposed(column, target, why, example))

    def _is_taken(self, target: str, field: Field) -> bool:
        return target in self._filled and not field.many and not self._joins(target)

    def _joins(self, target: str) -> bool:
        """Whether the present column and what fills a target by now are parts of one name."""
        if not self._is_part:
            return False
        known = meanings()
        parts = [known.get(plain(name)) for name in self._filled.get(target, "").split(TOGETHER)]
        return bool(parts) and all(part is not None and part.name in _PARTS for part in parts)

    def _field(self, target: str) -> Field | None:
        head, dot, inner = target.partition(".")
        field = self._type.fields.get(head)
        if not dot:
            return field or {"created": CREATED, "tags": TAGS, "id": ID}.get(target)
        if field is not None:
            return field if field.type == "address" else None
        return self._beside.fields.get(inner) if self._beside else None

    def _type_beside(self) -> RecordType | None:
        """The people of the row's record, where it may have some."""
        found = self._book.setup.types.get("contact")
        if found is None or found is self._type:
            return None
        links = any(field.reference == self._type.name and not field.many for field in found.fields.values())
        return found if links else None

    def _fresh_name(self, column: str) -> str:
        base = slug(column, "field").replace("-", "_")
        name = base if base[:1].isalpha() else f"field_{base}"
        name = f"{self._type.name}_{name}" if name in FIELD_NAMES else name
        taken = {*self._type.fields, *(one.new[0] for one in self._columns if one.new)}
        number = 2
        fresh = name
        while fresh in taken:
            fresh, number = f"{name}_{number}", number + 1
        return fresh

    def _fresh_type(self, values: Sequence[str]) -> str:
        found = type_of(self._book, values)
        return f"{found}[]" if found in {"email", "phone"} else found or "text"
