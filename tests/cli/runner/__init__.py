"""Runs the console blocks of a Markdown page and compares what they print: see ../README.md."""
