"""What can stand where a word of a filter is being typed: fields, paths, states, values, tags."""
