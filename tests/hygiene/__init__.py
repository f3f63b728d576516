"""Rules about the sources themselves: imports, shape, packaging, start-up."""
