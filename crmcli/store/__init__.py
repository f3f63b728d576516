"""The book on disk: records, journal, replay, drift, commit, recovery, index (docs/format.md)."""
