"""Several people, several clones: merging records, what git does with them, what is left for people."""
