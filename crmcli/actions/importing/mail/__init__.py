"""Mail: each message becomes a line of the log of the customer and the people it was exchanged with, as one op.

A mailbox is read twice (`survey`, `entries`), so that a thread is known whole before any of it is written, and memory holds
one message at a time. Who is who is asked of `parties`, what belongs together of `threads`, what the journal has of `kept`.
"""
