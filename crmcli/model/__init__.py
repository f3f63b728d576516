"""Values of the domain, without I/O.

Read commands import this package on every start, and defining a frozen dataclass costs about 1 ms
against 0.2 ms for a `NamedTuple`; so its values are `NamedTuple`s (docs/decisions/002-named-tuples.md).
"""
