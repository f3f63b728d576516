"""The cards that were not taken, as cards: each with the reason in a property of its own, which the next import leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from crmcli.actions.importing.cards import REFUSED
from crmcli.actions.importing.rejects import Refusal, RejectFile
from crmcli_formats.contentlines import escape, folded
from crmcli_formats.sheets import Row


class CardRejects(RejectFile):
    """Refused cards, or entries of a calendar; `source` is the file in a folder that the present one is from."""

    def __init__(self, folder: Path, source: Path, suffix: str = "vcf") -> None:
        super().__init__(folder, source, [], ",")
        self.suffix = suffix
        self.source = ""

    def add(self, row: Row, refusal: Refusal) -> None:
        """Note a card and why it was not taken."""
        where = f"{self.source}:{refusal.line}" if self.source else f"line {refusal.line}"
        why = f"{refusal.column}: {refusal.why}" if refusal.column else refusal.why
        reason = folded(f"{REFUSED}:{escape(f'{where}: {why}')}")
        first, _, rest = row.cells[-1].partition("\n")
        end = "\r\n" if rest else ""
        body = "\r\n".join(_without_reason(rest.split("\n")))
        self.put([f"{first}\r\n{reason}{body}{end}"])

    def flush(self) -> None:
        """Write what was noted."""
        if not self._waiting:
            return
        if self.path is None:
            self.path = self._fresh()
            self._waiting.insert(0, [_FRAME.get(self.suffix, ("", ""))[0]])
        with self.path.open("ab") as file:
            file.writelines(_as_it_stood(cells[0]) for cells in self._waiting)
        self._waiting.clear()

    def close(self) -> None:
        """Write what was noted, and the end of the file."""
        self.flush()
        if self.path is not None:
            with self.path.open("a", encoding="utf-8", newline="") as file:
                file.write(_FRAME.get(self.suffix, ("", ""))[1])


def _without_reason(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a card without why it was refused before."""
    dropped = False
    for line in lines:
        dropped = line.upper().startswith(f"{REFUSED}:") or (dropped and line[:1] in (" ", "\t"))
        if not dropped:
            yield line


def _as_it_stood(text: str) -> bytes:
    """The bytes of a card, also those that are no text."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a character, which only UTF-16 can hold
        return text.encode("utf-8", "surrogatepass")


_FRAME = {"ics": ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//crm//crm//EN\r\n", "END:VCALENDAR\r\n")}
"""What stands around the entries of a file, by its ending."""
