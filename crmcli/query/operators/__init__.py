"""What `:` and the operators mean for each family of values, a file each."""
