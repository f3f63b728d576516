"""Where books are spoilt: one folder, made anew from a template for every death, and children forked from one process.

A book must lie where it was made (its clone's id and the trust of its hooks are bound to the path), so there is one
place for all; a fork without exec makes a process that dies for real and has nothing to import.
"""

from __future__ import annotations

import errno
import gc
import importlib
import io
import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from sqlite_utils.plugins import ensure_plugins_loaded

from tests.environment import LEAKS, hermetic_variables
from tests.faults.crash.calls import Fault, Layer
from tests.faults.crash.platter import Platter

DEFECT = 70
"""The exit code of a command that ended with a traceback."""


class Command(NamedTuple):
    """A command line, and what it finds around it: its clock, the seed of its letters, more variables."""

    words: tuple[str, ...]
    now: str = "2026-11-20T14:03:11+01:00"
    seed: str = "1"
    more: Mapping[str, str] = {}
    stdin: str = ""


class Ended(NamedTuple):
    """How a command ended: its exit code, None when it died; what it had printed; the steps it took."""

    code: int | None
    out: str
    err: str
    steps: list[str]


class ChildFailedError(RuntimeError):
    """A child that was to look at something died or raised."""


class Stage:
    """A folder with one book at a time."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.book = home / "book"
        self.ran = home / "ran"
        """Where hooks note the keys under which they ran."""
        self._next = home / "next"
        self._next_is = ""
        for name in list(os.environ):
            if name.startswith(LEAKS):
                del os.environ[name]
        os.environ |= hermetic_variables(home / "anna")
        os.environ |= {"PYTHONDONTWRITEBYTECODE": "1", "CRM_TEST_RAN": str(self.ran), "CRM_ME": "anna@kern.example"}

    def keep(self, name: str) -> None:
        """Make a template of the book as it is."""
        self._next_is = ""
        for kept, path in ((self._kept(name), self.book), (self._kept(f"{name}.ran"), self.ran)):
            shutil.rmtree(kept, ignore_errors=True)
            path.mkdir(exist_ok=True)
            shutil.copytree(path, kept, symlinks=True)

    def put(self, name: str) -> None:
        """Make the book what a template is.

        The copy was made a while ago, when the one before it was put: an index looks at younger files once more, so that
        a command would have more steps at one time than at another.
        """
        if self._next_is != name:
            self._copy_next(name)
        shutil.rmtree(self.book, ignore_errors=True)
        self._next.rename(self.book)
        self._copy_next(name)
        shutil.rmtree(self.ran, ignore_errors=True)
        shutil.copytree(self._kept(f"{name}.ran"), self.ran, symlinks=True)

    def _copy_next(self, name: str) -> None:
        shutil.rmtree(self._next, ignore_errors=True)
        shutil.copytree(self._kept(name), self._next, symlinks=True)
        self._next_is = name

    def _kept(self, name: str) -> Path:
        return self.home / "templates" / name

    def run(self, command: Command, fault: Fault = Fault(), *, power: str = "", looked: bool = True) -> Ended:  # noqa: B008
        """Run a command in a child that may die; `power`: the seed of what the disk forgets then.

        `looked`: the index has seen the book as it is, as it has for whoever works with it.
        """
        files = {name: self.home / name for name in ("out", "err", "steps")}
        for path in files.values():
            path.write_text("", encoding="utf-8")
        status = _fork(lambda: self._act(command, fault, power, files, looked=looked))
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
        out, err, steps = (path.read_text(encoding="utf-8", errors="replace") for path in files.values())
        return Ended(code, out, err, steps.splitlines())

    def _act(self, command: Command, fault: Fault, power: str, files: Mapping[str, Path], *, looked: bool) -> None:
        from crmcli.cli.main import run
        from crmcli.cli.session import Session

        os.environ |= {"CRM_NOW": command.now, "CRM_RANDOM": command.seed, **command.more}
        os.chdir(self.home)
        (self.home / "in").write_text(command.stdin, encoding="utf-8")
        with (
            files["out"].open("w", buffering=1, encoding="utf-8") as out,
            files["err"].open("w", buffering=1, encoding="utf-8") as err,
            (self.home / "in").open(encoding="utf-8") as stdin,
        ):
            os.dup2(err.fileno(), 2)
            if looked and (self.book / "crm.toml").is_file():
                from crmcli.store.book import open_book

                seen = open_book(self.book)
                seen.index.refresh()
                seen.index.close()
            layer = Layer(self.book, fault, Platter(self.book, power) if power else None)
            layer.told = files["steps"]
            layer.install()
            code = run(["--book", str(self.book), *command.words], Session(dict(os.environ), stdin, out, err))
            out.flush()
            if power:
                layer.power_off()
            files["steps"].write_text("\n".join(layer.names), encoding="utf-8")
        os._exit(code)

    def grow_old(self) -> None:
        """Wait until no file of the book is so young that an index looks at it once more."""
        from crmcli.store.disk import clock
        from crmcli.store.index.scan import settled_before

        began = clock(self.home)
        while not settled_before(began, clock(self.home)):
            pass

    def warm(self, act: Callable[[], Any]) -> None:
        """Import here what a child needs for something, so that its children need not; the child's deeds stay its own."""
        for name in self.look(lambda: [act(), sorted(sys.modules)][1]):
            if name != "__main__":
                with suppress(ImportError):
                    importlib.import_module(name)
        ensure_plugins_loaded()  # a look through all installed packages, otherwise in every child that builds an index
        gc.collect()
        gc.freeze()  # what is there now is there for good: no child copies it only to look whether it is in use

    def run_here(self, command: Command) -> tuple[int, str]:
        """Run a command in this very process, which is a child that looks; its exit code and what it said."""
        from crmcli.cli.main import run
        from crmcli.cli.session import Session

        os.environ |= {"CRM_NOW": command.now, "CRM_RANDOM": command.seed, **command.more}
        err = io.StringIO()
        code = run(
            ["--book", str(self.book), *command.words], Session(dict(os.environ), io.StringIO(), io.StringIO(), err)
        )
        return code, err.getvalue()

    def look(self, question: Callable[[], Any]) -> Any:  # noqa: ANN401 - plain JSON values
        """Ask something of the book in a child, so that nothing of it stays open here."""
        answer = self.home / "answer"

        def act() -> None:
            os.environ |= {"CRM_NOW": "2026-11-20T16:00:00+01:00"}
            answer.write_text(json.dumps(question()), encoding="utf-8")
            os._exit(0)

        status = _fork(act)
        if status:
            raise ChildFailedError(status, question)
        return json.loads(answer.read_text(encoding="utf-8"))


def _fork(act: Callable[[], None]) -> int:
    """Do something in a child and wait for it; its wait status."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    gc.disable()  # nothing of the parent's is taken apart in the child
    try:
        act()
    except BaseException:  # noqa: BLE001 - the child must not go on as a second parent
        traceback.print_exc()
    os._exit(DEFECT)


ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EDQUOT)
