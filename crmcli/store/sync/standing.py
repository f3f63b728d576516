"""Where a sync begins: the repository, the branch, whom it is shared with, and every state in which nothing may be done."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from crmcli.errors import ConflictError
from crmcli.store import git
from crmcli.store.sync.talk import Talk

HEADS = "refs/heads/"


class NoRepositoryError(ConflictError):
    """The book lies outside git."""

    def __init__(self, root: Path) -> None:
        super().__init__(
            f"{root} is in no git repository, so there is nobody to share it with",
            hint="`git init` makes it one, `git remote add origin URL` says with whom; then `crm sync`",
        )


class NoBranchError(ConflictError):
    """HEAD is a commit, no branch."""

    def __init__(self) -> None:
        super().__init__(
            "HEAD is on no branch, so there is nothing to share",
            hint="`git switch BRANCH` goes to one, `git switch -c NAME` makes one here; then `crm sync`",
        )


class UnderWayError(ConflictError):
    """Git is in the middle of something."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(f"git is in the middle of {what}", hint=f"{hint}; then `crm sync`")


class UnmergedError(ConflictError):
    """Files are unmerged, and no operation says why (a stash that was put back)."""

    def __init__(self) -> None:
        super().__init__(
            "git holds files that are not merged", hint="`crm resolve` shows and settles them; then `crm sync`"
        )


class WhichRemoteError(ConflictError):
    """Several remotes, and the branch follows none."""

    def __init__(self, branch: str, remotes: list[str]) -> None:
        super().__init__(
            f"branch {branch} follows no other, and there are several remotes: {', '.join(remotes)}",
            hint=f"say once whom it is shared with: `git push -u REMOTE {branch}`; then `crm sync`",
        )


class LocalUpstreamError(ConflictError):
    """The branch follows another one of the same clone."""

    def __init__(self, branch: str, upstream: str) -> None:
        super().__init__(
            f"branch {branch} follows {upstream}, a branch of this clone: nobody else sees it there",
            hint=f"`git push -u REMOTE {branch}` shares it under its own name; or `git switch {upstream}` and `crm sync`",
        )


class OtherNameError(ConflictError):
    """The branch follows one of another name, and nobody said that it is to be shared into that."""

    def __init__(self, branch: str, remote: str, upstream: str) -> None:
        super().__init__(
            f"branch {branch} follows {remote}/{upstream}: sharing it would put all of it into {upstream}",
            hint=f"`git push -u {remote} {branch}` shares it under its own name; `git config push.default upstream` allows it",
        )


class Branch(NamedTuple):
    """The branch that is shared. `remote` and `far` (its ref over there) are "" where there is nobody; `followed`: git knows them."""

    name: str
    remote: str = ""
    far: str = ""
    followed: bool = False

    @property
    def there(self) -> str:
        """What people call it over there: `origin/main`."""
        return f"{self.remote}/{self.far.removeprefix(HEADS)}"


def begin(root: Path, *, watched: bool) -> Talk:
    """The repository around a book, in a state in which a sync may begin; raises an error of exit 5 for any other."""
    repository = git.find_repository(root)
    if repository is None:
        raise NoRepositoryError(root)
    talk = Talk(repository, watched=watched)
    _refuse_under_way(talk)
    return talk


def branch_of(talk: Talk) -> Branch:
    """The branch HEAD is on, and whom it is shared with; raises an error of exit 5 where nobody can tell."""
    name = git.head_name(talk.repository).removeprefix(HEADS)
    if not name:
        raise NoBranchError
    settings = talk.settings
    remote, far = settings.get(f"branch.{name}.remote", ""), settings.get(f"branch.{name}.merge", "")
    if remote == "." and far:
        raise LocalUpstreamError(name, far.removeprefix(HEADS))
    if remote and far:
        if far.removeprefix(HEADS) != name and settings.get("push.default") not in ("upstream", "tracking"):
            raise OtherNameError(name, remote, far.removeprefix(HEADS))
        return Branch(name, remote, far, followed=True)
    remotes = talk.ask("remote").split()
    if not remote and len(remotes) > 1:
        raise WhichRemoteError(name, remotes)
    remote = remote or next(iter(remotes), "")
    return Branch(name, remote, HEADS + name) if remote else Branch(name)


def follow(talk: Talk, branch: Branch) -> None:
    """Let the branch follow the one it has just been shared with."""
    talk.set(f"branch.{branch.name}.remote", branch.remote)
    talk.set(f"branch.{branch.name}.merge", branch.far)


def head_of(talk: Talk) -> str:
    """The commit of HEAD, "" before the first one."""
    return git.head_commit(talk.repository)


_GO_ON = {
    "MERGE_HEAD": ("a merge", "`crm resolve` shows what is left, `git commit` finishes it"),
    "REVERT_HEAD": ("a revert", "`crm resolve` shows what is left, `git revert --continue` goes on"),
    "CHERRY_PICK_HEAD": ("a cherry-pick", "`crm resolve` shows what is left, `git cherry-pick --continue` goes on"),
    "rebase-merge": ("a rebase", "`crm resolve` shows what is left, `git rebase --continue` goes on"),
    "rebase-apply": ("a rebase", "`crm resolve` shows what is left, `git rebase --continue` goes on"),
    "index.lock": (
        "a command that writes (.git/index.lock)",
        "wait for it; if it died, and no git runs any more, take away that file",
    ),
}


def _refuse_under_way(talk: Talk) -> None:
    mark = git.operation_under_way(talk.repository)
    if mark == "rebase-apply" and (talk.repository.folder / mark / "applying").exists():
        raise UnderWayError("applying patches", "`crm resolve` shows what is left, `git am --continue` goes on")
    if mark:
        raise UnderWayError(*_GO_ON[mark])
    if git.has_unmerged(talk.repository):
        raise UnmergedError
