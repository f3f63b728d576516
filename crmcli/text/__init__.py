"""Pure text: front matter, slugs, dates, numbers, display. No I/O, nothing of the model."""
