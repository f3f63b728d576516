"""Random histories of a team over the product itself, with real git: nothing that was acknowledged is lost."""
