"""A small book outside git, and commands on it in a process of its own that may take neither long nor much memory."""

from __future__ import annotations

import io
import json
import os
import resource
import signal
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from crmcli.cli.main import run
from crmcli.cli.session import Session
from crmcli.errors import INTERNAL
from crmcli.model.record import Ref
from tests.books import add, make_book

SECONDS, BYTES = 60, 1_500_000_000
"""Far more than any of these takes on a busy machine, far less than what they must not take; memory beyond what the
tests have mapped already."""


class Said(NamedTuple):
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str


def book_in(root: Path) -> tuple[Path, Ref]:
    """A book with one customer."""
    book = make_book(root)
    return book.root, add(book, "customer", "Acme")


def crm(root: Path, *words: str) -> Said:
    """Run a command on the book in a child; a defect (exit 70), a hang or a hunger for memory fails the test."""
    with TemporaryFile() as answer:
        child = os.fork()  # far cheaper than a new interpreter, and as far from this one
        if not child:
            _answer(answer, ["--book", str(root), *words])
        _, status = os.waitpid(child, 0)
        assert os.WIFEXITED(status), f"{words} was ended by signal {os.WTERMSIG(status)}"
        answer.seek(0)
        said = Said(*json.loads(answer.read()))
    assert said.code != INTERNAL, said.err
    return said


def _answer(answer: IO[bytes], words: list[str]) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS)
    limit = _mapped() + BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    out, err = io.StringIO(), io.StringIO()
    try:
        code = run(words, Session(dict(os.environ), io.StringIO(), out, err))
        answer.write(json.dumps([code, out.getvalue(), err.getvalue()]).encode())
        answer.flush()
    finally:
        os._exit(0)


def _mapped() -> int:
    """The bytes of addresses this process has now, where the system tells; libraries that other tests load take many."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()
