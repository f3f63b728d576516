"""One round in a real terminal: keys in, screen out, through tmux; the terminal is whole afterwards.

Whatever the screen shall show is waited for by what the terminal writes, never for a time.
"""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from crmcli.model.record import parse_ref
from crmcli.store.book import open_book
from crmcli.store.trust import config_folder, read_hook, trust
from tests.places import ROOT

PATIENCE = 30
"""Seconds after which the program counts as stuck."""
HOOK = "#!/bin/sh\n# crm: on deal move to:won\ncat > won.json\necho told the office\n"
EDITOR = "#!/bin/sh\nprintf 'Edited in between.\\n' >> \"$1\"\necho the editor has the terminal\n"


class Terminal:
    """A tmux server of its own with one pane, in which a shell runs."""

    def __init__(self, folder: Path, home: Path) -> None:
        program = shutil.which("tmux")
        assert program, "tmux is not installed"
        self._tmux = [program, "-S", str(home / "socket"), "-f", "/dev/null"]
        fifo = home / "written"
        os.mkfifo(fifo)
        self._written = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
        shell = shutil.which("sh") or "/bin/sh"
        variables = {"TERM": "xterm-256color", "PS1": "$ ", "ENV": ""}
        self._run("new-session", "-d", "-x", "100", "-y", "32", "-c", str(folder), shell, **variables)
        self._run("pipe-pane", "-o", f"cat > '{fifo}'")

    def _run(self, *words: str, **variables: str) -> str:
        environment = {**os.environ, **variables}
        done = subprocess.run([*self._tmux, *words], check=True, capture_output=True, text=True, env=environment)
        return done.stdout

    def keys(self, *keys: str) -> None:
        """Press keys, as tmux calls them."""
        self._run("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self._run("send-keys", "-l", text)

    def wait(self, *texts: str, without: str = "") -> str:
        """Wait until the screen shows the texts, and `without` is gone."""
        end = monotonic() + PATIENCE
        while True:
            screen = self._run("capture-pane", "-p")
            if all(text in screen for text in texts) and (not without or without not in screen):
                return screen
            ready, _, _ = select.select([self._written], [], [], max(0.0, end - monotonic()))
            assert ready, f"waited for {texts} in\n{screen}"
            assert monotonic() < end, f"waited for {texts} in\n{screen}"
            os.read(self._written, 1 << 16)

    def close(self) -> None:
        self._run("kill-server")
        os.close(self._written)


@pytest.fixture
def terminal(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in (("crm", f'#!/bin/sh\nexec "{sys.executable}" -m crmcli "$@"\n'), ("editor", EDITOR)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (ROOT, ROOT / "tui", ROOT / "formats"))))
    for name in ("COLUMNS", "LINES", "NO_COLOR"):  # the terminal itself says
        monkeypatch.delenv(name)
    monkeypatch.setenv("EDITOR", "editor")
    monkeypatch.setenv("CRM_ME", "anna")
    monkeypatch.setenv("CRM_CONFIG", str(tmp_path / "config"))
    hook = root / "hooks" / "office"
    hook.parent.mkdir()
    hook.write_text(HOOK)
    hook.chmod(0o755)
    trust(config_folder(os.environ), root, read_hook(root, "office"))
    home = tmp_path / "tmux"
    home.mkdir()
    made = Terminal(root, home)
    yield made
    made.close()


def test_the_round(terminal: Terminal, root: Path) -> None:
    terminal.type("crm tui\n")
    terminal.wait("send the quote", "Crate packing · 4 days late", "? keys")
    terminal.keys("l")
    terminal.type("they take it")  # typed ahead: the form may not be there yet
    terminal.keys("Tab")
    terminal.type("send the order form")
    terminal.keys("Tab")
    terminal.type("mon")
    terminal.wait("Mon 23 Nov")
    terminal.keys("Enter")
    terminal.wait("logged on Crate packing; next: send the order form (Mon 23 Nov).")
    terminal.keys("Up", "m")
    terminal.wait("Negotiation", "✓ Won")
    terminal.keys("Down", "Enter")
    terminal.wait("moved Crate packing (deals/crates) from proposal to won.", "told the office")
    terminal.keys("Home", "e")
    terminal.wait("changed Crate packing (deals/crates).")
    terminal.keys("u")
    terminal.wait("Undo", "About written")
    terminal.keys("Enter")
    terminal.wait("undone: edit of Crate packing")
    terminal.keys("u")
    terminal.wait("Undo", "Stage: Proposal → Won")
    terminal.keys("Enter")
    terminal.wait("undone: move of Crate packing")
    terminal.keys("q")
    terminal.wait("crm tui", without="? keys")
    terminal.type("echo the terminal is $((40 + 2)) whole\n")
    terminal.wait("the terminal is 42 whole")
    assert any(root.rglob("won.json")), "the hook did not write its file"
    book = open_book(root, me="anna")
    assert book.read_record(parse_ref("deals/crates")).text("stage") == "proposal"
    ways = {str(row[0]) for row in book.index.rows("SELECT DISTINCT via FROM events WHERE id > '01KA'")}
    assert "tui" in ways
    book.index.close()
