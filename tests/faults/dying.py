"""A process that is killed at one step of the disk: `python dying.py BOOK STEP before|after`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store import disk
from crmcli.store.book import open_book


def main(root: str, step: str, when: str) -> None:
    """Change two records and leave without a word at the first step of that name."""
    book = open_book(root)
    book.index.refresh()
    real: Callable[..., object] = getattr(disk, step)

    def last(*args: object, **keywords: object) -> None:
        if when == "after":
            real(*args, **keywords)
        os._exit(9)

    setattr(disk, step, last)
    changes = [Change("set", Ref("customers", name), "name", to="new") for name in ("acme-7k3f9", "bolt-2m4pq")]
    carry_out(book, changes, Request("set"))


if __name__ == "__main__":
    main(*sys.argv[1:4])
