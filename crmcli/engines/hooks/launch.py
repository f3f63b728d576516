"""One run of one hook: only bytes that are trusted, from a private copy, with what it needs and nothing else."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from crmcli.engines.hooks.header import Hook, find_hook, show_limit
from crmcli.engines.hooks.payload import environment
from crmcli.engines.hooks.run import Run, run
from crmcli.engines.hooks.site import HookSite
from crmcli.errors import CrmError
from crmcli.store.hook_log import LoggedRun, note_run
from crmcli.store.secrets import find_secrets
from crmcli.store.trust import HookFile, TrustFileError, TrustInsideBookError, trusted_hash
from crmcli.text.display import safe

_SHORTEST_SECRET = 4
"""Shorter values are not blotted out of a hook's output: they would hit innocent text."""


class Launch(NamedTuple):
    """What became of a run: `run` when the hook ran, else `trouble` says why it did not."""

    hook: str
    run: Run | None
    trouble: str = ""

    @property
    def outcome(self) -> str:
        """One of ok, failed, late, not run."""
        if self.run is None:
            return "not run"
        if self.run.timed_out:
            return "late"
        return "failed" if self.run.exit else "ok"


def launch(site: HookSite, name: str, payload: Mapping[str, object], *, attempt: int = 1, test: bool = False) -> Launch:
    """Run the hook `name` of the book, if it may be run, and log it."""
    from crmcli.clock import now  # noqa: PLC0415

    began = now().isoformat(timespec="milliseconds")
    done = _launch(site, name, payload, test=test)
    with suppress(OSError):  # a full disk costs the log's line, not the answer of a hook that has run
        note_run(site.state, _logged(began, done, payload, attempt=attempt, test=test))
    return done


def _logged(began: str, done: Launch, payload: Mapping[str, object], *, attempt: int, test: bool) -> LoggedRun:
    ended = done.run or Run(0, "", "", 0.0, timed_out=False)
    return LoggedRun(
        at=began,
        key=str(payload["key"]),
        hook=done.hook,
        phase=str(payload["phase"]),
        event=str(payload["event"]),
        on=str(payload["on"]),
        op=str(payload["op"]),
        outcome=done.outcome,
        exit=ended.exit,
        seconds=round(ended.seconds, 3),
        attempt=attempt,
        test=test,
        stdout=ended.stdout,
        stderr=ended.stderr,
        trouble=done.trouble,
    )


def standing(site: HookSite, file: HookFile) -> str:
    """Say how far a hook is trusted: trusted, changed (since it was) or untrusted."""
    try:
        known = trusted_hash(site.config, site.root, file.name)
    except (TrustFileError, TrustInsideBookError):
        return "untrusted"
    if not known:
        return "untrusted"
    return "trusted" if known == file.sha256 else "changed"


def distrust_notice(name: str, standing: str) -> str:
    """Say that a hook is inert, and how to change that."""
    why = "changed since you trusted it" if standing == "changed" else "is not trusted on this machine"
    return f"hook {name} {why} and was not run; look at it with: crm hook trust {name}"


def _launch(site: HookSite, name: str, payload: Mapping[str, object], *, test: bool) -> Launch:
    file, hook, problems = find_hook(site.root, name, site.types)
    if hook is None:
        return Launch(name, None, f"hook {safe(name)} was not run: {problems[0].message}")
    found = standing(site, file)
    if found != "trusted":
        return Launch(name, None, distrust_notice(name, found))
    try:
        secrets = find_secrets(hook.needs, site.config, site.environ)
    except CrmError as error:
        return Launch(name, None, f"hook {name} was not run: {error}; {error.hint}")
    if secrets.missing:
        return Launch(name, None, _missing(name, secrets.missing, site.config))
    environ = environment(payload, site, secrets.found)
    if test:
        environ["CRM_HOOK_TEST"] = "1"
    Path(environ["CRM_HOOK_STATE"]).mkdir(mode=0o700, parents=True, exist_ok=True)
    return _run_copy(site, hook, file.content, payload, environ, secrets.hidden)


def _run_copy(
    site: HookSite,
    hook: Hook,
    content: bytes,
    payload: Mapping[str, object],
    environ: Mapping[str, str],
    secrets: Mapping[str, str],
) -> Launch:
    """Run the very bytes that were hashed, from a private folder: the file in the book may change meanwhile."""
    import json  # noqa: PLC0415
    import shutil  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    stdin = json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    home = site.state / "run"
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=home))
        try:
            copy = folder / hook.name
            with os.fdopen(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o700), "wb") as stream:
                stream.write(content)
            done = run([str(copy)], stdin, environ, site.root, hook.limit)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        return Launch(hook.name, None, f"hook {hook.name} could not be started: {_why_not(error, content)}")
    return Launch(hook.name, _blotted(done, secrets))


def _why_not(error: OSError, content: bytes) -> str:
    if error.errno in (errno.ENOENT, errno.ENOEXEC) and content.partition(b"\n")[0].endswith(b"\r"):
        return "its lines end in CR LF: save it with LF line ends"
    if error.errno == errno.ENOEXEC:
        return "it is no program; a script's first line names its interpreter, such as #!/bin/sh"
    if error.errno == errno.ENOENT:
        return "the interpreter its first line names is not there"
    return error.strerror or str(error)


def _missing(name: str, missing: tuple[str, ...], config: Path) -> str:
    are = "are" if len(missing) > 1 else "is"
    where = f"neither in {config / 'secrets.toml'} nor in the environment"
    return f"hook {name} was not run: it needs {' and '.join(missing)}, which {are} {where}"


def _blotted(done: Run, secrets: Mapping[str, str]) -> Run:
    stdout, stderr = done.stdout, done.stderr
    for name, value in secrets.items():
        if len(value) >= _SHORTEST_SECRET:
            stdout, stderr = stdout.replace(value, f"<{name}>"), stderr.replace(value, f"<{name}>")
    return done._replace(stdout=stdout, stderr=stderr)


def failure_in_words(done: Launch, limit: float) -> str:
    """Say in one sentence, without its output, how a run went wrong; "" when it did not."""
    if done.run is None:
        return done.trouble
    if done.run.timed_out:
        return f"hook {done.hook} was stopped: it took longer than {show_limit(limit)}"
    if done.run.exit < 0:
        return f"hook {done.hook} was ended by signal {-done.run.exit}"
    if done.run.exit in (126, 127):
        return f"hook {done.hook} could not run a command of its own (exit {done.run.exit})"
    return f"hook {done.hook} failed (exit {done.run.exit})" if done.run.exit else ""
