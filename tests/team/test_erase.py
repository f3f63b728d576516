"""`crm erase`: nothing of what was known is left in the book, here and in every clone, whatever comes between."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crmcli.engines.plan import UNDO
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.book import open_book
from tests.storing import index_differences, replay_differences
from tests.team.clones import Clone, Team

SECRET = ("Rosa Zart", "rosa@zart.example", "+491701234567", "knee")


@pytest.fixture
def rosa(team: Team) -> str:
    """Anna and Li know Rosa: a contact of Acme, with a log, a deal that names her, an attachment."""
    anna = team.anna
    ref = anna.crm("contact", "add", "Rosa Zart", "customer=acme", "email=rosa@zart.example").strip()
    anna.crm("set", "rosa", "phone=+49 170 1234567")
    anna.crm("log", "rosa", "Rosa called about her knee")
    anna.crm("task", "add", "Call her", "on=contacts/" + ref)
    (anna.root.parent / "scan.txt").write_text("Rosa Zart, knee")
    anna.crm("attach", "rosa", "../scan.txt")
    anna.commit("rosa")
    anna.git("push", "-q")
    team.li.git("pull", "-q")
    return ref


def left(clone: Clone) -> list[str]:
    """Files of the book that still say something, git's own aside."""
    found = []
    for path in clone.root.rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            content = path.read_bytes().lower()
            found += [f"{path.relative_to(clone.root)}: {word}" for word in SECRET if word.lower().encode() in content]
    return found


def at_rest(clone: Clone) -> None:
    book = open_book(clone.root)
    assert replay_differences(book) == []
    assert index_differences(book) == []
    book.index.close()


def test_nothing_is_left_where_it_was_said(team: Team, rosa: str) -> None:
    anna = team.anna
    anna.crm("history", "rosa")
    anna.crm("deals", "--on", "HEAD")  # a commit written out below .crm
    assert left(anna)
    said = anna.says("erase", "rosa", "--yes")
    assert said.code == 0, said
    assert left(anna) == []
    at_rest(anna)
    assert f"contacts/{rosa}" not in anna.crm("history", "acme")
    assert "on: " not in anna.crm("show", "Call her", "--format", "plain")
    assert anna.crm("contacts", "--format", "ids") == ""
    assert anna.crm("contacts", "--format", "ids", "--as-of", "2026-11-20T10:08:00+01:00") == ""
    assert "git's history" in said.err
    assert "not-blank" not in anna.says("check").out


def test_every_value_goes_and_every_event_stays(team: Team, rosa: str) -> None:
    before = {line[:34] for line in lines(team.anna, rosa)}
    team.anna.crm("erase", "rosa", "--yes")
    after = lines(team.anna, rosa)
    assert before <= {line[:34] for line in after}
    assert all('"erased":true' in line or '"do":"erase"' in line for line in after)


def lines(clone: Clone, rosa: str) -> list[str]:
    texts = [path.read_text() for path in (clone.root / "journal").rglob("*.jsonl")]
    return [line for text in texts for line in text.splitlines() if json.loads(line)["on"] == f"contacts/{rosa}"]


def test_an_erasure_that_was_cut_off_is_finished_by_the_next_writer(team: Team, rosa: str) -> None:
    book = open_book(team.anna.root, me="anna@kern.example")
    carry_out(book, [Change("erase", Ref("contacts", rosa))], Request("erase", rules=UNDO, hooks=False))
    book.index.close()
    assert any("journal/" in line for line in left(team.anna))
    assert "not-blank" in team.anna.says("check").out
    assert "no values now" in team.anna.says("set", "acme", "size=41").err
    assert left(team.anna) == []
    at_rest(team.anna)


@pytest.mark.usefixtures("rosa")
def test_a_colleague_who_wrote_meanwhile_forgets_too(team: Team) -> None:
    team.li.crm("log", "rosa", "her other knee")
    team.li.crm("set", "rosa", "role=decider")
    team.li.commit("li")
    team.anna.crm("erase", "rosa", "--yes")
    team.anna.crm("sync")
    said = team.li.says("sync")
    if said.code == 5:
        team.li.crm("sync", "--theirs")
    team.li.crm("set", "acme", "size=43")
    assert left(team.li) == []
    team.li.crm("sync")
    team.anna.crm("sync")
    team.anna.crm("set", "acme", "size=44")
    assert left(team.anna) == []
    at_rest(team.li)
    at_rest(team.anna)


@pytest.mark.usefixtures("rosa")
def test_with_plain_git(team: Team) -> None:
    team.anna.crm("erase", "rosa", "--yes")
    team.anna.commit("forgotten")
    team.anna.git("push", "-q")
    team.li.crm("show", "rosa")
    team.li.git("pull", "-q")
    team.li.crm("set", "acme", "size=42")
    assert left(team.li) == []
    at_rest(team.li)


def test_a_file_that_comes_back_is_told_and_not_journaled(team: Team, rosa: str) -> None:
    team.anna.crm("erase", "rosa", "--yes")
    team.anna.commit("forgotten")
    team.anna.git("checkout", "-q", "HEAD~1", "--", f"contacts/{rosa}.md")
    assert "was erased and is back" in team.anna.says("journal", "drift").err
    said = team.anna.says("check")
    assert (said.code, "erased-is-back" in said.out) == (1, True)
    assert all('"erased":true' in line or '"do":"erase"' in line for line in lines(team.anna, rosa))


def test_nothing_undoes_it(team: Team, rosa: str) -> None:
    team.anna.crm("erase", "rosa", "--yes")
    said = team.anna.says("undo")
    assert (said.code, "what was erased is nowhere any more" in said.err) == (2, True)
    said = team.anna.says("history", rosa)
    assert f"contacts/{rosa} was erased on 2026-11-20" in said.err


def test_it_is_shown_and_insisted_on(team: Team, rosa: str) -> None:
    said = team.anna.says("erase", "rosa", "--dry-run")
    assert (said.code, "4 lines of the journal lose their values" in said.err) == (0, True), said
    assert "empties on of tasks/" in said.err
    assert team.anna.says("erase", "rosa").code == 2
    assert (team.anna.root / "contacts" / f"{rosa}.md").exists()


def test_parts_go_only_when_asked(team: Team, rosa: str) -> None:
    said = team.anna.says("erase", "acme", "--dry-run")
    assert f"contacts/{rosa}" in said.err
    assert "--parts" in said.err
    team.anna.crm("erase", "acme", "--yes")
    assert (team.anna.root / "contacts" / f"{rosa}.md").exists()
    at_rest(team.anna)


@pytest.mark.usefixtures("rosa")
def test_what_others_say_is_listed(team: Team) -> None:
    team.anna.crm("log", "acme", "Rosa Zart was there")
    said = team.anna.says("erase", "rosa", "--yes")
    assert "customers/acme says 'rosa zart'" in said.err


def test_a_book_without_erasures_asks_nothing(tmp_path: Path) -> None:
    from crmcli.store.erasing import erased_names, unblanked
    from tests.books import make_book

    book = make_book(tmp_path / "book")
    assert erased_names(book) == frozenset()
    assert unblanked(book) == {}
    book.index.close()
