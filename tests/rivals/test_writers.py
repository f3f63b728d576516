"""Sixteen processes write at once: every acknowledged change is there once, and what was refused is not."""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crmcli.store.book import Book, open_book
from tests.rivals.conftest import ACME, BOLT, RIVALS
from tests.rivals.ledger import Line, broken_chains, lines_of, values_in_files, values_of
from tests.rivals.pool import LONG, Rival, Told
from tests.storing import index_differences, replay_differences

TURNS = 40 if LONG else 1
ROWS = 400 if LONG else 60
GetRivals = Callable[[int], list[Rival]]


def words_of(number: int, turn: int) -> list[list[str]]:
    """One turn of one rival: its own field and everybody's, two fields and two records in one op, a list, the log, a new record."""
    mark = f"{number}.{turn}"
    return [
        ["set", BOLT.id, f"own{number}={mark}"],
        ["set", BOLT.id, f"same={mark}"],
        ["set", BOLT.id, f"left={mark}", f"right={mark}"],
        ["set", ACME.id, BOLT.id, f"industry={mark}", "--yes"],
        ["set", BOLT.id, f"+t-{number}-{turn}"],
        ["log", BOLT.id, f"said {mark}"],
        ["customer", "add", f"New {mark}", f"industry=new {mark}"],
        ["move", f"deal-{number}", "contact" if turn % 2 else "needs", "-m", mark],
    ]


def events_of(told: Told, lines: list[Line]) -> int:
    """How many events of the journal are this command's: each wrote a value that no other wrote."""
    verb, last = told.words[0], told.words[-1]
    if verb == "log":
        return sum(line.get("text") == last for line in lines)
    if verb == "customer":
        return sum(line["do"] == "create" and line["record"].get("name") == told.words[2] for line in lines)
    if verb == "move":
        return sum(line["do"] == "move" and line.get("note") == last for line in lines)
    if last.startswith("+"):
        return sum(line.get("add") == [last[1:]] for line in lines)
    pairs = [word.partition("=") for word in told.words if "=" in word]
    return sum(line["do"] == "set" and (line["field"], "=", line.get("to")) in pairs for line in lines)


def fight(book: Book, rivals: list[Rival], tasks: list[list[list[str]]]) -> list[Told]:
    """Give every rival its task and wait for all."""
    book.index.close()
    for one, task in zip(rivals, tasks, strict=True):
        one.tell([["--book", str(book.root), *words] for words in task], env={"CRM_ME": book.me})
    told = [said for one in rivals for said in one.answer()]
    return [said._replace(words=said.words[2:]) for said in told]


def check_laws(book: Book, told: list[Told]) -> list[Line]:
    """What holds of every book whatever was done at once; returns the journal."""
    wrong = [said for said in told if said.code not in ((0, 3, 5) if said.words == ["undo"] else (0, 5))]
    assert wrong == []
    lines = lines_of(book.root)
    assert broken_chains(lines) == []
    assert values_in_files(book.root) == values_of(lines)
    assert [line for line in lines if line["via"] == "hand"] == []
    assert list((book.state / "pending").glob("*")) == []
    assert not (book.state / "conflicts").exists()
    again = open_book(book.root)
    assert replay_differences(again) == []
    assert index_differences(again) == []
    return lines


def import_task(book: Book, folder: Path) -> list[list[str]]:
    """An import of many rows, with the map it needs."""
    (book.root / "imports").mkdir()
    head = 'to = "customer"\ncolumns = { Name = "name", Left = "left", Right = "right" }\n'
    (book.root / "imports" / "rivals.toml").write_text(head, encoding="utf-8")
    rows = "".join(f"Row {number},r,r\n" for number in range(ROWS))
    (folder / "rows.csv").write_text(f"Name,Left,Right\n{rows}", encoding="utf-8")
    return [["import", str(folder / "rows.csv"), "--as", "rivals"]]


