"""Imports: from a file's rows to records, end to end."""
