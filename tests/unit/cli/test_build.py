"""Commands with words: what passes as a word, what is refused as an option."""

from __future__ import annotations

from io import StringIO
from typing import Annotated

import pytest
import typer

from crmcli.cli.build import UnknownOptionError, command_of
from crmcli.cli.click_seam import NoSuchOption, open_context
from crmcli.cli.commands.table import RECORDS, Entry
from crmcli.cli.session import Session
from crmcli.errors import UsageError

WORDS = Entry("try", "", "Try", RECORDS, words=True, shape="rows")


def parsed(*words: str, entry: Entry = WORDS) -> tuple[list[str], Session]:
    seen: list[str] = []

    def run(
        words: Annotated[list[str] | None, typer.Argument()] = None,
        to: Annotated[str, typer.Option("--to")] = "",
    ) -> None:
        """Try."""
        seen.extend([*(words or []), *([f"to={to}"] if to else [])])

    session = Session({}, StringIO(), StringIO(), StringIO())
    command = command_of(run, entry)
    with open_context(command, "crm try", words, session) as context:
        command.invoke(context)
    return seen, session


@pytest.mark.parametrize(
    "words",
    [
        ["-churned", "-30d", "touched:..-30d"],
        ["+vip", "-fri", "amount:5k.."],
        ["-"],
        ["---", "text"],
        ["-source=ads"],
    ],
)
def test_words_with_a_dash_pass(words: list[str]) -> None:
    assert parsed(*words)[0] == words


def test_after_a_lone_double_dash_everything_is_a_word() -> None:
    assert parsed("a", "--", "--format", "--nonsense", "-x")[0] == ["a", "--format", "--nonsense", "-x"]


def test_common_options_are_taken_out_anywhere() -> None:
    seen, session = parsed("a", "--format", "json", "-b", "--limit=3", "--dry-run", "c", "--to", "x")
    assert seen == ["a", "-b", "c", "to=x"]
    assert session.options.format == "json"
    assert session.options.limit == 3
    assert session.options.dry_run


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("--formt", "did you mean --format?"),
        ("--formt=json", "did you mean --format?"),
        ("--too", "did you mean --to?"),
    ],
)
def test_a_left_over_option_is_refused_with_the_nearest(word: str, hint: str) -> None:
    with pytest.raises(UnknownOptionError) as caught:
        parsed("a", word)
    assert str(caught.value) == f"crm try has no option {word.partition('=')[0]}"
    assert caught.value.hint == hint


def test_an_option_s_value_may_look_like_an_option() -> None:
    assert parsed("--to", "--sideways")[0] == ["to=--sideways"]


def test_without_words_a_single_dash_is_refused() -> None:
    with pytest.raises(NoSuchOption):
        parsed("-x", entry=WORDS._replace(words=False))


@pytest.mark.parametrize(
    ("shape", "words", "sentence"),
    [
        ("ids", ["--format", "json"], "this cannot be written as json"),
        ("ids", ["--limit", "5"], "crm try does not take --limit: it shows no rows"),
        ("ids", ["--columns", "a"], "crm try does not take --columns: it shows no rows"),
        ("events", ["--sort", "a"], "crm try does not take --sort: it shows no rows"),
        ("nothing", ["--format", "plain"], "this cannot be written as plain"),
    ],
)
def test_what_the_answer_cannot_be_is_refused_before_anything_is_done(
    shape: str, words: list[str], sentence: str
) -> None:
    with pytest.raises(UsageError) as refused:
        parsed("a", *words, entry=WORDS._replace(shape=shape))
    assert str(refused.value) == sentence


def test_what_fits_is_let_pass() -> None:
    assert parsed("--format", "ids", "a", entry=WORDS._replace(shape="ids"))[0] == ["a"]
    assert parsed("--limit", "2", "--format", "jsonl", entry=WORDS._replace(shape="events"))[0] == []
