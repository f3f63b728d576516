"""The field types of ENGINES §3, a family per file, found through one table (`type_named`)."""
