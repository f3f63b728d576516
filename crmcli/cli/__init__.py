"""The command line: the only home of typer and of the terminal."""
