"""The engines: form, process and hooks, on the one road that every change takes."""
