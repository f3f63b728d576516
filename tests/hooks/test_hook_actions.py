from __future__ import annotations

import pytest

from crmcli.actions.hook import (
    HookInertError,
    HookInTheWayError,
    HookMovedOnError,
    HookUntrustworthyError,
    NoSuchHookError,
    distrust_hook,
    failed_runs,
    hook_problems,
    hook_runs,
    install_hook,
    list_hooks,
    retry_hooks,
    sample,
    shipped_hooks,
    trust_hook,
    try_hook,
    view_hook,
)
from crmcli.engines.hooks.after import drain, due
from crmcli.engines.hooks.occurrence import Occurrence
from crmcli.engines.hooks.site import HookSite
from crmcli.engines.hooks.trigger import HOOK_EVENTS, Trigger, parse_trigger
from crmcli.store import outbox
from tests.hooks.book import always, loaded
from tests.hooks.conftest import WriteHook

ON_WON = "on deal move to:won"


def test_list_says_how_far_each_is_trusted(site: HookSite, write_hook: WriteHook) -> None:
    write_hook("a-trusted", ON_WON)
    write_hook("b-untrusted", ON_WON, trusted=False)
    write_hook("c-changed", ON_WON)
    write_hook("c-changed", ON_WON, "exit 1", trusted=False)
    write_hook("d-broken", "on deal moved")
    lines = list_hooks(site)
    assert [(line.name, line.state) for line in lines] == [
        ("a-trusted", "trusted"),
        ("b-untrusted", "untrusted"),
        ("c-changed", "changed"),
        ("d-broken", "broken"),
    ]
    assert lines[0].hook is not None
    assert [trigger.text for trigger in lines[0].hook.triggers] == ["deal move to:won"]
    assert [problem.message for problem in hook_problems(site)] == ["unknown event 'moved'"]


def test_every_shipped_hook_has_a_summary_and_a_header(site: HookSite) -> None:
    names = [hook.name for hook in shipped_hooks()]
    assert names == [
        "chat-webhook",
        "desktop-notify",
        "git-commit",
        "onboarding-tasks",
        "require-contract",
        "won-to-ledger",
    ]
    for shipped in shipped_hooks():
        assert shipped.summary
        assert "\n" not in shipped.summary
        assert shipped.readme.startswith(f"# {shipped.name}\n")
        install_hook(site, shipped.name)
    assert [line.state for line in list_hooks(site)] == ["trusted"] * len(names)
    assert hook_problems(site) == []


def test_install_copies_and_trusts(site: HookSite) -> None:
    done = install_hook(site, "chat-webhook")
    assert done.changed
    assert done.needs == ("CHAT_URL", "CHAT_FORMAT?", "CHAT_SECRET?")
    assert done.path == site.root / "hooks" / "chat-webhook"
    assert done.path.stat().st_mode & 0o100
    assert not install_hook(site, "chat-webhook").changed


def test_install_does_not_replace_what_somebody_wrote(site: HookSite, write_hook: WriteHook) -> None:
    write_hook("git-commit", "on any batch", ": mine")
    with pytest.raises(HookInTheWayError) as in_the_way:
        install_hook(site, "git-commit")
    assert in_the_way.value.exit_code == 5
    assert ": mine" in (site.root / "hooks" / "git-commit").read_text()
    assert install_hook(site, "git-commit", replace=True).changed
    assert [line.state for line in list_hooks(site)] == ["trusted"]


def test_install_replaces_a_link_and_not_what_it_points_at(site: HookSite) -> None:
    target = site.root / "kept"
    target.write_text("kept")
    (site.root / "hooks" / "git-commit").symlink_to(target)
    with pytest.raises(HookInTheWayError):
        install_hook(site, "git-commit")
    install_hook(site, "git-commit", replace=True)
    assert target.read_text() == "kept"


def test_install_of_an_unknown_hook_names_the_nearest(site: HookSite) -> None:
    with pytest.raises(NoSuchHookError) as unknown:
        install_hook(site, "git-comit")
    assert (str(unknown.value), unknown.value.hint) == (
        "no hook 'git-comit' in the program",
        "did you mean git-commit?",
    )


