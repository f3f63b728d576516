"""Completion in real shells, at a terminal of their own: what is typed, Tab included, is the command line that runs.

bash is everywhere; zsh is tried where it is installed.
"""

from __future__ import annotations

import os
import pty
import select
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import ROOT

DONE, SHOWN = b"\x1e", b"\x02"
PATIENCE = 30
"""Seconds without a sign after which a shell counts as stuck."""
VARIABLES = {"PS1": "", "TERM": "dumb", "INPUTRC": "/dev/null", "COLUMNS": "400", "LC_ALL": "C.UTF-8"}
START = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}
QUIET = {
    "bash": "PROMPT_COMMAND=\"printf '\\036'\"; stty -echo; bind 'set enable-bracketed-paste off; set completion-query-items 1000'",
    "zsh": "precmd() printf '\\036'; PROMPT=''; unsetopt prompt_sp prompt_cr; autoload -U compinit; compinit -D",
}
SHOW = 'crm() { if [ -n "$_CRM_COMPLETE" ]; then command crm "$@"; else printf "\\002"; printf "<%s>" "$@"; fi; }'


class Shell:
    """An interactive shell that prints the words of each `crm` line instead of running it."""

    def __init__(self, name: str, folder: Path, path: Path) -> None:
        program = shutil.which(name)
        assert program, f"{name} is not installed"
        self.pid, self.terminal = pty.fork()
        if not self.pid:  # pragma: no cover - the child
            os.chdir(folder)
            changed = {"PATH": f"{path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), **VARIABLES}
            os.execve(program, START[name], {**os.environ, **changed})  # noqa: S606 - the shell is what is asked
        self.type(QUIET[name])
        self.type(SHOW)
        self.type(f'eval "$(command crm config completion {name})"')

    def type(self, keys: str) -> str:
        """Press some keys and Return; what the command line was."""
        os.write(self.terminal, f"{keys}\n".encode())
        written = b""
        while DONE not in written:
            ready, _, _ = select.select([self.terminal], [], [], PATIENCE)
            assert ready, f"no answer but {written!r}"
            written += os.read(self.terminal, 65536)
        return written.partition(DONE)[0].rpartition(SHOWN)[2].decode()

    def close(self) -> None:
        os.write(self.terminal, b"exit\n")
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


@pytest.fixture(params=[name for name in START if name == "bash" or shutil.which(name)])
def shell(request: pytest.FixtureRequest, book: Path, tmp_path: Path) -> Iterator[Shell]:
    command = tmp_path / "bin" / "crm"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m crmcli "$@"\n')
    command.chmod(0o755)
    started = Shell(request.param, book, command.parent)
    yield started
    started.close()


def test_words_complete_as_they_are_typed(shell: Shell) -> None:
    typed = {
        "crm custo\t Acme": "<customer><Acme>",  # customers begins so too
        "crm deals stage:w\t": "<deals><stage:won>",
        "crm deals stage:won,l\t": "<deals><stage:won,lost>",
        "crm deals am\t5k..": "<deals><amount:5k..>",
        "crm deals customer.ti\tA": "<deals><customer.tier:A>",
        "crm deals close:..tom\t": "<deals><close:..tomorrow>",
        "crm deals customer:Acme\t": "<deals><customer:acme>",
        "crm deals -stage:w\t is:clo\t": "<deals><-stage:won><is:closed>",
        "crm customers +v\t": "<customers><+vip>",
        "crm customers -vi\tp": "<customers><-vip>",  # a tag, and via: is a field
        "crm deals --columns name,amo\t": "<deals><--columns><name,amount>",
        "crm customers --columns 'count(de\t": "<customers><--columns><count(deals)>",
        "crm customers --columns count\\(de\t": "<customers><--columns><count(deals)>",
        "crm deals --sort -amo\t": "<deals><--sort><-amount>",
        "crm set acme tier=\tA": "<set><acme><tier=A>",
        "crm move renewal tal\t": "<move><renewal><talk>",
        "crm show Glo\t": "<show><globex>",
        "crm attach acme crm.to\t": "<attach><acme><crm.toml>",
    }
    assert {keys: shell.type(keys) for keys in typed} == typed


def test_inside_quotes_too(shell: Shell) -> None:
    typed = {
        "crm deals 'stage>=o\t": "<deals><stage>=offer>",
        "crm deals name:'x y' stage:w\t": "<deals><name:x y><stage:won>",
        "crm customers 'count(deals, stage:w\t)>1'": "<customers><count(deals, stage:won)>1>",
        "crm customers 'count(dea\t)>1'": "<customers><count(deals)>1>",
        'crm customers "cou\tdeals)>1"': "<customers><count(deals)>1>",
        "crm deals 'customer.ti\tA'": "<deals><customer.tier:A>",
    }
    assert {keys: shell.type(keys) for keys in typed} == typed


def test_nothing_in_a_record_runs_or_leaves_its_word(shell: Shell, book: Path) -> None:
    """Titles and tags that somebody else wrote, with all that a shell acts upon."""
    made = "touch made; x"
    title = f"Evil \\\\$({made}) \\\\`{made}` $({made}) \\\" ' ; {made} \\n {made} \\t{made}"
    tags = [f"b$({made})", f"c`{made}`", f"d;{made}", "e f", "g'h", "i*"]
    listed = "".join(f'  - "{tag}"\n' for tag in tags)
    (book / "customers" / "evil.md").write_text(f'---\nname: "{title}"\ntags:\n{listed}---\n', encoding="utf-8")
    typed = {
        "crm show evi\t": "<show><evil>",
        "crm deals customer:evi\t": "<deals><customer:evil>",
        **{f"crm customers +{tag[0]}\t": f"<customers><+{tag}>" for tag in tags},
        **{f"crm customers '+{tag[0]}\t": f"<customers><+{tag}>" for tag in tags},
        **{f'crm customers "+{tag[0]}\t': f"<customers><+{tag}>" for tag in tags},
    }
    assert {keys: shell.type(keys) for keys in typed} == typed
    assert not (book / "made").exists()
