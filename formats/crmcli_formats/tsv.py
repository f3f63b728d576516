"""Tab-separated values: read as any table of text, written without guards against formulas."""

from __future__ import annotations

from typing import Final

from crmcli_formats.csv import open_tables

NAME: Final = "tsv"
TITLE: Final = "tab-separated values"
SUFFIXES: Final = (".tsv", ".tab")
WHAT: Final = "tables"


def recognise(head: bytes, name: str) -> bool:
    """By its suffix only: which separator a text has is found out in either case."""
    del head
    return name.casefold().endswith(SUFFIXES)


__all__ = ["NAME", "SUFFIXES", "TITLE", "WHAT", "open_tables", "recognise"]
