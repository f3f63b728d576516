"""The desk: who works, in which order, what comes back, what is noticed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from textual.message import Message

from crmcli.actions.log import Entry, log_entry
from crmcli.errors import CrmError
from crmcli.model.record import Ref
from crmcli.store.book import Book, RecordMissingError, open_book
from crmcli.store.index.connection import folder_lock
from crmcli_tui.desk import Desk
from crmcli_tui.messages import Answered, BookChanged, Progress, Refused, Told, Waiting
from tests.tui.rounds import elsewhere

ACME = Ref("customers", "acme")


class Asker:
    """Somebody to answer: keeps what is posted to it."""

    def __init__(self) -> None:
        self.got: list[Message] = []

    def post_message(self, message: Message) -> bool:
        self.got.append(message)
        return True

    @property
    def answers(self) -> list[object]:
        return [message.value for message in self.got if isinstance(message, Answered)]


class Office:
    """A desk, somebody at it, and what it tells everybody."""

    def __init__(self, root: Path) -> None:
        self.asker = Asker()
        self.told: list[Message] = []
        self.desk = Desk(partial(open_book, root, me="anna"), self.told.append, glance=None)

    def ask(self, kind: str, question: Callable[[Book], object]) -> None:
        self.desk.ask(self.asker, kind, question, lambda _: None)  # type: ignore[arg-type]

    def act(self, action: Callable[[Book], Told]) -> None:
        self.desk.act(self.asker, "act", action, lambda _: None)  # type: ignore[arg-type]

    def settle(self) -> None:
        assert self.desk.wait_idle()

    def glance(self) -> list[type[Message]]:
        """Look for changes; what everybody is told then."""
        self.told.clear()
        self.desk.glance()
        self.settle()
        return [type(message) for message in self.told]

    def rests(self) -> bool:
        """Whether glances come to find nothing: a folder that changed a moment ago is looked at until a while has passed."""
        return any(self.glance() == [] for _ in range(10_000))


@pytest.fixture
def office(root: Path) -> Iterator[Office]:
    made = Office(root)
    made.desk.start()
    yield made
    made.desk.stop()


def logged(text: str) -> Callable[[Book], Told]:
    def do(book: Book) -> Told:
        return Told(log_entry(book, [ACME], Entry(text), via="tui").op)

    return do


def test_one_thread_owns_the_book(office: Office) -> None:
    for number in range(3):
        office.ask(f"kind {number}", lambda book: (threading.get_ident(), id(book)))
    office.settle()
    assert len(set(office.asker.answers)) == 1
    assert office.asker.answers[0][0] != threading.get_ident()  # type: ignore[index]


def test_the_newest_question_of_a_kind_is_answered_and_every_action_is_done(root: Path) -> None:
    office = Office(root)
    asked: list[int] = []
    for number in range(5):
        office.ask("brief", lambda _, number=number: asked.append(number))  # type: ignore[misc]
        office.act(lambda _, number=number: Told(f"done {number}"))  # type: ignore[misc]
    order: list[str] = []
    for kind in ("all of the book", "one record"):
        question = partial(lambda kind, _: order.append(kind), kind)
        office.desk.ask(office.asker, kind, question, lambda _: None, large=kind != "one record")  # type: ignore[arg-type]
    office.ask("day", lambda _: "another kind")
    office.desk.start()
    office.settle()
    office.desk.stop()
    assert asked == [4]
    assert order == ["one record", "all of the book"]
    told = [value for value in office.asker.answers if isinstance(value, Told)]
    assert [value.sentence for value in told] == [f"done {number}" for number in range(5)]
    assert "another kind" in office.asker.answers


def test_a_refusal_comes_back_in_words_and_a_defect_with_its_traceback_kept(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    office.ask("title", lambda book: book.read_record(Ref("customers", "nobody")))
    office.ask("defect", lambda _: dict[str, str]()["missing"])
    office.ask("disk", lambda _: (tmp_path / "nothing").read_text())
    office.ask("after", lambda _: "goes on")
    office.settle()
    title, defect, disk = (message.trouble for message in office.asker.got if isinstance(message, Refused))
    said: CrmError = RecordMissingError(Ref("customers", "nobody"))
    assert (title.sentence, title.hint) == (str(said), said.hint)
    assert "KeyError" in defect.sentence
    kept = tmp_path / "crm" / "last-failure.txt"
    assert str(kept) in defect.hint
    assert "test_desk.py" in kept.read_text()
    assert "no such file" in disk.sentence
    assert office.asker.answers == ["goes on"]


def test_what_others_do_is_noticed(office: Office, root: Path) -> None:
    office.ask("first", lambda book: book.title_of(ACME))
    office.settle()
    assert office.rests()
    elsewhere(root, lambda book: log_entry(book, [ACME], Entry("a call", "call")))
    assert office.glance() == [BookChanged]
    file = root / "customers" / "acme.md"
    moved = file.with_suffix(".new")
    moved.write_text(file.read_text().replace("Acme GmbH", "Acme AG"))
    moved.replace(file)  # as an editor and git do
    assert office.glance() == [BookChanged]
    office.ask("then", lambda book: book.title_of(ACME))
    office.settle()
    assert office.asker.answers[-1] == "Acme AG"
    assert office.rests()


def test_other_engine_files_open_the_book_anew(office: Office, root: Path) -> None:
    office.ask("first", lambda book: "colour" in book.setup.types["customer"].fields)
    office.settle()
    schema = root / "schema" / "customer.toml"
    schema.write_text(f'{schema.read_text()}colour = {{ type = "text" }}\n')
    assert BookChanged in office.glance() + office.glance()
    office.ask("then", lambda book: "colour" in book.setup.types["customer"].fields)
    office.settle()
    assert office.asker.answers == [False, True]


def test_an_action_says_that_the_book_changed_and_is_no_news_afterwards(office: Office) -> None:
    office.act(logged("a call"))
    office.settle()
    assert [type(message) for message in office.told] == [BookChanged]
    assert office.rests()


def test_questions_are_answered_from_one_state(office: Office, root: Path) -> None:
    """Somebody renames a customer between two questions of one job: both answers are of before."""

    def twice(book: Book) -> tuple[str, str]:
        before = book.title_of(ACME)
        elsewhere(root, rename)
        return before, book.title_of(ACME)

    def rename(book: Book) -> None:
        from crmcli.actions.set import set_fields

        set_fields(book, [ACME], ["name=Bolt"])

    office.ask("twice", twice)
    office.settle()
    office.ask("then", lambda book: book.title_of(ACME))
    office.settle()
    assert office.asker.answers == [("Acme GmbH", "Acme GmbH"), "Bolt"]
    assert BookChanged in [type(message) for message in office.told]


def test_a_book_that_is_gone_is_told_and_so_is_that_it_is_back(office: Office, root: Path) -> None:
    office.ask("first", lambda _: "opened")
    office.settle()
    away = root.with_name("away")
    root.rename(away)
    gone = office.glance()
    office.ask("meanwhile", lambda book: book.read_record(ACME).text("name"))
    office.settle()
    away.rename(root)
    back = office.glance()
    office.ask("then", lambda book: book.title_of(ACME))
    office.settle()
    assert gone == [Refused]
    assert "no book in" in next(m for m in office.asker.got if isinstance(m, Refused)).trouble.sentence
    assert back == [BookChanged, Progress]  # screens ask again, and the trouble is taken away
    assert office.asker.answers == ["opened", "Acme GmbH"]


def test_engine_files_that_break_are_told_and_so_is_that_they_are_mended(office: Office, root: Path) -> None:
    office.ask("first", lambda book: list(book.setup.pipelines))
    office.settle()
    file = root / "pipelines" / "sales.toml"
    text = file.read_text()
    file.write_text(f"{text}\nbroken [\n")
    assert BookChanged in office.glance()
    trouble = next(m for m in office.told if isinstance(m, Refused)).trouble
    assert trouble.sentence.startswith("pipelines/sales.toml:")
    assert "not valid TOML" in trouble.sentence
    assert trouble.hint
    assert isinstance(office.told[-1], Refused)  # nothing takes it away
    file.write_text(text)
    office.glance()
    assert isinstance(office.told[-1], Progress)
    assert office.rests()


def test_an_index_that_another_process_builds_is_waited_for_and_that_is_told(root: Path) -> None:
    office = Office(root)
    waiting = threading.Event()

    def tell(message: Message) -> None:
        office.told.append(message)
        waiting.set()

    office.desk._tell = tell
    office.ask("first", lambda book: book.title_of(ACME))
    with folder_lock(root / ".crm" / "index.db", exclusive=True):
        office.desk.start()
        assert waiting.wait(60)
        assert office.asker.answers == []
    office.settle()
    office.desk.stop()
    assert isinstance(office.told[0], Waiting)
    over = office.told[-1]
    assert isinstance(over, Progress)
    assert (over.done, over.of) == (0, 0)
    assert office.asker.answers == ["Acme GmbH"]


def test_building_the_index_is_told_and_nobody_who_leaves_waits_for_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crmcli.store.index import refresh

    monkeypatch.setattr(refresh, "_MANY", 0)
    monkeypatch.setattr(refresh, "_TELL", 1)
    (root / ".crm" / "index.db").unlink()
    office = Office(root)
    office.ask("first", lambda book: book.title_of(ACME))
    office.desk.start()
    office.settle()
    told = [(message.done, message.of) for message in office.told if isinstance(message, Progress)]
    office.desk.stop()
    assert told[-2][0] == told[-2][1] > 0  # all is read
    assert told[-1] == (0, 0)  # and over

    (root / ".crm" / "index.db").unlink()
    office = Office(root)
    building = threading.Event()
    go_on = threading.Event()

    def tell(message: Message) -> None:
        office.told.append(message)
        building.set()
        go_on.wait(60)

    office.desk._tell = tell
    office.ask("first", lambda book: book.title_of(ACME))
    office.desk.start()
    assert building.wait(60)
    office.desk._stopping = True
    go_on.set()
    office.desk.stop()
    assert not office.desk._thread.is_alive()
    assert office.asker.answers == []
    assert open_book(root, me="anna").title_of(ACME) == "Acme GmbH"  # what was begun is begun anew


def test_an_action_asked_for_before_leaving_is_done(root: Path) -> None:
    """Whoever presses Enter and then `q` has done what they did, though an answer was still under way."""
    office = Office(root)

    def slow(_: Book) -> None:
        office.act(logged("just before leaving"))
        office.ask("never", lambda _: "asked after leaving")
        office.desk._stopping = True

    office.ask("slow", slow)
    office.desk.start()
    office.desk._thread.join(60)
    assert [type(value) for value in office.asker.answers] == [type(None), Told]
    assert office.desk.is_idle()
    book = open_book(root, me="anna")
    book.index.refresh()
    rows = book.index.rows("SELECT count(*) FROM events WHERE text = 'just before leaving'")
    assert [row[0] for row in rows] == [1]
