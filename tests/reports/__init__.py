"""Reports against real data and against books counted by hand."""
