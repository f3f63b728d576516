"""Where hooks run: the book, this clone, the person, the environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from crmcli.model.private import private_in_rows, private_names
from crmcli.model.schema import RecordType

DEEPEST = 4
"""A hook whose command fires a hook … : this many levels run, the next one does not."""


class HookSite(NamedTuple):
    """What every step of a hook's life needs to know.

    `root` is the book's folder, `state` its `.crm`, `config` the user's folder (`store.trust.config_folder`), `types`
    the schema's record types (for titles and private fields), `program` the path of the running `crm`, "" when unknown.
    """

    root: Path
    state: Path
    name: str
    clone: str
    runner: str
    me: str
    config: Path
    environ: Mapping[str, str]
    types: Mapping[str, RecordType] = {}
    program: str = ""

    @property
    def outbox(self) -> Path:
        """The folder of entries that are due."""
        return self.state / "outbox"

    @property
    def is_runner(self) -> bool:
        """Whether this clone is the one that runs `where runner`."""
        return bool(self.runner) and self.clone == self.runner

    @property
    def depth(self) -> int:
        """How many hooks this process runs inside of."""
        depth = self.environ.get("CRM_HOOK_DEPTH", "")
        return int(depth) if depth.isascii() and depth.isdigit() else 0

    def private_fields(self, type_name: str) -> frozenset[str]:
        """The names of the fields of a type that hooks see only on demand."""
        found = self.types.get(type_name)
        return private_names(found) if found else frozenset()

    def private_columns(self, type_name: str, field: str) -> frozenset[str]:
        """The columns of a field's rows that hooks see only on demand."""
        found = self.types.get(type_name)
        return private_in_rows(found, field, self.types) if found else frozenset()
