"""The vocabulary of the engine files (ENGINES §2) as pydantic models: a module per kind of file."""
