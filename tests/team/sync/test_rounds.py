"""The rounds: what is committed, fetched, pushed, in which order, and what is left after whatever went wrong."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from tests.team.sync.people import FILE, People, Person, files_of, whole


def script(path: Path, text: str) -> None:
    """Write an executable."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def hook(people: People, name: str, text: str) -> None:
    """Put a hook into the remote."""
    script(people.remote / "hooks" / name, text)


def there(people: People) -> str:
    """The commit of the remote's branch."""
    return people.anna.git("--git-dir", str(people.remote), "rev-parse", "main").strip()


def test_what_one_did_arrives_at_the_other(people: People) -> None:
    people.anna.crm("set", "acme", "size=50", "+arms")
    assert "committed: set size, tags of customers/acme\nshared with origin/main\n" in people.anna.sync().err
    assert "1 change came, by " in people.li.sync().err
    assert "size: 50" in people.li.read(FILE)
    people.quiet()


def test_who_made_a_commit_without_crm_is_told_by_name(people: People) -> None:
    people.li.edit(FILE, ("size: 40", "size: 41"))
    people.li.git("commit", "-q", "--no-verify", "-am", "without crm")
    commit = people.li.head()
    people.li.sync()
    assert [event.by for event in people.li.events() if event.via == "git"] == ["li@kern.example"]
    assert "1 change came, by Li Wei\n" in people.anna.sync().err
    told = people.anna.says("history", "acme", "--limit", "1", "--commits", "--columns", "to,commit", "--format", "tsv")
    assert told.out.splitlines()[1:] == [f"41\t{commit}"]  # not the one that a sync put the journal's line in


def test_nothing_to_do(people: People) -> None:
    before = people.anna.head()
    assert people.anna.sync().err == "up to date with origin/main\n"
    assert people.anna.head() == before


def test_both_worked(people: People) -> None:
    people.anna.crm("set", "acme", "size=50", "+anna")
    people.li.crm("set", "acme", "industry=robots", "+li")
    people.anna.sync()
    ours = people.li.git("rev-parse", "HEAD").strip()
    assert people.li.sync().out == ""
    assert "  - anna\n  - emea\n  - li\n" in people.li.read(FILE)
    assert "size: 50\n" in people.li.read(FILE)
    assert people.li.git("rev-list", "--parents", "-1", "HEAD").split()[1:] != [ours]
    assert there(people) == people.li.head()
    people.quiet()


def test_history_that_was_shared_stays(people: People) -> None:
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.crm("set", "acme", "size=60")
    people.li.sync()
    commits = people.li.git("rev-list", "HEAD").split()
    people.anna.crm("set", "acme", "industry=x")
    people.anna.sync()
    assert set(commits) <= set(people.anna.git("rev-list", "HEAD").split())


def test_a_book_without_anybody_to_share_it_with(people: People) -> None:
    people.anna.git("remote", "remove", "origin")
    people.anna.crm("set", "acme", "size=50")
    said = people.anna.sync()
    assert said.err.endswith("nobody to share it with yet: `git remote add origin URL`, then `crm sync`\n")
    assert people.anna.git("status", "--porcelain") == ""


def test_a_remote_that_is_empty(people: People) -> None:
    """`git init --bare`, `git remote add`, `crm sync`: the branch follows it from then on."""
    people.anna.git("init", "-q", "--bare", "../new.git")
    people.anna.git("remote", "remove", "origin")
    people.anna.git("remote", "add", "origin", "../new.git")
    assert people.anna.sync().err == "shared with origin/main\n"
    assert people.anna.git("rev-parse", "--abbrev-ref", "main@{upstream}").strip() == "origin/main"


def test_a_book_before_its_first_commit(people: People, tmp_path: Path) -> None:
    anna = people.anna
    shutil.rmtree(anna.top / ".git")
    anna.git("init", "-q", "-b", "main")
    anna.git("init", "-q", "--bare", "../new.git")
    anna.git("remote", "add", "origin", "../new.git")
    said = anna.sync()
    assert "committed: begin the book Kern" in said.err
    assert said.err.endswith("shared with origin/main\n")
    anna.git("clone", "-q", "../new.git", str(tmp_path / "other"))
    assert files_of(tmp_path / "other") == files_of(anna.top)


