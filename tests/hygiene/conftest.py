"""What needs the command line is collected from the day there is one."""

from __future__ import annotations

from tests.places import MAIN

collect_ignore = [] if MAIN.exists() else ["test_read_path.py"]
