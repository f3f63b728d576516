"""Record files: which names are records, and what a file says (STORE §1)."""

from __future__ import annotations

from pathlib import Path

from crmcli.errors import BadDataError
from crmcli.light import NamedTuple
from crmcli.model.ids import is_stem
from crmcli.model.problem import Problem
from crmcli.model.record import BODY, Fields, Record, Ref
from crmcli.store import disk
from crmcli.store.inside import insist_inner
from crmcli.text import frontmatter

SIZE_LIMIT = 16 * 1024 * 1024
"""Bytes past which a file is not read as a record: nobody wrote that by hand."""


class ReadRecord(NamedTuple):
    """What a file says: the record, the line of each key; or, when it cannot be read, the problem."""

    record: Record
    lines: dict[str, int]
    problem: Problem | None = None


def name_problem(path: str) -> Problem | None:
    """Why a file in a record folder is no record, with the name that would do; None when it may be one."""
    name = path[path.rfind("/") + 1 :]
    if name[-3:] == ".md" and is_stem(name[:-3]):
        return None
    from crmcli.text.slug import slug  # noqa: PLC0415 - only for files with odd names

    offered = slug(name.removesuffix(".md"), "record") + ".md"
    return Problem(
        "bad-file-name",
        path,
        0,
        f"{name!r} is no record: names are a-z, 0-9 and single hyphens, ending in .md",
        f"rename it, for example to {offered}",
        severity="warning",
    )


def ref_of(path: str) -> Ref:
    """The record a path stands for: first folder and stem; folders between them mean nothing."""
    return Ref(path[: path.find("/")], path[path.rfind("/") + 1 :].removesuffix(".md"))


def parse_record(path: str, content: bytes, ref: Ref | None = None) -> ReadRecord:
    """Read a file's bytes; a file that cannot be read gives an empty record and the problem. `ref`: where it is known."""
    ref = ref or ref_of(path)
    if len(content) > SIZE_LIMIT:
        return _broken(
            ref, "too-large", path, 0, f"more than {SIZE_LIMIT >> 20} MB are no record", "attach it as a file instead"
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return _broken(
            ref, "not-utf8", path, line, f"byte {content[error.start]:#04x} is not UTF-8", "save it as UTF-8"
        )
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return _broken(ref, "not-utf8", path, line, "holds a NUL character", "remove it; the file may be damaged")
    try:
        document = frontmatter.parse(text)
    except frontmatter.FrontMatterError as error:
        return _broken(ref, error.code, path, error.line, error.message, error.remedy, error.column)
    fields: Fields = document.fields
    if document.body:
        fields[BODY] = document.body
    return ReadRecord(Record(ref, fields), document.lines)


def _broken(ref: Ref, code: str, path: str, line: int, message: str, remedy: str, column: int = 0) -> ReadRecord:  # noqa: PLR0917
    return ReadRecord(Record(ref, {}), {}, Problem(code, path, line, message, remedy, column))


class BrokenRecordError(BadDataError):
    """A record whose file cannot be read was asked for, or was to be changed."""

    def __init__(self, problem: Problem) -> None:
        place = f"{problem.path}:{problem.line}" if problem.line else problem.path
        super().__init__(f"{place}: {problem.message}", hint=problem.remedy)
        self.problem = problem


def read_bytes(root: Path, path: str) -> bytes:
    """The bytes of a record's file; raises `BrokenRecordError` (exit 6) for a link, a pipe, a device or a folder.

    And `PathOutsideError` (exit 6) for a path that does not stay in the book: the index may have been written by anybody.
    """
    insist_inner(path)
    try:
        return disk.read_whole(root / path, SIZE_LIMIT + 1)
    except disk.NotPlainError as error:
        remedy = "put the file itself there; crm neither follows nor opens anything else"
        raise BrokenRecordError(Problem("not-a-file", path, 0, f"{error.strerror}", remedy)) from None


def read_good_record(root: Path, path: str) -> ReadRecord:
    """Read a record file that must be readable; raise `BrokenRecordError` (exit 6)."""
    read = parse_record(path, read_bytes(root, path))
    if read.problem:
        raise BrokenRecordError(read.problem)
    return read
