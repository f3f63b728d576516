"""Where things lie in a book."""

from __future__ import annotations

CONFIG = "crm.toml"
STATE = ".crm"
JOURNAL = "journal"
SEGMENT = ".jsonl"
"""How the names of the files end that hold the journal."""

SLOT = "slot"
"""Below `STATE`: the file in which small ops are staged."""

SLOT_EMPTY = b"crm-slot 1 - "
"""How that file begins while no op is under way."""
