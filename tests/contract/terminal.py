"""A command on a terminal of its own, in this process: what it shows, and what somebody typed beforehand."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
import threading
from typing import NamedTuple

from crmcli.cli.main import run
from crmcli.cli.session import Session


class OnTerminal(NamedTuple):
    """The exit code, and all that the terminal was sent (what was typed is not echoed)."""

    code: int
    text: str

    @property
    def lines(self) -> list[str]:
        """Line by line."""
        return self.text.replace("\r\n", "\n").splitlines()


def on_terminal(*words: str, typed: str = "", columns: int = 80) -> OnTerminal:
    """Run a command whose three streams are a new terminal of that width."""
    screen, line = pty.openpty()
    fcntl.ioctl(line, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    settings = termios.tcgetattr(line)
    settings[3] &= ~termios.ECHO
    termios.tcsetattr(line, termios.TCSANOW, settings)
    os.write(screen, typed.encode())
    seen: list[bytes] = []
    watcher = threading.Thread(target=_watch, args=(screen, seen))
    watcher.start()
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "PAGER")}
    with (
        os.fdopen(os.dup(line), "r", encoding="utf-8") as stdin,
        os.fdopen(os.dup(line), "w", encoding="utf-8") as stdout,
        os.fdopen(os.dup(line), "w", encoding="utf-8") as stderr,
    ):
        code = run(words, Session(environment, stdin, stdout, stderr))
    os.write(line, END)
    os.close(line)
    watcher.join()
    os.close(screen)
    return OnTerminal(code, b"".join(seen).removesuffix(END).decode())


END = b"\x04\x04END"


def _watch(screen: int, seen: list[bytes]) -> None:
    while not b"".join(seen[-2:]).endswith(END):
        try:
            seen.append(os.read(screen, 65536))
        except OSError:  # the other side is closed
            return
