"""A book: the folder, what its engine files say, who is using it, and its index."""

from __future__ import annotations

import os
from datetime import datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli import clock
from crmcli.errors import BadDataError, NotFoundError, UsageError
from crmcli.light import NamedTuple
from crmcli.model.record import Record, Ref
from crmcli.model.schema import RecordType, Setup
from crmcli.model.types.base import ValueContext
from crmcli.store.index.index import Index
from crmcli.store.inside import insist_own_state
from crmcli.store.layout import CONFIG, STATE
from crmcli.store.setup import load_setup

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from crmcli.query.env import QueryEnv
    from crmcli.store.git import Repository
    from crmcli.store.past import PastBook
    from crmcli.text.from_now import Worked

FORMAT = 1
"""The newest book format this program reads and writes."""


class BookNotFoundError(NotFoundError):
    """There is no book where one was looked for."""

    def __init__(self, where: Path) -> None:
        super().__init__(
            f"no book in {where} or any folder above it",
            hint="make one with `crm init DIR`, or name one with --book or CRM_BOOK",
        )


class BookTooNewError(BadDataError):
    """The book was written by a later program."""

    def __init__(self, root: Path, found: int) -> None:
        super().__init__(
            f"{root / CONFIG} says format = {found}; this program knows formats up to {FORMAT}",
            hint="install a newer crm; nothing was read or changed",
        )


class NobodyWritesError(UsageError):
    """A change without an author."""

    def __init__(self) -> None:
        super().__init__(
            "who are you? the book does not know which member is writing",
            hint="say it once with `crm config me YOU`, or per command with --me or CRM_ME",
        )


class InGit(NamedTuple):
    """A book's repository, its folder there ("" or with a slash at the end), and the commit that it is the tree of."""

    repository: Repository
    prefix: str
    commit: str


class RecordMissingError(NotFoundError):
    """A record that should be there is not."""

    def __init__(self, ref: Ref) -> None:
        super().__init__(f"there is no {ref}", hint="`crm check` says what became of it")


def find_book(start: Path) -> Path | None:
    """The nearest folder at or above `start` that holds a crm.toml."""
    start = start.absolute()
    return next((folder for folder in (start, *start.parents) if (folder / CONFIG).is_file()), None)


def default_book() -> Path | None:
    """The book the user named as the default in the config folder, if any."""
    from platformdirs import user_config_path  # noqa: PLC0415 - only outside every book

    try:
        text = (user_config_path("crm") / "book").read_text(encoding="utf-8").strip()
    except OSError:
        return None
    return Path(text) if text else None


def open_book(path: Path | str | None = None, *, me: str = "") -> Book:
    """Open the book at `path`, else the one `CRM_BOOK` names, the one around the current folder, the user's default.

    Raises `BookNotFoundError` (exit 3) and `BookTooNewError` (exit 6); broken engine files and records do not raise.
    """
    asked = path or os.environ.get("CRM_BOOK")
    root = find_book(Path(asked).expanduser()) if asked else find_book(Path.cwd()) or default_book()
    if root is None or not (root / CONFIG).is_file():
        raise BookNotFoundError(Path(asked).absolute() if asked else Path.cwd())
    insist_own_state(root)
    return Book(root, me=me)


