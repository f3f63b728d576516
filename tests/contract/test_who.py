"""WHO by every rank of the language page, on one book; wherever WHO stands, `-` and commas do too."""

from __future__ import annotations

import pytest

from tests.contract.conftest import Ask

RANKS = [
    ("qingdao-line", "an id", "qingdao-line"),
    ("QINGDAO-LINE", "an id, whatever its letters", "qingdao-line"),
    ("deals/qingdao-line", "a path", "qingdao-line"),
    ("deals/qingdao-line.md", "a path the shell completed", "qingdao-line"),
    ("./customers/qingdao.md", "a path from here", "qingdao"),
    ("deal/qingdao-line", "an id of a type", "qingdao-line"),
    ("商机/qingdao-line", "a type by its label", "qingdao-line"),
    ("anna@example.com", "mail", "anna-kern"),
    ("ANNA@example.com", "mail, whatever its letters", "anna-kern"),
    ("+49 40 66969110", "a phone", "eiswerk"),
    ("040 / 669 691-10", "the same phone as it is dialled", "eiswerk"),
    ("eiswerk kühllogistik gmbh", "a name", "eiswerk"),
    ("Ｅｉｓｗｅｒｋ　Kühllogistik GmbH", "a name in full width", "eiswerk"),
    ("青岛啤酒", "a Chinese name", "qingdao"),
    ("eiswerk-k", "the beginning of an id", "eiswerk"),
    ("eiswerkkuhl", "the beginning of an id without hyphens", "eiswerk"),
    ("Eiswerk Kü", "the beginning of a name", "eiswerk"),
    ("青岛啤", "the beginning of a Chinese name", "qingdao"),
    ("qingdaopijiu", "pinyin", "qingdao"),
    ("qing-dao-pi", "the beginning of pinyin", "qingdao"),
    ("qdpj", "initials", "qingdao"),
    ("qdlw", "initials of a name whose id begins otherwise", "lan-wan-shi-pin"),
    ("QDLW", "initials, whatever their letters", "lan-wan-shi-pin"),
]


@pytest.mark.parametrize(("word", "what", "begins"), RANKS, ids=[what for _, what, _ in RANKS])
def test_a_word_means_one_record(ask: Ask, word: str, what: str, begins: str) -> None:
    del what
    shown = ask("show", word, "--format", "ids")
    assert shown.code == 0, shown.err
    assert shown.out.startswith(begins)
    assert shown.out.count("\n") == 1


def test_an_earlier_rank_wins(ask: Ask) -> None:
    assert ask("show", "qingdao", "--format", "ids").out == "qingdao\n"  # an id, and the beginning of two others
    assert ask("deal", "show", "qingdao", "--format", "ids").out == "qingdao-line\n"
    assert ask("customer", "show", "qingdao-line", "--format", "ids").code == 3


def test_a_domain_and_a_key_of_another_system_name_a_record(own: Ask) -> None:
    assert own("set", "qingdao", "domain=qingdao.example", "keys=hubspot:991").code == 0
    for word in ("qingdao.example", "QINGDAO.example", "hubspot:991"):
        assert own("show", word, "--format", "ids").out == "qingdao\n"


def test_an_old_name_still_means_its_record(own: Ask) -> None:
    assert own("rename", "qingdao", "tsingtao").code == 0
    assert own("show", "qingdao", "--format", "ids").out == "tsingtao\n"


READS = ["show", "brief", "history", "why"]
WRITES = [
    ["set", "+mark"], ["log", "called"], ["next", "fri", "call"], ["archive"],
    ["delete", "--purge", "--yes"], ["move", "needs"],
]  # fmt: skip


@pytest.mark.parametrize("verb", READS)
def test_stdin_names_records_beside_other_words(ask: Ask, verb: str) -> None:
    stdin = "customers/qingdao\n\n  eiswerk \nqingdao\n"
    name = "csv" if verb in ("history", "why") else "ids"
    there = ask(verb, "qingdao", "eiswerk", "no-rate", "--format", name)
    piped = ask(verb, "-", "no-rate", "qingdao", "--format", name, stdin=stdin)
    assert there.code == piped.code == 0
    assert piped.out == there.out != ""


@pytest.mark.parametrize("words", WRITES, ids=" ".join)
def test_a_dry_run_of_stdin_names_what_would_change_and_changes_nothing(ask: Ask, words: list[str]) -> None:
    verb, *rest = words
    before = ask("changes").out
    shown = ask(verb, "-", *rest, "--dry-run", stdin="deals/no-rate\n\ndeals/qingdao-line\n")
    assert shown.code == 0, shown.err
    assert "no-rate" in shown.out
    assert "qingdao-line" in shown.out
    assert "dry run: nothing was written." in shown.err
    assert ask("changes").out == before


def test_a_dry_run_gives_ids_for_the_next_command(ask: Ask) -> None:
    shown = ask("set", "-", "+mark", "--dry-run", "--format", "ids", stdin="no-rate\nqingdao-line\n")
    assert shown.out == "no-rate\nqingdao-line\n"


@pytest.mark.parametrize(
    "line",
    [
        "customers name:nobody", "find xyzzy", "today amount:999m..", "board amount:999m..", "diff amount:999m..",
        "tag show nothing", "report stale amount:999m..", "changes --after 7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
        "hook log nobody", "sql 'SELECT id FROM deals_view WHERE 0'",
    ],
)  # fmt: skip
def test_some_asks_for_something(ask: Ask, line: str) -> None:
    import shlex

    words = shlex.split(line)
    for name in ("json", ""):
        form = ["--format", name] if name else []
        assert ask(*words, *form).code == 0
        shown = ask(*words, *form, "--some")
        assert (shown.code, shown.out) == (3, ""), shown
        assert "crm: error: nothing found" in shown.err