def test_without_an_upstream_the_only_remote_s_branch_of_that_name(people: People) -> None:
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.git("branch", "--unset-upstream")
    people.li.crm("set", "acme", "industry=robots")
    people.li.sync()
    assert people.li.git("rev-parse", "--abbrev-ref", "main@{upstream}").strip() == "origin/main"
    people.quiet()


def test_a_new_branch_is_shared_under_its_name(people: People) -> None:
    people.anna.git("switch", "-q", "-c", "whatif")
    people.anna.crm("set", "acme", "size=50")
    assert people.anna.sync().err.endswith("shared with origin/whatif\n")
    assert "size: 40" in people.anna.git("show", f"origin/main:{FILE}")
    assert "size: 50" in people.anna.git("show", f"origin/whatif:{FILE}")


def test_offline(people: People) -> None:
    """All is committed, nothing is lost, and the next sync shares it."""
    people.anna.crm("set", "acme", "size=50")
    people.remote.rename(people.remote.with_name("away.git"))
    said = people.anna.sync(code=1)
    assert "committed: set size of customers/acme\ncrm: error: origin was not reached: " in said.err
    assert "hint: all is committed here and nothing is lost; `crm sync` again shares it\n" in said.err
    assert people.anna.git("status", "--porcelain") == ""
    people.remote.with_name("away.git").rename(people.remote)
    people.quiet()
    assert "size: 50" in people.li.read(FILE)


def test_a_remote_that_refuses(people: People) -> None:
    """What others shared arrives all the same; nothing of ours is there."""
    people.li.crm("set", "acme", "industry=robots")
    people.li.sync()
    hook(people, "pre-receive", "echo 'no pushes on Sundays' >&2; exit 1")
    before = there(people)
    people.anna.crm("set", "acme", "size=50")
    said = people.anna.sync(code=1)
    assert (
        "does not take what is here: [remote rejected] (pre-receive hook declined): no pushes on Sundays\n" in said.err
    )
    assert "industry: robots\nsize: 50\n" in people.anna.read(FILE)
    assert there(people) == before
    assert people.anna.git("status", "--porcelain") == ""
    (people.remote / "hooks" / "pre-receive").unlink()
    people.quiet()


def test_a_remote_that_dies_while_it_takes_the_push(people: People) -> None:
    people.anna.crm("set", "acme", "size=50")
    hook(people, "pre-receive", "kill -9 $PPID")
    assert people.anna.sync(code=1).err.count("nothing is lost") == 1
    (people.remote / "hooks" / "pre-receive").unlink()
    people.quiet()
    assert "size: 50" in people.li.read(FILE)


def test_a_remote_that_dies_after_it_took_the_push(people: People) -> None:
    """The connection breaks before it says so: another look tells that it got in."""
    people.li.crm("set", "acme", "industry=robots")
    people.li.sync()
    people.anna.crm("set", "acme", "size=50")
    hook(people, "post-update", "kill -9 $PPID")
    assert people.anna.sync().err.endswith("shared with origin/main\n")
    assert there(people) == people.anna.head()
    people.quiet()


def race(people: People, times: int) -> None:
    """Whenever Li pushes, Anna has just been faster, `times` times."""
    anna = people.anna
    script(
        people.li.top / ".git" / "hooks" / "pre-push",
        f"""cd '{anna.top}' && n=$(cat ../n 2>/dev/null || echo 0) && test $n -lt {times} || exit 0
echo $((n + 1)) > ../n
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
sed -i "s/^name: .*/name: Acme $n/" {FILE}
git commit -qam "anna $n" && git push -q || echo 'anna could not' >&2""",
    )


def test_a_lost_race_is_run_again(people: People) -> None:
    race(people, 2)
    people.li.crm("set", "acme", "size=60")
    assert people.li.sync().err.endswith("shared with origin/main\n")
    assert "name: Acme 1\n" in people.li.read(FILE)
    assert "size: 60\n" in people.li.read(FILE)
    merges = people.li.git("rev-list", "--merges", "--count", "HEAD").strip()
    assert merges == "1", "a race that was lost leaves nothing behind"
    people.quiet()


def test_a_race_lost_again_and_again(people: People) -> None:
    race(people, 99)
    people.li.crm("set", "acme", "size=60")
    said = people.li.sync(code=1)
    assert "others shared with origin/main 6 times while this was being united" in said.err
    (people.li.top / ".git" / "hooks" / "pre-push").unlink()
    people.quiet()