class Book:
    """One open book. Cheap to make: setup and index are read when first asked for."""

    def __init__(self, root: Path, *, me: str = "") -> None:
        self.root = root
        self.state = root / STATE
        self._asked_me = me
        self.steady = False
        """Whether its index answers all questions between two looks from one state; said before it is first asked."""
        self.progress: Callable[[int, int], None] | None = None
        """Told how far long work on the index is: done, of how many."""
        self.waits: Callable[[], object] | None = None
        """Called again and again while another process makes the index; what it raises ends the wait."""
        self.introduce: Callable[[Book], str] | None = None
        """Asks who is at the keyboard where no member is known: the member's id, or what was known."""

    @cached_property
    def setup(self) -> Setup:
        """What the engine files say."""
        setup = load_setup(self.root, self.state)
        if setup.config.format > FORMAT:
            raise BookTooNewError(self.root, setup.config.format)
        return setup

    @cached_property
    def zone(self) -> tzinfo:
        """The book's time zone."""
        name = self.setup.config.timezone
        if name == "UTC":
            from datetime import UTC  # noqa: PLC0415

            return UTC
        from zoneinfo import ZoneInfo  # noqa: PLC0415 - 5 ms that a book in UTC saves

        return ZoneInfo(name)

    def now(self) -> datetime:
        """The present moment in the book's zone."""
        return clock.now(self.zone)

    @cached_property
    def context(self) -> ValueContext:
        """What values mean here."""
        config = self.setup.config
        return ValueContext(
            config.currency,
            config.country,
            config.timezone,
            config.language,
            self.now(),
            self.resolve,
            lambda on: (
                self.index.row(f'SELECT 1 FROM "rec_{on.split("/")[0]}" WHERE id = ?', (on.split("/")[1],)) is not None
            ),
            self.setup.types,
            self.worked(),
        )

    def worked(self, type_name: str = "") -> Worked | None:
        """What counts typed working time: by the calendar of a type, else the book's first; None in a book without hours."""
        hours = self.setup.hours_of(type_name)
        if hours is None:
            return None
        from crmcli.model.working import worked_by  # noqa: PLC0415 - only in a book with hours

        return worked_by(hours)

    def context_of(self, record_type: RecordType) -> ValueContext:
        """What values typed into a record of a type mean: its working calendar counts."""
        return self.context._replace(worked=self.worked(record_type.name)) if self.context.worked else self.context

    def look_at_clock(self) -> None:
        """Let what people type mean what it means now: for a process that stays."""
        self.__dict__.pop("context", None)

    @cached_property
    def index(self) -> Index:
        """The index, not yet refreshed."""
        index = Index(self.root, self.state, self.setup, self.context)
        index.progress = self.progress
        index.waits = self.waits
        index.steady = self.steady
        return index

    @cached_property
    def me(self) -> str:
        """The member's id, else the e-mail git knows, else ""."""
        from crmcli.store.identity import whoami  # noqa: PLC0415 - many questions never ask who

        return whoami(self, self._asked_me)

    def identify(self, member: str) -> None:
        """Say who this process writes as, whatever the files say: a member that is only being made."""
        self.__dict__["me"] = member

    def in_git(self) -> InGit | None:
        """Where the book lies in git; None outside it."""
        from crmcli.store import git  # noqa: PLC0415 - few questions are about git

        repository = git.find_repository(self.root)
        return InGit(repository, git.prefix_of(repository, self.root), "HEAD") if repository else None

    def query_env(self) -> QueryEnv:
        """What questions are asked in."""
        from crmcli.query.env import QueryEnv  # noqa: PLC0415 - writes without a filter do not need it

        return QueryEnv(self.setup, self.now(), self.me, self._tags, rate=self.rate)

    def rate(self, currency: str) -> Decimal | None:
        """What one unit of a currency is in the book's today; None where rates.tsv does not say."""
        return self.index.rates.latest(currency, self.now().date().isoformat())

    def _tags(self) -> set[str]:
        return {str(row[0]) for row in self.index.rows("SELECT DISTINCT tag FROM tags")}

    def writer(self) -> str:
        """Who writes; raises `NobodyWritesError` (exit 2) when nobody knows."""
        if self.introduce and (not self.me or "@" in self.me):
            self.identify(self.introduce(self))
        if not self.me:
            raise NobodyWritesError
        return self.me

    def type_of(self, ref: Ref) -> RecordType:
        """The record type of a ref."""
        found = self.setup.by_plural(ref.plural)
        if found is None:
            raise RecordMissingError(ref)
        return found

    def resolve(self, type_name: str, who: str) -> str:
        """The id of the record WHO names among a type ("plural/id" for `*`, any type)."""
        if who == "me" and type_name == "member" and self.me:
            return self.me
        from crmcli.store.who import find_who  # noqa: PLC0415 - reads without WHO do not need it

        types = [self.setup.types[type_name]] if type_name != "*" else None
        ref = find_who(self, who, types)
        return str(ref) if type_name == "*" else ref.id

    def path_of(self, ref: Ref) -> str:
        """The file of a record, relative to the book; raises `RecordMissingError` (exit 3)."""
        self.type_of(ref)
        row = self.index.row(f'SELECT "_path" FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))
        if row is None:
            raise RecordMissingError(ref)
        return str(row[0])

    def title_of(self, ref: Ref) -> str:
        """What stands for a record in a line, else its id."""
        row = self.index.row(f'SELECT "_title" FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))
        return str(row[0]) if row and row[0] else ref.id

    def read_record(self, ref: Ref) -> Record:
        """The record as its file says it now; raises `RecordMissingError`, or `BrokenRecordError` (exit 6)."""
        from crmcli.store.as_indexed import record_as_indexed  # noqa: PLC0415
        from crmcli.store.records import read_good_record  # noqa: PLC0415

        path = self.path_of(ref)
        try:
            read = record_as_indexed(self, path) if self.steady else read_good_record(self.root, path)
        except FileNotFoundError:  # gone since the index looked
            raise RecordMissingError(ref) from None
        return read.record

    def record_bytes(self, ref: Ref) -> bytes:
        """The bytes of the record's file, broken or not; raises `RecordMissingError` (exit 3)."""
        from crmcli.store.as_indexed import bytes_as_indexed  # noqa: PLC0415
        from crmcli.store.records import read_bytes  # noqa: PLC0415

        path = self.path_of(ref)
        try:
            return bytes_as_indexed(self, path) if self.steady else read_bytes(self.root, path)
        except FileNotFoundError:  # gone since the index looked
            raise RecordMissingError(ref) from None

    def find_elsewhere(self, word: str, types: Sequence[RecordType] | None) -> Ref | None:
        """Where else to look for WHO when nobody answers: nowhere."""
        del word, types
        return None

    def at(self, moment: datetime, known: datetime | None = None) -> PastBook:
        """The book as it was at `moment`, not later than now; with `known`, as far as it was recorded by then."""
        from crmcli.store.past import PastBook  # noqa: PLC0415 - only where the past is asked for

        return PastBook(self, moment, known)
