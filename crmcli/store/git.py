"""What the book needs to know of git: where HEAD is, whether an operation is under way, and a few commands.

HEAD is read from the files of `.git` (a process costs more than a whole small command); anything unusual (reftable)
is left to `git rev-parse`.
"""

from __future__ import annotations

import os
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, Self

from crmcli.errors import CrmError
from crmcli.light import NamedTuple

if TYPE_CHECKING:
    import subprocess

UNDER_WAY = ("MERGE_HEAD", "REVERT_HEAD", "CHERRY_PICK_HEAD", "rebase-merge", "rebase-apply")
"""Names in the git folder that say an operation is not finished."""

_HEX = frozenset("0123456789abcdef")
_REFTABLE = "refs/heads/.invalid"
"""What HEAD says where references lie in another format."""


class GitFailedError(CrmError):
    """A git command failed."""

    def __init__(self, command: str, said: str) -> None:
        super().__init__(f"git {command} failed: {said.strip() or 'no message'}", hint="run it by hand to see more")


class GitMissingError(CrmError):
    """There is no program git."""

    def __init__(self) -> None:
        super().__init__("git is not installed, or not on the PATH", hint="install git; a book works alone without it")


class ContentMissingError(CrmError):
    """Git names a file's content and does not have it: a partial clone that has not fetched it, or a damaged repository."""

    def __init__(self, path: str, blob: str) -> None:
        super().__init__(
            f"{path}: git does not have its content here ({blob[:12]})",
            hint=f"in a partial clone `git cat-file -e {blob}` fetches it; else `git fsck` shows what is missing",
        )


class Repository(NamedTuple):
    """The repository a book lies in: its work tree, its git folder, and the common one (worktrees share it)."""

    top: Path
    folder: Path
    common: Path


def is_installed() -> bool:
    """Whether there is a git to ask. Where there is none, a book is written as one outside of git."""
    return any(os.access(os.path.join(folder, "git"), os.X_OK) for folder in os.get_exec_path())  # noqa: PTH118


def find_repository(start: Path) -> Repository | None:
    """The repository that `start` lies in, by walking up; None outside git."""
    place = os.fspath(start)
    while True:
        try:
            mode = os.stat(os.path.join(place, ".git")).st_mode  # noqa: PTH116, PTH118 - asked five times a write
        except OSError:
            mode = 0
        if S_ISDIR(mode):
            mark = Path(place, ".git")
            return Repository(Path(place), mark, mark)
        if S_ISREG(mode):
            return _linked(Path(place), Path(place, ".git"))
        place, below = os.path.dirname(place), place  # noqa: PTH120
        if place in ("", below):
            return None


def _linked(top: Path, mark: Path) -> Repository | None:
    """A worktree or submodule: `.git` is a file that names the folder."""
    text = _text(mark)
    if not text.startswith("gitdir:"):
        return None
    folder = (top / text.removeprefix("gitdir:").strip()).resolve()
    return Repository(top, folder, (folder / _text(folder / "commondir")).resolve())


def head_commit(repository: Repository) -> str:
    """The commit HEAD names, "" before the first one."""
    text = _text(repository.folder / "HEAD")
    name = text.removeprefix("ref:").strip()
    found = text if name == text else _loose(repository, name) or _packed(repository, name)
    if is_commit(found) or not (found or name == _REFTABLE):
        return found
    return run(repository.top, "rev-parse", "--verify", "-q", "HEAD", check=False).strip()


def head_name(repository: Repository) -> str:
    """The full name of the branch HEAD is on, "" where it is on none."""
    text = _text(repository.folder / "HEAD")
    name = text.removeprefix("ref:").strip()
    if name == _REFTABLE or not text:
        return run(repository.top, "symbolic-ref", "-q", "HEAD", check=False).strip()
    return "" if name == text else name


def commit_of(repository: Repository, name: str) -> str:
    """The commit that a full name of a branch stands for, "" where there is none."""
    found = _loose(repository, name) or _packed(repository, name)
    if is_commit(found):
        return found
    return run(repository.top, "rev-parse", "--verify", "-q", f"{name}^{{commit}}", check=False).strip()


def head_mark(repository: Repository) -> str:
    """What changes whenever HEAD moves, even there and back: the commit, and the length of git's own note of moves."""
    try:
        moves = (repository.folder / "logs" / "HEAD").stat().st_size
    except OSError:
        moves = 0
    return f"{head_commit(repository)} {moves}"


def is_commit(name: str) -> bool:
    """Whether a text is the full name of a commit: what a file says otherwise, git could take for an option."""
    return len(name) in (40, 64) and _HEX.issuperset(name)


def commit_in(file: Path) -> str:
    """The commit that a file names first, "" when it names none."""
    name = next(iter(_text(file).partition("\n")[0].split()), "") if file.is_file() else ""
    return name if is_commit(name) else ""


def _text(file: Path) -> str:
    """What a small file of git says, "" when it cannot be had."""
    try:
        text = file.read_text(encoding="utf-8", errors="surrogateescape").strip()
    except (OSError, ValueError):  # a name with a zero in it
        return ""
    return "" if "\0" in text else text


