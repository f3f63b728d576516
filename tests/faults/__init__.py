"""What happens to a book when the disk fails, the process dies, an editor saves, or six commands write at once."""
