"""What a sync would do, with nothing written here or there: on a commit that no branch knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.actions.sharing.answers import Answers, Person
from crmcli.actions.sharing.goal import SCRATCH, Goal
from crmcli.actions.sharing.message import message_of
from crmcli.actions.sharing.rounds import Synced, Wishes
from crmcli.store import git
from crmcli.store.sync.identity import identity
from crmcli.store.sync.remote import complete, fetch
from crmcli.store.sync.staging import Staging
from crmcli.store.sync.standing import begin, branch_of, head_of
from crmcli.store.sync.trees import changes, commit_tree, is_ancestor

if TYPE_CHECKING:
    from crmcli.store.book import Book
    from crmcli.store.sync.talk import Talk


def try_sync(book: Book, wishes: Wishes, person: Person) -> Synced:
    """Say what a sync would commit, bring and share; raises what a sync would, `UndecidedError` above all."""
    talk = begin(book.root, watched=wishes.watched)
    branch = branch_of(talk)
    book.index.refresh()
    head = head_of(talk)
    ours = _commit(book, talk, head, person)
    if not branch.remote:
        person.note("nobody to share it with yet: `git remote add origin URL`, then `crm sync`")
        return Synced("", book)
    person.doing(f"fetching from {branch.remote}")
    theirs = fetch(talk, branch)
    complete(talk, branch, [head, theirs], git.prefix_of(talk.repository, book.root))
    goal = Goal(book, talk, Answers(wishes.said), person, strict=wishes.strict)
    new = goal.find(ours, theirs, branch.there)
    if new != ours:
        number = talk.ask("rev-list", "--count", f"{ours}..{theirs}")
        person.note(f"would bring {number} commit{'' if number == '1' else 's'} of {branch.there}")
    if not theirs or not is_ancestor(talk, new, theirs):
        person.note(f"would share with {branch.there}")
    elif new == ours:
        person.note(f"up to date with {branch.there}")
    person.contested(goal.contests)
    return Synced(branch.there, book)


def _commit(book: Book, talk: Talk, head: str, person: Person) -> str:
    """What would be committed, as a commit; HEAD where there is nothing."""
    prefix = git.prefix_of(talk.repository, book.root)
    tree = Staging(talk, prefix, book.state / SCRATCH).tree(head)
    if head and tree == talk.ask("rev-parse", f"{head}^{{tree}}"):
        return head
    commit = commit_tree(talk, tree, [head] if head else [], "a trial", identity(book, talk))
    found = changes(talk, head or _empty(talk), commit)
    paths = {path.removeprefix(prefix): change.before is None for path, change in found.items()}
    person.note(f"would commit: {message_of(book, paths).partition(chr(10))[0]}")
    return commit


def _empty(talk: Talk) -> str:
    """The tree without files, in this repository's kind of names."""
    return talk.must("hash-object", "-t", "tree", "--stdin").strip()
