"""Make a new book: crm.toml, the core kit, your member, git."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from crmcli.engines.road import Request, carry_out
from crmcli.errors import ConflictError
from crmcli.model.change import Change
from crmcli.model.ids import new_id, randomness
from crmcli.model.record import Fields, Ref
from crmcli.store import disk, git
from crmcli.store.book import Book, find_book
from crmcli.store.git_setup import install_git
from crmcli.store.holders import take
from crmcli.store.identity import save_me
from crmcli.store.layout import CONFIG, STATE
from crmcli.store.setup.config_text import NewBook, new_config
from crmcli.store.setup.kits import kit_files, kit_version
from crmcli.text.slug import slug

CORE = "core"


class BookThereError(ConflictError):
    """A book was to be made inside another."""

    def __init__(self, root: Path) -> None:
        super().__init__(f"{root} is a book already", hint="work in it, or choose a folder outside it")


class FilesInTheWayError(ConflictError):
    """Files a new book would write are there."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"already there: {', '.join(names[:5])}", hint="choose an empty folder, or move them away")


class Person(NamedTuple):
    """Who makes the book: its first member."""

    name: str
    email: str


class MadeBook(NamedTuple):
    """A new book and sentences for people."""

    book: Book
    notices: list[str]


def init_book(root: Path, wishes: NewBook, person: Person, *, with_git: bool = True) -> MadeBook:
    """Make a book in `root`; raises `BookThereError` (exit 5) inside a book. Commits nothing."""
    outer = find_book(root)
    if outer is not None:
        raise BookThereError(outer)
    files = kit_files(CORE)
    occupied = [name for name, _ in files if (root / name).exists()]
    if occupied:
        raise FilesInTheWayError(occupied)
    disk.make_folder(root)
    state = root / STATE
    clone = take(root, state, randomness())
    for name, content in files:
        disk.make_folder((root / name).parent)
        disk.write_new(root / name, content)
    config = new_config(wishes._replace(kits=(kit_version(CORE),), runner=clone))
    disk.write_new(root / CONFIG, config.encode())
    notices = install_git(root, init=git.find_repository(root) is None) if with_git else []
    book = _with_member(root, state, person)
    return MadeBook(book, notices)


def _with_member(root: Path, state: Path, person: Person) -> Book:
    """Your member is the first record, made by yourself."""
    book = Book(root, me=person.email or f"{person.name}@localhost")
    disk.make_folder(state)
    save_me(book, add_member(book, person, "init").id)
    return book


def add_member(book: Book, person: Person, cmd: str = "member add") -> Ref:
    """Make somebody a member, by their own hand; the book goes on as theirs."""
    record_type = book.setup.types["member"]
    fields: Fields = {"name": person.name or "Me"}
    if person.email:
        fields["email"] = [person.email]
    ref = Ref(record_type.plural, new_id(slug(person.name, "member"), randomness(), lambda _: False))
    book.identify(ref.id)
    carry_out(book, [Change("create", ref, record=fields)], Request(cmd, hooks=False))
    return ref
