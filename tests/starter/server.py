"""A process with all of crm imported, which forks for every command that asks: see `client.py` for the other end.

`python -m tests.starter.server NAME` writes `ready` when it listens on the abstract socket NAME (no file: a path may
be too long for one, and would stay behind a process that is killed) and ends with its standard input.
"""

from __future__ import annotations

import array
import gc
import importlib
import marshal
import os
import pkgutil
import resource
import select
import signal
import socket
import sys
import time

import crmcli
from crmcli.cli.main import main
from tests.rights import be_like_anybody

LIMITS = (resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_AS)
COUNT = 4
"""Open files that come with a request: the three streams and the folder."""
OUTSIDE = ("typer", "sqlite3", "json", "tomllib", "subprocess", "zoneinfo", "rich.table", "rich.console", "wcwidth")


def serve(address: str) -> None:
    """Answer until standard input ends."""
    _load()
    gc.collect()
    gc.freeze()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(f"\0{address}")
    listening.listen(64)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that answer
    os.write(1, b"ready\n")
    while True:
        ready, _, _ = select.select([listening.fileno(), 0], [], [])
        if 0 in ready:
            return
        connection, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            _answer(connection)
        connection.close()


def _load() -> None:
    """Import all of crm, and the libraries that most commands need."""
    for name in OUTSIDE:
        importlib.import_module(name)
    for module in pkgutil.walk_packages(crmcli.__path__, "crmcli."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def _answer(connection: socket.socket) -> None:
    """Run one command in a fork of its own and say how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    files = array.array("i")
    head, control, _, _ = connection.recvmsg(8, socket.CMSG_SPACE(COUNT * files.itemsize))
    for _, _, sent in control:
        files.frombytes(sent)
    request = _read(connection, int.from_bytes(head, "big"))
    child = os.fork()
    if child == 0:
        connection.close()
        _become(list(files), request)
    for number in files:
        os.close(number)
    _, status = os.waitpid(child, 0)
    connection.sendall(os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True))
    os._exit(0)


def _read(connection: socket.socket, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        parts += connection.recv(min(1 << 20, length - len(parts)))
    return bytes(parts)


def _become(files: list[int], request: bytes) -> None:
    """Be the process that asked, and run the command line."""
    sys.argv, variables, umask, caller = marshal.loads(request)  # noqa: S302 - from our own client
    for stream, number in enumerate(files[:3]):
        os.dup2(number, stream)
    os.fchdir(files[3])
    for number in files:
        os.close(number)
    os.umask(umask)
    os.environb.clear()
    os.environb.update(variables)
    time.tzset()
    for limit in LIMITS:
        resource.setrlimit(limit, resource.prlimit(caller, limit))
    errors = sys.stdout.errors or "strict"
    sys.stdin = open(0, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115 - as long as it runs
    sys.stdout = open(1, "w", encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    be_like_anybody()
    main()


if __name__ == "__main__":
    serve(sys.argv[1])