def test_a_file_changed_while_theirs_arrive(people: People) -> None:
    """An editor saves between the push and the arrival: nothing is overwritten, and another round takes it along."""
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.crm("set", "acme", "industry=robots")
    script(
        people.li.top / ".git" / "hooks" / "pre-push",
        f"test -e ../once || {{ touch ../once; sed -i 's/gears/arms/' {FILE}; }}",
    )
    people.li.sync()
    assert "Makes arms." in people.li.read(FILE)
    assert "industry: robots\nsize: 50\n" in people.li.read(FILE)
    people.quiet()


def test_files_that_never_keep_still(people: People) -> None:
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.crm("set", "acme", "industry=robots")
    script(
        people.li.top / ".git" / "hooks" / "pre-push",
        f'n=$(cat ../n 2>/dev/null || echo 0); echo $((n + 1)) > ../n; sed -i "s/^Makes.*/Makes $n./" {FILE}',
    )
    said = people.li.says("sync")
    assert (said.code, "files of the book are being changed while those of others arrive" in said.err) == (5, True)
    (people.li.top / ".git" / "hooks" / "pre-push").unlink()
    people.quiet()


def test_commits_made_without_crm_are_journaled_and_shared(people: People) -> None:
    """A colleague without crm: what came is drift here, is journaled as theirs, and shared in turn."""
    people.anna.edit(FILE, ("size: 40", "size: 41"))
    people.anna.git("commit", "-qam", "by hand", "--no-verify")
    people.anna.git("push", "-q")
    people.li.sync()
    [event] = [event for event in people.li.events() if event.field == "size"]
    assert (event.to, event.via, event.by) == ("41", "git", "anna@kern.example")
    assert there(people) == people.li.head()
    people.quiet()


def test_what_git_says_no_to_stays_uncommitted(people: People) -> None:
    script(people.anna.top / ".git" / "hooks" / "pre-commit", "echo 'no commits today' >&2; exit 1")
    people.anna.crm("set", "acme", "size=50")
    said = people.anna.sync(code=5)
    assert "crm: error: git did not commit: no commits today\n" in said.err
    (people.anna.top / ".git" / "hooks" / "pre-commit").unlink()
    people.quiet()
    assert "size: 50" in people.li.read(FILE)


def test_the_message_is_the_person_s(people: People) -> None:
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync("--message", "week 47")
    assert people.anna.git("log", "-1", "--format=%B").strip() == "week 47"


def test_a_hook_of_git_runs_after_the_arrival(people: People) -> None:
    script(people.li.top / ".git" / "hooks" / "post-merge", "crm log acme 'arrived' --quiet >/dev/null && touch ../ran")
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.says("sync")
    assert (people.li.top.parent / "ran").exists(), "the lock was held while a hook ran"
    people.quiet()


@pytest.mark.parametrize("clone", ["anna", "li"])
def test_a_dry_run_writes_nothing(people: People, clone: str) -> None:
    person: Person = getattr(people, clone)
    people.anna.crm("set", "acme", "size=50")
    people.anna.git("add", "-A")
    people.anna.git("commit", "-qm", "x")
    people.anna.git("push", "-q")
    people.li.crm("set", "acme", "size=60")
    people.anna.edit(FILE, ("gears", "arms"))
    files, head, status, shared = (
        files_of(person.top),
        person.head(),
        person.git("status", "--porcelain"),
        there(people),
    )
    said = person.says("sync", "--dry-run")
    assert said.code == 0
    assert "would commit: " in said.err
    assert "would share with origin/main" in said.err
    assert "dry run: nothing was changed, here or there." in said.err
    assert (person.head(), person.git("status", "--porcelain"), there(people)) == (head, status, shared)
    assert files_of(person.top) == files
    assert ("size" in said.out) == (clone == "li")


def test_one_sync_of_a_clone_at_a_time(people: People) -> None:
    script(people.li.top / ".git" / "hooks" / "pre-push", "crm sync 2>../second; echo $? >../code")
    people.li.crm("set", "acme", "size=60")
    people.li.sync()
    assert (people.li.top.parent / "code").read_text() == "5\n"
    assert "another `crm sync` of this clone is under way" in (people.li.top.parent / "second").read_text()


def test_whole_notices_what_it_should(people: People) -> None:
    """The oracle of these tests: a file that the journal does not know of is found."""
    people.anna.edit(FILE, ("size: 40", "size: 41"))
    with pytest.raises(AssertionError):
        whole(people.anna)
