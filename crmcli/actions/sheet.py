"""A list edited as a sheet: the cells that were changed become one op."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.attach import Copies
from crmcli.actions.words import changes_of
from crmcli.engines import form
from crmcli.engines.outcome import Outcome
from crmcli.engines.road import Request, carry_out
from crmcli.errors import BadDataError, CauseError, ConflictError, CrmError
from crmcli.model.change import Change
from crmcli.model.keys import key_of
from crmcli.model.record import Ref
from crmcli.model.schema import Field, RecordType
from crmcli.text.sheet import SheetRow, read_sheet, write_sheet

if TYPE_CHECKING:
    from crmcli.store.book import Book

_LITERAL = frozenset(["text", "json"])
"""Fields whose cells are taken as they stand: `@x` and `(x)` mean themselves there."""

_SPLIT = frozenset(["choice", "checklist", "email", "phone", "domain", "id", "country", "language", "currency"])
"""Lists whose items hold no commas, so that a cell of them can be read back."""


class SheetUnreadableError(BadDataError):
    """A line of the sheet that cannot be understood."""

    def __init__(self, line: int, why: str, hint: str) -> None:
        super().__init__(f"line {line}: {why}" if line else why, hint=hint)


class CellRefusedError(CauseError):
    """A cell that its field, or a rule of the book, does not take."""

    def __init__(self, line: int, column: str, error: CrmError) -> None:
        super().__init__(f"line {line}, {column}: {error}", error)


class CellsMovedError(ConflictError):
    """Cells were changed in the book while the sheet was open."""

    def __init__(self, cells: Sequence[str]) -> None:
        super().__init__(
            f"changed in the book while you were editing: {', '.join(cells)}",
            hint="open the sheet again and edit from what is there now",
        )


class Cell(NamedTuple):
    """One cell that was changed: where it stands in the text, what is written in it."""

    line: int
    name: str  # the record's id
    column: str
    text: str


class Sheet(NamedTuple):
    """A list that is being edited: its columns and, by id, its rows as they were written into the text."""

    type: RecordType
    columns: tuple[str, ...]
    rows: Mapping[str, Sequence[str]]

    @property
    def writable(self) -> dict[str, Field | None]:
        """The columns that can be changed, with their fields; `tags` has none."""
        return {name: field for name in self.columns for ok, field in [_writable(self.type, name)] if ok}

    def text(self, title: str) -> str:
        """The sheet as text for an editor."""
        fixed = [name for name in self.columns if name not in self.writable]
        remarks = [
            title,
            "Change cells as `crm set` takes them (12k, fri, anna); an empty cell empties the field. Save and leave.",
            f"A line that is removed leaves its record as it is. What stays as it is: {', '.join(fixed)}.",
        ]
        return write_sheet(remarks, self.columns, list(self.rows.values()))


def _writable(record_type: RecordType, name: str) -> tuple[bool, Field | None]:
    if name == "tags":
        return True, None
    field = record_type.fields.get(name)
    if field is None or field.calc or field.embedded or field.type in ("serial", "markdown", "file", "image"):
        return False, None
    return not field.many or bool(field.reference) or field.type in _SPLIT, field


def changed_cells(sheet: Sheet, text: str) -> list[Cell]:
    """What was changed in an edited sheet; raises `SheetUnreadableError` (exit 6)."""
    read = read_sheet(text)
    if "id" not in read.columns:
        raise SheetUnreadableError(read.line, "the head has no column `id`", "leave the line with the columns' names")
    for name in read.columns:
        if name not in sheet.columns or read.columns.count(name) > 1:
            why = f"the head names `{name}`, which the sheet did not have so"
            raise SheetUnreadableError(read.line, why, f"its columns are {', '.join(sheet.columns)}")
    found: list[Cell] = []
    seen: dict[str, int] = {}
    for row in read.rows:
        found += _row_cells(sheet, read.columns, row, seen)
    return found


def _row_cells(sheet: Sheet, columns: Sequence[str], row: SheetRow, seen: dict[str, int]) -> list[Cell]:
    if len(row.cells) != len(columns):
        why = f"{len(row.cells)} cells stand under {len(columns)} columns"
        raise SheetUnreadableError(row.line, why, r"cells stand between bars; a bar inside of a cell is written \|")
    name = row.cells[columns.index("id")]
    if name not in sheet.rows:
        hint = f"ids stay as they are; `crm {sheet.type.name} add` makes a record"
        raise SheetUnreadableError(row.line, f"`{name}` is none of the sheet's ids", hint)
    if seen.setdefault(name, row.line) != row.line:
        raise SheetUnreadableError(
            row.line, f"{name} stands in line {seen[name]} already", "leave one of the two lines"
        )
    base = dict(zip(sheet.columns, sheet.rows[name], strict=True))
    cells = [Cell(row.line, name, column, text) for column, text in zip(columns, row.cells, strict=True)]
    changed = [cell for cell in cells if cell.text != base[cell.column].strip(" ")]
    for cell in changed:
        if cell.column not in sheet.writable:
            hint = f"put `{base[cell.column]}` back; what can be changed here: {', '.join(sheet.writable)}"
            raise SheetUnreadableError(row.line, f"`{cell.column}` cannot be changed in a sheet", hint)
    return changed


def removed_lines(sheet: Sheet, text: str) -> int:
    """How many records have no line any more in a sheet that `changed_cells` understood."""
    return len(sheet.rows) - len(read_sheet(text).rows)


def check_unmoved(sheet: Sheet, cells: Sequence[Cell], now: Sheet) -> None:
    """Raise `CellsMovedError` (exit 5) for cells that the book has otherwise by `now`, and not as they were wanted."""
    moved = []
    for cell in cells:
        place = sheet.columns.index(cell.column)
        present = now.rows[cell.name][place] if cell.name in now.rows else None
        if present not in (sheet.rows[cell.name][place], cell.text):
            moved.append(f"{cell.name} {cell.column}")
    if moved:
        raise CellsMovedError(moved)


def write_cells(
    book: Book, sheet: Sheet, cells: Sequence[Cell], now: Callable[[], Sheet], *, dry_run: bool = False
) -> Outcome:
    """Write the changed cells as one op; a changed stage moves, after the other cells of its record.

    `now` gives the same rows as the book has them when it is asked. Raises `CellsMovedError` (exit 5), `CellRefusedError`
    with the exit code of what refused it, and what the book's rules say of a record.
    """
    work = _Cells(book, sheet, cells)

    def changes() -> list[Change]:
        check_unmoved(sheet, cells, now())
        return work.changes()

    outcome = carry_out(book, changes, Request("sheet", dry_run=dry_run))
    return outcome._replace(notices=[*work.notices, *outcome.notices])


class _Cells:
    """Changed cells as changes."""

    def __init__(self, book: Book, sheet: Sheet, cells: Sequence[Cell]) -> None:
        self._book = book
        self._sheet = sheet
        self._stage = sheet.type.stage.name if sheet.type.stage else ""
        self._cells = sorted(cells, key=lambda cell: (cell.line, cell.column == self._stage))
        self._no_copies = Copies(book)  # files are no columns of a sheet
        self.notices: dict[str, None] = {}

    def changes(self) -> list[Change]:
        """The changes from what the records say now."""
        changes: list[Change] = []
        for cell in self._cells:
            try:
                changes += self._changes(cell)
            except CrmError as error:
                raise CellRefusedError(cell.line, cell.column, error) from None
        return changes

    def _changes(self, cell: Cell) -> list[Change]:
        book, record_type = self._book, self._sheet.type
        ref = Ref(record_type.plural, cell.name)
        if cell.column == self._stage:
            return [Change("move", ref, to=cell.text)]
        field = self._sheet.writable[cell.column]
        if field is not None and field.type in _LITERAL and not field.many:
            stored = form.typed_value(book, record_type, field, cell.text) if cell.text else None
            return [Change("set", ref, key_of(field, book.read_record(ref).fields), to=stored)]
        written = changes_of(book, book.read_record(ref), [f"{cell.column}={cell.text}"], self._no_copies)
        self.notices |= dict.fromkeys(written.notices)
        return written.changes
