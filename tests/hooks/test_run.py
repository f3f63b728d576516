from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from crmcli.engines.hooks.run import OUTPUT_LIMIT, Output, Run, run
from tests.hooks.book import gone

ENVIRON = {"PATH": "/usr/bin:/bin"}


def sh(script: str, tmp_path: Path, *, stdin: bytes = b"", limit: float = 30, grace: float = 5) -> Run:
    return run(["/bin/sh", "-c", script], stdin, ENVIRON, tmp_path, limit, grace=grace)


def test_output_exit_and_folder(tmp_path: Path) -> None:
    done = sh("cat; pwd >&2; exit 3", tmp_path, stdin="schön".encode())
    assert (done.exit, done.stdout, done.stderr, done.timed_out) == (3, "schön", f"{tmp_path}\n", False)


def test_the_environment_is_exactly_what_was_given(tmp_path: Path) -> None:
    done = run(["/usr/bin/env"], b"", {"A": "1", "B": "two\nlines"}, tmp_path, 30)
    assert done.stdout == "A=1\nB=two\nlines\n"


def test_stdin_that_nobody_reads_blocks_nothing(tmp_path: Path) -> None:
    assert sh("exit 0", tmp_path, stdin=b"x" * 4_000_000).exit == 0


def test_stdin_and_output_larger_than_pipes_do_not_lock_each_other(tmp_path: Path) -> None:
    done = sh("tee /dev/stderr", tmp_path, stdin=b"x" * 3_000_000)
    assert done.exit == 0
    assert f"{3_000_000 - OUTPUT_LIMIT} bytes left out" in done.stdout
    assert f"{3_000_000 - OUTPUT_LIMIT} bytes left out" in done.stderr


def test_a_flood_is_cut_in_the_middle(tmp_path: Path) -> None:
    done = sh("echo begin; yes | head -c 20000000; echo end", tmp_path)
    assert done.stdout.startswith("begin\ny\n")
    assert done.stdout.endswith("y\nend\n")
    assert len(done.stdout) < OUTPUT_LIMIT + 100


def test_a_flood_without_end_meets_the_limit(tmp_path: Path) -> None:
    done = sh("yes", tmp_path, limit=0.2)
    assert (done.timed_out, done.exit) == (True, -signal.SIGTERM)
    assert len(done.stdout) < OUTPUT_LIMIT + 100


def test_the_limit_ends_the_whole_group(tmp_path: Path) -> None:
    done = sh("sleep 600 & echo $!; sleep 600", tmp_path, limit=0.2)
    assert done.timed_out
    assert gone(int(done.stdout))


def test_who_does_not_listen_to_term_is_killed(tmp_path: Path) -> None:
    done = sh("trap '' TERM; echo deaf; while :; do sleep 600; done", tmp_path, limit=0.2, grace=0.1)
    assert (done.timed_out, done.exit, done.stdout) == (True, -signal.SIGKILL, "deaf\n")


def test_there_is_time_to_tidy_up_after_term(tmp_path: Path) -> None:
    done = sh("trap 'echo tidied; exit 0' TERM; sleep 600 & wait", tmp_path, limit=0.2)
    assert (done.timed_out, done.exit, done.stdout) == (True, 0, "tidied\n")


def test_a_child_that_keeps_the_pipes_open_is_not_waited_for(tmp_path: Path) -> None:
    done = sh("sleep 600 & echo $!", tmp_path, limit=300)
    assert (done.exit, done.timed_out) == (0, False)
    assert done.seconds < 200
    assert gone(int(done.stdout))


def test_a_child_in_a_session_of_its_own_is_not_waited_for_either(tmp_path: Path) -> None:
    escape = "import os, time\nif os.fork() == 0:\n os.setsid(); os.write(1, b'x'); time.sleep(5)\n"
    done = run([sys.executable, "-c", escape], b"", ENVIRON, tmp_path, 300)
    assert (done.exit, done.timed_out) == (0, False)


def test_closed_outputs_do_not_end_a_run(tmp_path: Path) -> None:
    sh("exec >&- 2>&-; sleep 0.1; : > done", tmp_path)
    assert (tmp_path / "done").exists()


def test_a_signal_is_a_negative_exit(tmp_path: Path) -> None:
    assert sh("kill -SEGV $$", tmp_path).exit == -signal.SIGSEGV


def test_what_cannot_be_started_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        run([str(tmp_path / "none")], b"", ENVIRON, tmp_path, 1)


def test_output_keeps_both_ends() -> None:
    output = Output(10)
    for chunk in (b"abc", b"def", b"ghijkl", b"m"):
        output.add(chunk)
    assert output.text() == "abcde\n… 3 bytes left out …\nijklm"


def test_output_within_the_limit_is_whole() -> None:
    output = Output(10)
    output.add(b"abcdefgh")
    output.add(b"ij")
    assert output.text() == "abcdefghij"
