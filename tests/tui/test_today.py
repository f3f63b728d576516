"""The round on Today: what is shown, what each key does to the book, where the cursor goes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from crmcli.actions.done import finish
from crmcli.actions.log import Entry, log_entry
from crmcli.actions.set import set_fields
from crmcli.model.record import Ref, parse_ref
from crmcli.store.book import open_book
from crmcli_tui.forms.log import LogForm
from crmcli_tui.forms.move import MoveForm
from crmcli_tui.forms.undo import UndoForm
from crmcli_tui.widgets.choice import Choice
from crmcli_tui.widgets.page import Page
from crmcli_tui.widgets.rows import Rows
from tests.tui.round_book import MARKUP, QUEUE
from tests.tui.rounds import NARROW, Round, elsewhere, play


def events(root: Path, verb: str) -> list[tuple[str, str]]:
    """What the journal says an op of a verb did, by the index of another process: (on, do)."""
    book = open_book(root, me="ben")
    rows = book.index.rows(
        """SELECT e."on", e."do" FROM events e WHERE e.via = 'tui' AND e.op IN
        (SELECT op FROM events WHERE json_extract(more, '$.cmd') = ?) ORDER BY e.id""",
        (verb,),
    )
    book.index.close()
    return [(str(row[0]), str(row[1])) for row in rows]


def value(root: Path, ref: str, field: str) -> str:
    book = open_book(root, me="ben")
    found = book.read_record(parse_ref(ref)).text(field)
    book.index.close()
    return found


def test_the_queue_and_the_brief_are_those_of_the_reports(root: Path) -> None:
    async def script(turn: Round) -> None:
        assert turn.queue == QUEUE
        assert turn.cursor == "tasks/quote"
        text = turn.text()
        assert "send the quote" in text
        assert "Crate packing · 4 days late" in text
        assert "机械臂方案" in text
        await turn.press("down")
        assert turn.cursor == "tasks/call"
        brief = turn.today._brief
        assert brief is not None
        assert brief.ref == "tasks/call"
        assert "李伟" in turn.text()

    play(root, script)


def test_looking_writes_nothing(root: Path) -> None:
    def bytes_of_the_book() -> dict[str, str]:
        files = (path for path in root.rglob("*") if path.is_file() and ".crm" not in path.relative_to(root).parts)
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    before = bytes_of_the_book()

    async def script(turn: Round) -> None:
        await turn.press("down", "down", "enter", "escape", "space", "escape", "question_mark", "escape", "f9", "s")
        for form in "lnozmtuy":
            await turn.press(form, "escape")
        await turn.glance()

    play(root, script)
    assert bytes_of_the_book() == before
    assert len(before) > len(QUEUE)


def test_log_with_a_next_step(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("l")
        await turn.type("sent it, they want 5 % off")
        await turn.press("shift+tab", "right")  # note → event: the kinds stand in a ring
        assert turn.front.query_one(Choice).chosen == "event"
        await turn.press("c", "tab", "tab")
        await turn.type("ask about the discount")
        await turn.press("tab")
        await turn.type("tue 9:00")
        assert "Tue 24 Nov 09:00" in turn.text()
        await turn.press("enter")
        assert not isinstance(turn.front, LogForm)
        assert turn.said == "✓ logged on Crate packing; next: ask about the discount (Tue 24 Nov 09:00)."
        assert turn.cursor == "tasks/call"

    play(root, script)
    assert events(root, "log")[0] == ("deals/crates", "log")
    assert [do for _, do in events(root, "log")] == ["log", "create"]
    book = open_book(root, me="ben")
    line = book.index.row("SELECT kind, text, by, via FROM events WHERE via = 'tui' AND \"do\" = 'log'")
    assert line is not None
    assert tuple(line) == ("call", "sent it, they want 5 % off", "anna", "tui")
    step = book.index.row("SELECT due, \"on\" FROM rec_tasks WHERE text = 'ask about the discount'")
    assert step is not None
    assert tuple(step) == ("2026-11-24T08:00:00Z", "deals/crates")
    book.index.close()


def test_bad_input_stays_in_its_form(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("n")
        await turn.type("call")
        await turn.press("tab")
        await turn.type("someday")
        assert "no date yet" in turn.text()
        await turn.press("enter")
        assert turn.front.query_one("#what", Input).value == "call"
        trouble = turn.front.query_one("#trouble", Static)
        assert trouble.has_class("shown")
        assert "no date in 'someday call'" in turn.text()
        await turn.press(*["backspace"] * 7)
        await turn.type("mon")
        await turn.press("enter")
        assert turn.said == "✓ Crate packing; next: call (Mon 23 Nov)."

    play(root, script)
    assert [do for _, do in events(root, "next")] == ["create"]


def test_done_goes_to_the_next_and_undo_says_what_it_takes_back(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("down", "d")
        assert turn.said == "✓ done: call back."
        assert turn.queue == [ref for ref in QUEUE if ref != "tasks/call"]
        assert turn.cursor == "tasks/markup"
        assert "1 task done" in turn.text()
        await turn.press("u")
        assert isinstance(turn.front, UndoForm)
        assert "call back: State: Open → Done" in turn.text()
        await turn.press("enter")
        assert turn.said == "✓ undone: done of call back (tasks/call)."
        assert turn.queue == QUEUE
        assert turn.cursor == "tasks/markup"
        assert "task done" not in turn.text()

    play(root, script)
    assert value(root, "tasks/call", "stage") == "open"


def test_several_are_marked_and_put_off_at_once(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("space", "space")
        assert turn.today.rows.marked == {"tasks/quote", "tasks/call"}
        assert turn.text().count("●") == 2
        await turn.press("z", "3")
        assert turn.said == "✓ put off to Mon 23 Nov: send the quote, call back."
        assert turn.queue == ["tasks/markup", "deals/arm"]
        assert turn.cursor == "tasks/markup"
        assert not turn.today.rows.marked

    play(root, script)
    assert value(root, "tasks/quote", "due") == "2026-11-23"
    assert [on for on, _ in events(root, "snooze")] == ["tasks/quote", "tasks/call"]


def test_snooze_to_a_date(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("z", "tab")
        await turn.type("1 dec")
        await turn.press("enter")
        assert "no date" in turn.text()
        await turn.press(*["backspace"] * 5)
        await turn.type("2026-12-01")
        assert "Tue 1 Dec" in turn.text()
        await turn.press("enter")

    play(root, script)
    assert value(root, "tasks/quote", "due") == "2026-12-01"


def test_only_allowed_stages_are_offered_and_a_veto_is_explained(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("m")
        deal = ["needs", "negotiation", "won", "lost", "hold"]  # pipelines/sales.toml: `next` of proposal
        task = ["done", "dropped"]
        assert turn.rows("stages") == [*(f"0:{name}" for name in deal), *(f"1:{name}" for name in task)]
        assert turn.front.query_one("#stages", Rows).cursor == "0:negotiation"  # the next one
        await turn.press("down", "down")
        assert turn.front.query_one("#stages", Rows).cursor == "0:lost"
        await turn.press("enter")
        assert isinstance(turn.front, MoveForm)
        assert "may enter lost only with lost_reason filled" in " ".join(turn.text().split())
        reason = turn.front.query_one("#needed Choice", Choice)
        assert reason.has_focus
        await turn.press("p")
        assert reason.chosen == "price"
        await turn.press("enter")
        assert turn.said == "✓ moved Crate packing (deals/crates) from proposal to lost."

    play(root, script)
    assert value(root, "deals/crates", "stage") == "lost"
    assert value(root, "deals/crates", "lost_reason") == "price"


def test_a_hook_may_say_no(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from crmcli.store.trust import config_folder, read_hook, trust

    monkeypatch.setenv("CRM_CONFIG", str(tmp_path))
    hook = root / "hooks" / "no"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\n# crm: before deal move to:won\necho not on a Friday >&2\nexit 1\n")
    hook.chmod(0o755)
    trust(config_folder(os.environ), root, read_hook(root, "no"))

    async def script(turn: Round) -> None:
        await turn.press("m", "down", "enter")
        assert "not on a Friday" in turn.text()
        await turn.press("escape")
        assert turn.cursor == "tasks/quote"

    play(root, script)
    assert value(root, "deals/crates", "stage") == "proposal"


def test_tags_notes_and_addresses(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("down", "t")
        assert "+vip" in turn.text()
        await turn.type("lead -")
        await turn.press("tab")
        assert turn.front.query_one("#tags", Input).value == "lead -vip"
        await turn.press("enter")
        await turn.press("up", "up", "down", "o")
        await turn.type("first line")
        await turn.press("enter")
        await turn.type("second")
        await turn.press("ctrl+s")
        await turn.press("up", "y", "j", "j", "enter")
        assert turn.app.clipboard == "li@acme.example"
        assert turn.said == "✓ copied: li@acme.example"

    play(root, script)
    book = open_book(root, me="ben")
    assert book.read_record(Ref("customers", "acme")).items("tags") == ["lead"]
    line = book.index.row("SELECT \"on\", kind, text FROM events WHERE via = 'tui' AND \"do\" = 'log'")
    assert line is not None
    assert tuple(line) == ("customers/acme", "note", "first line\nsecond")
    book.index.close()


def test_skipping_puts_at_the_end_until_it_is_done(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("s")
        assert turn.queue == [*QUEUE[1:], QUEUE[0]]
        assert turn.cursor == QUEUE[1]
        assert "Skipped  1" in turn.text()

    play(root, script)


def test_an_empty_queue_says_so_with_the_tally(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("d", "d", "d")
        assert turn.queue == ["deals/arm", "deals/crates"]  # without its task, the deal is loose too
        await turn.press("space", "space", "n")
        await turn.type("offer")
        await turn.press("tab")
        await turn.type("mon")
        await turn.press("enter")
        assert turn.queue == []
        text = turn.text()
        assert "Nothing waits." in text
        assert "3 tasks done, 2 steps planned." in text
        await turn.press("l", "d", "m", "e", "y", "space", "enter", "escape")
        assert turn.said == "nothing is under the cursor"

    play(root, script)


def test_the_cursor_stays_on_its_record_when_others_write(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("down")
        assert turn.cursor == "tasks/call"
        elsewhere(root, lambda book: finish(book, [parse_ref("tasks/quote")]), me="anna")
        await turn.glance()
        assert turn.queue == [*QUEUE[1:], "deals/crates"]
        assert turn.cursor == "tasks/call"
        elsewhere(root, lambda book: log_entry(book, [Ref("customers", "acme")], Entry("he calls again", "call")))
        await turn.glance()
        assert "he calls again" in turn.text()
        (root / "tasks" / "call.md").unlink()
        await turn.glance()
        assert turn.cursor == "tasks/markup"

    play(root, script)


def test_an_open_form_survives_a_change_under_it_and_says_so(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("l")
        await turn.type("half a sen")
        elsewhere(root, lambda book: set_fields(book, [Ref("deals", "crates")], ["amount=13000"]))
        await turn.glance()
        assert "changed meanwhile" in turn.text()
        said = str(turn.front.query_one("#moved", Static).content)
        assert said == "! changed meanwhile:\n  Crate packing: Amount: 12,000.00 EUR → 13,000.00 EUR (Ben Ode)"
        assert turn.front.query_one("#text", Input).value == "half a sen"
        await turn.type("tence")
        await turn.press("enter")
        assert turn.said == "✓ logged on Crate packing."

    play(root, script)


def test_names_are_text_and_nothing_else(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("down", "down")
        text = turn.text()
        assert "[bold red]Evil[/] ␛[31mSpA<U+202E>" in text
        assert "answer [b]him[/b]" in text
        await turn.press("o")
        assert "[bold red]Evil[/]" in turn.text()
        await turn.type("x")
        await turn.press("ctrl+s")
        assert "logged on [bold red]Evil[/]" in turn.text()
        assert "\x1b" not in turn.text()
        assert "\u202e" not in turn.text()

    assert "\x1b" in MARKUP
    play(root, script)


def test_the_brief_has_room_or_comes_with_tab(root: Path) -> None:
    async def script(turn: Round) -> None:
        assert not turn.today.query_one("#brief", Page).display
        page = turn.today.query_one("#brief", Page)
        await turn.press("tab")
        assert page.display
        assert turn.app.focused is page
        await turn.press("escape")
        assert not turn.today.query_one("#brief", Page).display
        await turn.pilot.resize_terminal(80, 45)
        await turn.settle()
        assert turn.today.query_one("#brief", Page).display
        assert page.region.y > turn.today.rows.region.y
        await turn.pilot.resize_terminal(120, 45)
        await turn.settle()
        assert page.region.x > turn.today.rows.region.x
        assert page.region.y == turn.today.rows.region.y

    play(root, script, size=NARROW)


def test_the_mouse_chooses_and_presses_keys(root: Path) -> None:
    async def script(turn: Round) -> None:
        lines = turn.text().splitlines()
        at = next(y for y, line in enumerate(lines) if "机械臂方案" in line)
        await turn.pilot.click(offset=(6, at))
        await turn.settle()
        assert turn.cursor == "deals/arm"
        keys = lines[-1]
        await turn.pilot.click(offset=(keys.index("next"), len(lines) - 1))
        await turn.settle()
        assert "Next step" in turn.text()

    play(root, script)
