"""Where a sync may not begin, or not go on: each state is told with the command that goes on, and nothing is touched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.team.clones import Team
from tests.team.sync.people import FILE, People, Person, alike, files_of
from tests.team.sync.test_rounds import script


def stopped(person: Person, what: str, hint: str, *words: str, code: int = 5) -> None:
    """The sync stops with these words, and neither a file nor the branch has changed."""
    before = files_of(person.top), person.git("rev-parse", "-q", "--verify", "HEAD")
    said = person.says("sync", *words)
    assert (said.code, said.out) == (code, "")
    assert what in said.err, said.err
    assert hint in said.err, said.err
    assert (files_of(person.top), person.git("rev-parse", "-q", "--verify", "HEAD")) == before


def both_changed_size(people: People) -> None:
    """Anna has shared her size, Li has committed his by plain git."""
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.crm("set", "acme", "size=60")
    people.li.commit()
    people.li.git("fetch", "-q")


def test_outside_git(people: People) -> None:
    shutil.rmtree(people.anna.top / ".git")
    said = people.anna.says("sync")
    assert said.code == 5
    assert "is in no git repository, so there is nobody to share it with\n" in said.err
    assert "hint: `git init` makes it one, `git remote add origin URL` says with whom; then `crm sync`\n" in said.err


def test_on_no_branch(people: People) -> None:
    people.anna.git("checkout", "-q", "--detach")
    stopped(people.anna, "HEAD is on no branch", "`git switch BRANCH` goes to one")


@pytest.mark.parametrize(
    ("words", "what", "hint"),
    [
        pytest.param(["merge", "-q", "origin/main"], "a merge", "`git commit` finishes it", id="merge"),
        pytest.param(["rebase", "-q", "origin/main"], "a rebase", "`git rebase --continue` goes on", id="rebase"),
        pytest.param(
            ["cherry-pick", "origin/main"], "a cherry-pick", "`git cherry-pick --continue` goes on", id="cherry-pick"
        ),
    ],
)
def test_in_the_middle_of_something(people: People, words: list[str], what: str, hint: str) -> None:
    both_changed_size(people)
    people.li.git(*words, fails=True)
    before = files_of(people.li.top)
    said = people.li.says("sync")
    assert (said.code, said.out) == (5, "")
    assert f"crm: error: git is in the middle of {what}\n" in said.err
    assert hint in said.err
    assert files_of(people.li.top) == before


def test_in_the_middle_of_a_revert(people: People) -> None:
    people.anna.edit(FILE, ("size: 40", "size: 41"))
    people.anna.git("commit", "-qam", "one", "--no-verify")
    people.anna.edit(FILE, ("size: 41", "size: 42"))
    people.anna.git("commit", "-qam", "two", "--no-verify")
    people.anna.git("revert", "--no-edit", "HEAD~1", fails=True)
    stopped(people.anna, "git is in the middle of a revert", "`git revert --continue` goes on")


def test_while_git_writes(people: People) -> None:
    (people.anna.top / ".git" / "index.lock").touch()
    stopped(people.anna, "a command that writes (.git/index.lock)", "if it died, and no git runs any more")


def test_a_stash_that_was_put_back_in_conflict(people: People) -> None:
    people.anna.edit(FILE, ("size: 40", "size: 41"))
    people.anna.git("stash", "-q")
    people.anna.edit(FILE, ("size: 40", "size: 42"))
    people.anna.git("commit", "-qam", "x", "--no-verify")
    people.anna.git("stash", "pop", "-q", fails=True)
    stopped(people.anna, "git holds files that are not merged", "`crm resolve` shows and settles them")


def test_markers_in_a_record(people: People) -> None:
    people.anna.edit(FILE, ("size: 40\n", "<<<<<<< ours\nsize: 40\n=======\nsize: 41\n>>>>>>> theirs\n"))
    stopped(people.anna, f"git's conflict markers stand in {FILE}", "`crm resolve` settles them")


def test_several_remotes(people: People) -> None:
    people.anna.git("remote", "add", "backup", "../backup.git")
    people.anna.git("branch", "--unset-upstream")
    stopped(people.anna, "there are several remotes: backup, origin", "`git push -u REMOTE main`")


def test_a_branch_that_follows_one_of_this_clone(people: People) -> None:
    people.anna.git("switch", "-q", "-c", "whatif")
    people.anna.git("branch", "-q", "-u", "main")
    stopped(people.anna, "branch whatif follows main, a branch of this clone", "`git push -u REMOTE whatif`")


def test_a_branch_that_follows_one_of_another_name(people: People) -> None:
    people.anna.git("switch", "-q", "-c", "whatif", "--track", "origin/main")
    stopped(people.anna, "branch whatif follows origin/main", "`git push -u origin whatif`")
    people.anna.git("config", "push.default", "upstream")
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.sync()
    assert "size: 50" in people.li.read(FILE)


def test_another_book(people: People, tmp_path: Path) -> None:
    team = Team(tmp_path / "other")
    team.make()
    people.anna.git("remote", "set-url", "origin", str(tmp_path / "other" / "remote.git"))
    stopped(people.anna, "have no commit in common: they are two books", "`crm clone URL` gets the other one")


def test_a_branch_that_is_gone(people: People) -> None:
    people.anna.git("--git-dir", str(people.remote), "update-ref", "-d", "refs/heads/main")
    stopped(people.anna, "origin/main is no longer there", "`git push -u origin main` shares it anew")
    people.anna.git("push", "-q", "-u", "origin", "main")
    people.quiet()


def test_a_newer_book_is_not_touched(people: People) -> None:
    line = next(line for line in people.anna.read("crm.toml").splitlines() if line.startswith("format"))
    people.anna.edit("crm.toml", (line, "format = 99"))
    people.anna.git("commit", "-qam", "newer", "--no-verify")
    people.anna.git("push", "-q")
    stopped(people.li, "says format = 99", "install a newer crm; nothing was read or changed", code=6)


def test_a_book_that_was_taken_away(people: People) -> None:
    people.anna.git("rm", "-q", "crm.toml")
    people.anna.git("commit", "-qm", "away", "--no-verify")
    people.anna.git("push", "-q")
    stopped(people.li, "origin/main has no crm.toml: there is no book in it", "nothing was shared")


def test_what_belongs_to_one_machine_is_not_taken_over(people: People) -> None:
    people.anna.git("add", "-f", ".crm/clone")
    people.anna.git("commit", "-qm", "state", "--no-verify")
    people.anna.git("push", "-q")
    people.li.crm("set", "acme", "size=60")
    people.li.commit()
    stopped(people.li, "the other side has committed .crm/clone", "`git rm -r --cached .crm`")


def test_what_belongs_to_this_machine_is_not_committed(people: People) -> None:
    (people.anna.root / ".gitignore").unlink()
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    assert ".crm" not in people.anna.git("ls-files")


def test_a_record_that_git_ignores(people: People) -> None:
    """Without its file, others would take a record that the journal tells of for deleted."""
    people.anna.crm("set", "acme", "size=50")
    (people.anna.root / ".gitignore").write_text("/.crm/\nbeta*\n")
    people.anna.crm("customer", "add", "Beta KG")
    path = next((people.anna.root / "customers").glob("beta*")).relative_to(people.anna.root).as_posix()
    stopped(people.anna, f"git ignores {path}, which is part of the book (.gitignore:2:beta*)", "change that rule")
    people.anna.git("add", "-f", path)
    people.quiet()
    assert (people.li.root / path).exists()


def test_a_file_ignored_here_that_others_have(people: People) -> None:
    (people.li.top / ".git" / "info" / "exclude").write_text("*.pdf\n")
    for person, text in ((people.anna, "anna's"), (people.li, "li's")):
        (person.root / "files").mkdir()
        (person.root / "files" / "offer.pdf").write_text(text)
    people.anna.sync()
    stopped(people.li, "files/offer.pdf: changed here and not committed", "commit them, or move them away")
    assert (people.li.root / "files" / "offer.pdf").read_text() == "li's"
    (people.li.root / "files" / "offer.pdf").unlink()
    people.li.sync()
    alike([people.anna, people.li])


def test_a_record_renamed_by_hand_and_changed_there(people: People) -> None:
    people.anna.git("mv", FILE, "customers/acme-ag.md")
    people.anna.git("commit", "-qm", "mv", "--no-verify")
    people.anna.git("push", "-q")
    people.li.crm("set", "acme", "size=60")
    people.li.commit()
    stopped(
        people.li,
        "customers/acme was renamed to acme-ag by hand",
        "`crm rename customers/acme acme-ag` tells the journal",
    )
    people.li.crm("rename", "customers/acme", "acme-ag")
    people.li.sync()
    assert "size: 60" in people.li.read("customers/acme-ag.md")
    assert not (people.li.root / FILE).exists()
    people.quiet()


def test_nobody_is_asked_for_a_password(people: People) -> None:
    """Where nobody sits at a terminal, ssh and git fail instead of waiting."""
    ssh = people.anna.top.parent / "ssh"
    script(ssh, 'echo "$@ prompt=$GIT_TERMINAL_PROMPT askpass=[$GIT_ASKPASS]" > "$(dirname "$0")/asked"; exit 255')
    people.anna.more["GIT_SSH_COMMAND"] = str(ssh)
    people.anna.git("remote", "set-url", "origin", "ssh://host.example/remote.git")
    stopped(people.anna, "origin was not reached", "all is committed here and nothing is lost", code=1)
    asked = (people.anna.top.parent / "asked").read_text()
    assert "-o BatchMode=yes" in asked
    assert asked.endswith("prompt=0 askpass=[]\n")


def test_under_which_name_commits_are_made(people: People) -> None:
    """Where git was told no name, it is the member who works here."""
    anna = people.anna
    config = Path(anna._variables["GIT_CONFIG_GLOBAL"])
    config.write_text("[init]\n\tdefaultBranch = main\n")
    anna.git("config", "--unset", "user.email")
    anna._variables = {k: v for k, v in anna._variables.items() if k not in ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL")}
    anna.crm("set", "acme", "size=50", "--me", "li-wei")
    anna.sync("--me", "li-wei")
    assert (
        anna.git("log", "-1", "--format=%an <%ae>, %cn <%ce>").strip()
        == "Li Wei <li@kern.example>, Li Wei <li@kern.example>"
    )


def test_commits_are_signed_where_the_user_signs_them(people: People) -> None:
    """Also the merge, which no `git commit` makes."""
    gpg = people.li.top.parent / "gpg"
    script(
        gpg,
        'cat >/dev/null; printf "\\n[GNUPG:] SIG_CREATED D 1 8 00 0 X\\n" >&2; echo "-----BEGIN PGP SIGNATURE-----"; echo fake',
    )
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.git("config", "commit.gpgSign", "true")
    people.li.git("config", "gpg.program", str(gpg))
    people.li.crm("set", "acme", "industry=robots")
    people.li.sync()
    commits = people.li.git("rev-list", "--max-count=2", "--first-parent", "HEAD").split()
    assert all("BEGIN PGP SIGNATURE" in people.li.git("cat-file", "commit", commit) for commit in commits)


def test_line_ends_that_git_changes(people: People) -> None:
    people.li.git("config", "core.autocrlf", "true")
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.crm("set", "acme", "industry=robots")
    people.li.sync()
    people.quiet()
    assert "\r" not in people.li.read("crm.toml")


def test_a_shallow_clone(people: People, tmp_path: Path) -> None:
    """One commit is enough as long as both sides' work begins there; else the rest is fetched."""
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    url = f"file://{people.remote}"
    people.anna.git("clone", "-q", "--depth", "1", url, str(tmp_path / "shallow"))
    shallow = Person(people.li, people.li.clock)
    shallow.top = shallow.root = tmp_path / "shallow"
    shallow.crm("set", "acme", "industry=robots")
    people.anna.crm("set", "acme", "size=55")
    people.anna.sync()
    shallow.sync()
    people.anna.sync()
    assert "industry: robots\nsize: 55\n" in people.anna.read(FILE)
    assert people.anna.head() == shallow.head()


def test_a_shallow_clone_of_a_branch_that_began_before(people: People, tmp_path: Path) -> None:
    people.anna.git("switch", "-q", "-c", "side")
    people.anna.crm("set", "acme", "size=50")
    people.anna.sync()
    people.li.crm("set", "acme", "industry=robots")
    people.li.sync()
    url = f"file://{people.remote}"
    people.anna.git("clone", "-q", "--depth", "1", "-b", "side", url, str(tmp_path / "shallow"))
    shallow = Person(people.li, people.li.clock)
    shallow.top = shallow.root = tmp_path / "shallow"
    shallow.git("config", "push.default", "upstream")
    shallow.git("config", "branch.side.merge", "refs/heads/main")
    shallow.sync()
    assert "industry: robots\nsize: 50\n" in shallow.read(FILE)
    assert shallow.git("rev-parse", "--is-shallow-repository").strip() == "false"
    people.li.sync()
    assert people.li.head() == shallow.head()
