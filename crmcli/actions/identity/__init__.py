"""Making two records one, and two of one again (docs/identity.md)."""
