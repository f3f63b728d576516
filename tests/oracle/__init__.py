"""The language a second time: a filter on the index must equal the same expression worked out plainly over the records.

`schema.py` is the book's engine files, `book.py` makes books of records and journals, `readers.py` reads them back,
`evaluator.py` and the files beside it answer expressions by walking over what was read. All of it was written from
docs/reference/language.md, docs/reference/fields.md and docs/questions.md; of `crmcli.query` it uses the parser and its
tree and nothing else, so that a mistake would have to be made twice to go unseen.

A long run asks more books, other ones each time, as many as the variable says, 12 expressions and 3 columns each:

    CRM_ORACLE_BOOKS=20000 pytest -p no:cacheprovider tests/oracle
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

BOOKS = int(os.environ.get("CRM_ORACLE_BOOKS", "0"))
"""How many books a long run asks; 0 in the gate."""


def examples(gate: int) -> settings:
    """Settings for a test that asks `gate` books in the gate, the same ones every time."""
    return settings(
        max_examples=BOOKS or gate,
        derandomize=not BOOKS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
