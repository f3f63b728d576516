"""`crm` as an installation would make it, started from a process that has it loaded already.

Most of what a small command takes is the start of Python and its imports; a run of the tests starts thousands. So the
first `crm` on a test's PATH starts one server, which has everything imported, and each command is a fork of it with the
caller's words, folder, environment, streams and limits. Where that would not be the same as a start of its own
(another system, another encoding, a stream closed by the caller) the command starts in full. What a start imports is
measured elsewhere, by tests that start in full: tests/hygiene.
"""

from __future__ import annotations

from tests.starter.entry import write_entry_points

__all__ = ["write_entry_points"]
