"""Records on their way out as cards or entries of a calendar: to one file, or to a folder of files that phones share.

In a folder, only files that say something else are written. A file that changed since book and folder last agreed is left as
it is, and told: importing the folder takes its changes first. What the book never wrote stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.content.folder_state import Agreed, FolderState, digest_of
from crmcli.actions.exporting.to_file import written_whole
from crmcli.errors import ConflictError, CrmError, UsageError
from crmcli.model.record import Fields
from crmcli.text.slug import is_device
from crmcli_formats.contentlines import Component, Property

if TYPE_CHECKING:
    from crmcli.store.book import Book


class Outgoing(NamedTuple):
    """A record as it goes out: its UID, its properties and inner components, and the values of the book they say."""

    uid: str
    properties: list[Property]
    inner: list[str]
    fields: Fields
    name: str = ""  # of the component, where a format has several
    hidden: frozenset[str] = frozenset()  # names of properties that are left out as private
    of_series: bool = False  # one of what the file of another has: no file of its own


class Kind(NamedTuple):
    """How a format is written: the ending of its files, how one is read, written and compared."""

    suffix: str
    read: Callable[[Path], Iterator[Component]]
    text: Callable[[Outgoing, Component | None], str]
    whole: Callable[[Sequence[Outgoing]], str]
    said: Callable[[Component], list[str]]


class FolderCount(NamedTuple):
    """What came of a folder: files made, changed, left as they say the same; those somebody else changed; what has no file."""

    made: int
    changed: int
    same: int
    left: list[str]
    of_series: int = 0

    @property
    def sentence(self) -> str:
        """For people."""
        apart = f"; {self.of_series:,} of series left to the calendar that has them" if self.of_series else ""
        return f"{self.made:,} new, {self.changed:,} changed, {self.same:,} the same{apart}"


class FolderWantedError(UsageError):
    """A file stands where the folder shall be."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is a file", hint="name a folder")


class ChangedThereError(ConflictError):
    """Files of a folder that somebody changed since book and folder last agreed."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        super().__init__(
            f"{shown}: changed in {folder} since, and left as {'it is' if len(names) == 1 else 'they are'}",
            hint=f"take the changes first: crm import {folder}; then export again",
        )


def write_folder(book: Book, folder: Path, records: Iterable[Outgoing], kind: Kind, *, dry: bool) -> FolderCount:
    """Bring the files of a folder up to date; `left` of the outcome are those that somebody changed meanwhile."""
    if folder.exists() and not folder.is_dir():
        raise FolderWantedError(folder)
    there = _present(folder, kind)
    state = FolderState(book, folder)
    made = changed = same = of_series = 0
    left: list[str] = []
    if not dry:
        folder.mkdir(parents=True, exist_ok=True)
    for one in records:
        if one.of_series:
            of_series += 1
            continue
        name, card = there.get(one.uid, ("", None))
        going = _with_hidden(one, card)
        text = kind.text(going, card)
        new = _parsed(text, kind)
        if card is not None and kind.said(card) == new:
            same += 1
        elif card is not None and not _ours(state, one.uid, kind.said(card)):
            left.append(name)
            continue
        elif card is not None:
            changed += 1
            _write(folder / name, text, dry=dry)
        else:
            made += 1
            _write(folder / _free_name(folder, one.uid, kind.suffix), text, dry=dry)
        state.put(one.uid, Agreed(digest_of(new), one.fields))
    if not dry:
        state.save()
    return FolderCount(made, changed, same, left, of_series)


def _ours(state: FolderState, uid: str, said: list[str]) -> bool:
    """Whether a file says what book and folder agreed on last."""
    agreed = state.get(uid)
    return agreed is not None and agreed.digest == digest_of(said)


def _present(folder: Path, kind: Kind) -> dict[str, tuple[str, Component]]:
    """The files of a folder by the UID of the one card in them; others are not ours."""
    found: dict[str, tuple[str, Component]] = {}
    if not folder.is_dir():
        return found
    for path in sorted(folder.iterdir()):
        if path.name.casefold().endswith(kind.suffix) and not path.name.startswith("."):
            try:
                cards = list(kind.read(path))
            except (CrmError, OSError):  # told when the folder is imported
                continue
            uid = cards[0].first("UID") if len(cards) == 1 and not cards[0].trouble else None
            if uid is not None:
                found.setdefault(uid.text, (path.name, cards[0]))
    return found


def _with_hidden(one: Outgoing, card: Component | None) -> Outgoing:
    """What is private is left out of a new file; in one that is there it stays as it is."""
    if card is None or not one.hidden:
        return one
    return one._replace(properties=[*one.properties, *(p for p in card.properties if p.name in one.hidden)])


def _parsed(text: str, kind: Kind) -> list[str]:
    import tempfile  # noqa: PLC0415 - only to read back what is about to be written

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"one{kind.suffix}"
        path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
        cards = list(kind.read(path))
    return kind.said(cards[-1])


def _write(path: Path, text: str, *, dry: bool) -> None:
    if dry:
        return
    with written_whole(path) as part:
        part.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")


def _free_name(folder: Path, uid: str, suffix: str) -> str:
    """The UID as a file's name: what no name may hold is `_`, also before a device of Windows and what looks like an option.

    A name that is taken gets a number.
    """
    stem = "".join(c if c.isascii() and (c.isalnum() or c in "-_.@+") else "_" for c in uid)[:120].lstrip(".") or "card"
    stem = f"_{stem}" if is_device(stem) or stem.startswith("-") else stem
    name, number = f"{stem}{suffix}", 1
    while (folder / name).exists():
        number += 1
        name = f"{stem}-{number}{suffix}"
    return name
