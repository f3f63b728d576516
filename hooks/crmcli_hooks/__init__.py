"""Hooks to install into a book (`crm hook install NAME`): a folder each, with the executable and its README."""
