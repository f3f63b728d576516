"""What `crm` on a test's PATH is: it asks the server for a fork of it that runs the command in this one's place.

It waits, and ends as that did. It imports nothing that a bare Python has not loaded or built in.
"""

from __future__ import annotations

CLIENT = """\
#!{python} -IS
import marshal
import os
import sys

import _socket

PLAIN = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")


def ask():
    kept = {{name: value for name, value in os.environb.items()}}
    if os.environ.get("LC_ALL") != "C.UTF-8" or any(n.startswith("PYTHON") and n not in PLAIN for n in os.environ):
        return None
    here = -1
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        for stream in (0, 1, 2):
            os.fstat(stream)
        here = os.open(".", os.O_RDONLY)
        connection.connect({server!r})
    except OSError:
        return None
    umask = os.umask(0)
    os.umask(umask)
    request = marshal.dumps((sys.argv, kept, umask, os.getpid()))
    streams = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2, here))
    connection.sendmsg([len(request).to_bytes(8, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
    connection.sendall(request)
    answer = b""
    while len(answer) < 4:
        part = connection.recv(4 - len(answer))
        if not part:
            os._exit(99)  # the server was killed in the middle of it
        answer += part
    return int.from_bytes(answer, "big", signed=True)


code = ask()
if code is None:
    os.execv({full!r}, [{full!r}, *sys.argv[1:]])
if code < 0:
    import signal

    if -code != signal.SIGKILL:
        signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
os._exit(code)
"""
