"""docs/hooks.md says what is true: its examples run, its tables are the code's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from crmcli.actions.hook import shipped_hooks, trust_hook, try_hook, view_hook
from crmcli.engines.hooks.header import DEFAULT_LIMIT, LONGEST_LIMIT, WORDS, parse_header
from crmcli.engines.hooks.launch import launch
from crmcli.engines.hooks.matching import BULK
from crmcli.engines.hooks.occurrence import Occurrence, batch_of
from crmcli.engines.hooks.payload import BATCH_SHOWN, LONGEST_VARIABLE, PASSED_ON, environment, payload_of
from crmcli.engines.hooks.run import GRACE_SECONDS, OUTPUT_LIMIT
from crmcli.engines.hooks.site import DEEPEST, HookSite
from crmcli.engines.hooks.trigger import EVENT_WORDS, HOOK_EVENTS
from crmcli.store.hook_log import LARGEST
from tests.hooks.book import loaded
from tests.hooks.conftest import WriteHook

PAGE = (Path(__file__).parents[2] / "docs" / "hooks.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(?:sh|python)\n(#!.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def rows(heading: str) -> list[list[str]]:
    """The cells of the table whose first heading cell this is."""
    found = re.search(rf"^\| {re.escape(heading)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert found is not None, heading
    return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in found[1].splitlines()]


def first_words(heading: str) -> list[str]:
    return [word for row in rows(heading) for word in re.findall(r"`([\w?-]+)[^`]*`", row[0])]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 3


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_have_a_right_header(text: str) -> None:
    hook, problems = parse_header("example", "hooks/example", text)
    assert problems == []
    assert hook is not None


@pytest.mark.parametrize("text", [text for text in EXAMPLES if "/sh" in text])
def test_shell_examples_pass_shellcheck(text: str) -> None:
    program = shutil.which("shellcheck", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert program is not None
    done = subprocess.run([program, "-"], input=text, capture_output=True, text=True, check=False)
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("number", "exit_code", "stdout", "stderr"),
    [
        (0, 0, "Example deal is won: \n", ""),
        (1, 1, "", "a discount of 20 % or more needs a reason: add -m REASON\n"),
        (2, 0, "customer example-00000 by anna-k2x81\n", ""),
    ],
)
def test_examples_do_what_the_page_says(site: HookSite, number: int, exit_code: int, stdout: str, stderr: str) -> None:
    path = site.root / "hooks" / "example"
    path.write_text(EXAMPLES[number])
    path.chmod(0o755)
    open_types = site._replace(types={"deal": site.types["deal"]} if number < 2 else {})
    trust_hook(open_types, "example", view_hook(open_types, "example").sha256)
    done = try_hook(open_types, "example").launch.run
    assert done is not None
    assert (done.exit, done.stdout, done.stderr) == (exit_code, stdout, stderr)


def test_tables_of_the_header_are_complete() -> None:
    assert first_words("line") == ["on", "before", "where", "where", "needs", "limit", "each", "private"]
    assert set(first_words("line")) == set(WORDS)
    assert sorted(first_words("event")) == sorted(HOOK_EVENTS)
    assert first_words("word") == list(EVENT_WORDS)
    assert sorted(first_words("hook")) == [hook.name for hook in shipped_hooks()]


def test_table_of_the_payload_is_complete(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("tell", "on deal move to:won")
    (hook,) = loaded(site)
    content = payload_of(hook, batch_of([won]), site).content
    assert sorted(first_words("JSON")) == sorted(content)
    program = site._replace(program="/usr/bin/crm")
    given = environment(content, program, {})
    told = {name for row in rows("JSON") for name in re.findall(r"CRM_[A-Z_]+", row[1])}
    told |= {name for row in rows("variable") for name in re.findall(r"CRM_[A-Z_]+", row[0])}
    plain = {name for name in given if name.startswith("CRM_") and not re.match(r"CRM_(BEFORE|AFTER)_", name)}
    assert plain | {"CRM_HOOK_TEST", "CRM_BEFORE_AMOUNT", "CRM_AFTER_AMOUNT"} == told
    assert f"`{' '.join((*PASSED_ON[:3], 'LC_*', *PASSED_ON[3:]))} CRM_*`" in PAGE


def test_numbers_are_those_of_the_code() -> None:
    assert f"`{DEFAULT_LIMIT:.0f}s` when nothing is said" in PAGE
    assert f"to `{LONGEST_LIMIT / 60:.0f}min`" in PAGE
    assert f"more than {BULK} events" in PAGE
    assert f"the first {BATCH_SHOWN} of them" in PAGE
    assert f"{OUTPUT_LIMIT // 1024} kB each" in PAGE
    assert f"values over {LONGEST_VARIABLE // 1024} kB" in PAGE
    assert f"in at most {2 * LARGEST // 1024 // 1024} MB" in PAGE
    assert (DEEPEST, GRACE_SECONDS) == (4, 1.0)


def test_the_toml_is_toml() -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert [list(tomllib.loads(block)) for block in blocks] == [["CHAT_URL"]]


def test_a_hook_finds_its_neighbours_from_the_book(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    (site.root / "hooks" / "lib").mkdir()
    (site.root / "hooks" / "lib" / "words.sh").write_text("said=found\n")
    write_hook("tell", "on deal move", '. "$CRM_BOOK/hooks/lib/words.sh"; echo "$said"')
    (hook,) = loaded(site)
    done = launch(site, "tell", payload_of(hook, won, site).content).run
    assert done is not None
    assert done.stdout == "found\n"
