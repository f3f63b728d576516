"""A map proposed for a file that none is known for: by the names of its columns, then by their values."""