def test_trusting_what_was_seen(site: HookSite, write_hook: WriteHook) -> None:
    write_hook("tell", ON_WON, "echo one", trusted=False)
    seen = view_hook(site, "tell")
    assert (seen.state, seen.diff) == ("untrusted", "")
    assert seen.content == "#!/bin/sh\n# crm: on deal move to:won\necho one\n"
    trust_hook(site, "tell", seen.sha256)
    assert view_hook(site, "tell").state == "trusted"

    write_hook("tell", ON_WON, "echo two", trusted=False)
    changed = view_hook(site, "tell")
    assert changed.state == "changed"
    assert changed.diff.splitlines() == [
        "--- tell (trusted)",
        "+++ tell (now)",
        "@@ -1,3 +1,3 @@",
        " #!/bin/sh",
        " # crm: on deal move to:won",
        "-echo one",
        "+echo two",
    ]
    write_hook("tell", ON_WON, "echo three", trusted=False)
    with pytest.raises(HookMovedOnError):
        trust_hook(site, "tell", changed.sha256)
    assert view_hook(site, "tell").state == "changed"
    assert distrust_hook(site, "tell")
    assert view_hook(site, "tell").state == "untrusted"


def test_a_link_cannot_be_trusted(site: HookSite) -> None:
    (site.root / "hooks" / "tell").symlink_to("/bin/sh")
    with pytest.raises(HookUntrustworthyError, match="hooks/tell is a symbolic link"):
        view_hook(site, "tell")


def test_no_such_hook(site: HookSite) -> None:
    with pytest.raises(NoSuchHookError) as unknown:
        view_hook(site, "../crm.toml")
    assert unknown.value.exit_code == 3


def test_trying_a_hook_says_that_it_is_a_test(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("tell", ON_WON, 'echo "$CRM_HOOK_TEST $CRM_TO $CRM_ID"')
    tried = try_hook(site, "tell")
    assert tried.launch.run is not None
    assert tried.launch.run.stdout == "1 won example-00000\n"
    again = try_hook(site, "tell", won)
    assert again.launch.run is not None
    assert again.launch.run.stdout == "1 won acme-renewal-2p9dk\n"
    assert [run.test for run in hook_runs(site)] == [True, True]


def test_trying_runs_nothing_untrusted(site: HookSite, write_hook: WriteHook) -> None:
    write_hook("tell", ON_WON, ": > ran", trusted=False)
    with pytest.raises(HookInertError, match="look at it with: crm hook trust tell"):
        try_hook(site, "tell")
    assert not (site.root / "ran").exists()
    write_hook("broken", "on deal moved")
    with pytest.raises(HookInertError, match="unknown event 'moved'"):
        try_hook(site, "broken")


@pytest.mark.parametrize("event", HOOK_EVENTS)
@pytest.mark.parametrize("type_name", ["deal", "any", "unheard-of"])
def test_samples_fit_their_trigger(site: HookSite, event: str, type_name: str) -> None:
    words = "from:a to:b field:c by:d via:e" if event in ("move", "set") else ""
    trigger = parse_trigger(f"{type_name} {event} {words}")
    assert isinstance(trigger, Trigger)
    assert trigger.fits(sample(site, trigger))


def test_the_log_gives_the_last_runs(site: HookSite, write_hook: WriteHook) -> None:
    write_hook("tell", ON_WON)
    write_hook("other", ON_WON)
    for name in ("tell", "other", "tell"):
        try_hook(site, name)
    assert [run.hook for run in hook_runs(site, limit=2)] == ["other", "tell"]
    assert [run.hook for run in hook_runs(site, "other")] == ["other"]


def test_failed_runs_wait_for_retry(site: HookSite, write_hook: WriteHook, won: Occurrence) -> None:
    write_hook("tell", ON_WON, "test -e mended")
    outbox.put(site.outbox, due(site, loaded(site), [won], always)[0])
    drain(site)
    (failed,) = failed_runs(site)
    assert (failed.hook, failed.attempts, failed.trouble) == ("tell", 1, "hook tell failed (exit 1)")
    (site.root / "mended").touch()
    assert retry_hooks(site) == ([failed.key], [])
    assert failed_runs(site) == []
