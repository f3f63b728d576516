"""The files `crm` and `crmcli` that tests put on PATH, and the one server of this process that they ask."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.environment import hermetic_variables
from tests.places import ROOT, SOURCE_ROOTS
from tests.starter.client import CLIENT

ENTRY = """\
#!{python}
import sys
sys.path[:0] = {roots}
from tests.rights import be_like_anybody
be_like_anybody()
from crmcli.cli.main import main
sys.exit(main())
"""
"""A start in full."""


def write_entry_points(folder: Path) -> None:
    """Make `crm` and `crmcli` in a folder that is there, over the sources under test."""
    full = folder / "crm-in-full"
    _write(full, ENTRY.format(python=sys.executable, roots=[str(root) for root in SOURCE_ROOTS]))
    served = full.read_text(encoding="utf-8")
    if sys.platform == "linux":
        served = CLIENT.format(python=sys.executable, full=str(full), server="\0" + _server())
    for name in ("crm", "crmcli"):
        _write(folder / name, served)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


@functools.cache
def _server() -> str:
    """The abstract name of the socket of the server, which runs until this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="crm-starter-"))
    address = f"{folder.name}-{os.getpid()}"
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.starter.server", address],
        cwd=ROOT,
        env=kept | hermetic_variables(folder / "home") | {"PYTHONPATH": os.pathsep.join(map(str, SOURCE_ROOTS))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert server.stdout is not None
    ready = server.stdout.readline()
    assert ready == b"ready\n", "the server of the entry points did not start"
    atexit.register(_end, server, folder)
    return address


def _end(server: subprocess.Popen[bytes], folder: Path) -> None:
    """The server ends when what it reads from us does."""
    server.communicate()
    shutil.rmtree(folder, ignore_errors=True)
