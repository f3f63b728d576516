"""A CRM over plain files: Markdown records, an append-only journal, SQLite as the derived index."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmcli.store.book import open_book as open_book

__version__ = "0.1.0"
__all__ = ["__version__", "open_book"]


def __getattr__(name: str) -> object:
    """Load the API on first use, so that `import crmcli` costs a command nothing."""
    if name == "open_book":
        from crmcli.store.book import open_book as found  # noqa: PLC0415

        return found
    raise AttributeError(name)
