"""The other end: fetching the branch, pushing a commit to it, and telling a lost race from a refusal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from crmcli.errors import ConflictError, CrmError
from crmcli.store import git
from crmcli.store.sync.standing import HEADS, Branch
from crmcli.store.sync.talk import Said, Talk

_LONGEST = 300
"""Letters of what a remote says that are passed on."""
_EMPTY = ("Please make sure you have", "and the repository exists", "error: failed to push some refs", "To ", "Done")
_OBJECTS = (
    "fetch",
    "-q",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-recurse-submodules",
    "--filter=blob:none",
    "--stdin",
)
"""How git itself fetches single objects of a partial clone."""
_NO_SUCH = "couldn't find remote ref"
_RACES = ("fetch first", "non-fast-forward", "failed to update ref", "cannot lock ref", "incorrect old value")
"""What git says when somebody else was faster, or is pushing at this moment."""


class OfflineError(CrmError):
    """The remote was not reached: no network, no right to read, no such place."""

    def __init__(self, remote: str, said: str) -> None:
        super().__init__(
            f"{remote} was not reached: {said}",
            hint="all is committed here and nothing is lost; `crm sync` again shares it",
        )


class RefusedError(CrmError):
    """The remote does not take the commits."""

    def __init__(self, there: str, said: str) -> None:
        super().__init__(
            f"{there} does not take what is here: {said}",
            hint="all is committed here and nothing is lost; when that is mended, `crm sync` again shares it",
        )


class OvertakenError(CrmError):
    """Somebody else was faster, again and again."""

    def __init__(self, there: str, times: int) -> None:
        super().__init__(
            f"others shared with {there} {times} times while this was being united",
            hint="all is committed here and nothing is lost; `crm sync` again in a moment",
        )


class BranchGoneError(ConflictError):
    """The branch that was shared before is no longer there."""

    def __init__(self, branch: Branch) -> None:
        super().__init__(
            f"{branch.there} is no longer there: somebody deleted it, or {branch.remote} is another repository now",
            hint=f"`git push -u {branch.remote} {branch.name}` shares it anew; `git switch` goes to another branch",
        )


class Pushed(NamedTuple):
    """Whether a push got in; if not, whether somebody was faster, and what was said."""

    done: bool
    lost: bool = False
    said: str = ""


def fetch(talk: Talk, branch: Branch) -> str:
    """The commit of the branch over there, "" where there is no such branch yet.

    Raises `OfflineError` (exit 1), and `BranchGoneError` (exit 5) where there was one.
    """
    said = talk.far("fetch", "-q", "--no-recurse-submodules", branch.remote, branch.far)
    if said.code == 0:
        fetched = git.commit_in(talk.repository.folder / "FETCH_HEAD")
        return fetched or talk.must("rev-parse", "--verify", "FETCH_HEAD^{commit}").strip()
    if _NO_SUCH not in said.err:
        raise OfflineError(branch.remote, _briefly(said))
    tracking = f"refs/remotes/{branch.remote}/{branch.far.removeprefix(HEADS)}"
    if branch.followed and talk.ask("rev-parse", "-q", "--verify", tracking):
        raise BranchGoneError(branch)
    return ""


def deepen(talk: Talk, branch: Branch) -> bool:
    """Fetch the history that a shallow clone left out; False where nothing is left out."""
    if talk.ask("rev-parse", "--is-shallow-repository") != "true":
        return False
    said = talk.far("fetch", "-q", "--unshallow", "--no-recurse-submodules", branch.remote, branch.far)
    if said.code:
        raise OfflineError(branch.remote, _briefly(said))
    return True


def complete(talk: Talk, branch: Branch, commits: Iterable[str], prefix: str) -> None:
    """Fetch what a partial clone left out of the book's files in the history of commits; raises `OfflineError` (exit 1).

    Git itself would fetch one file at a time, whenever one is read, under the book's lock too. Where folders were left out
    as well, each look finds what lies a level further down.
    """
    if not any(name.startswith("remote.") and name.endswith(".promisor") for name in talk.settings):
        return
    place = ["--", f":(top,literal){prefix}"] if prefix else []
    before: set[str] = set()
    while True:
        said = talk.must("rev-list", "--objects", "--full-history", "--missing=print", *filter(None, commits), *place)
        lacking = {line[1:] for line in said.splitlines() if line.startswith("?")}
        if not lacking or lacking == before:
            return
        before = lacking
        fetched = talk.far(*_OBJECTS, branch.remote, stdin="".join(f"{one}\n" for one in sorted(lacking)).encode())
        if fetched.code:
            raise OfflineError(branch.remote, _briefly(fetched))


def push(talk: Talk, branch: Branch, commit: str) -> Pushed:
    """Push a commit to the branch, never by force."""
    said = talk.far("push", "--porcelain", "--no-recurse-submodules", branch.remote, f"{commit}:{branch.far}")
    if said.code == 0:
        return Pushed(done=True)
    refusal = next((line for line in said.out.splitlines() if line.startswith("!")), "")
    return Pushed(done=False, lost=any(word in refusal for word in _RACES), said=_refusal(said, refusal))


def _refusal(said: Said, line: str) -> str:
    """What a remote said: git's reason, and the remote's own lines."""
    reason = line.rpartition("\t")[2].strip()
    told = [text.partition("remote:")[2].strip() for text in said.err.splitlines() if text.startswith("remote:")]
    words = " ".join(text for text in told if text)
    return f"{reason}: {words}" if reason and words else reason or _briefly(said)


def _briefly(said: Said) -> str:
    """What git and the remote said, without what says nothing."""
    lines = [line for line in said.words.splitlines() if not line.startswith(_EMPTY)]
    for mark in ("fatal: ", "error: ", "remote: "):
        lines = [line.removeprefix(mark) for line in lines]
    text = "; ".join(line.rstrip(".") for line in lines if line) or f"exit {said.code}"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
