"""Questions, one per file: each asks the book and returns plain values."""
