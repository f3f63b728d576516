"""A book with a map, a file to import, and what is in the book afterwards."""

from __future__ import annotations

from pathlib import Path

from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.outcome import ImportOutcome
from crmcli.actions.importing.run import import_file
from crmcli.model.record import Record, Ref
from crmcli_formats.csv import Table
from tests.books import make_book, reopen


class Desk:
    """One book and the folder imports run in; every import sees the book as a new process does."""

    def __init__(self, folder: Path, *, with_git: bool = False) -> None:
        self.folder = folder
        self.book = make_book(folder / "book", with_git=with_git)

    @property
    def root(self) -> Path:
        return self.book.root

    def map(self, text: str, name: str = "test") -> None:
        (self.root / "imports").mkdir(exist_ok=True)
        (self.root / "imports" / f"{name}.toml").write_text(text, encoding="utf-8")

    def schema(self, name: str, text: str) -> None:
        (self.root / "schema" / f"{name}.toml").write_text(text, encoding="utf-8")
        self.book = reopen(self.book)

    def file(self, *lines: str, name: str = "rows.csv") -> Path:
        path = self.folder / name
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    def take(self, *lines: str, by: str = "test", to: str = "", dry_run: bool = False) -> ImportOutcome:
        """Import these lines."""
        return self.take_file(self.file(*lines), by=by, to=to, dry_run=dry_run)

    def take_file(self, path: Path, by: str = "test", to: str = "", *, dry_run: bool = False) -> ImportOutcome:
        outcome = self.import_file(path, Asked(by, to, dry_run=dry_run))
        self.book = reopen(self.book)
        return outcome

    def import_file(self, path: Path, asked: Asked) -> ImportOutcome:
        """Import with every word there is; of a file with one table."""
        [outcome] = import_file(self.book, path, asked._replace(folder=self.folder))
        return outcome

    def records(self, plural: str) -> list[Record]:
        """The records of a type, in the order of their titles."""
        rows = self.book.index.rows(f'SELECT id FROM "rec_{plural}" ORDER BY "_title", id')  # noqa: S608
        return [self.book.read_record(Ref(plural, row[0])) for row in rows]

    def fields(self, plural: str, *names: str) -> list[tuple[str, ...]]:
        return [tuple(" ".join(record.items(name)) for name in names) for record in self.records(plural)]

    def one(self, plural: str, title: str) -> Record:
        row = self.book.index.row(f'SELECT id FROM "rec_{plural}" WHERE "_title" = ?', (title,))  # noqa: S608
        assert row is not None, title
        return self.book.read_record(Ref(plural, row[0]))

    def files(self) -> dict[str, bytes]:
        """Every file of the book but this machine's own."""
        found = (path for path in self.root.rglob("*") if path.is_file())
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in found
            if not {".crm", ".git"} & set(path.relative_to(self.root).parts)
        }

    def rejected(self, outcome: ImportOutcome) -> list[tuple[str, str, str]]:
        """Line, column and reason of each refused row."""
        with Table(Path(outcome.rejects)) as table:
            return [(row.cells[0], row.cells[1], row.cells[2]) for row in table]


def counts(outcome: ImportOutcome) -> tuple[int, int, int, int]:
    """New, changed, same, refused."""
    return outcome.new, outcome.changed, outcome.same, outcome.refused
