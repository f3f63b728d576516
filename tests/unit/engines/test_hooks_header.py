from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.engines.hooks.header import DEFAULT_LIMIT, parse_header, parse_limit, show_limit
from crmcli.engines.hooks.trigger import Misread, Trigger, parse_trigger, split_words


def parse(text: str, types: tuple[str, ...] = ()) -> tuple[object, list[tuple[int, str, str]]]:
    hook, problems = parse_header("tell", "hooks/tell", text, types)
    return hook, [(p.line, p.message, p.remedy) for p in problems]


def test_all_words() -> None:
    text = (
        "#!/bin/sh\n"
        "# Tells the chat.\n"
        "#\n"
        "# crm: on deal move to:won amount:100k..\n"
        "#crm: on customer create\n"
        "\n"
        "# crm: where runner\n"
        "# crm: needs CHAT_URL CHAT_SECRET?\n"
        "# crm: limit 200ms\n"
        "# crm: each\n"
        "# crm: private\n"
        "set -eu\n"
        "# crm: nonsense after the first command\n"
    )
    hook, problems = parse_header("tell", "hooks/tell", text)
    assert problems == []
    assert hook is not None
    assert hook.phase == "on"
    assert hook.triggers == (
        Trigger("deal", "move", (("to", ("won",)),), "amount:100k..", "deal move to:won amount:100k.."),
        Trigger("customer", "create", (), "", "customer create"),
    )
    assert (hook.where, hook.needs, hook.limit, hook.each, hook.private) == (
        "runner",
        ("CHAT_URL", "CHAT_SECRET?"),
        0.2,
        True,
        True,
    )


@pytest.mark.parametrize("mark", ["#", "//", "--", ";", ";;", "##"])
def test_comment_marks(mark: str) -> None:
    hook, problems = parse_header("x", "hooks/x", f"{mark} crm: before deal move\n")
    assert problems == []
    assert hook is not None
    assert (hook.phase, hook.where, hook.limit) == ("before", "here", DEFAULT_LIMIT)


def test_a_first_line_that_is_no_comment_is_passed_over() -> None:
    hook, _ = parse_header("x", "hooks/x", "<?php\n// crm: on deal log\n")
    assert hook is not None


@pytest.mark.parametrize(
    ("line", "message", "remedy"),
    [
        ("on deel move", "unknown type 'deel'", "did you mean 'deal'?"),
        ("on deal moved", "unknown event 'moved'", "did you mean 'move'?"),
        ("on deal becomes is:won", "unknown event 'becomes'", "it is one of: create set move log delete archive batch"),
        ("on deal", "a trigger is TYPE EVENT [filter], not 'deal'", "write for example: on deal move to:won"),
        ("on deal move to:", "to: says no value", "write to:VALUE, several with commas"),
        ("on deal move name:'x", "a quote or a parenthesis is not closed", "close it, or leave it out"),
        ("befor deal move", "unknown word 'befor'", "did you mean 'before'?"),
        ("limit 10", "'10' is no time limit", "write for example 10s, 500ms or 2min; at most 10min"),
        ("limit 11min", "'11min' is no time limit", "write for example 10s, 500ms or 2min; at most 10min"),
        ("limit 0s", "'0s' is no time limit", "write for example 10s, 500ms or 2min; at most 10min"),
        ("needs", "needs says no name", "write for example: needs CHAT_URL"),
        ("needs CRM_X", "'CRM_X' is a name that crm gives itself", "CRM_ variables need no 'needs'"),
        (
            "needs A-B",
            "'A-B' is no name of a secret or variable",
            "letters, digits and _, with ? if it may be missing",
        ),
        ("each deal", "each stands alone", "write only: crm: each"),
    ],
)
def test_wrong_lines_are_named(line: str, message: str, remedy: str) -> None:
    assert parse(f"#!/bin/sh\n# crm: {line}\n", ("deal", "customer")) == (None, [(2, message, remedy)])


def test_where_is_one_of_two() -> None:
    hook, problems = parse("# crm: on deal move\n# crm: where server\n")
    assert hook is None
    assert problems[0][:2] == (2, "where is 'here' or 'runner', not 'server'")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#!/bin/sh\necho\n", "no comment line says when to run it"),
        ("# crm: on deal move\n# crm: before deal move\n", "it says both 'on' and 'before'"),
        ("# crm: before deal move\n# crm: where runner\n", "a 'before' hook runs where the change is made"),
    ],
)
def test_what_is_wrong_together(text: str, message: str) -> None:
    hook, problems = parse(text)
    assert hook is None
    assert [p[1] for p in problems] == [message]


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    hook, problems = parse_header("x", "hooks/x", text)
    assert (hook is None) == bool(problems)


@given(st.text())
def test_any_trigger_is_read_or_refused(text: str) -> None:
    assert isinstance(parse_trigger(text), (Trigger, Misread))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a  b\tc", ["a", "b", "c"]),
        ("name:'x y' (a OR b) c", ["name:'x y'", "(a OR b)", "c"]),
        ('note:"to:won here"', ['note:"to:won here"']),
        ("(a", None),
        ("'a", None),
        ("", []),
    ],
)
def test_split_words(text: str, words: list[str] | None) -> None:
    assert split_words(text) == words


def test_only_event_words_outside_quotes_are_taken_from_the_filter() -> None:
    trigger = parse_trigger("deal set field:amount,close -via:import name:'to:won' (by:x OR +vip) owner.role:boss")
    assert isinstance(trigger, Trigger)
    assert trigger.words == (("field", ("amount", "close")), ("-via", ("import",)))
    assert trigger.filter == "name:'to:won' (by:x OR +vip) owner.role:boss"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("200ms", 0.2), ("10s", 10), ("1.5 s", 1.5), ("2min", 120), ("2m", 120), ("1h", 0), ("-1s", 0)],
)
def test_limits(text: str, seconds: float) -> None:
    assert parse_limit(text) == pytest.approx(seconds)


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "200 ms"), (10, "10 s"), (120, "2 min"), (90, "90 s")])
def test_limits_in_words(seconds: float, text: str) -> None:
    assert show_limit(seconds) == text
