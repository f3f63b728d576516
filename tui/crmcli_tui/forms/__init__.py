"""What is asked before something is done, a form a file: each answers with a value, or with None when it is left."""
