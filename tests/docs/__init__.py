"""The pages hold what they promise: links lead somewhere, commands print what is shown."""
