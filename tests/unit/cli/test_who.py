"""WHO on the command line."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from crmcli.cli.rows import RowNumberError, save_rows
from crmcli.cli.session import Session
from crmcli.cli.split import WhoMissingError
from crmcli.cli.terminal import Terminal
from crmcli.cli.who import NobodyNamed, find_record, find_records
from crmcli.errors import AmbiguousError, NotFoundError
from crmcli.model.record import Ref
from tests.unit.cli.memory import Crm, make_session


@pytest.fixture
def session(book: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.chdir(book)
    made = make_session("acme\n\nglobex\n")
    made.__dict__["terminal"] = Terminal(name="pts-1.1")
    return made


def test_words_commas_and_stdin_name_records_once_each(session: Session) -> None:
    found = find_records(session, ["deals/renewal,acme", "-"])
    assert found == [Ref("deals", "renewal"), Ref("customers", "acme"), Ref("customers", "globex")]


@pytest.mark.parametrize("words", [[""], [","], ["", ""]])
def test_words_with_nothing_in_them_name_nobody(session: Session, words: list[str]) -> None:
    """What `crm log "$WHO" they called` gets where WHO is not set: a text must not go nowhere."""
    with pytest.raises(WhoMissingError):
        find_records(session, words)


def test_an_empty_stdin_is_nothing_to_do(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(book)
    session = make_session(" \n")
    with pytest.raises(NobodyNamed) as ended:
        find_records(session, ["-"])
    assert ended.value.exit_code == 0
    assert isinstance(session.stderr, StringIO)
    assert session.stderr.getvalue() == "nothing to do: no ids on stdin.\n"
    assert find_records(session, ["acme", "-"]) == [Ref("customers", "acme")]


@pytest.mark.parametrize(
    "words",
    [
        "archive -", "delete - --purge --yes", "set - +vip", "deal set - big=yes", "move - won", "done -", "log - called",
        "next - fri call", "snooze - +2w", "show -", "brief -", "history -", "edit -", "log -",
    ],
)  # fmt: skip
def test_every_verb_ends_well_on_an_empty_stdin(crm: Crm, words: str) -> None:
    shown = crm(*words.split())
    assert (shown.code, shown.out) == (0, "")
    assert shown.err.startswith("nothing to ")
    assert crm(*words.split(), "--quiet").err == ""


def test_who_insists_is_told(crm: Crm) -> None:
    assert crm("archive", "-", "--some").code == 3


def test_a_number_is_a_row_of_this_terminal(session: Session, book: Path) -> None:
    save_rows(book, "pts-1.1", ["deals/pilot", "deals/renewal"])
    assert find_record(session, "2") == Ref("deals", "renewal")
    with pytest.raises(RowNumberError):
        find_record(session, "3")


def test_a_noun_narrows_to_its_type(session: Session) -> None:
    session.noun = "deal"
    assert find_record(session, "pilot") == Ref("deals", "pilot")
    with pytest.raises(NotFoundError):
        find_record(session, "acme")


def test_several_stop_unless_somebody_chooses(session: Session, book: Path) -> None:
    for name in ("acme-one", "acme-two"):
        text = "---\nname: Twin\ncreated: 2026-11-02T10:00:00+01:00\n---\n"
        (book / f"customers/{name}.md").write_text(text, encoding="utf-8")
    with pytest.raises(AmbiguousError):
        find_record(session, "twin")
    asked = make_session("2\n")
    asked.__dict__["terminal"] = Terminal(answers=True)
    assert find_record(asked, "twin") == Ref("customers", "acme-two")
