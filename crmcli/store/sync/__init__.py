"""Sharing a book through git: what both sides did is united out of git's objects, and arrives whole (docs/sync.md)."""
