"""A new book, and where none is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.actions.init import BookThereError, FilesInTheWayError, Person, init_book
from crmcli.checks import run_checks
from crmcli.cli.locale_guess import guess
from crmcli.model.record import Ref
from crmcli.store.book import open_book
from crmcli.store.setup.config_text import NewBook
from tests.books import ANNA, make_book

WISHES = NewBook("Demo", "EUR", "Europe/Berlin", "en", "DE")


def test_you_are_its_first_member(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book")
    fresh = open_book(book.root)
    assert fresh.me == book.me
    assert fresh.read_record(Ref("members", fresh.me)).text("name") == "Anna Kern"
    assert run_checks(fresh) == []


def test_without_a_name_or_a_mail(tmp_path: Path) -> None:
    book = init_book(tmp_path / "book", WISHES, Person("", ""), with_git=False).book
    assert book.me.startswith("member-")
    assert run_checks(book) == []


def test_never_in_a_book_nor_over_files(tmp_path: Path) -> None:
    root = make_book(tmp_path / "book").root
    for place in (root, root / "inner"):
        with pytest.raises(BookThereError):
            init_book(place, WISHES, ANNA)
    (tmp_path / "other" / "schema").mkdir(parents=True)
    (tmp_path / "other" / "schema" / "deal.toml").touch()
    with pytest.raises(FilesInTheWayError):
        init_book(tmp_path / "other", WISHES, ANNA)
    assert not (tmp_path / "other" / "crm.toml").exists()


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "de_DE.UTF-8", "TZ": "Europe/Berlin"}, ("de", "DE", "EUR", "Europe/Berlin")),
        (
            {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8", "TZ": ":Asia/Shanghai"},
            ("zh", "CN", "CNY", "Asia/Shanghai"),
        ),
        ({"LANG": "de_CH@euro", "TZ": "Europe/Zurich"}, ("de", "CH", "CHF", "Europe/Zurich")),
        ({"LANG": "eo.UTF-8", "TZ": "Etc/UTC"}, ("eo", "", "EUR", "Etc/UTC")),
        ({"LANG": "C.UTF-8", "TZ": "Europe/Oslo"}, ("en", "NO", "NOK", "Europe/Oslo")),
    ],
)
def test_what_the_machine_suggests(environment: dict[str, str], expected: tuple[str, str, str, str]) -> None:
    assert guess(environment) == expected
