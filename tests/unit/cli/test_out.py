"""The one writer."""

from __future__ import annotations

from io import StringIO

import pytest

from crmcli.cli.session import NothingFoundError, Session
from crmcli.cli.terminal import Terminal
from crmcli.model.record import Ref
from crmcli.reports.table import Column, Table
from crmcli.store.machine import place_of
from crmcli.text.lines import Span, line

TABLE = Table(
    (Column("id", "id"), Column("name", "Name")), [("a", "Acme"), ("b", "Bär")], refs=["deals/a", "deals/b"], found=9
)


def session_with(terminal: Terminal | None = None, **given: object) -> Session:
    session = Session({}, StringIO(), StringIO(), StringIO())
    session.given.update(given)
    session.__dict__["terminal"] = terminal or Terminal()
    session.__dict__["root"] = None
    return session


def written(session: Session) -> tuple[str, str]:
    assert isinstance(session.stdout, StringIO)
    assert isinstance(session.stderr, StringIO)
    return session.stdout.getvalue(), session.stderr.getvalue()


def test_rows_in_a_pipe_are_tsv_and_on_a_terminal_a_numbered_table() -> None:
    pipe, screen = session_with(), session_with(Terminal(shows=True))
    pipe.out.rows(TABLE)
    screen.out.rows(TABLE)
    assert written(pipe) == ("id\tname\na\tAcme\nb\tBär\n", "")
    assert written(screen)[0].splitlines() == [
        "#  id  Name",
        "───────────",
        "1  a   Acme",
        "2  b   Bär",
        "",
        "showing 2 of 9",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ids", "a\nb\n"),
        ("jsonl", '{"id":"a","name":"Acme"}\n{"id":"b","name":"Bär"}\n'),
        ("csv", "id,name\na,Acme\nb,Bär\n"),
        ("md", "| id | Name |\n| --- | --- |\n| a | Acme |\n| b | Bär |\n"),
    ],
)
def test_the_format_asked_for_wins(name: str, text: str) -> None:
    session = session_with(Terminal(shows=True), format=name)
    session.out.rows(TABLE)
    assert written(session)[0] == text


def test_limits_come_from_the_option_else_the_screen() -> None:
    assert session_with().out.limit is None
    assert session_with(Terminal(shows=True)).out.limit == 40
    assert session_with(Terminal(shows=True), limit=0).out.limit is None
    assert session_with(limit=7).out.limit == 7


def test_some_asks_for_at_least_one_row() -> None:
    session = session_with(some=True)
    with pytest.raises(NothingFoundError):
        session.out.rows(Table(TABLE.columns, []))


def test_words_for_people_go_to_stderr_unless_quiet() -> None:
    loud, quiet = session_with(), session_with(quiet=True)
    for session in (loud, quiet):
        session.out.note("moved")
        session.out.rows(TABLE._replace(rows=[], warnings=("no tag vpi",)))
    assert written(loud) == ("id\tname\n", "moved\nwarning: no tag vpi\n")
    assert written(quiet) == ("id\tname\n", "")


def test_a_write_says_ids_in_a_pipe_and_a_sentence_on_a_terminal() -> None:
    pipe, screen = session_with(), session_with(Terminal(shows=True))
    for session in (pipe, screen):
        session.out.changed([Ref("deals", "a")], "a is won.")
    assert written(pipe) == ("a\n", "")
    assert written(screen) == ("", "a is won.\n")


def test_nothing_written_acts_on_the_terminal() -> None:
    session = session_with(Terminal(shows=True))
    session.out.text(["a\x1b[2Jb"])
    session.out.lines([line(Span("\u202ec", "late"))])
    session.out.note("d\x07")
    session.out.raw("e\x1bf\n")
    assert written(session) == ("a␛[2Jb\n<U+202E>c\ne␛f\n", "d␇\n")


def test_a_file_goes_into_a_pipe_as_it_is() -> None:
    session = session_with()
    session.out.raw("---\nname: \x1b\n")
    assert written(session)[0] == "---\nname: \x1b\n"


def test_numbers_of_a_list_are_kept_for_the_terminal(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("book")
    session = session_with(Terminal(shows=True, name="pts-1.5"))
    session.__dict__["root"] = root
    session.out.rows(TABLE)
    kept = (root / ".crm/rows/pts-1.5").read_text(encoding="utf-8").splitlines()
    assert kept == [place_of(root), "deals/a", "deals/b"]
