"""`crm sync`: what is here, what is there, one commit of both (docs/sync.md)."""
