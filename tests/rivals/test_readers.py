"""Who reads while others write sees states that were, and never an error."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from crmcli.store.book import Book, open_book
from tests.rivals.conftest import ACME, BOLT
from tests.rivals.pool import LONG, Rival, Told
from tests.rivals.test_writers import import_task

TURNS = 40 if LONG else 3
WRITERS, READERS = (6, 10) if LONG else (2, 3)
GetRivals = Callable[[int], list[Rival]]
BEFORE = "2020-02-02"


def in_steps(number: int, turn: int) -> list[list[str]]:
    """What always belongs together: two fields of one record, one field of two records, a new record and its deal's customer."""
    mark = f"{number}.{turn}"
    return [
        ["set", BOLT.id, f"left={mark}", f"right={mark}"],
        ["set", ACME.id, BOLT.id, f"industry={mark}", "--yes"],
        ["log", BOLT.id, f"said {mark}"],
        ["move", f"deal-{number}", "contact" if turn % 2 else "needs"],
    ]


READ = (
    ["customers", "--format", "json", "--columns", "id,left,right,industry"],
    ["show", BOLT.id, "--format", "json"],
    ["find", "bolt", "--format", "json"],
    ["board", "--format", "json"],
    ["report", "activity", "--format", "json"],
    ["customers", "--as-of", BEFORE, "--format", "json", "--columns", "id,left,right,industry"],
    ["changes", "--format", "json"],
    ["today", "--format", "json"],
)


def wrong_in_list(said: Told) -> list[str]:
    """Fields that a list shows apart though they are always changed together."""
    rows = {row["id"]: row for row in json.loads(said.out)}
    acme, bolt = rows[ACME.id], rows[BOLT.id]
    apart = [str(row) for row in rows.values() if row["left"] != row["right"]]
    return apart + ([f"{acme} {bolt}"] if acme["industry"] != bolt["industry"] else [])


def wrong_in_show(said: Told) -> list[str]:
    """Fields apart in one record, and a timeline that does not end in what the fields say."""
    shown = json.loads(said.out)
    fields = shown["fields"]
    wrong = [] if fields["left"] == fields["right"] else [str(fields)]
    for name in ("left", "right", "industry"):
        told = [e["to"] for e in shown["timeline"] if e.get("field") == name and e["on"] == str(BOLT)]
        if told and told[0] != fields[name]:
            wrong.append(f"{name}: the timeline says {told[0]}, the record {fields[name]}")
    return wrong


def read_all_the_while(
    book: Book, rivals: list[Rival], tasks: list[list[list[str]]], readers: int, stop: Path
) -> list[Told]:
    """Let readers ask again and again until every writer is done; what the readers were told."""
    book.index.close()
    head = ["--book", str(book.root)]
    for number, one in enumerate(rivals[:readers]):
        turned = [*READ[number % len(READ) :], *READ[: number % len(READ)]]
        one.tell([[*head, *words] for words in turned], until=str(stop), env={"CRM_ME": book.me})
    for one, task in zip(rivals[readers:], tasks, strict=True):
        one.tell([[*head, *words] for words in task], env={"CRM_ME": book.me})
    wrote = [said for one in rivals[readers:] for said in one.answer()]
    stop.touch()
    assert [said for said in wrote if said.code not in (0, 5)] == []
    return [said._replace(words=said.words[2:]) for one in rivals[:readers] for said in one.answer()]


def check_readers(told: list[Told]) -> None:
    """No reader met an error; no answer shows what never was."""
    assert [said for said in told if said.code] == []
    assert [said for said in told if "database is locked" in said.err or "Traceback" in said.err] == []
    lists = [said for said in told if said.words[:2] == ["customers", "--format"]]
    past = [said for said in told if "--as-of" in said.words]
    shows = [said for said in told if said.words[0] == "show"]
    assert min(map(len, (lists, past, shows))) >= READERS
    assert [line for said in lists for line in wrong_in_list(said)] == []
    assert [line for said in shows for line in wrong_in_show(said)] == []
    assert {said.out for said in past} == {"[]\n"}


def test_readers_during_writes(book: Book, rivals: GetRivals, tmp_path: Path) -> None:
    tasks = [[words for turn in range(TURNS) for words in in_steps(n, turn)] for n in range(WRITERS)]
    check_readers(read_all_the_while(book, rivals(READERS + WRITERS), tasks, READERS, tmp_path / "done"))


def test_readers_during_an_import(book: Book, rivals: GetRivals, tmp_path: Path) -> None:
    """An import of many rows is there whole or not at all, in every list."""
    rows = import_task(book, tmp_path)
    told = read_all_the_while(book, rivals(READERS + 1), [rows], READERS, tmp_path / "done")
    check_readers(told)
    whole = len(open_book(book.root).index.rows("SELECT id FROM rec_customers"))
    counts = {len(json.loads(said.out)) for said in told if said.words[:2] == ["customers", "--format"]}
    assert counts == {2, whole}
