"""Behaviour as a user sees it: transcripts."""
