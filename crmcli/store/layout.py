"""Where things lie in a book."""

from __future__ import annotations

CONFIG = "crm.toml"
STATE = ".crm"
JOURNAL = "journal"
