"""Finishing and putting off."""

from __future__ import annotations

import pytest

from crmcli.actions.done import NothingDueError, finish, open_tasks, snooze
from crmcli.actions.next_step import next_step
from crmcli.model.record import Ref
from crmcli.store.book import Book, open_book
from tests.books import add


@pytest.fixture
def acme(book: Book) -> Ref:
    return add(book, "customer", "Acme")


def test_the_earliest_task_is_meant(book: Book, acme: Ref) -> None:
    later = next_step(book, [acme], ["+2w", "later"]).refs[0]
    sooner = next_step(book, [acme], ["mon", "14:00", "sooner"]).refs[0]
    undated = add(book, "task", "whenever", f"on={acme}")
    assert open_tasks(book, acme) == [sooner, later, undated]
    assert finish(book, [acme]).refs == [sooner]
    assert open_tasks(book, acme) == [later, undated]


def test_a_text_is_logged_on_what_the_task_was_about(book: Book, acme: Ref) -> None:
    task = next_step(book, [acme], ["fri", "call"]).refs[0]
    outcome = finish(book, [task], "reached them", following=["mon", "send", "it"])
    assert [(event.do, event.on.split("/")[0]) for event in outcome.events] == [
        ("move", "tasks"), ("log", "customers"), ("create", "tasks"),
    ]  # fmt: skip
    assert book.read_record(task).text("stage") == "done"
    assert [book.title_of(ref) for ref in open_tasks(book, acme)] == ["send it"]


def test_a_record_without_an_open_task_says_so(book: Book, acme: Ref) -> None:
    with pytest.raises(NothingDueError):
        finish(book, [acme])


def test_what_recurs_makes_the_next_one(book: Book) -> None:
    task = add(book, "task", "numbers", "due=2026-11-13", "rrule=every week")
    made = next(ref for ref in finish(book, [task]).refs if ref != task)
    assert book.read_record(made).text("due") == "2026-11-20"
    assert book.read_record(made).text("stage") == "open"


def test_a_task_that_is_named_twice_is_finished_once(book: Book, acme: Ref) -> None:
    task = add(book, "task", "numbers", f"on={acme}", "due=2026-11-13", "rrule=every week")
    outcome = finish(book, [task, acme, task], "sent")
    assert [(event.do, event.on.split("/")[0]) for event in outcome.events] == [
        ("move", "tasks"), ("create", "tasks"), ("log", "customers"),
    ]  # fmt: skip


@pytest.mark.parametrize("stage", ["stage", "state"])
def test_the_next_one_takes_nothing_that_is_the_old_ones_alone(book: Book, stage: str) -> None:
    """Former names and ids of other systems lead to one record; a stage may have any name, and had another."""
    path = book.root / "schema" / "task.toml"
    before, named = '\nstage = { type = "stage",', f'\n{stage} = {{ type = "stage", was = ["phase"],'
    assert before in path.read_text()
    extra = '\nticket = { type = "text", unique = true }\nplace = { type = "text" }\n'
    path.write_text(path.read_text().replace(before, extra + named).replace('"stage"]', f'"{stage}"]'))
    (book.root / "tasks").mkdir(exist_ok=True)
    (book.root / "tasks" / "weekly.md").write_text(
        "---\ntext: numbers\ndue: 2026-11-13\nphase: open\nrrule: FREQ=WEEKLY\nticket: T-1\nplace: desk\n"
        "keys:\n  - hubspot:12\ntags:\n  - finance\naliases:\n  - monthly\narchived: 2026-11-01\n---\n\nAs always.\n"
    )
    again = open_book(book.root)
    [made] = [ref for ref in finish(again, [Ref("tasks", "weekly")]).refs if ref.id != "weekly"]
    fields = dict(again.read_record(made).fields)
    assert fields.pop("created")
    assert fields == {
        "text": "numbers", "due": "2026-11-20", "rrule": "FREQ=WEEKLY", "place": "desk", stage: "open",
        "tags": ["finance"], "for": book.me, "body": "As always.",
    }  # fmt: skip


def test_snooze_moves_only_the_date(book: Book, acme: Ref) -> None:
    task = next_step(book, [acme], ["fri", "call"]).refs[0]
    outcome = snooze(book, [acme], ["+2w"])
    assert [(event.field, event.from_, event.to) for event in outcome.events] == [("due", "2026-11-27", "2026-12-04")]
    assert book.read_record(task).text("due") == "2026-12-04"
