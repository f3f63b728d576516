"""File formats, one a file: read and write, nothing else."""
