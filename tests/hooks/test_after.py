from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crmcli.engines.hooks.after import drain, due, retry
from crmcli.engines.hooks.occurrence import Occurrence
from crmcli.engines.hooks.site import HookSite
from crmcli.store import hook_log, outbox
from crmcli.store.outbox import NoSuchEntryError
from crmcli.store.trust import read_hook, trust
from tests.hooks.book import always, loaded
from tests.hooks.conftest import WriteHook

ON_WON = "on deal move to:won"
KEY = "01JD000000000000000000EV01.tell"


def put(site: HookSite, *occurrences: Occurrence) -> list[str]:
    entries, notices = due(site, loaded(site), occurrences, always)
    outbox.put(site.outbox, entries)
    return notices


def waiting(site: HookSite) -> tuple[list[str], list[str]]:
    return outbox.keys(site.outbox), outbox.keys(site.outbox / outbox.FAILED)


def test_a_run_leaves_the_outbox_empty_and_a_line_in_the_log(
    site: HookSite, write_hook: WriteHook, won: Occurrence
) -> None:
    write_hook("tell", ON_WON, "cat > told; echo sent")
    assert put(site, won) == []
    assert waiting(site) == ([KEY], [])
    assert drain(site) == ["hook tell: sent"]
    assert waiting(site) == ([], [])
    told = json.loads((site.root / "told").read_text())
    assert (told["key"], told["to"], told["after"]["stage"]) == (KEY, "won", "won")
    (run,) = hook_log.runs(site.state)
    assert (run.key, run.outcome, run.stdout, run.on) == (KEY, "ok", "sent\n", "deals/acme-renewal-2p9dk")


