# ruff: noqa: ARG002 - the protocol's arguments
"""Files and images that belong to a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.types.base import Column, Manual, SqlValue, ValueContext, ValueRefused
from crmcli.model.types.single import SingleText, wants_tree
from crmcli.model.types.text import one_line

if TYPE_CHECKING:
    from crmcli.model.schema import Field

_IMAGES = ("png", "jpg", "jpeg", "gif", "webp", "svg", "avif", "heic", "bmp", "tif", "tiff")


class File(SingleText):
    """A file of the book, by its path under `files/`, always with `/`. `scan=@~/a.pdf` copies one in.

    Absolute paths, `..`, backslashes and empty parts are refused, so that no record points out of the book. Size and
    content hash are columns that whoever reads the folder fills.
    """

    name = "file"
    family = "none"
    matches = "equal"
    manual = Manual(
        "scan: files/acme-7k3f9/contract.pdf",
        "under `files/`, exists",
        "`scan=@~/a.pdf` copies in",
        "`:any` `:none`, name",
    )

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A path under files/."""
        path = one_line(stored)
        if "\\" in path:
            raise ValueRefused(f"`{stored}` has a backslash", f"write {path.replace(chr(92), '/')}")
        parts = path.split("/")
        if parts[0] != "files" or len(parts) < 2:
            raise ValueRefused(f"`{stored}` is not under files/", "attach the file, it is copied there")
        if any(part in ("", ".", "..") for part in parts):
            raise ValueRefused(f"`{stored}` does not stay under files/", "leave out `..`, `.` and doubled slashes")
        return path

    def columns(self, field: Field) -> tuple[Column, ...]:
        """Path, size in bytes, content hash."""
        return (Column("", "TEXT", wants_tree(field)), Column(".size", "INTEGER"), Column(".sha256", "TEXT"))

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """The path; size and hash are for whoever reads the folder."""
        return (stored, None, None)

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """The file's name."""
        return stored.rpartition("/")[2]


class Image(File):
    """A picture under `files/`, known by its suffix: png jpg jpeg gif webp svg avif heic bmp tif tiff."""

    name = "image"
    manual = Manual(
        "logo: files/acme-7k3f9/logo.png",
        "under `files/`, an image",
        "`logo=@~/logo.png` copies in",
        "`:any` `:none`, name",
    )

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A path to an image."""
        path = super().check(stored, field, context)
        if path.rpartition(".")[2].lower() not in _IMAGES:
            raise ValueRefused(f"`{stored}` is no image", f"its name ends in one of {', '.join(_IMAGES)}")
        return path
