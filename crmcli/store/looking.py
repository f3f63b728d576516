"""The process that looks at every file of a book for another one (`lookout.py`), and says how far it is.

It writes a JSON object a line: `{"done": 10, "of": 50}`; `{"waits": true}` while another process makes the index; what it
met, as `{"sentence": "…", "hint": "…"}`, before it ends with the exit code 1.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

_COURTESY = 5
"""How much this work stands back (`nice`): somebody sits at the screen."""


def main() -> int:
    """Look at the book that the first argument names."""
    with suppress(AttributeError, OSError):  # Windows has none; a container may forbid it
        os.nice(_COURTESY)
    try:
        _look(Path(sys.argv[1]))
    except Exception as error:  # noqa: BLE001 - told in words to who asked
        _say(_in_words(error))
        return 1
    return 0


def _look(root: Path) -> None:
    from crmcli.store.book import open_book  # noqa: PLC0415 - what goes wrong while it is loaded is told, too

    book = open_book(root)
    book.progress = lambda done, of: _say({"done": done, "of": of})
    book.waits = lambda: _say({"waits": True})
    try:
        book.index.refresh()
    finally:
        book.index.close()


def _say(what: dict[str, object]) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


def _in_words(error: Exception) -> dict[str, object]:
    from crmcli.errors import CrmError  # noqa: PLC0415
    from crmcli.store.remedy import remedy, system_sentence  # noqa: PLC0415

    if isinstance(error, CrmError):
        return {"sentence": str(error), "hint": error.hint}
    if isinstance(error, OSError):
        return {"sentence": system_sentence(error), "hint": remedy(error)}
    import traceback  # noqa: PLC0415

    from crmcli.store.places import keep_failure  # noqa: PLC0415

    path = keep_failure("".join(traceback.format_exception(error)), os.environ)
    sentence = f"this should not have happened: {type(error).__name__}: {error}"
    return {"sentence": sentence, "hint": f"the details are in {path}" if path else ""}


if __name__ == "__main__":
    sys.exit(main())
