from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.engines.hooks.before import HookSilentError, HookVetoError, ask_before, question
from crmcli.engines.hooks.occurrence import Occurrence, batch_of
from crmcli.engines.hooks.site import HookSite
from crmcli.store import hook_log
from crmcli.store.trust import read_hook, trust
from tests.hooks.book import always, loaded
from tests.hooks.conftest import WriteHook

GUARD = "before deal move to:won"


def ask(site: HookSite, *occurrences: Occurrence) -> list[str]:
    return ask_before(site, loaded(site), occurrences, always)


def test_a_yes(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("guard", GUARD, "echo looks fine")
    assert ask(site, won) == ["hook guard: looks fine"]
    assert [(run.hook, run.phase, run.outcome) for run in hook_log.runs(site.state)] == [("guard", "before", "ok")]


def test_a_no_shows_what_the_hook_says_as_text(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("guard", GUARD, "printf 'no \\033[31mcontract\\n' >&2; exit 1")
    with pytest.raises(HookVetoError) as veto:
        ask(site, won)
    assert str(veto.value) == "hook guard says no to deals/acme-renewal-2p9dk:\nno ␛[31mcontract"
    assert veto.value.exit_code == 7


def test_a_no_without_words(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("guard", GUARD, "exit 9")
    with pytest.raises(HookVetoError, match="and gives no reason"):
        ask(site, won)


def test_the_first_no_ends_the_asking(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("a-guard", GUARD, ": > a-asked")
    write_hook("b-guard", GUARD, "exit 1")
    write_hook("c-guard", GUARD, ": > c-asked")
    with pytest.raises(HookVetoError, match="b-guard"):
        ask(site, won)
    assert sorted(path.name for path in site.root.iterdir() if path.is_file()) == ["a-asked"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            "sleep 600",
            "hook guard was stopped: it took longer than 200 ms, so deals/acme-renewal-2p9dk was not changed",
        ),
        ("kill -9 $$", "hook guard was ended by signal 9, so deals/acme-renewal-2p9dk was not changed"),
        ("exec /no/such/program", "hook guard could not run a command of its own (exit 127), so deals/acme"),
    ],
)
def test_no_answer_is_a_no(site: HookSite, write_hook: WriteHook, won: Occurrence, body: str, sentence: str) -> None:
    limit = "limit 200ms" if "sleep" in body else "limit 60s"
    write_hook("guard", f"{GUARD}\n{limit}", body)
    with pytest.raises(HookSilentError) as silent:
        ask(site, won)
    assert str(silent.value).startswith(sentence)
    assert silent.value.exit_code == 7


@pytest.mark.parametrize(
    ("first_line", "sentence"),
    [
        ("#!/no/such/interpreter", "the interpreter its first line names is not there"),
        ("", "a script's first line names its interpreter, such as #!/bin/sh"),
    ],
)
def test_what_cannot_be_started_is_a_no(site: HookSite, won: Occurrence, first_line: str, sentence: str) -> None:
    path = site.root / "hooks" / "guard"
    path.write_text(f"{first_line}\n# crm: {GUARD}\n")
    path.chmod(0o755)
    trust(site.config, site.root, read_hook(site.root, "guard"))
    with pytest.raises(HookSilentError) as silent:
        ask(site, won)
    assert sentence in str(silent.value)


def test_an_untrusted_guard_is_inert_and_says_so(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("guard", GUARD, "exit 1", trusted=False)
    assert ask(site, won) == [
        "hook guard is not trusted on this machine and was not run; look at it with: crm hook trust guard"
    ]


def test_a_guard_that_misses_a_secret_is_a_no(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("guard", f"{GUARD}\nneeds TOKEN")
    with pytest.raises(HookSilentError, match="it needs TOKEN, which is neither in"):
        ask(site, won)


def test_four_levels_deep_is_a_no(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("guard", GUARD)
    deep = site._replace(environ={**site.environ, "CRM_HOOK_DEPTH": "4"})
    with pytest.raises(HookSilentError, match="4 hooks already run inside each other"):
        ask(deep, won)
    assert ask(site._replace(environ={**site.environ, "CRM_HOOK_DEPTH": "3"}), won) == []


def test_the_question_is_the_same_for_the_same_plan(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    assert question(site, loaded(site), [won], always) == ""
    write_hook("guard", GUARD)
    hooks = loaded(site)
    asked = question(site, hooks, [won], always)
    later = won._replace(op="other", at="2026-11-20T15:00:00+01:00", event_id="01JD000000000000000000EV09")
    assert asked == question(site, hooks, [later], always)
    imported = [o._replace(via="import:x") for o in (won, later)]
    assert question(site, hooks, imported[:1], always) == question(site, hooks, imported[1:], always)
    assert asked != question(site, hooks, [won._replace(note="other")], always)
    write_hook("guard", GUARD, "exit 1")
    assert asked != question(site, loaded(site), [won], always)


def test_an_import_is_asked_about_once(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("guard", GUARD, 'echo "$CRM_EVENT $CRM_COUNT" >> asked; exit 1')
    imported = won._replace(via="import:maven")
    with pytest.raises(HookVetoError, match="says no to 3 changes"):
        ask(site, imported, imported, imported)
    assert (site.root / "asked").read_text() == "batch 3\n"


def test_a_batch_of_one_speaks_of_its_record(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("guard", GUARD, "exit 1")
    single = batch_of([won._replace(via="sync")]).batch[0]
    with pytest.raises(HookVetoError, match="says no to deals/acme"):
        ask(site, single)


def test_the_book_stays_without_traces_of_the_private_copy(
    site: HookSite, write_hook: WriteHook, won: Occurrence, tmp_path: Path
) -> None:
    write_hook("guard", GUARD, f'printf %s "$0" > {tmp_path}/where')
    ask(site, won)
    ran = Path((tmp_path / "where").read_text())
    assert ran.is_relative_to(site.state / "run")
    assert not ran.exists()
    assert list((site.state / "run").iterdir()) == []
