"""What git needs to know of a book: what to ignore, how to merge, a hook before each commit (SETTLED 20)."""

from __future__ import annotations

from pathlib import Path

from crmcli.store import disk, git

IGNORE = "/.crm/\n"
ATTRIBUTES = "*.md -text merge=crm\n*.jsonl -text\n*.toml text eol=lf\n"
KEY = "merge.crm.driver"
_OURS = "crm merge-file %O %A %B %P"
DRIVER = f"{_OURS}; s=$?; test $s -eq 0 && exit 0; test $s -eq 5 && exit 1; git merge-file -L ours -L base -L theirs %A %O %B"
"""Exit 5 is a conflict with its markers written. Anything else, a crm that is missing or cannot start (a Python without its
modules exits with 1), must leave markers too: git alone leaves *ours* looking clean and the colleague's change gone."""

JOURNALED = "CRM_JOURNALED"
"""The variable that says to the hook of a commit that whoever commits has journaled everything: it has nothing to do."""

_MARK = "# crm: journal hand edits before each commit"


def pre_commit_hook() -> str:
    """The pre-commit hook of a book: what was edited by hand is journaled and goes into the same commit."""
    return f"""#!/bin/sh
{_MARK}
if [ -z "${JOURNALED}" ] && command -v crm >/dev/null 2>&1; then
    crm journal drift --pre-commit --no-input || echo 'crm: hand edits were not journaled in this commit' >&2
fi
exit 0
"""


def install_git(root: Path, *, init: bool = False) -> list[str]:
    """Write .gitignore and .gitattributes, begin a repository when `init`, set the driver and the hook; say what was left alone."""
    notices = _write_once(root / ".gitignore", IGNORE) + _write_once(root / ".gitattributes", ATTRIBUTES)
    if not git.is_installed():
        return [*notices, "git is not installed: the book works without it, sharing it does not"]
    if init:
        git.run(root, "init", "-q")
    repository = git.find_repository(root)
    if repository is None:
        return notices
    return notices + set_up_clone(repository)


def set_up_clone(repository: git.Repository) -> list[str]:
    """What does not travel with a clone: the driver and the hook; say what was left alone."""
    if lacks_driver(repository):
        set_driver(repository)
    return _install_hook(repository)


def set_driver(repository: git.Repository) -> None:
    """Teach this clone's git how to merge records. The driver comes first: its name alone would do nothing."""
    git.run(repository.top, "config", "--replace-all", KEY, DRIVER)
    git.run(repository.top, "config", "merge.crm.name", "crm: merge records field by field")


def lacks_driver(repository: git.Repository) -> bool:
    """Whether this clone's git is to be taught the driver: it has none, or one of an older crm. A person's own stays.

    Reads the config file first, since a process costs more than a write.
    """
    try:
        if DRIVER in (repository.common / "config").read_text(encoding="utf-8", errors="replace"):
            return False
    except OSError:
        pass
    if not git.is_installed():
        return False
    present = driver_of(repository)
    return not present or (present != DRIVER and present.startswith(_OURS))


def driver_of(repository: git.Repository) -> str:
    """The driver that git has for records, "" without one."""
    return git.run(repository.top, "config", KEY, check=False).strip()


def _write_once(path: Path, text: str) -> list[str]:
    """Write a file; of one that is there, add the lines it lacks."""
    if not path.exists():
        disk.write_new(path, text.encode())
        return []
    present = path.read_text(encoding="utf-8")
    lacking = [line for line in text.splitlines() if line not in present.splitlines()]
    if lacking:
        joint = "" if present.endswith("\n") or not present else "\n"
        disk.write_atomic(path, (present + joint + "\n".join(lacking) + "\n").encode())
    return [f"{path.name}: added {', '.join(lacking)}"] if lacking else []


def _install_hook(repository: git.Repository) -> list[str]:
    path = repository.common / "hooks" / "pre-commit"
    if path.exists():
        if _MARK in path.read_text(encoding="utf-8", errors="replace"):
            return []
        return [f"{path} is there already: add `crm journal drift --pre-commit` to it to journal hand edits"]
    disk.make_folder(path.parent)
    disk.write_new(path, pre_commit_hook().encode(), mode=0o777)
    return []