def test_entries_are_private_and_synced_under_their_key(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("tell", ON_WON)
    put(site, won)
    path = site.outbox / f"{KEY}.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert site.outbox.stat().st_mode & 0o777 == 0o700
    assert [p.name for p in site.outbox.iterdir()] == [path.name]


def test_a_failure_is_kept_and_tried_again_under_the_same_key(
    site: HookSite, write_hook: WriteHook, won: Occurrence
) -> None:
    write_hook("tell", ON_WON, 'echo "$CRM_KEY" >> keys; test -e mended || { echo broken >&2; exit 1; }')
    put(site, won)
    assert drain(site) == [f"hook tell failed (exit 1); once mended, run it again with: crm hook retry {KEY}\nbroken"]
    assert waiting(site) == ([], [KEY])
    assert drain(site) == []
    assert retry(site)[0] == [KEY]
    assert waiting(site) == ([], [KEY])
    (site.root / "mended").touch()
    assert retry(site, KEY) == ([KEY], [])
    assert waiting(site) == ([], [])
    assert (site.root / "keys").read_text().split() == [KEY] * 3
    assert [(run.attempt, run.outcome) for run in hook_log.runs(site.state)] == [
        (1, "failed"),
        (2, "failed"),
        (3, "ok"),
    ]


def test_retry_of_an_unknown_key(site: HookSite) -> None:
    with pytest.raises(NoSuchEntryError, match="no failed hook run 'x'"):
        retry(site, "x")
    assert retry(site) == ([], [])


def test_a_late_hook_is_a_failure(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("tell", f"{ON_WON}\nlimit 200ms", "sleep 600")
    put(site, won)
    (notice,) = drain(site)
    assert notice.startswith("hook tell was stopped: it took longer than 200 ms; once mended,")
    assert [run.outcome for run in hook_log.runs(site.state)] == ["late"]


def test_what_a_crash_interrupted_runs_again_under_the_same_key(
    site: HookSite, write_hook: WriteHook, won: Occurrence
) -> None:
    """The process that drains is killed by its own hook, in the middle of the run."""
    write_hook("tell", ON_WON, 'echo "$CRM_KEY" >> keys; test -e survived || { : > survived; kill -9 $PPID; }')
    put(site, won)
    draining = (
        "import sys; from pathlib import Path, PosixPath; from crmcli.engines.hooks import after, site\n"
        f"after.drain(site.{site._replace(types={})!r})\n"
    )
    ended = subprocess.run([sys.executable, "-c", draining], env={"PYTHONPATH": os.pathsep.join(sys.path)}, check=False)
    assert ended.returncode == -9
    assert waiting(site) == ([KEY], [])
    assert drain(site) == []
    assert waiting(site) == ([], [])
    assert set((site.root / "keys").read_text().split()) == {KEY}


def test_what_another_process_runs_is_left_to_it(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("tell", ON_WON, "echo ran")
    put(site, won)
    with outbox.claimed(site.outbox, KEY) as entry:
        assert entry is not None
        assert drain(site) == []
        assert waiting(site) == ([KEY], [])
    assert drain(site) == ["hook tell: ran"]


def test_a_hook_of_the_drained_command_cannot_run_its_own_entry_again(
    site: HookSite, write_hook: WriteHook, won: Occurrence
) -> None:
    write_hook("tell", ON_WON, "ls .crm/outbox")
    put(site, won)
    assert drain(site) == [f"hook tell: {KEY}.json"]


def test_entries_run_in_the_order_of_their_events(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("tell", ON_WON, 'echo "$CRM_KEY" >> keys')
    later, sooner = won._replace(event_id="01JD000000000000000000EV03"), won
    put(site, later, sooner)
    drain(site)
    assert (site.root / "keys").read_text().split() == [KEY, "01JD000000000000000000EV03.tell"]


def test_entries_of_another_clone_stay(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("tell", ON_WON, "echo ran")
    put(site, won)
    assert drain(site._replace(clone="copy")) == []
    assert waiting(site) == ([KEY], [])


def test_inside_a_hook_only_deeper_entries_run(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("tell", ON_WON, 'echo "$CRM_DEPTH"')
    inside = site._replace(environ={**site.environ, "CRM_HOOK_DEPTH": "1"})
    put(site, won)
    assert drain(inside) == []
    put(inside, won._replace(event_id="01JD000000000000000000EV02"))
    assert drain(inside) == ["hook tell: 2"]
    assert waiting(site) == ([KEY], [])


def test_four_levels_deep_nothing_is_put(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("tell", ON_WON)
    deep = site._replace(environ={**site.environ, "CRM_HOOK_DEPTH": "4"})
    assert put(deep, won) == ["hook tell was not run: 4 hooks already run inside each other"]
    assert waiting(site) == ([], [])


def test_untrusted_hooks_are_inert_and_said_once(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("tell", ON_WON, ": > ran", trusted=False)
    assert put(site, won, won._replace(event_id="01JD000000000000000000EV02")) == [
        "hook tell is not trusted on this machine and was not run; look at it with: crm hook trust tell"
    ]
    assert drain(site) == []
    assert not (site.root / "ran").exists()


def test_a_hook_changed_since_it_was_trusted_is_inert(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("tell", ON_WON)
    write_hook("tell", ON_WON, ": > ran", trusted=False)
    assert put(site, won) == [
        "hook tell changed since you trusted it and was not run; look at it with: crm hook trust tell"
    ]


def test_a_hook_changed_between_commit_and_run_is_not_run(
    site: HookSite, write_hook: WriteHook, won: Occurrence
) -> None:
    write_hook("tell", ON_WON)
    put(site, won)
    write_hook("tell", ON_WON, ": > ran", trusted=False)
    (notice,) = drain(site)
    assert notice.startswith("hook tell changed since you trusted it and was not run;")
    assert not (site.root / "ran").exists()
    trust(site.config, site.root, read_hook(site.root, "tell"))
    assert retry(site) == ([KEY], [])
    assert (site.root / "ran").exists()


def test_trust_is_of_this_book_alone(site: HookSite, write_hook: WriteHook, won: Occurrence, tmp_path: Path) -> None:
    write_hook("tell", ON_WON)
    clone = tmp_path / "clone"
    site.root.rename(clone)
    moved = site._replace(root=clone, state=clone / ".crm")
    _, (notice,) = due(moved, loaded(moved), [won], always)
    assert "is not trusted on this machine" in notice


def test_a_hook_that_is_gone_is_kept_as_failed(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("tell", ON_WON)
    put(site, won)
    (site.root / "hooks" / "tell").unlink()
    (notice,) = drain(site)
    assert notice.startswith("hook tell was not run: hooks/tell cannot be read (No such file or directory)")
    assert waiting(site) == ([], [KEY])


def test_a_broken_entry_is_set_aside_and_the_next_runs(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("tell", ON_WON, "echo ran")
    put(site, won)
    (site.outbox / "00.json").write_text('{"key": 1')
    assert drain(site) == ["hook tell: ran"]
    assert (site.outbox / outbox.FAILED / "00.json.broken").exists()


def test_secrets_are_given_and_not_shown(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    path = site.config / "secrets.toml"
    path.write_text('TOKEN = "s3cret-value"\nOTHER = "not asked for"\n')
    path.chmod(0o600)
    write_hook("tell", f"{ON_WON}\nneeds TOKEN PLACE MAYBE?", 'env; echo "$TOKEN" >&2; exit 1')
    known = site._replace(environ={**site.environ, "PLACE": "Oslo", "TOKEN": "from the environment"})
    entries, _ = due(known, loaded(known), [won], always)
    outbox.put(known.outbox, entries)
    (notice,) = drain(known)
    (run,) = hook_log.runs(site.state)
    assert "TOKEN=<TOKEN>\n" in run.stdout
    assert "PLACE=Oslo\n" in run.stdout
    assert "s3cret" not in notice + run.stdout + run.stderr + path.parent.joinpath("trusted-hooks.json").read_text()
    assert "OTHER" not in run.stdout
    assert "EDITOR" not in run.stdout


def test_an_entry_whose_key_leads_elsewhere_is_set_aside(
    site: HookSite, write_hook: WriteHook, won: Occurrence
) -> None:
    write_hook("tell", ON_WON, "exit 1")
    (entry,), _ = due(site, loaded(site), [won], always)
    (entry,), _ = due(site, loaded(site), [won], always)
    site.outbox.mkdir(parents=True)
    (site.outbox / "00.json").write_text(json.dumps({**entry, "key": "../../../elsewhere"}), encoding="utf-8")
    assert drain(site) == []
    assert [path.name for path in (site.outbox / outbox.FAILED).iterdir()] == ["00.json.broken"]
    assert not list(site.root.parent.rglob("elsewhere.json"))


def test_secrets_that_others_can_read_are_refused(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    path = site.config / "secrets.toml"
    path.write_text('TOKEN = "x"\n')
    path.chmod(0o644)
    write_hook("tell", f"{ON_WON}\nneeds TOKEN", ": > ran")
    put(site, won)
    (notice,) = drain(site)
    assert "can be read by others (its mode is 0644, or it is not yours), so it is not used" in notice
    assert not (site.root / "ran").exists()


def test_an_erasure_forgets_what_is_due_failed_and_logged(
    site: HookSite, write_hook: WriteHook, won: Occurrence
) -> None:
    write_hook("tell", ON_WON, "exit 1")
    put(site, won)
    drain(site)
    put(site, won._replace(event_id="01JD000000000000000000EV02"))
    on = str(won.ref)
    outbox.forget(site.outbox, on)
    hook_log.forget(site.state, on)
    assert waiting(site) == ([], [])
    assert list(hook_log.runs(site.state)) == []


def test_pending_entries_survive_the_way_through_json(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("tell", ON_WON)
    entries, _ = due(site, loaded(site), [won], always)
    outbox.put(site.outbox, json.loads(json.dumps(entries)))
    (entry,) = entries
    assert outbox.read(site.outbox, KEY) == outbox.decode_entry(entry)