def test_sixteen_write_the_same_and_different_records(book: Book, rivals: GetRivals, tmp_path: Path) -> None:
    tasks = [[words for turn in range(TURNS) for words in words_of(n, turn)] for n in range(RIVALS - 1)]
    told = fight(book, rivals(RIVALS), [*tasks, import_task(book, tmp_path)])
    lines = check_laws(book, told)
    stayed: set[str] = set()  # deals whose last move did not get the lock: the way back finds them there already
    for said in told:
        if said.words[0] == "move":
            there = said.words[1] in stayed
            (stayed.discard if said.code == 0 else stayed.add)(said.words[1])
            if there and "nothing to change" in said.err:
                continue
        wanted = ROWS if said.words[0] == "import" else 2 if "left" in said.words[2] or "--yes" in said.words else 1
        has = (
            sum(line["via"].startswith("import:") and line["do"] == "create" for line in lines)
            if said.words[0] == "import"
            else events_of(said, lines)
        )
        assert has == (wanted if said.code == 0 else 0), said
        assert said.code == 0 or "another crm command has been writing" in said.err
    refused = sum(said.code != 0 for said in told)  # a machine with much else to do lets some of 4,801 wait for 10 s
    assert refused <= (len(told) // 2 if LONG else RIVALS)
    for on in ("customers/acme-7k3f9", "customers/bolt-2m4pq"):
        pairs = [line["to"] for line in lines if line["on"] == on and line.get("field") == "left"]
        assert pairs == [line["to"] for line in lines if line["on"] == on and line.get("field") == "right"]


def test_undo_among_writers_takes_each_op_back_once(book: Book, rivals: GetRivals) -> None:
    """`crm undo` takes whatever is newest, so it races with everybody: it takes an op whole, or says why not."""
    writers = [[words_of(n, turn)[place] for turn in range(2 * TURNS) for place in (0, 1, 2, 4)] for n in range(4)]
    undoers = [[["undo"]] * (5 * TURNS) for _ in range(3)]
    told = fight(book, rivals(7), writers + undoers)
    lines = check_laws(book, told)
    undone = {line["op"]: line["undoes"] for line in lines if "undoes" in line}
    done = [said for said in told if said.words == ["undo"] and said.code == 0]
    assert len(undone) == len(done) == len(set(undone.values()))
    for said in told:
        if said.words[0] == "set":
            wanted = 0 if said.code else len(said.words) - 2
            assert events_of(said, [line for line in lines if line["op"] not in undone]) == wanted, said


def test_one_of_sixteen_gets_the_id_that_all_want(book: Book, rivals: GetRivals) -> None:
    """What must be unique is checked under the lock."""
    told = fight(book, rivals(RIVALS), [[["rename", f"deal-{n}", "twin-00001"]] for n in range(RIVALS)])
    lines = check_laws(book, told)
    assert Counter(said.code for said in told) == {0: 1, 5: RIVALS - 1}
    assert len([line for line in lines if line["do"] == "rename"]) == 1
    assert len(list((book.root / "deals").glob("*.md"))) == RIVALS


@pytest.fixture(scope="module")
def waiting(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rival, Path, bytes]]:
    """A process that waits for a book whose lock is held all the while other tests of this file run."""
    import shutil

    root = Path(shutil.copytree(template, tmp_path_factory.mktemp("held") / "book"))
    before = (root / "customers" / f"{BOLT.id}.md").read_bytes()
    held = os.open(root, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    one = Rival()
    one.tell([["--book", str(root), "set", BOLT.id, "same=late"]])
    yield one, root, before
    os.close(held)
    one.end()


@pytest.fixture(scope="module", autouse=True)
def _begin_waiting(waiting: tuple[Rival, Path, bytes]) -> None:
    """The ten seconds pass beside the other tests."""
    del waiting


def test_who_waits_ten_seconds_for_the_lock_is_told_so(waiting: tuple[Rival, Path, bytes]) -> None:
    one, root, before = waiting
    [said] = one.answer()
    assert said.code == 5
    assert said.err == (
        f"crm: error: another crm command has been writing to {root} for 10 s\n"
        "hint: wait for it to end, or look what holds it; nothing was changed\n"
    )
    assert (root / "customers" / f"{BOLT.id}.md").read_bytes() == before
    assert [line for line in lines_of(root) if line.get("to") == "late"] == []
