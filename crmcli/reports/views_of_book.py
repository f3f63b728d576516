"""What a book keeps to look at: its pipelines' boards, the tags that filters keep, the reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.schema import label_of

if TYPE_CHECKING:
    from crmcli.store.book import Book

BOARD, TAGGED, REPORT = "board", "tag", "report"


class KeptView(NamedTuple):
    """A view by its kind and name, what it is called, and the record type it is of."""

    kind: str
    name: str
    title: str
    type: str = ""


def kept_views(book: Book) -> list[KeptView]:
    """All of them, in the order of their files."""
    return list(_views(book))


def _views(book: Book) -> Iterator[KeptView]:
    language = book.setup.config.language
    for pipeline in book.setup.pipelines.values():
        yield KeptView(BOARD, pipeline.name, label_of(pipeline.label, language, pipeline.name), pipeline.type)
    for tag in book.setup.tags.values():
        yield KeptView(TAGGED, tag.name, label_of(tag.label, language, tag.name), tag.type)
    from crmcli.reports.registry import report_names  # noqa: PLC0415 - reports are loaded where they are wanted

    for name, says in report_names(language).rows:
        yield KeptView(REPORT, str(name), str(says))
