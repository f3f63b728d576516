"""What book and folder last agreed on: for each card of a folder that phones share, what the book had of it then.

It is the base of the three versions when the folder is imported again, and tells an export which files somebody changed since.
It lies in `.crm/folders/`, on this machine only; without it, what differs on both sides is told instead of merged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.undo import undone_ops
from crmcli.model.record import Fields, Value
from crmcli.store import disk

if TYPE_CHECKING:
    from crmcli.store.book import Book

FOLDERS = "folders"


class Agreed(NamedTuple):
    """One card: its digest in the folder, the values the book had of it, the op of the import that said so ("" of an export)."""

    digest: str
    fields: Mapping[str, Value]
    op: str = ""


class FolderState:
    """What is known of one folder; `save` writes it when anything changed."""

    def __init__(self, book: Book, folder: Path) -> None:
        self._root = str(book.root.resolve())
        self._folder = str(folder.resolve())
        name = hashlib.sha256(self._folder.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self._path = book.state / FOLDERS / f"{name}.json"
        self._cards = _read(self._path, self._root, self._folder)
        if any(card.op for card in self._cards.values()):
            undone = undone_ops(book)
            self._cards = {uid: card for uid, card in self._cards.items() if card.op not in undone}

    def get(self, uid: str) -> Agreed | None:
        """What was agreed on of a card."""
        return self._cards.get(uid)

    def put(self, uid: str, agreed: Agreed) -> None:
        """Note what is agreed on now."""
        self._cards[uid] = agreed

    def save(self, op: str = "") -> None:
        """Write it down; cards noted as of a pending import (`op` "?") get its op."""
        cards = {
            uid: [card.digest, dict(card.fields), op if card.op == PENDING else card.op]
            for uid, card in sorted(self._cards.items())
        }
        told = {"book": self._root, "folder": self._folder, "cards": cards}
        content = json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        disk.make_folder(self._path.parent)
        disk.write_atomic(self._path, content.encode("utf-8", "surrogatepass"))


PENDING = "?"
"""Instead of the op while an import is under way."""


def digest_of(lines: Sequence[str]) -> str:
    """One word for what a card says."""
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _read(path: Path, root: str, folder: str) -> dict[str, Agreed]:
    """What the file says; nothing where it is of another book, or is broken."""
    try:
        told = json.loads(disk.read_whole(path))
        if told["book"] != root or told["folder"] != folder:
            return {}
        return {
            str(uid): Agreed(str(digest), _values(fields), str(op))
            for uid, (digest, fields, op) in told["cards"].items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _values(fields: Mapping[str, object]) -> Fields:
    return {
        str(name): [str(item) for item in value] if isinstance(value, list) else str(value)
        for name, value in fields.items()
    }
