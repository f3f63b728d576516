"""The derived index (docs/index.md): built from the files, refreshed before the first question, disposable."""
