"""Hooks: executables in the book's `hooks/`, run before a change is written or after it (docs/hooks.md).

The road of a change calls, in this order:

1. `header.load_hooks(site)` → the hooks that say something, and what is wrong in them;
2. `occurrence.occurrences(events, …)` → what the plan will do, in the words of triggers;
3. `before.ask_before(site, hooks, occurrences, matches)`, the lock released → notices, or `HookVetoError`;
   `before.question(…)` before and after tells whether a second plan asks the hooks anything new;
4. `after.due(site, hooks, occurrences, matches)` → entries that go into the pending record, and from there into
   `store.outbox.put`;
5. `after.drain(site)`, the lock released again → notices.
"""
