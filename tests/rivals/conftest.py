"""Books to fight over, and processes that do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.book import Book, open_book
from tests.books import make_book
from tests.rivals.pool import Rival
from tests.storing import git

RIVALS = 16
ACME, BOLT = Ref("customers", "acme-7k3f9"), Ref("customers", "bolt-2m4pq")
FIELDS = (*(f"own{number}" for number in range(RIVALS)), "same", "left", "right")


def _with_fields(root: Path) -> None:
    path = root / "schema" / "customer.toml"
    more = "".join(f'{name} = {{ type = "text" }}\n' for name in FIELDS)
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")


def _made(root: Path, *, with_git: bool) -> Path:
    book = make_book(root, with_git=with_git)
    _with_fields(root)
    book.index.close()
    book = open_book(root)
    changes = [Change("create", ref, record={"name": ref.id, "left": "0", "right": "0"}) for ref in (ACME, BOLT)]
    changes += [
        Change("create", Ref("deals", f"deal-{number}"), record={"name": f"Deal {number}", "customer": BOLT.id})
        for number in range(RIVALS)
    ]
    carry_out(book, changes, Request("add"))
    book.index.close()
    if with_git:
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", "begin")
    return root


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with two customers that all fight over, and a deal for each rival."""
    return _made(tmp_path_factory.mktemp("rivals") / "book", with_git=False)


@pytest.fixture(scope="session")
def git_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in git, with everything committed."""
    return _made(tmp_path_factory.mktemp("rivals") / "book", with_git=True)


@pytest.fixture
def book(template: Path, tmp_path: Path) -> Book:
    """A copy of the book."""
    return open_book(shutil.copytree(template, tmp_path / "book"))


@pytest.fixture
def git_book(git_template: Path, tmp_path: Path) -> Book:
    """A copy of the book in git."""
    return open_book(shutil.copytree(git_template, tmp_path / "book"))


@pytest.fixture(scope="session")
def rivals() -> Iterator[Callable[[int], list[Rival]]]:
    """So many processes, started once for all tests."""
    running: list[Rival] = []

    def get(count: int) -> list[Rival]:
        while len(running) < count:
            running.append(Rival())
        return running[:count]

    yield get
    for one in running:
        one.end()


@pytest.fixture
def rival(rivals: Callable[[int], list[Rival]]) -> Rival:
    """One process."""
    return rivals(1)[0]
