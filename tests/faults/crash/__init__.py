"""Processes that really die, disks that really forget: every kind of change, stopped at every call that changes the disk.

`python -m tests.faults.crash` runs the long version; the gate runs a slice of it (test_crash.py).
"""
