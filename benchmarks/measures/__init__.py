"""One budget a file. `ours=None` stands where the product has nothing to measure yet: only the baseline is run."""
