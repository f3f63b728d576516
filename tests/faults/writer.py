"""One of several processes that write to a book: `python writer.py BOOK NUMBER COUNT`."""

from __future__ import annotations

import sys

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.book import open_book


def main(root: str, number: str, count: int) -> None:
    """Write to a record of its own, to one that all share, and to the log."""
    book = open_book(root)
    own = Ref("customers", f"own-{number}")
    shared = Ref("customers", "bolt-2m4pq")
    carry_out(book, [Change("create", own, record={"name": f"own {number}"})], Request("add"))
    for turn in range(count):
        changes = [
            Change("set", own, "industry", to=f"trade {turn}"),
            Change("set", shared, "tags", add=(f"by-{number}-{turn}",)),
            Change("log", shared, more={"kind": "call", "text": f"{number} {turn}"}),
        ]
        carry_out(book, changes, Request("test"))
        if turn % 3 == 0:
            book = open_book(root)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
