"""What a commit says: the ops in words; and questions at the terminal."""

from __future__ import annotations

import os
from io import StringIO

from crmcli.actions.sharing.message import listed
from crmcli.cli.main import run
from crmcli.cli.session import Session
from crmcli.cli.terminal import Terminal
from tests.team.sync.people import DEAL, FILE, People, Person, whole


def message(person: Person) -> str:
    return person.git("log", "-1", "--format=%B").strip()


def test_every_kind_of_op(people: People) -> None:
    anna = people.anna
    for words, said in (
        (["set", "acme", "size=50", "+x"], "set size, tags of customers/acme"),
        (["set", "acme", "bolt", "name=X"], "set name of 1 customer and 1 product"),
        (["move", "arm", "needs"], "move deals/arm to needs"),
        (["log", "acme", "called", "hello"], "log note with X"),
        (["archive", "acme"], "archive customers/acme"),
        (["set", "acme", "archived="], "take out again customers/acme"),
        (["rename", "customers/acme", "acme-ag"], "rename customers/acme to acme-ag"),
        (["undo"], "undo: rename customers/acme-ag to acme"),
        (["delete", "customers/acme", "--purge", "--yes"], "delete customers/acme"),
        (["undo"], "undo: restore customers/acme"),
    ):
        anna.crm(*words)
        anna.sync()
        assert message(anna) == said
    anna.edit(FILE, ("size: 50", "size: 51"))
    anna.edit("crm.toml", ('"mon"', '"tue"'))
    anna.sync()
    assert message(anna) == "set size of customers/acme by hand; change crm.toml"


def test_an_import(people: People) -> None:
    (people.anna.root / "in.csv").write_text("name,size\nOne,1\nTwo,2\n")
    (people.anna.root / "imports").mkdir(exist_ok=True)
    (people.anna.root / "imports" / "leads.toml").write_text(
        'to = "customer"\nsame = ["name"]\n[columns]\nname = "name"\nsize = "size"\n'
    )
    people.anna.crm("import", "in.csv", "--as", "leads", "--yes")
    (people.anna.root / "in.csv").unlink()
    people.anna.sync()
    assert message(people.anna) == "import 2 customers (leads); change imports/leads.toml"


def test_long_messages_are_listed() -> None:
    said = [f"set size of customers/number-{n}" for n in range(4)]
    subject, _, rest = listed(said).partition("\n\n")
    assert subject == "set size of customers/number-0; and 3 more"
    assert rest.splitlines() == [f"- {words}" for words in said]
    assert all(len(listed([word * 90]).partition("\n")[0]) <= 72 for word in "ab")
    assert listed(["one", "one"]) == "one\n"
    assert listed([f"x{n}" for n in range(300)]).splitlines()[-1] == "- and 200 more"


def on_a_terminal(person: Person, answers: str, *words: str) -> tuple[int, str]:
    variables = person._environment()
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    session = Session(os.environ, StringIO(answers), StringIO(), StringIO())
    session.__dict__["terminal"] = Terminal(answers=True)
    try:
        code = run(["sync", "--book", str(person.root), *words], session)
    finally:
        os.environ.clear()
        os.environ.update(before)
        session.present.index.close()
    whole(person)
    assert isinstance(session.stderr, StringIO)
    return code, session.stderr.getvalue()


def close(people: People) -> None:
    people.anna.crm("move", "deals/arm", "lost", "lost_reason=price")
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.crm("move", "deals/arm", "needs")
    people.li.crm("set", "acme", "size=60")


def test_questions_at_a_terminal(people: People) -> None:
    close(people)
    code, said = on_a_terminal(people.li, "2\n")
    assert code == 0
    assert "Arm (deals/arm)\n" in said
    assert "  1  ours    needs   (li-wei-" in said
    assert "  2  theirs  lost   (anna-kern-" in said
    assert "stage, closed on one side only: which one? (Enter leaves it) [1-3] " in said
    assert "stage: lost\n" in people.li.read(DEAL)
    people.quiet()


def test_a_value_of_one_s_own_at_the_terminal(people: People) -> None:
    close(people)
    code, said = on_a_terminal(people.li, "3\nmany\n70\n3\nproposal\n", "--strict")
    assert (code, "crm: error: " in said) == (0, True), "the value that cannot be typed is asked for again"
    assert "size: 70\n" in people.li.read(FILE)
    assert "stage: proposal\n" in people.li.read(DEAL)
    people.quiet()


def test_rows_and_texts_at_the_terminal(people: People) -> None:
    people.anna.crm("set", "deals/arm", "lines.2.qty=5")
    people.anna.edit(DEAL, ("Second.", "Anna's second."))
    people.anna.sync()
    people.li.crm("set", "deals/arm", "lines.2.qty=7")
    people.li.edit(DEAL, ("Second.", "Li's second."))
    code, said = on_a_terminal(people.li, "2\n1\n", "--strict")
    assert (code, said.count("which one?")) == (0, 2)
    assert "Anna's second." in people.li.read(DEAL)
    assert "Li's second." not in people.li.read(DEAL)
    assert "  - {product: nut, qty: 7}\n" in people.li.read(DEAL)
    people.quiet()


def test_no_answer_leaves_it_open(people: People) -> None:
    close(people)
    before = people.li.read(DEAL)
    code, said = on_a_terminal(people.li, "\n")
    assert (code, "1 question is open" in said) == (5, True)
    assert people.li.read(DEAL) == before


def test_a_lost_race_asks_nothing_twice(people: People) -> None:
    """The answer counts for the next round, as long as the question is the same."""
    close(people)
    hook = people.li.top / ".git" / "hooks" / "pre-push"
    hook.write_text(
        f"#!/bin/sh\ntest -e ../once && exit 0\ntouch ../once; cd '{people.anna.top}'; unset GIT_DIR GIT_INDEX_FILE\n"
        f"sed -i 's/gears/arms/' {FILE}; git commit -qam faster --no-verify; git push -q\n"
    )
    hook.chmod(0o755)
    code, said = on_a_terminal(people.li, "2\n")
    assert code == 0
    assert said.count("which one?") == 1
    assert "Makes arms." in people.li.read(FILE)
    assert "stage: lost\n" in people.li.read(DEAL)
