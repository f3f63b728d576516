"""A CRM over plain files: Markdown records, an append-only journal, SQLite as the derived index."""

__version__ = "0.1.0"
