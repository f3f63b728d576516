"""In which scope each expression of the example book stands: the record type, and what else it may name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from crmcli.model.schema import RecordType, Setup
from crmcli.query.env import LOG, MOVES, QueryEnv, Scope
from crmcli.query.journal import log_type, moves_type
from crmcli.query.value_sql import ValueSql

Table = Mapping[str, Any]
NUMBER = ValueSql("1", family="number")
SEATS = ("owner", "by", "cc", "empty", "who", "for", "to")


class Place(NamedTuple):
    """Where an expression stands. `seat`: a path to a member, or a filter over members."""

    type: RecordType
    source: str = ""
    given: Mapping[str, ValueSql] = {}
    grouped: bool = False
    planned: bool = False
    seat: bool = False
    hand: str = ""


def scope_at(record_type: RecordType, env: QueryEnv, source: str = "") -> Scope:
    """The scope a question begins in; `source` LOG means lines of the journal, MOVES the stage changes of the type."""
    if not source:
        return Scope(record_type, env)
    scope = Scope(log_type(env.setup) if source == LOG else moves_type(), env)
    scope.source = source
    scope.owner = record_type if source == MOVES else None
    return scope


class Places:
    """Finds the scope of an expression by its file and key."""

    def __init__(self, book: Path, setup: Setup) -> None:
        self.setup = setup
        self.files = {
            file.relative_to(book).as_posix(): tomllib.loads(file.read_text(encoding="utf-8"))
            for file in book.glob("**/*.toml")
        }
        scores = self.files["rules/scores.toml"]["score"]
        self.scores = dict.fromkeys(scores, NUMBER)

    def place(self, where: str, text: str) -> Place:
        name, _, key = where.partition(" ")
        path = key.replace("[", ".").replace("]", "").split(".")
        folder, _, rest = name.partition("/")
        file = self.files[name]
        if folder == "schema":
            kind = self.setup.types[rest.removesuffix(".toml")]
            return Place(kind, LOG if kind.embedded == "journal" else "", planned=path[-1] in ("need", "lock", "must"))
        if folder == "pipelines":
            seat = path[-1] in SEATS
            return Place(self.setup.types[file["for"]], seat=seat, planned=True)
        if folder == "reports":
            return self._in_report(file, path, text)
        if folder == "rules":
            return self._in_rules(file, path)
        allowed = file["role"][path[1]]["may"]
        own = next(kind for kind, filter_ in allowed.items() if filter_ == text)
        return Place(self.setup.types["deal" if own == "*" else own])

    # ---- reports --------------------------------------------------------------------------------------------

    def _in_report(self, file: Table, path: list[str], text: str) -> Place:
        if path[-1] == "for":
            return Place(self.setup.types["member"], seat=True)
        own: Table = file["part"][path[1]] if path[0] == "part" else file
        plural = own.get("from") or self._default_from(file)
        kind, source = self._from(plural)
        each = own.get("each", {})
        earlier = dict.fromkeys(each, NUMBER)
        if path[-1] == "each":
            names = list(each)
            earlier = dict.fromkeys(names[: list(each.values()).index(text)], NUMBER)
        made = {name for part in (file, *file.get("part", {}).values()) for name in part.get("measure", {})}
        made |= set(file.get("calc", {}))
        if path[-1] in ("calc", "order"):
            return Place(kind, source, dict.fromkeys(made, NUMBER) if self._is_made(made, path, text) else {})
        return Place(kind, source, earlier, grouped=path[-1] in ("measure", "each"))

    @staticmethod
    def _is_made(made: set[str], path: list[str], text: str) -> bool:
        return path[-1] == "calc" or text in made

    def _default_from(self, file: Table) -> str:
        if "pipeline" in file:
            return self.setup.types[self.setup.pipelines[file["pipeline"]].type].plural
        parts = file.get("part", {})
        return str(next(iter(parts.values()))["from"]) if parts else "deals"

    def _from(self, plural: str) -> tuple[RecordType, str]:
        last = plural.rpartition(".")[2]
        kind = next(t for t in self.setup.types.values() if t.plural == last)
        return kind, LOG if kind.embedded == "journal" else ""

    # ---- rules ----------------------------------------------------------------------------------------------

    def _in_rules(self, file: Table, path: list[str]) -> Place:
        engine, name = path[:2]
        own = file[engine][name]
        if engine == "assign":
            at_member = path[-1] in ("who", "to", "load")
            return Place(self.setup.types["member" if at_member else "customer"], hand="customer" if at_member else "")
        if engine == "match":
            other = ValueSql("'x'", family="reference", reference=name)
            return Place(self.setup.types[name], given={"other": other})
        if path[-1] == "on":
            return self._event(own["on"])
        kind = own.get("for") or str(own["on"]).split()[0]
        started = {"started": ValueSql("'2026-11-01T00:00:00Z'", family="datetime")} if engine == "journey" else {}
        return Place(self.setup.types[kind], given=self.scores | started, planned=engine == "rule")

    def _event(self, trigger: str) -> Place:
        """TYPE EVENT [filter]: of lines and changes of fields, of stage changes, else of the record."""
        type_name, event = trigger.split()[:2]
        source = {"log": LOG, "set": LOG, "move": MOVES}.get(event, "")
        return Place(self.setup.types[type_name], source, planned=True)
