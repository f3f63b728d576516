"""`crm sync`: every line of docs/sync.md, with real git in temporary folders over the product."""
