"""Several at once: processes that write and read, editors that save, git that moves the book, another machine."""