def _loose(repository: Repository, name: str) -> str:
    return _text(repository.folder / name) or _text(repository.common / name)


def _packed(repository: Repository, name: str) -> str:
    lines = _text(repository.common / "packed-refs").split("\n")
    return next((line.partition(" ")[0] for line in lines if line.partition(" ")[2] == name), "")


def operation_under_way(repository: Repository, *, in_commit: bool = False) -> str:
    """The mark of an unfinished git operation, "" when there is none; a commit's own index.lock is expected in its hook."""
    for name in UNDER_WAY:
        if (repository.folder / name).exists():
            return name
    if not in_commit and (repository.folder / "index.lock").exists():
        return "index.lock"
    return ""


def has_unmerged(repository: Repository) -> bool:
    """Whether the index holds entries that are not merged, as after a conflict of `stash pop`. Starts a process."""
    return is_installed() and bool(run_bytes(repository.top, "ls-files", "-u", check=False))


def prefix_of(repository: Repository, root: Path) -> str:
    """The book's place in its repository, "" when it is its own, else with a slash at the end."""
    inside = root.resolve().relative_to(repository.top.resolve()).as_posix()
    return "" if inside == "." else f"{inside}/"


_PLAIN = ("-c", "core.quotepath=off", "-c", "core.fsmonitor=false", "-c", "log.showSignature=false")
"""A repository that came as an archive has settings of its own: none of them starts a program when crm asks git."""


def run(top: Path, *words: str, check: bool = True, stdin: bytes | None = None) -> str:
    """Run git in `top` and return what it printed, decoded with surrogates for odd bytes."""
    return run_bytes(top, *words, check=check, stdin=stdin).decode("utf-8", "surrogateescape")


def run_bytes(top: Path, *words: str, check: bool = True, stdin: bytes | None = None) -> bytes:
    """Run git in `top`; raise `GitFailedError` on a failure when `check`, `GitMissingError` without git (both exit 1)."""
    import subprocess  # noqa: PLC0415 - read paths start no process

    if not is_installed():
        raise GitMissingError
    done = subprocess.run(  # noqa: S603 - fixed words, no shell
        ["git", *_PLAIN, *words],  # noqa: S607 - git from PATH, as the user runs it
        cwd=top,
        env=_environment(),
        input=stdin,
        capture_output=True,
        check=False,
    )
    if check and done.returncode:
        raise GitFailedError(words[0], done.stderr.decode("utf-8", "replace"))
    return done.stdout


def _environment() -> dict[str, str]:
    """Without what leads git elsewhere, and offline: a partial clone would fetch what it lacks, with the book locked."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k in _KEPT}
    return kept | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}


_MANY = 200
"""Paths that fit a command line; from there on git lists everything."""

_KEPT = frozenset(
    ["GIT_INDEX_FILE", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
     "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"],
)  # fmt: skip


def blob_ids(repository: Repository, paths: list[str]) -> dict[str, str]:
    """The blob in HEAD of each path (relative to the work tree); paths that HEAD lacks are left out."""
    if not paths:
        return {}
    few = len(paths) <= _MANY
    out = run(
        repository.top, "ls-tree", "-z", *(() if few else ("-r",)), "HEAD", "--", *(paths if few else ()), check=False
    )
    entries = (entry.partition("\t") for entry in out.split("\0") if entry)
    found = {path: meta.split()[2] for meta, _, path in entries}
    return found if few else {path: found[path] for path in paths if path in found}


def files_in_head(repository: Repository, folder: str) -> list[str]:
    """Every file that HEAD has below a folder, relative to the work tree."""
    out = run(repository.top, "ls-tree", "-r", "-z", "--name-only", "HEAD", "--", folder, check=False)
    return [path for path in out.split("\0") if path]


def blob_id(content: bytes, like: str) -> str:
    """The name git gives these bytes as a blob: SHA-256 in a repository whose names are as long as `like` says."""
    import hashlib  # noqa: PLC0415

    kind = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    return kind(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


class Blobs:
    """Reads blobs by name through one process; use it in a `with`."""

    def __init__(self, repository: Repository) -> None:
        self._top = repository.top
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def must(self, name: str, path: str) -> bytes:
        """The bytes of the blob that a file is; raises `ContentMissingError` (exit 1) for one that is not here."""
        content = self.read(name)
        if content is None:
            raise ContentMissingError(path, name)
        return content

    def read(self, name: str) -> bytes | None:
        """The bytes of a blob; None for one that is not here (a shallow or partial clone)."""
        import subprocess  # noqa: PLC0415 - read paths start no process

        if self._process is None:
            self._process = subprocess.Popen(
                ["git", "cat-file", "--batch"],  # noqa: S607 - git from PATH, as the user runs it
                cwd=self._top,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            return None
        stdin.write(name.encode() + b"\n")
        stdin.flush()
        header = stdout.readline().split()
        if not header:  # git gives up at what it would have to fetch
            self._end()
        if len(header) != 3:
            return None
        content = stdout.read(int(header[2]) + 1)[:-1]
        return content if header[1] == b"blob" else None
