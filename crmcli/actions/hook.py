"""Looking after a book's hooks: list, install, trust, test, log, retry."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from crmcli.engines.hooks.after import retry
from crmcli.engines.hooks.header import Hook, find_hook, load_hooks, read_header
from crmcli.engines.hooks.launch import Launch, distrust_notice, launch, standing
from crmcli.engines.hooks.occurrence import Occurrence, batch_of
from crmcli.engines.hooks.payload import payload_of
from crmcli.engines.hooks.site import HookSite
from crmcli.engines.hooks.trigger import ANY, BATCH, Trigger
from crmcli.errors import ConflictError, NotFoundError, VetoedError
from crmcli.model.problem import Problem
from crmcli.model.record import Record, Ref
from crmcli.store import disk, hook_log, outbox
from crmcli.store.hook_log import LoggedRun
from crmcli.store.trust import HookFile, distrust, hook_names, read_hook, trust, trusted_content, trusted_hash
from crmcli.text.nearest import nearest


class NoSuchHookError(NotFoundError):
    """The book, or the program, has no hook of this name."""

    def __init__(self, name: str, names: list[str], where: str) -> None:
        close = nearest(name, names)
        known = f"there are: {' '.join(names)}" if names else "crm hook install NAME brings one"
        super().__init__(f"no hook {name!r} in {where}", hint=f"did you mean {close[0]}?" if close else known)


class HookUntrustworthyError(VetoedError):
    """A file that is not run however much it is trusted."""

    def __init__(self, file: HookFile) -> None:
        super().__init__(f"{file.path} {file.trouble}", hint="a hook is a regular executable file in hooks/")


class HookMovedOnError(ConflictError):
    """The hook is no longer what was shown."""

    def __init__(self, name: str) -> None:
        super().__init__(f"hooks/{name} changed while you looked at it", hint=f"look again: crm hook trust {name}")


class HookInTheWayError(ConflictError):
    """Installing would replace a hook that says something else."""

    def __init__(self, name: str) -> None:
        super().__init__(f"hooks/{name} is there already and differs", hint="--yes replaces it")


class HookInertError(VetoedError):
    """A hook that cannot be tried: not trusted, or wrong in its header."""

    def __init__(self, notice: str, hint: str = "") -> None:
        super().__init__(notice, hint=hint)


class HookLine(NamedTuple):
    """A hook in the list. `state`: trusted, changed, untrusted or broken (`problems` says why, `hook` is None)."""

    name: str
    state: str
    hook: Hook | None
    problems: tuple[Problem, ...] = ()


class HookView(NamedTuple):
    """A hook to look at before trusting it.

    `content` is its text as it stands; `diff` what changed since it was trusted, "" when it never was or is the same.
    `sha256` goes back to `trust_hook`, so that what was seen is what is trusted.
    """

    name: str
    state: str
    content: str
    diff: str
    sha256: str
    problems: tuple[Problem, ...]


class ShippedHook(NamedTuple):
    """A hook that comes with the program."""

    name: str
    summary: str
    content: bytes
    readme: str


class Installed(NamedTuple):
    """What an installation did; `changed` is False when the same hook was there. `needs` are names for secrets.toml."""

    path: Path
    changed: bool
    needs: tuple[str, ...]
    readme: str


class Tried(NamedTuple):
    """A test run: what the hook was told and what became of it."""

    payload: dict[str, object]
    launch: Launch


def list_hooks(site: HookSite) -> list[HookLine]:
    """List every hook of the book with its standing on this machine."""
    lines = []
    for name in hook_names(site.root):
        file, hook, problems = find_hook(site.root, name, site.types)
        state = standing(site, file) if hook else "broken"
        lines.append(HookLine(name, state, hook, tuple(problems)))
    return lines


def hook_problems(site: HookSite) -> list[Problem]:
    """Return what is wrong in the hooks' files and headers, for `crm check`."""
    return load_hooks(site)[1]


def shipped_hooks() -> list[ShippedHook]:
    """Return the hooks that come with the program, by name."""
    from importlib.resources import files  # noqa: PLC0415

    shipped = []
    for folder in sorted(files("crmcli_hooks").iterdir(), key=lambda entry: entry.name):
        executable, readme = folder / folder.name, folder / "README.md"
        if executable.is_file() and readme.is_file():
            text = readme.read_text("utf-8")
            shipped.append(ShippedHook(folder.name, _summary(text), executable.read_bytes(), text))
    return shipped


def install_hook(site: HookSite, name: str, *, replace: bool = False) -> Installed:
    """Copy a shipped hook into the book and trust it: its bytes come from the program, not from the book.

    Raises HookInTheWayError when another file has its name and `replace` is False.
    """
    shipped = {hook.name: hook for hook in shipped_hooks()}
    if name not in shipped:
        raise NoSuchHookError(name, sorted(shipped), "the program")
    wanted = shipped[name]
    present = read_hook(site.root, name)
    path = site.root / "hooks" / name
    occupied = path.is_symlink() or path.exists()
    same = present.content == wanted.content and present.executable and not present.trouble
    if occupied and not same and not replace:
        raise HookInTheWayError(name)
    if not same:
        disk.make_folder(path.parent)
        disk.remove(path)
        disk.write_new(path, wanted.content, mode=0o777)
        disk.sync_folder(path.parent)
    file = read_hook(site.root, name)
    if file.content != wanted.content or file.trouble:
        raise HookMovedOnError(name)
    trust(site.config, site.root, file)
    hook, _ = read_header(file)
    return Installed(path, not same, hook.needs if hook else (), wanted.readme)


