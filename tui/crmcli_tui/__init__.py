"""The full-screen front end over the same actions and reports as the command line."""
