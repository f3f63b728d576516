"""Shell hooks ready to install into a book, one a folder with its README."""
