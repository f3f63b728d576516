"""Completion in a real bash, at a terminal of its own: what is typed, Tab included, is the command line that runs."""

from __future__ import annotations

import os
import pty
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import ROOT

DONE = b"\x1e"
SHELL = {
    "PS1": "", "PROMPT_COMMAND": "printf '\\036'", "TERM": "dumb", "INPUTRC": "/dev/null", "COLUMNS": "400", "LC_ALL": "C.UTF-8",
}  # fmt: skip
SHOW = 'crm() { if [ -n "$_CRM_COMPLETE" ]; then command crm "$@"; else printf "<%s>" "$@"; fi; }'
BASH = shutil.which("bash")


class Bash:
    """An interactive bash that prints the words of each `crm` line instead of running it."""

    def __init__(self, folder: Path, path: Path) -> None:
        self.pid, self.terminal = pty.fork()
        if not self.pid:  # pragma: no cover - the child
            os.chdir(folder)
            changed = {"PATH": f"{path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), **SHELL}
            words = ["bash", "--norc", "--noprofile", "-i"]
            os.execve(str(BASH), words, {**os.environ, **changed})  # noqa: S606 - the shell is what is asked
        self.until_done()
        self.type("stty -echo; bind 'set enable-bracketed-paste off'; bind 'set completion-query-items 1000'")
        self.type(SHOW)
        self.type('eval "$(command crm config completion bash)"')

    def until_done(self) -> str:
        written = b""
        while not written.endswith(DONE):
            written += os.read(self.terminal, 65536)
        return written[:-1].decode()

    def type(self, keys: str) -> str:
        os.write(self.terminal, f"{keys}\n".encode())
        return self.until_done()

    def close(self) -> None:
        os.write(self.terminal, b"exit\n")
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


@pytest.fixture
def bash(book: Path, tmp_path: Path) -> Iterator[Bash]:
    if BASH is None:
        pytest.fail("bash is not installed")
    command = tmp_path / "bin" / "crm"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m crmcli "$@"\n')
    command.chmod(0o755)
    shell = Bash(book, command.parent)
    yield shell
    shell.close()


def test_words_complete_as_they_are_typed(bash: Bash) -> None:
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
        "crm deals --sort -amo\t": "<deals><--sort><-amount>",
        "crm set acme tier=\tA": "<set><acme><tier=A>",
        "crm move renewal tal\t": "<move><renewal><talk>",
        "crm show Glo\t": "<show><globex>",
    }
    assert {keys: bash.type(keys) for keys in typed} == typed


def test_inside_quotes_too(bash: Bash) -> None:
    typed = {
        "crm deals 'stage>=o\t": "<deals><stage>=offer>",
        "crm deals name:'x y' stage:w\t": "<deals><name:x y><stage:won>",
        "crm customers 'count(deals, stage:w\t)>1'": "<customers><count(deals, stage:won)>1>",
        "crm customers 'count(dea\t)>1'": "<customers><count(deals)>1>",
        'crm customers "cou\tdeals)>1"': "<customers><count(deals)>1>",
        "crm deals 'customer.ti\tA'": "<deals><customer.tier:A>",
    }
    assert {keys: bash.type(keys) for keys in typed} == typed