def view_hook(site: HookSite, name: str) -> HookView:
    """Return a hook's content, and its difference from what was trusted."""
    file, hook, problems = _find(site, name)
    content = file.content.decode("utf-8", "replace")
    known = trusted_hash(site.config, site.root, name)
    diff = ""
    if known and known != file.sha256:
        before = trusted_content(site.config, known)
        diff = _difference(name, before.decode("utf-8", "replace"), content) if before is not None else ""
    return HookView(name, standing(site, file) if hook else "broken", content, diff, file.sha256, tuple(problems))


def trust_hook(site: HookSite, name: str, sha256: str) -> None:
    """Trust a hook as it was seen under `sha256`; raises HookMovedOnError when it is something else by now."""
    file, _, _ = _find(site, name)
    if file.sha256 != sha256:
        raise HookMovedOnError(name)
    trust(site.config, site.root, file)


def distrust_hook(site: HookSite, name: str) -> bool:
    """Take the trust back, also from a hook that is gone; False when there was none."""
    return distrust(site.config, site.root, name)


def try_hook(site: HookSite, name: str, occurrence: Occurrence | None = None) -> Tried:
    """Run a hook now with CRM_HOOK_TEST=1, told of `occurrence` or of a made-up one that fits its first trigger.

    Raises HookInertError when it is not trusted or broken.
    """
    file, hook, problems = _find(site, name)
    if hook is None:
        raise HookInertError(problems[0].message, problems[0].remedy)
    found = standing(site, file)
    if found != "trusted":
        raise HookInertError(distrust_notice(name, found))
    payload = payload_of(hook, occurrence or sample(site, hook.triggers[0]), site).content
    return Tried(payload, launch(site, name, payload, test=True))


def sample(site: HookSite, trigger: Trigger) -> Occurrence:
    """Make up an occurrence that a trigger speaks of: an example record, with the values its words name."""
    from crmcli.clock import now  # noqa: PLC0415

    words = dict(trigger.words)
    type_name = next(iter(site.types), "record") if trigger.type == ANY else trigger.type
    kind = site.types.get(type_name)
    ref = Ref(kind.plural if kind else f"{type_name}s", "example-00000")
    stage = kind.stage.name if kind and kind.stage else "stage"
    field = words.get("field", (stage if trigger.event == "move" else "",))[0]
    start, end = (words.get(word, ("",))[0] for word in ("from", "to"))
    title = kind.title if kind and kind.title else "name"
    base: dict[str, str | list[str]] = {title: f"Example {type_name}"}
    before = Record(ref, base | ({field: start} if field and start else {}))
    after = Record(ref, base | ({field: end} if field and end else {}))
    occurrence = Occurrence(
        type=type_name,
        event=trigger.event,
        ref=ref,
        field=field,
        from_=start or None,
        to=end or None,
        by=words.get("by", (site.me,))[0],
        via=words.get("via", ("cli",))[0],
        note="",
        before=None if trigger.event == "create" else before,
        after=None if trigger.event == "delete" else after,
        at=now().isoformat(timespec="milliseconds"),
        op="test",
        event_id="test",
    )
    return batch_of([occurrence._replace(event="set", field=title)]) if trigger.event == BATCH else occurrence


def hook_runs(site: HookSite, name: str = "", limit: int | None = 20) -> list[LoggedRun]:
    """Return the last runs (None: all of them) on this machine, of one hook or of all, oldest first."""
    found: Iterator[LoggedRun] = (run for run in hook_log.runs(site.state) if not name or run.hook == name)
    newest = list(islice(reversed(list(found)), limit))
    return newest[::-1]


def failed_runs(site: HookSite) -> list[outbox.Entry]:
    """Return what failed and waits for `crm hook retry`, oldest event first."""
    folder = site.outbox / outbox.FAILED
    return [entry for entry in (outbox.read(folder, key) for key in outbox.keys(folder)) if entry]


def retry_hooks(site: HookSite, key: str = "") -> tuple[list[str], list[str]]:
    """Run one failed run again, or all; return the keys tried and notices. Raises NoSuchEntryError."""
    return retry(site, key)


def _find(site: HookSite, name: str) -> tuple[HookFile, Hook | None, list[Problem]]:
    names = hook_names(site.root)
    if name not in names:
        raise NoSuchHookError(name, names, "the book")
    file, hook, problems = find_hook(site.root, name, site.types)
    if file.trouble:
        raise HookUntrustworthyError(file)
    return file, hook, problems


def _difference(name: str, before: str, after: str) -> str:
    lines = unified_diff(before.splitlines(), after.splitlines(), f"{name} (trusted)", f"{name} (now)", lineterm="")
    return "\n".join(lines)


def _summary(readme: str) -> str:
    """Return the first paragraph under a README's heading."""
    paragraph = readme.split("\n\n")[1] if "\n\n" in readme else readme
    return " ".join(paragraph.split()).partition(". ")[0].rstrip(":.")
