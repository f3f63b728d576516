"""What people do, a verb per file: the only makers of changes. Every action returns an `Outcome`."""
